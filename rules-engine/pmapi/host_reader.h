// The thread that asks one host.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "eval/snapshot.h"
#include "pmapi/context.h"

namespace balance {

class HostReader {
 public:
  /// `told`: it was said already that the host does not answer.
  explicit HostReader(std::string host, bool told = false);
  /// Waits for a fetch at hand: at most PMCD_REQUEST_TIMEOUT.
  ~HostReader();

  /// The place of the metric among samples().
  std::size_t want(const std::string& metric);
  bool wanted() const;
  /// Asks for a fetch. False: the host is silent, nobody should wait.
  bool request();
  void wait_until(std::chrono::steady_clock::time_point deadline);
  /// The newest samples, in the order of want(); none while the host does not
  /// answer.
  Context::Samples samples() const;
  std::string name() const;

 private:
  void loop(const std::stop_token& stop);
  void await_request(std::unique_lock<std::mutex>& lock,
                     const std::stop_token& stop);
  void fetch(const std::vector<std::string>& metrics);
  bool try_fetch(const std::vector<std::string>& metrics);
  void failed(const base::Error& why);

  const std::string host_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::vector<std::string> metrics_;
  Context::Samples samples_;
  std::string name_;
  bool asked_ = false;  ///< a fetch is asked for and has not begun
  bool busy_ = false;   ///< it has begun and not ended
  /// The last one ended well, or was refused at once, or none has begun.
  bool prompt_ = true;
  std::unique_ptr<Context> context_;  ///< of the thread alone
  bool complained_;                   ///< of a host that does not answer
  std::jthread thread_;
};

}  // namespace balance
