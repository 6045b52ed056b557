// pmie's `stomp` action: messages to a topic of a JMS server.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "action/stomp_socket.h"

namespace balance {

class StompLink {
 public:
  /// `retry`: the least time between two attempts to connect.
  explicit StompLink(StompSettings settings, std::chrono::milliseconds retry =
                                                 std::chrono::seconds(60));

  /// Connects, unless connected or tried less than `retry` ago, and sends
  /// pmie's first message.
  base::Result<void> connect();

  /// Success: the server has the message. It connects again first if the
  /// connection is gone.
  base::Result<void> send(const std::string& text);

 private:
  base::Result<void> greet();
  base::Result<void> deliver(const std::string& text);
  base::Result<void> expect(const std::string& command,
                            const std::string& header);
  StompSocket::Time deadline() const;

  StompSettings settings_;
  std::chrono::milliseconds retry_;
  StompSocket socket_;
  StompSocket::Time next_attempt_{};
  std::uint64_t receipts_ = 0;
};

}  // namespace balance
