#include "action/stomp_socket.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"

namespace balance {
namespace {

/// No frame that a server sends us is longer.
constexpr std::size_t kMostReceived = 1 << 20;

base::Result<void> lost() {
  return base::fail(ECONNRESET, "the server closed the connection");
}

}  // namespace

std::string stomp_text(const StompFrame& frame) {
  return fmt::format("{}\n{}{}\n{}", frame.command,
                     fmt::join(frame.headers, "\n"),
                     frame.headers.empty() ? "" : "\n", frame.body);
}

StompFrame parse_stomp_frame(std::string_view text) {
  const auto line = [&text] {
    std::string_view out = base::take_line(text);
    if (out.ends_with('\r')) out.remove_suffix(1);
    return out;
  };
  // Between frames there may be newlines.
  text.remove_prefix(std::min(text.find_first_not_of("\r\n"), text.size()));
  StompFrame out;
  out.command = line();
  for (std::string_view each = line(); !each.empty(); each = line())
    out.headers.emplace_back(each);
  out.body = text;
  return out;
}

base::Result<void> StompSocket::look_up(const StompSettings& settings) {
  if (!addresses_.empty()) return {};
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error =
      getaddrinfo(settings.host.c_str(),
                  fmt::format("{}", settings.port).c_str(), &wanted, &found);
  if (error != 0)
    return base::fail(
        0, fmt::format("{}: {}", settings.host, gai_strerror(error)));
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next)
    addresses_.emplace_back(reinterpret_cast<const char*>(at->ai_addr),
                            at->ai_addrlen);
  freeaddrinfo(found);
  return {};
}

base::Result<void> StompSocket::connect(Time deadline) {
  base::Result<void> out = base::fail(0, "no address");
  for (const std::string& address : addresses_) {
    close();
    out = connect_to(address, deadline);
    if (out) return out;
  }
  close();
  return out;
}

base::Result<void> StompSocket::connect_to(const std::string& address,
                                           Time deadline) {
  const auto* where = reinterpret_cast<const sockaddr*>(address.data());
  fd_ = socket(where->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return base::fail_errno("socket");
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const auto size = static_cast<socklen_t>(address.size());
  if (::connect(fd_, where, size) == 0) return {};
  if (errno != EINPROGRESS) return base::fail_errno("connect");
  if (const auto ready = wait(POLLOUT, deadline); !ready) return ready;
  socklen_t length = sizeof errno;
  int error = 0;
  getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &length);
  errno = error;
  if (error != 0) return base::fail_errno("connect");
  return {};
}

base::Result<void> StompSocket::wait(short events, Time deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return base::fail(ETIMEDOUT, "no answer in time");
    pollfd watch{fd_, events, 0};
    const int ready = poll(&watch, 1, static_cast<int>(left.count()));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return base::fail_errno("poll");
  }
}

base::Result<void> StompSocket::write(const StompFrame& frame, Time deadline) {
  std::string text = stomp_text(frame);
  text += '\0';
  text += '\n';
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t n = send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (n >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      if (const auto ready = wait(POLLOUT, deadline); !ready) return ready;
    } else if (errno != EINTR) {
      return base::fail_errno("send");
    }
  }
  return {};
}

/// What is there to be read, without waiting.
base::Result<void> StompSocket::receive() {
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t n = recv(fd_, buffer.data(), buffer.size(), 0);
    if (n > 0) {
      received_.append(buffer.data(), static_cast<std::size_t>(n));
      if (received_.size() > kMostReceived)
        return base::fail(EMSGSIZE, "the server sends too much");
    } else if (n == 0) {
      return lost();
    } else if (errno == EAGAIN) {
      return {};
    } else if (errno != EINTR) {
      return base::fail_errno("recv");
    }
  }
}

base::Result<StompFrame> StompSocket::read(Time deadline) {
  for (;;) {
    if (const std::size_t end = received_.find('\0');
        end != std::string::npos) {
      StompFrame out = parse_stomp_frame(received_.substr(0, end));
      received_.erase(0, end + 1);
      return out;
    }
    if (const auto ready = wait(POLLIN, deadline); !ready)
      return tl::make_unexpected(ready.error());
    // A last frame may stand before the end of the connection.
    if (const auto got = receive();
        !got && received_.find('\0') == std::string::npos)
      return tl::make_unexpected(got.error());
  }
}

bool StompSocket::alive() {
  return is_open() && receive().has_value();
}

void StompSocket::close() {
  if (is_open()) ::close(fd_);
  fd_ = -1;
  received_.clear();
}

}  // namespace balance
