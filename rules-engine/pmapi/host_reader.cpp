#include "pmapi/host_reader.h"

#include <algorithm>

#include <syslog.h>

#include "base/clock.h"

namespace balance {
HostReader::HostReader(std::string host)
    : host_(std::move(host)),
      name_(host_),
      thread_([this](const std::stop_token& stop) { loop(stop); }) {}

HostReader::~HostReader() {
  thread_.request_stop();
  wake_.notify_all();
}

bool HostReader::want(const std::string& metric) {
  const std::lock_guard lock(mutex_);
  if (std::find(metrics_.begin(), metrics_.end(), metric) != metrics_.end())
    return false;
  metrics_.push_back(metric);
  return true;
}

bool HostReader::wanted() const {
  const std::lock_guard lock(mutex_);
  return !metrics_.empty();
}

bool HostReader::request() {
  bool answers = false;
  {
    const std::lock_guard lock(mutex_);
    answers = good_ && !busy_;
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

void HostReader::loop(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::vector<std::string> metrics;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, stop, [this] { return asked_; });
      if (stop.stop_requested()) break;
      asked_ = false;
      busy_ = true;
      metrics = metrics_;
    }
    fetch(metrics);
    {
      const std::lock_guard lock(mutex_);
      busy_ = false;
      good_ = context_ != nullptr;
    }
    wake_.notify_all();
  }
  context_.reset();
}

/// In pmie's words, once: people watch logs for them.
void HostReader::failed(const std::string& text) {
  const bool connected = context_ != nullptr;
  context_.reset();
  if (!complained_ && !connected)
    pmNotifyErr(LOG_INFO, "Cannot connect to pmcd %s", host_.c_str());
  if (!complained_ && connected) {
    pmNotifyErr(LOG_ERR, "pmFetch from %s failed: %s", host_.c_str(),
                text.c_str());
    pmNotifyErr(LOG_INFO, "Lost connection to pmcd %s", host_.c_str());
  }
  complained_ = true;
}

void HostReader::fetch(const std::vector<std::string>& metrics) {
  if (context_ == nullptr) {
    auto connected = Context::connect(host_);
    if (!connected) return failed(connected.error().text);
    context_ = std::move(*connected);
    std::string name = context_->host_name();
    const std::lock_guard lock(mutex_);
    name_ = std::move(name);
  }
  // The age of a value counts from the question: an answer that was held up
  // may be as old as that.
  auto fetched = context_->fetch(metrics, base::wall_clock_s());
  if (!fetched) return failed(fetched.error().text);
  if (complained_)
    pmNotifyErr(LOG_INFO, "Re-established connection to pmcd %s",
                host_.c_str());
  complained_ = false;
  const std::lock_guard lock(mutex_);
  samples_ = std::move(*fetched);
}

}  // namespace balance
