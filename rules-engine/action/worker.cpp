#include "action/worker.h"

#include <utility>

namespace balance {

ActionWorker::ActionWorker(const Plugins& plugins, Limits limits,
                           std::string rules)
    : plugins_(plugins),
      limits_(limits),
      rules_(std::move(rules)),
      thread_([this](const std::stop_token& stop) { loop(stop); }) {}

ActionWorker::~ActionWorker() {
  thread_.request_stop();
  wake_.notify_all();
}

Plugin* ActionWorker::plugin_of(std::string_view word) const {
  for (const auto& plugin : plugins_)
    if (plugin->word() == word) return plugin.get();
  return nullptr;
}

bool ActionWorker::submit(Call call) {
  if (plugin_of(call.word) == nullptr) return false;
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= limits_.queue) return false;
    queue_.push_back(std::move(call));
  }
  wake_.notify_all();
  return true;
}

std::string ActionWorker::waits(const std::string& word) const {
  const std::lock_guard lock(mutex_);
  const auto found = said_.find(word);
  if (found == said_.end()) return "";
  const Said& said = found->second;
  if (said.waits.empty() && Clock::now() - said.at > limits_.ready)
    return "its plugin is busy, and has not said again that it is ready";
  return said.waits;
}

void ActionWorker::use(std::set<std::string> words) {
  {
    const std::lock_guard lock(mutex_);
    words_ = std::move(words);
    std::erase_if(
        said_, [&](const auto& each) { return !words_.contains(each.first); });
    for (const auto& plugin : plugins_) {
      const std::string word(plugin->word());
      if (plugin->asks_ready() && words_.contains(word))
        said_.try_emplace(word, Said{"it has not said that it is ready", {}});
    }
    ready_asked_ = said_.empty();
    new_words_ = true;
  }
  wake_.notify_all();
}

void ActionWorker::await_ready(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, patience, [this] { return ready_asked_; });
}

/// Without the lock: a plugin may take its time.
void ActionWorker::ask_ready() {
  std::set<std::string> words;
  {
    const std::lock_guard lock(mutex_);
    words = words_;
    new_words_ = false;
  }
  for (const auto& plugin : plugins_) {
    const std::string word(plugin->word());
    if (!plugin->asks_ready() || !words.contains(word)) continue;
    const auto at = Clock::now();
    std::string why = plugin->waits(rules_);
    const std::lock_guard lock(mutex_);
    if (words_.contains(word)) said_[word] = {std::move(why), at};
  }
  {
    const std::lock_guard lock(mutex_);
    ready_asked_ = !new_words_;
  }
  wake_.notify_all();
}

std::vector<CallOutcome> ActionWorker::take_ended() {
  const std::lock_guard lock(mutex_);
  return std::exchange(ended_, {});
}

void ActionWorker::ended(CallOutcome outcome) {
  const std::lock_guard lock(mutex_);
  ended_.push_back(std::move(outcome));
}

void ActionWorker::loop(const std::stop_token& stop) {
  auto next_poll = Clock::now();
  while (!stop.stop_requested()) {
    Call call;
    bool has_call = false;
    {
      std::unique_lock lock(mutex_);
      wake_.wait_until(lock, stop, next_poll,
                       [this] { return !queue_.empty() || new_words_; });
      if (stop.stop_requested()) return;
      if (new_words_) next_poll = Clock::now();
      if (!queue_.empty()) {
        call = std::move(queue_.front());
        queue_.pop_front();
        has_call = true;
      }
    }
    if (has_call) act(call);
    if (Clock::now() < next_poll) continue;
    ask_ready();
    poll_all(stop);
    next_poll = Clock::now() + limits_.poll;
  }
}

void ActionWorker::act(const Call& call) {
  Plugin* plugin = plugin_of(call.word);
  CallOutcome outcome = plugin->act(call);
  if (outcome.state == PMB_ASKED)
    running_[call.move] = {plugin, Clock::now() + limits_.deadline};
  else
    ended(std::move(outcome));
}

void ActionWorker::poll_all(const std::stop_token& stop) {
  for (auto at = running_.begin();
       at != running_.end() && !stop.stop_requested();) {
    CallOutcome outcome = at->second.plugin->poll(at->first);
    if (outcome.state == PMB_ASKED && Clock::now() >= at->second.deadline) {
      outcome.state = PMB_FAILED;
      outcome.reason = "its end was not seen in time";
    }
    if (outcome.state == PMB_ASKED) {
      ++at;
      continue;
    }
    ended(std::move(outcome));
    at = running_.erase(at);
  }
}

}  // namespace balance
