// The event loop (libev) in C++ clothes: callbacks on descriptors, timers and
// message streams, all in one thread.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include <ev.h>

#include "api/wire.h"

namespace mosix {

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  struct ev_loop* raw() const {
    return loop_;
  }
  void run() { ev_run(loop_, 0); }
  void stop() { ev_break(loop_, EVBREAK_ALL); }
  /// Calls back soon, but not from within this call.
  void post(std::function<void()> callback);

 private:
  struct ev_loop* loop_;
  ev_prepare prepare_{};
  std::deque<std::function<void()>> posted_;
};

/// Calls back when a descriptor is readable (and writable, when asked).
class Watch {
 public:
  Watch(Loop& loop, int fd, int events, std::function<void(int)> callback);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  void set(int events);

 private:
  Loop& loop_;
  ev_io io_{};
  std::function<void(int)> callback_;
};

/// Calls back every `seconds` (first after `seconds`) while it exists.
class Timer {
 public:
  Timer(Loop& loop, double seconds, std::function<void()> callback);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  void set(double seconds);

 private:
  Loop& loop_;
  ev_timer timer_{};
  std::function<void()> callback_;
};

/// Messages over a stream socket, without ever blocking. Owns the descriptor.
class Stream {
 public:
  using OnMessage = std::function<void(Message)>;
  using OnClose = std::function<void(const std::string& why)>;

  Stream(Loop& loop, int fd);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Both may destroy the stream they are called from.
  void on_message(OnMessage callback) { on_message_ = std::move(callback); }
  void on_close(OnClose callback) { on_close_ = std::move(callback); }

  int fd() const { return fd_; }
  /// Queues a message. One that would make the queue longer than kMaxQueue
  /// closes the stream: the other side does not read.
  void send(const Message& message);

  static constexpr std::size_t kMaxQueue = 64u << 20;

 private:
  void ready(int events);
  void read_some();
  void write_some();
  void end(const std::string& why);

  Loop& loop_;
  int fd_;
  Decoder decoder_;
  std::string out_;
  std::unique_ptr<Watch> watch_;
  OnMessage on_message_;
  OnClose on_close_;
  /// Becomes false when the stream is destroyed, so that a callback that does
  /// so is noticed.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

/// Milliseconds of a clock that only goes forward.
std::int64_t now_ms();
/// Milliseconds since 1970.
std::int64_t wall_ms();

}  // namespace mosix
