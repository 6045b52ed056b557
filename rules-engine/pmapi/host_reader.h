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
  explicit HostReader(std::string host);
  /// Waits for a fetch at hand: at most PMCD_REQUEST_TIMEOUT.
  ~HostReader();

  /// False: it was wanted already.
  bool want(const std::string& metric);
  bool wanted() const;
  /// Asks for a fetch. False: the host does not answer, nobody should wait.
  bool request();
  void wait_until(std::chrono::steady_clock::time_point deadline);
  /// The newest samples, beside the metrics in the order of want().
  Context::Samples samples() const;
  std::string name() const;

 private:
  void loop(const std::stop_token& stop);
  void fetch(const std::vector<std::string>& metrics);
  void failed(const std::string& text);

  const std::string host_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::vector<std::string> metrics_;
  Context::Samples samples_;
  std::string name_;
  bool asked_ = false;  ///< a fetch is asked for and has not begun
  bool busy_ = false;   ///< it has begun and not ended
  bool good_ = true;    ///< the last one ended well, or none has begun
  std::unique_ptr<Context> context_;  ///< of the thread alone
  bool complained_ = false;
  std::jthread thread_;
};

}  // namespace balance
