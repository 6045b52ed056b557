#include "bpf/test_sockets.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>
#include <string>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace netstat::testing {

using mosix::Fd;

namespace {

constexpr int kPatienceMs = 30000;

void must(bool done, const char* what) {
  if (!done)
    throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

Address loopback(int family) {
  Address address;
  address.storage.ss_family = static_cast<sa_family_t>(family);
  if (family == AF_INET) {
    address.size = sizeof(sockaddr_in);
    reinterpret_cast<sockaddr_in*>(&address.storage)->sin_addr.s_addr =
        htonl(INADDR_LOOPBACK);
  } else {
    address.size = sizeof(sockaddr_in6);
    reinterpret_cast<sockaddr_in6*>(&address.storage)->sin6_addr =
        in6addr_loopback;
  }
  return address;
}

Address address_of(const Fd& socket) {
  Address address;
  address.size = sizeof address.storage;
  must(::getsockname(socket.get(), address.get(), &address.size) == 0,
       "getsockname");
  return address;
}

Fd bound(int family, int type) {
  Fd socket(::socket(family, type | SOCK_CLOEXEC, 0));
  Address address = loopback(family);
  must(::bind(socket.get(), address.get(), address.size) == 0, "bind");
  return socket;
}

struct stat status_of(const Fd& file) {
  struct stat status;
  must(::fstat(file.get(), &status) == 0, "fstat");
  return status;
}

}  // namespace

Fd udp_socket(int family) {
  return bound(family, SOCK_DGRAM);
}

void connect_to(const Fd& socket, const Fd& other) {
  Address address = address_of(other);
  must(::connect(socket.get(), address.get(), address.size) == 0, "connect");
}

Fd tcp_listener(int family) {
  Fd listener = bound(family, SOCK_STREAM);
  must(::listen(listener.get(), 4096) == 0, "listen");
  return listener;
}

Fd tcp_connect(const Fd& listener) {
  Address address = address_of(listener);
  Fd client(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  must(::connect(client.get(), address.get(), address.size) == 0, "connect");
  return client;
}

Fd tcp_accept(const Fd& listener) {
  Fd server(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  must(static_cast<bool>(server), "accept");
  return server;
}

Pair tcp_pair(int family) {
  const Fd listener = tcp_listener(family);
  Fd client = tcp_connect(listener);
  return {std::move(client), tcp_accept(listener)};
}

Pair udp_pair(int family) {
  Pair pair{udp_socket(family), udp_socket(family)};
  connect_to(pair.client, pair.server);
  connect_to(pair.server, pair.client);
  return pair;
}

Pair unix_pair(int type) {
  std::array<int, 2> ends;
  must(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends.data()) == 0,
       "socketpair");
  return {Fd(ends[0]), Fd(ends[1])};
}

void send_bytes(const Fd& socket, std::size_t size, std::size_t step) {
  const std::vector<char> text(std::min(size, step));
  while (size > 0) {
    const ssize_t sent = ::send(socket.get(), text.data(),
                                std::min(size, text.size()), MSG_NOSIGNAL);
    must(sent > 0, "send");
    size -= static_cast<std::size_t>(sent);
  }
}

void receive_bytes(const Fd& socket, std::size_t size) {
  std::array<char, 65536> text;
  pollfd ready{socket.get(), POLLIN, 0};
  while (size > 0) {
    must(::poll(&ready, 1, kPatienceMs) == 1, "poll");
    const ssize_t received =
        ::recv(socket.get(), text.data(), std::min(size, text.size()), 0);
    must(received > 0, "recv");
    size -= static_cast<std::size_t>(received);
  }
}

void move_bytes(const Fd& from, const Fd& to, std::size_t size) {
  constexpr std::size_t kStep = 8192;
  for (; size > 0; size -= std::min(size, kStep)) {
    send_bytes(from, std::min(size, kStep));
    receive_bytes(to, std::min(size, kStep));
  }
}

void reset_at_close(const Fd& socket) {
  const linger at_once{1, 0};
  must(::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once,
                    sizeof at_once) == 0,
       "SO_LINGER");
}

std::uint64_t inode_of(const Fd& socket) {
  return status_of(socket).st_ino;
}

std::uint16_t local_port_of(const Fd& socket) {
  Address address = address_of(socket);
  // At the same place in both families.
  return ntohs(reinterpret_cast<sockaddr_in*>(&address.storage)->sin_port);
}

std::uint32_t own_netns() {
  struct stat status;
  must(::stat("/proc/self/ns/net", &status) == 0, "stat");
  return static_cast<std::uint32_t>(status.st_ino);
}

std::vector<Row> rows_of(const Reading& reading, pid_t pid) {
  std::vector<Row> rows;
  for (const auto& holder : reading.holders) {
    if (holder.process.pid != static_cast<std::uint32_t>(pid)) continue;
    for (std::size_t i = 0; i < holder.count; ++i)
      rows.push_back({holder.process, reading.sockets.at(holder.first + i)});
  }
  return rows;
}

Row row_of(const Reading& reading, pid_t pid, std::uint64_t inode) {
  std::vector<Row> rows = rows_of(reading, pid);
  std::erase_if(rows,
                [&](const Row& row) { return row.socket.inode != inode; });
  if (rows.size() != 1)
    throw std::runtime_error("socket " + std::to_string(inode) +
                             " of process " + std::to_string(pid) +
                             " is listed " + std::to_string(rows.size()) +
                             " times");
  return rows.front();
}

}  // namespace netstat::testing
