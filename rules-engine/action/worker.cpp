#include "action/worker.h"

#include <utility>

namespace balance {

ActionWorker::ActionWorker(const Plugins& plugins, Limits limits)
    : plugins_(plugins),
      limits_(limits),
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
  wake_.notify_one();
  return true;
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
  auto next_poll = Clock::now() + limits_.poll;
  while (!stop.stop_requested()) {
    Call call;
    bool has_call = false;
    {
      std::unique_lock lock(mutex_);
      wake_.wait_until(lock, stop, next_poll,
                       [this] { return !queue_.empty(); });
      if (stop.stop_requested()) return;
      if (!queue_.empty()) {
        call = std::move(queue_.front());
        queue_.pop_front();
        has_call = true;
      }
    }
    if (has_call) act(call);
    if (Clock::now() < next_poll) continue;
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
