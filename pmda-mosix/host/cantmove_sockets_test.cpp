// Each kind of socket, held by a real process.
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "host/test_dir.h"
#include "host/test_job.h"

namespace mosix {
namespace {

using test_job::check_kinds;
using test_job::Hold;
using test_job::holds;
using test_job::insider;
using test_job::outsider;
using test_job::Pids;
using test_job::reason;

int bound(int type, const char* address, bool listening = false) {
  const int fd = socket(AF_INET, type, 0);
  sockaddr_in name = {};
  name.sin_family = AF_INET;
  inet_pton(AF_INET, address, &name.sin_addr);
  const int on = 1;
  // An address that no node has may be bound all the same.
  setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof on);
  if (bind(fd, reinterpret_cast<sockaddr*>(&name), sizeof name) < 0) return -1;
  if (listening && listen(fd, 5) < 0) return -1;
  return fd;
}

/// A client of the listening socket `fd`.
int connected_to(int fd, int type = SOCK_STREAM) {
  sockaddr_storage name = {};
  socklen_t size = sizeof name;
  getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size);
  const int client = socket(name.ss_family, type, 0);
  if (connect(client, reinterpret_cast<sockaddr*>(&name), size) < 0) return -1;
  return client;
}

TEST(CantMove, InternetSockets) {
  check_kinds({
      {"TCP unused", "", holds([] { return socket(AF_INET, SOCK_STREAM, 0); })},
      {"TCP listening", "",
       holds([] { return bound(SOCK_STREAM, "0.0.0.0", true); })},
      {"TCP listening, loopback", "",
       holds([] { return bound(SOCK_STREAM, "127.0.0.2", true); })},
      {"TCP listening, IPv6", "",
       holds([] { return listen(socket(AF_INET6, SOCK_STREAM, 0), 5); })},
      {"TCP listening, one address", "bound_address",
       holds([] { return bound(SOCK_STREAM, "192.0.2.1", true); })},
      {"TCP bound, one address", "bound_address",
       holds([] { return bound(SOCK_STREAM, "192.0.2.1"); })},
      {"TCP established", "tcp_established", holds([] {
         const int server = bound(SOCK_STREAM, "127.0.0.1", true);
         const int client = connected_to(server);
         const int accepted = accept(server, nullptr, nullptr);
         outsider([=] { close(client); });
         close(accepted);
         return client;
       })},
      {"TCP not accepted", "tcp_established", holds([] {
         const int server = bound(SOCK_STREAM, "127.0.0.1", true);
         const int client = connected_to(server);
         outsider([=] { close(server); });
         return close(client);
       })},
      {"UDP", "", holds([] { return bound(SOCK_DGRAM, "0.0.0.0"); })},
      {"UDP, one address", "bound_address",
       holds([] { return bound(SOCK_DGRAM, "192.0.2.1"); })},
      {"raw", "", holds([] { return socket(AF_INET, SOCK_RAW, 1); })},
      {"MPTCP", "socket",
       holds([] { return socket(AF_INET, SOCK_STREAM, 262); })},
      {"SCTP", "socket",
       holds([] { return socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP); })},
  });
}

TEST(CantMove, OtherFamilies) {
  check_kinds({
      {"netlink", "", holds([] { return socket(AF_NETLINK, SOCK_RAW, 0); })},
      {"packet", "", holds([] { return socket(AF_PACKET, SOCK_RAW, 0); })},
      {"vsock", "socket",
       holds([] { return socket(AF_VSOCK, SOCK_STREAM, 0); })},
      {"crypto", "socket",
       holds([] { return socket(AF_ALG, SOCK_SEQPACKET, 0); })},
  });
}

int unix_bound(const std::string& path, int type = SOCK_STREAM) {
  unlink(path.c_str());
  const int fd = socket(AF_UNIX, type, 0);
  sockaddr_un name = {};
  name.sun_family = AF_UNIX;
  path.copy(name.sun_path, sizeof name.sun_path - 1);
  if (bind(fd, reinterpret_cast<sockaddr*>(&name), sizeof name) < 0) return -1;
  if (type != SOCK_DGRAM && listen(fd, 5) < 0) return -1;
  return fd;
}

/// A pair of which `use` decides who holds what.
Hold with_pair(int type, std::function<void(int*)> use) {
  return [=](Pids&) {
    int ends[2];
    if (socketpair(AF_UNIX, type, 0, ends) < 0) return reason();
    use(ends);
    return std::string();
  };
}

TEST(CantMove, UnixSockets) {
  const TestDir dir;
  const auto path = dir.path("s");
  const auto keep_both = [](int*) {};
  const auto give_one = [](int* ends) {
    outsider([=] { close(ends[0]); });
    close(ends[1]);
  };
  const auto close_one = [](int* ends) { close(ends[1]); };
  check_kinds({
      {"unused", "", holds([] { return socket(AF_UNIX, SOCK_STREAM, 0); })},
      {"pair", "", with_pair(SOCK_STREAM, keep_both)},
      {"datagram pair", "", with_pair(SOCK_DGRAM, keep_both)},
      {"between members", "",
       with_pair(SOCK_STREAM,
                 [](int* ends) {
                   insider([=] { close(ends[0]); });
                   close(ends[1]);
                 })},
      {"stream to outside", "unix_outside", with_pair(SOCK_STREAM, give_one)},
      {"packets to outside", "unix_outside",
       with_pair(SOCK_SEQPACKET, give_one)},
      {"datagrams to outside", "unix_outside", with_pair(SOCK_DGRAM, give_one)},
      {"other end closed", "", with_pair(SOCK_STREAM, close_one)},
      {"packets, other end closed", "", with_pair(SOCK_SEQPACKET, close_one)},
      {"datagrams, other end closed", "unix_closed",
       with_pair(SOCK_DGRAM, close_one)},
      {"listening", "", holds([&] { return unix_bound(path); })},
      {"bound, datagrams", "",
       holds([&] { return unix_bound(path, SOCK_DGRAM); })},
      {"dialled, not accepted", "unix_pending", holds([&] {
         const int server = unix_bound(path);
         const int client = connected_to(server);
         outsider([=] { close(client); });
         close(server);
         return client;
       })},
      {"called, not accepted", "unix_pending", holds([&] {
         const int server = unix_bound(path);
         const int client = connected_to(server);
         outsider([=] { close(server); });
         return close(client);
       })},
      {"accepted", "", holds([&] {
         const int server = unix_bound(path);
         return connected_to(server) < 0 ? -1
                                         : accept(server, nullptr, nullptr);
       })},
      {"of another network", "unix_outside", holds([] {
         const int home = open("/proc/self/ns/net", O_RDONLY);
         if (unshare(CLONE_NEWNET) < 0) return -1;
         const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
         setns(home, CLONE_NEWNET);
         close(home);
         return fd;
       })},
  });
}

TEST(CantMove, SaysWhatAndWhere) {
  test_job::TestJob job(holds([] {
    dup2(socket(AF_VSOCK, SOCK_STREAM, 0), 77);
    return fcntl(77, F_GETFD);
  }));
  if (!job.missing().empty()) GTEST_SKIP() << job.missing();
  const auto mobility = check_mobility(job.view());
  ASSERT_TRUE(mobility);
  EXPECT_FALSE(mobility->movable());
  EXPECT_EQ(
      mobility->obstacles.back().text(),
      fmt::format("socket: address family 40 (pid {}, fd 77)", job.pid()));
}

}  // namespace
}  // namespace mosix
