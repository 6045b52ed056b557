#include "pmapi/host_desk.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include <syslog.h>

namespace balance {
namespace {

/// What is refused so fast costs nobody time.
constexpr std::chrono::milliseconds kAtOnce{200};
/// After so long without an answer another connection is tried.
constexpr std::chrono::milliseconds kHung{1500};
/// Connections of one host, those that were replaced and have not ended
/// included. TCP repeats the start of a connection after 1, 2, 4 … s: so many,
/// kHung apart, leave no second without one for as long as libpcp tries.
constexpr std::size_t kMost = 5;

/// That there is simply no pmcd.
bool is_none(int code) {
  return code == -ECONNREFUSED || code == -ENOENT;
}

/// Between two attempts, as libpcp reads it.
std::chrono::seconds retry_time() {
  const char* text = std::getenv("PMCD_RECONNECT_TIMEOUT");
  const int seconds = text == nullptr ? 0 : std::atoi(text);
  return std::chrono::seconds(seconds > 0 ? seconds : 5);
}

}  // namespace

HostDesk::HostDesk(std::string host, Clock::duration patience, bool told)
    : host_(std::move(host)),
      patience_(patience),
      name_(host_),
      prompt_(!told),
      complained_(told) {}

void HostDesk::set_patience(Clock::duration patience) {
  const std::lock_guard lock(mutex_);
  patience_ = patience;
}

std::size_t HostDesk::want(const std::string& metric) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find(metrics_.begin(), metrics_.end(), metric);
  const auto place = static_cast<std::size_t>(found - metrics_.begin());
  if (found == metrics_.end()) metrics_.push_back(metric);
  return place;
}

bool HostDesk::is_current_here(Asker asker) const {
  const auto found = askers_.find(asker);
  return !closed_ && found != askers_.end() && !found->second.replaced;
}

bool HostDesk::is_current(Asker asker) const {
  const std::lock_guard lock(mutex_);
  return is_current_here(asker);
}

bool HostDesk::is_busy() const {
  return std::any_of(askers_.begin(), askers_.end(), [](const auto& each) {
    return each.second.busy && !each.second.replaced;
  });
}

bool HostDesk::is_alone(Asker asker) const {
  return std::none_of(askers_.begin(), askers_.end(), [&](const auto& each) {
    return each.first != asker && !each.second.replaced;
  });
}

/// All there are have been held up for too long.
bool HostDesk::needs_another() const {
  const auto since = Clock::now() - kHung;
  return askers_.size() < kMost &&
         std::all_of(askers_.begin(), askers_.end(), [&](const auto& each) {
           const State& state = each.second;
           return state.replaced || (state.busy && state.begun <= since);
         });
}

HostDesk::Asked HostDesk::ask(const std::vector<std::size_t>& places) {
  Asked out;
  {
    const std::lock_guard lock(mutex_);
    out.awaited = prompt_ && !is_busy();
    asked_ = true;
    due_.insert(places.begin(), places.end());
    if (needs_another()) {
      askers_[++newest_] = {};
      out.born = newest_;
    }
  }
  wake_.notify_all();
  return out;
}

void HostDesk::wait_until(Clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  wake_.wait_until(lock, deadline, [this] { return !asked_ && !is_busy(); });
}

Context::Samples HostDesk::samples() const {
  const std::lock_guard lock(mutex_);
  return samples_;
}

bool HostDesk::answers() const {
  const std::lock_guard lock(mutex_);
  return answering_;
}

std::string HostDesk::name() const {
  const std::lock_guard lock(mutex_);
  return name_;
}

void HostDesk::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  wake_.notify_all();
}

void HostDesk::wait_closed(Clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  wake_.wait_until(lock, deadline, [this] { return askers_.empty(); });
}

void HostDesk::end_order(State& state) {
  if (!state.busy) return;
  state.busy = false;
  const auto took = Clock::now() - state.begun;
  if (!state.replaced) prompt_ = took <= (state.ok ? patience_ : kAtOnce);
}

/// A silent host is tried between ticks too: the next one, which may be far,
/// shall find it connected.
std::optional<HostDesk::Order> HostDesk::next(Asker asker) {
  std::unique_lock lock(mutex_);
  State& state = askers_.at(asker);
  end_order(state);
  wake_.notify_all();
  // One waits for better times; others that are still held up may yet succeed.
  if (!state.ok && !is_alone(asker)) return std::nullopt;
  const auto wakes = [&] { return asked_ || !is_current_here(asker); };
  if (state.ok)
    wake_.wait(lock, wakes);
  else
    wake_.wait_for(lock, retry_time(), wakes);
  if (!is_current_here(asker)) return std::nullopt;
  state.busy = true;
  state.begun = Clock::now();
  asked_ = false;
  return Order{metrics_, std::exchange(due_, {})};
}

void HostDesk::answered(Asker asker, const std::string& name,
                        const std::vector<std::size_t>& places,
                        Context::Samples samples) {
  bool again = false;
  {
    const std::lock_guard lock(mutex_);
    if (!is_current_here(asker)) return;
    again = std::exchange(complained_, false);
  }
  // Who sees the samples can see the message.
  if (again)
    pmNotifyErr(LOG_INFO, "Re-established connection to pmcd %s",
                host_.c_str());
  {
    const std::lock_guard lock(mutex_);
    if (!is_current_here(asker)) return;
    for (auto& [other, state] : askers_)
      state.replaced = state.replaced || other != asker;
    askers_.at(asker).ok = answering_ = true;
    name_ = name;
    samples_.resize(metrics_.size());
    for (std::size_t i = 0; i < places.size(); ++i)
      samples_[places[i]] = std::move(samples[i]);
  }
  wake_.notify_all();
}

/// In pmie's words, once: people watch logs for them.
void HostDesk::failed(Asker asker, const base::Error& why) {
  bool answered_before = false;
  {
    const std::lock_guard lock(mutex_);
    if (!is_current_here(asker)) return;
    askers_.at(asker).ok = false;
    samples_.clear();
    answered_before = std::exchange(answering_, false);
    if (std::exchange(complained_, true)) return;
  }
  if (answered_before) {
    pmNotifyErr(LOG_ERR, "pmFetch from %s failed: %s", host_.c_str(),
                why.text.c_str());
    pmNotifyErr(LOG_INFO, "Lost connection to pmcd %s", host_.c_str());
    return;
  }
  pmNotifyErr(LOG_INFO, "Cannot connect to pmcd %s%s", host_.c_str(),
              is_none(why.code) ? "" : (": " + why.text).c_str());
}

void HostDesk::gone(Asker asker) {
  {
    const std::lock_guard lock(mutex_);
    askers_.erase(asker);
  }
  wake_.notify_all();
}

}  // namespace balance
