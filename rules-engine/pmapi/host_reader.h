// The threads that ask one host.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "pmapi/host_desk.h"

namespace balance {

/// For the engine's thread.
class HostReader {
 public:
  /// As HostDesk.
  HostReader(std::string host, std::chrono::milliseconds patience, bool told);
  /// Waits for nobody: a thread that libpcp holds ends when it lets go, at most
  /// PMCD_REQUEST_TIMEOUT later.
  ~HostReader();
  HostReader(const HostReader&) = delete;
  HostReader& operator=(const HostReader&) = delete;

  void set_patience(HostDesk::Clock::duration patience) {
    desk_->set_patience(patience);
  }
  std::size_t want(const std::string& metric) { return desk_->want(metric); }
  /// Asks for a fetch. False: the host is silent or slow, nobody should wait.
  bool request(const std::vector<std::size_t>& places);
  void wait_until(HostDesk::Clock::time_point deadline) {
    desk_->wait_until(deadline);
  }
  Context::Samples samples() const { return desk_->samples(); }
  bool answers() const { return desk_->answers(); }
  std::string name() const { return desk_->name(); }
  void close() { desk_->close(); }
  void wait_closed(HostDesk::Clock::time_point deadline) {
    desk_->wait_closed(deadline);
  }

 private:
  std::shared_ptr<HostDesk> desk_;  ///< the threads' too
};

}  // namespace balance
