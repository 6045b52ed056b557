// Frames of STOMP over TCP.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "action/stomp_settings.h"
#include "base/result.h"

namespace balance {

/// "COMMAND", lines "name:value", an empty line, the body.
struct StompFrame {
  std::string command;
  std::vector<std::string> headers;  ///< "name:value"
  std::string body;
};

/// A frame as it is written or was read, without its last NUL.
std::string stomp_text(const StompFrame& frame);
StompFrame parse_stomp_frame(std::string_view text);

/// A connection. Every call ends in time: nothing waits past its deadline.
class StompSocket {
 public:
  using Time = std::chrono::steady_clock::time_point;

  StompSocket() = default;
  ~StompSocket() { close(); }
  StompSocket(const StompSocket&) = delete;
  StompSocket& operator=(const StompSocket&) = delete;

  /// Host and port are looked up the first time only: a name server that does
  /// not answer must not hold up the rules later.
  base::Result<void> look_up(const StompSettings& settings);
  base::Result<void> connect(Time deadline);
  base::Result<void> write(const StompFrame& frame, Time deadline);
  base::Result<StompFrame> read(Time deadline);
  /// Takes in what has come; false: the connection is gone.
  bool alive();
  bool is_open() const { return fd_ >= 0; }
  void close();

 private:
  base::Result<void> connect_to(const std::string& address, Time deadline);
  base::Result<void> wait(short events, Time deadline);
  base::Result<void> receive();

  std::vector<std::string> addresses_;  ///< sockaddr, byte by byte
  int fd_ = -1;
  std::string received_;
};

}  // namespace balance
