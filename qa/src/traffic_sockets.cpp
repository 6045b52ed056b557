#include "traffic_sockets.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <unistd.h>

#include "traffic_gang.h"

namespace traffic {

const char* protocol_name(Protocol protocol) {
  switch (protocol) {
    case Protocol::kTcp:
      return "tcp";
    case Protocol::kUdp:
      return "udp";
    default:
      return "unix";
  }
}

bool is_stream(Protocol protocol) {
  return protocol == Protocol::kTcp || protocol == Protocol::kUnix;
}

Address::Address(Protocol protocol, const std::string& text, int port) {
  if (protocol == Protocol::kUnix || protocol == Protocol::kUnixDatagram) {
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    // The first byte stays zero.
    const std::size_t length = std::min(text.size(), sizeof local.sun_path - 1);
    std::memcpy(local.sun_path + 1, text.data(), length);
    std::memcpy(&storage_, &local, sizeof local);
    size_ = static_cast<socklen_t>(sizeof(sa_family_t) + 1 + length);
    return;
  }
  const auto network_port = htons(static_cast<in_port_t>(port));
  sockaddr_in four{};
  sockaddr_in6 six{};
  if (inet_pton(AF_INET, text.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = network_port;
    std::memcpy(&storage_, &four, size_ = sizeof four);
  } else if (inet_pton(AF_INET6, text.c_str(), &six.sin6_addr) == 1) {
    six.sin6_family = AF_INET6;
    six.sin6_port = network_port;
    std::memcpy(&storage_, &six, size_ = sizeof six);
  } else {
    errno = EINVAL;
    die(text.c_str());
  }
}

const sockaddr* Address::data() const {
  return reinterpret_cast<const sockaddr*>(&storage_);
}

void enter_network(const std::string& name) {
  if (name.empty()) return;
  const bool pid = name.find_first_not_of("0123456789") == std::string::npos;
  const std::string path =
      pid ? "/proc/" + name + "/ns/net" : "/run/netns/" + name;
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 || setns(file, CLONE_NEWNET) != 0) die(path.c_str());
  close(file);
}

namespace {

int make_socket(Protocol protocol, int family) {
  const int type = is_stream(protocol) ? SOCK_STREAM : SOCK_DGRAM;
  const int made = socket(family, type | SOCK_CLOEXEC, 0);
  if (made < 0) die("socket");
  return made;
}

}  // namespace

int serve_at(Protocol protocol, const Address& address) {
  const int made = make_socket(protocol, address.family());
  if (bind(made, address.data(), address.size()) != 0) die("bind");
  if (is_stream(protocol) && listen(made, SOMAXCONN) != 0) die("listen");
  return made;
}

int port_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    die("getsockname");
  // The port is at the same place in both families.
  sockaddr_in four{};
  std::memcpy(&four, &address, sizeof four);
  return address.ss_family == AF_UNIX ? -1 : ntohs(four.sin_port);
}

int connect_to(Protocol protocol, const Address& address) {
  const int made = make_socket(protocol, address.family());
  const sa_family_t unnamed = AF_UNIX;
  // Without a name of its own it gets no answer.
  if (protocol == Protocol::kUnixDatagram &&
      bind(made, reinterpret_cast<const sockaddr*>(&unnamed), sizeof unnamed) !=
          0)
    die("bind");
  if (connect(made, address.data(), address.size()) != 0) die("connect");
  return made;
}

int accept_from(int listener) {
  const int made = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  if (made < 0 && errno != EAGAIN) die("accept");
  return made;
}

void close_with(int socket, End end) {
  const linger reset{1, 0};
  if (end == End::kReset &&
      setsockopt(socket, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) != 0)
    die("SO_LINGER");
  close(socket);
}

}  // namespace traffic
