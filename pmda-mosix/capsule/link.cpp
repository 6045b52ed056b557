#include "capsule/link.h"

#include <array>
#include <cerrno>
#include <chrono>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace mosix {
namespace {

constexpr auto kRetry = std::chrono::milliseconds(100);

Fd open_socket(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return {};
  }
  path.copy(address.sun_path, path.size());
  // Without O_NONBLOCK a connect would wait while mosixd's backlog is full.
  Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address),
              sizeof address) < 0) {
    const int why = errno;
    fd.reset();
    errno = why;
  }
  return fd;
}

}  // namespace

bool Link::try_connect(Time now) {
  if (up() || now < next_try_) return false;
  next_try_ = now + kRetry;
  fd_ = open_socket(socket_);
  if (!up()) error_ = errno;
  return up();
}

std::optional<Time> Link::retry_at() const {
  if (up()) return std::nullopt;
  return next_try_;
}

short Link::poll_events() const {
  return static_cast<short>(queue_.empty() ? POLLIN : POLLIN | POLLOUT);
}

void Link::send(const Message& message) {
  if (up()) queue_ += encode(message);
}

void Link::flush() {
  while (up() && !queue_.empty()) {
    const ssize_t n =
        ::send(fd_.get(), queue_.data(), queue_.size(), MSG_NOSIGNAL);
    if (n > 0) {
      queue_.erase(0, static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      return;
    } else if (errno != EINTR) {
      drop();
    }
  }
}

void Link::fill() {
  std::array<char, 65536> chunk;
  const ssize_t n = recv(fd_.get(), chunk.data(), chunk.size(), 0);
  if (n > 0)
    decoder_.feed({chunk.data(), static_cast<std::size_t>(n)});
  else if (n == 0 || (errno != EAGAIN && errno != EINTR))
    drop();
}

std::optional<Message> Link::next() {
  auto message = decoder_.next();
  if (message) return std::move(*message);
  drop();
  return std::nullopt;
}

void Link::drop() {
  fd_.reset();
  decoder_ = Decoder();
  queue_.clear();
}

}  // namespace mosix
