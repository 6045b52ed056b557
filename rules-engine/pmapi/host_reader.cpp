#include "pmapi/host_reader.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <syslog.h>

#include "base/clock.h"

namespace balance {
namespace {

using Clock = std::chrono::steady_clock;

/// What is refused so fast costs nobody time.
constexpr std::chrono::milliseconds kAtOnce{200};

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

HostReader::HostReader(std::string host, bool told)
    : host_(std::move(host)),
      name_(host_),
      complained_(told),
      thread_([this](const std::stop_token& stop) { loop(stop); }) {}

HostReader::~HostReader() {
  thread_.request_stop();
  wake_.notify_all();
}

std::size_t HostReader::want(const std::string& metric) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find(metrics_.begin(), metrics_.end(), metric);
  const auto place = static_cast<std::size_t>(found - metrics_.begin());
  if (found == metrics_.end()) metrics_.push_back(metric);
  return place;
}

bool HostReader::wanted() const {
  const std::lock_guard lock(mutex_);
  return !metrics_.empty();
}

bool HostReader::request() {
  bool answers = false;
  {
    const std::lock_guard lock(mutex_);
    answers = prompt_ && !busy_;
    asked_ = true;
  }
  wake_.notify_all();
  return answers;
}

void HostReader::wait_until(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  wake_.wait_until(lock, deadline, [this] { return !asked_ && !busy_; });
}

Context::Samples HostReader::samples() const {
  const std::lock_guard lock(mutex_);
  return samples_;
}

std::string HostReader::name() const {
  const std::lock_guard lock(mutex_);
  return name_;
}

/// A silent host is tried between ticks too: the next one, which may be far,
/// shall find it connected.
void HostReader::await_request(std::unique_lock<std::mutex>& lock,
                               const std::stop_token& stop) {
  const auto asked = [this] { return asked_; };
  if (prompt_)
    wake_.wait(lock, stop, asked);
  else
    wake_.wait_for(lock, stop, retry_time(), asked);
}

void HostReader::loop(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::vector<std::string> metrics;
    {
      std::unique_lock lock(mutex_);
      await_request(lock, stop);
      if (stop.stop_requested()) break;
      asked_ = false;
      busy_ = true;
      metrics = metrics_;
    }
    const auto begun = Clock::now();
    fetch(metrics);
    {
      const std::lock_guard lock(mutex_);
      busy_ = false;
      prompt_ = context_ != nullptr || Clock::now() - begun < kAtOnce;
    }
    wake_.notify_all();
  }
  context_.reset();
}

/// In pmie's words, once: people watch logs for them.
void HostReader::failed(const base::Error& why) {
  const bool connected = context_ != nullptr;
  context_.reset();
  if (!complained_ && !connected)
    pmNotifyErr(LOG_INFO, "Cannot connect to pmcd %s%s", host_.c_str(),
                is_none(why.code) ? "" : (": " + why.text).c_str());
  if (!complained_ && connected) {
    pmNotifyErr(LOG_ERR, "pmFetch from %s failed: %s", host_.c_str(),
                why.text.c_str());
    pmNotifyErr(LOG_INFO, "Lost connection to pmcd %s", host_.c_str());
  }
  complained_ = true;
  const std::lock_guard lock(mutex_);
  samples_.clear();
}

/// A pmcd that was restarted since the last time is asked at once.
void HostReader::fetch(const std::vector<std::string>& metrics) {
  const bool connected = context_ != nullptr;
  if (!try_fetch(metrics) && connected) try_fetch(metrics);
}

bool HostReader::try_fetch(const std::vector<std::string>& metrics) {
  if (context_ == nullptr) {
    auto connected = Context::connect(host_);
    if (!connected) {
      failed(connected.error());
      return false;
    }
    context_ = std::move(*connected);
    std::string name = context_->host_name();
    const std::lock_guard lock(mutex_);
    name_ = std::move(name);
  }
  // The age of a value counts from the question: an answer that was held up
  // may be as old as that.
  auto fetched = context_->fetch(metrics, base::wall_clock_s());
  if (!fetched) {
    failed(fetched.error());
    return false;
  }
  if (complained_)
    pmNotifyErr(LOG_INFO, "Re-established connection to pmcd %s",
                host_.c_str());
  complained_ = false;
  const std::lock_guard lock(mutex_);
  samples_ = std::move(*fetched);
  return true;
}

}  // namespace balance
