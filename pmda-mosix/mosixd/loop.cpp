#include "mosixd/loop.h"

#include <array>
#include <cerrno>
#include <ctime>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace mosix {

Loop::Loop() : loop_(ev_loop_new(EVFLAG_AUTO)) {
  prepare_.data = this;
  ev_prepare_init(&prepare_, [](struct ev_loop*, ev_prepare* prepare, int) {
    auto& posted = static_cast<Loop*>(prepare->data)->posted_;
    while (!posted.empty()) {
      const auto callback = std::move(posted.front());
      posted.pop_front();
      callback();
    }
  });
  ev_prepare_start(loop_, &prepare_);
}

Loop::~Loop() {
  ev_loop_destroy(loop_);
}

void Loop::post(std::function<void()> callback) {
  posted_.push_back(std::move(callback));
}

Watch::Watch(Loop& loop, int fd, int events, std::function<void(int)> callback)
    : loop_(loop), callback_(std::move(callback)) {
  io_.data = this;
  ev_io_init(
      &io_,
      [](struct ev_loop*, ev_io* io, int got) {
        static_cast<Watch*>(io->data)->callback_(got);
      },
      fd, events);
  ev_io_start(loop_.raw(), &io_);
}

Watch::~Watch() {
  ev_io_stop(loop_.raw(), &io_);
}

void Watch::set(int events) {
  if (io_.events == (events | EV__IOFDSET) || io_.events == events) return;
  ev_io_stop(loop_.raw(), &io_);
  ev_io_set(&io_, io_.fd, events);
  ev_io_start(loop_.raw(), &io_);
}

Timer::Timer(Loop& loop, double seconds, std::function<void()> callback)
    : loop_(loop), callback_(std::move(callback)) {
  timer_.data = this;
  ev_timer_init(
      &timer_,
      [](struct ev_loop*, ev_timer* timer, int) {
        static_cast<Timer*>(timer->data)->callback_();
      },
      seconds, seconds);
  ev_timer_start(loop_.raw(), &timer_);
}

Timer::~Timer() {
  ev_timer_stop(loop_.raw(), &timer_);
}

void Timer::set(double seconds) {
  if (timer_.repeat == seconds) return;
  timer_.repeat = seconds;
  ev_timer_again(loop_.raw(), &timer_);
}

Stream::Stream(Loop& loop, int fd) : loop_(loop), fd_(fd) {
  fcntl(fd_, F_SETFL, fcntl(fd_, F_GETFL) | O_NONBLOCK);
  watch_ = std::make_unique<Watch>(loop_, fd_, EV_READ,
                                   [this](int events) { ready(events); });
}

Stream::~Stream() {
  *alive_ = false;
  watch_.reset();
  close(fd_);
}

void Stream::send(const Message& message) {
  if (out_.size() > kMaxQueue) return;  // ready() will close it
  out_ += encode(message);
  watch_->set(EV_READ | EV_WRITE);
}

void Stream::ready(int events) {
  const std::shared_ptr<bool> alive = alive_;
  if ((events & EV_WRITE) != 0) write_some();
  if (*alive && (events & EV_READ) != 0) read_some();
}

void Stream::end(const std::string& why) {
  watch_->set(0);
  if (on_close_) {
    const OnClose callback = on_close_;  // survives our destruction
    callback(why);
  }
}

void Stream::write_some() {
  if (out_.size() > kMaxQueue) return end("the other side does not read");
  const ssize_t n = ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
  if (n < 0) {
    if (errno != EAGAIN && errno != EINTR) end(std::strerror(errno));
    return;
  }
  out_.erase(0, static_cast<std::size_t>(n));
  if (out_.empty()) watch_->set(EV_READ);
}

void Stream::read_some() {
  std::array<char, 65536> chunk;
  const ssize_t n = recv(fd_, chunk.data(), chunk.size(), 0);
  if (n == 0) return end("closed");
  if (n < 0) {
    if (errno != EAGAIN && errno != EINTR) end(std::strerror(errno));
    return;
  }
  decoder_.feed({chunk.data(), static_cast<std::size_t>(n)});
  const std::shared_ptr<bool> alive = alive_;
  for (;;) {
    auto message = decoder_.next();
    if (!message) return end(message.error().text);
    if (!*message) return;
    if (on_message_) {
      const OnMessage callback = on_message_;
      callback(std::move(**message));
    }
    if (!*alive) return;
  }
}

namespace {
std::int64_t read_clock(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
}  // namespace

std::int64_t now_ms() {
  return read_clock(CLOCK_MONOTONIC);
}
std::int64_t wall_ms() {
  return read_clock(CLOCK_REALTIME);
}

}  // namespace mosix
