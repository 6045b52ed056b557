// Processes with sockets, for tests. Only loopback is used.
#pragma once

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/fd.h"
#include "source/source.h"

namespace netstat {

using mosix::Fd;

inline void require(bool condition, const char* what) {
  if (condition) return;
  std::perror(what);
  std::abort();
}

/// One end of the talk between a test and its child: numbers, in order.
class Line {
 public:
  Line(int in, int out) : in_(in), out_(out) {}
  void tell(std::uint64_t number) const {
    require(write(out_, &number, sizeof number) == sizeof number, "tell");
  }
  std::uint64_t hear() const {
    std::uint64_t number = 0;
    require(read(in_, &number, sizeof number) == sizeof number, "hear");
    return number;
  }

 private:
  int in_;
  int out_;
};

/// Runs `body(Line)` in a forked process, which ends with it (status 0), or by
/// SIGKILL with this object.
class Child {
 public:
  template <class F>
  explicit Child(F body) {
    int up[2];
    int down[2];
    require(pipe(up) == 0 && pipe(down) == 0, "pipe");
    const pid_t parent = getpid();
    pid_ = fork();
    require(pid_ >= 0, "fork");
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      // The first process of a pid namespace does not see its parent.
      if (getppid() != parent && getpid() != 1) _exit(1);
      body(Line(down[0], up[1]));
      _exit(0);
    }
    down_[0].reset(down[0]);
    down_[1].reset(down[1]);
    up_.reset(up[0]);
    close(up[1]);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  pid_t pid() const { return pid_; }
  void tell(std::uint64_t number) const {
    Line(-1, down_[1].get()).tell(number);
  }
  std::uint64_t hear() const { return Line(up_.get(), -1).hear(); }
  /// Waits for its end. Its exit status, -1 if it was killed.
  int join() {
    int status = 0;
    waitpid(std::exchange(pid_, 0), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = 0;
  Fd down_[2];
  Fd up_;
};

inline std::uint64_t inode_of(int fd) {
  struct stat found;
  require(fstat(fd, &found) == 0, "fstat");
  return found.st_ino;
}

inline std::uint16_t port_of(int fd) {
  sockaddr_in6 address{};
  socklen_t size = sizeof address;
  require(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0,
          "getsockname");
  return ntohs(address.sin6_port);  // at the same place for IPv4
}

/// Loopback, of either family; port 0: any.
inline std::pair<sockaddr_storage, socklen_t> loopback(int family,
                                                       std::uint16_t port) {
  sockaddr_storage storage{};
  storage.ss_family = static_cast<sa_family_t>(family);
  if (family == AF_INET) {
    auto& address = reinterpret_cast<sockaddr_in&>(storage);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return {storage, sizeof address};
  }
  auto& address = reinterpret_cast<sockaddr_in6&>(storage);
  address.sin6_addr = in6addr_loopback;
  address.sin6_port = htons(port);
  return {storage, sizeof address};
}

inline Fd bound(int family, int type) {
  Fd fd(socket(family, type | SOCK_CLOEXEC, 0));
  const auto [address, size] = loopback(family, 0);
  require(fd && bind(fd.get(), reinterpret_cast<const sockaddr*>(&address),
                     size) == 0,
          "bind");
  return fd;
}

inline Fd listener(int family) {
  Fd fd = bound(family, SOCK_STREAM);
  require(listen(fd.get(), 1000) == 0, "listen");
  return fd;
}

inline Fd connected(int family, int type, std::uint16_t port) {
  Fd fd(socket(family, type | SOCK_CLOEXEC, 0));
  const auto [address, size] = loopback(family, port);
  require(fd && connect(fd.get(), reinterpret_cast<const sockaddr*>(&address),
                        size) == 0,
          "connect");
  return fd;
}

inline Fd accepted(const Fd& from) {
  Fd fd(accept4(from.get(), nullptr, nullptr, SOCK_CLOEXEC));
  require(static_cast<bool>(fd), "accept");
  return fd;
}

/// Ends that vanish at their close, without TIME_WAIT.
inline void reset_at_close(const Fd& fd) {
  const linger now{1, 0};
  setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

/// A connection with both ends in one process.
struct Connection {
  Fd client;
  Fd server;
};
inline Connection connection(int family = AF_INET) {
  const Fd from = listener(family);
  Connection made;
  made.client = connected(family, SOCK_STREAM, port_of(from.get()));
  made.server = accepted(from);
  reset_at_close(made.client);
  return made;
}

/// Moves `size` bytes, all of them read.
inline void move(const Fd& from, const Fd& to, std::size_t size) {
  std::vector<char> chunk(16384);
  for (std::size_t moved = 0; moved < size;) {
    const auto part = std::min(chunk.size(), size - moved);
    require(
        send(from.get(), chunk.data(), part, 0) == static_cast<ssize_t>(part),
        "send");
    require(recv(to.get(), chunk.data(), part, MSG_WAITALL) ==
                static_cast<ssize_t>(part),
            "recv");
    moved += part;
  }
}

inline void send_fd(int over, int fd) {
  char byte = 0;
  iovec part{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof fd)] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof fd);
  std::memcpy(CMSG_DATA(head), &fd, sizeof fd);
  require(sendmsg(over, &message, 0) == 1, "sendmsg");
}

inline Fd receive_fd(int over) {
  char byte = 0;
  int fd = -1;
  iovec part{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof fd)] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  require(recvmsg(over, &message, 0) == 1, "recvmsg");
  std::memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
  return Fd(fd);
}

/// The processes under which a reading lists a socket, sorted.
inline std::vector<pid_t> holders_of(const Reading& reading,
                                     std::uint64_t inode) {
  std::vector<pid_t> pids;
  for (const auto& holder : reading.holders)
    for (std::size_t i = 0; i < holder.count; ++i)
      if (reading.sockets[holder.first + i].inode == inode)
        pids.push_back(static_cast<pid_t>(holder.process.pid));
  std::sort(pids.begin(), pids.end());
  return pids;
}

/// A socket of a reading; all zero if it is not there.
inline netstat_socket socket_of(const Reading& reading, std::uint64_t inode) {
  for (const auto& socket : reading.sockets)
    if (socket.inode == inode) return socket;
  return {};
}

}  // namespace netstat
