// A connection to mosixd that never blocks and comes again by itself: the
// capsule's, and that of `pmmosix run`.
#pragma once

#include <optional>
#include <string>

#include "api/wire.h"
#include "capsule/out_stream.h"
#include "host/fd.h"

namespace mosix {

class Link {
 public:
  explicit Link(std::string socket) : socket_(std::move(socket)) {}

  bool up() const { return static_cast<bool>(fd_); }
  /// Connects if it is time to try (every 100 ms); true when it became up.
  bool try_connect(Time now);
  /// Why it is not up, an errno.
  int error() const { return error_; }
  /// When to try again; none while up.
  std::optional<Time> retry_at() const;

  int fd() const { return fd_.get(); }
  short poll_events() const;

  void send(const Message& message);
  /// All that was said has been handed to the socket.
  bool idle() const { return up() && queue_.empty(); }
  /// So much is queued that what can wait should wait.
  bool congested() const { return queue_.size() > kCongested; }
  /// Writes what the socket takes; drops the connection when it is broken.
  void flush();
  /// Reads what is there; drops the connection at its end.
  void fill();
  std::optional<Message> next();

 private:
  static constexpr std::size_t kCongested = 256 * 1024;

  void drop();

  std::string socket_;
  Fd fd_;
  Decoder decoder_;
  std::string queue_;
  Time next_try_{};
  int error_ = 0;
};

}  // namespace mosix
