#include "source/multicast.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include "host/fd.h"
#include "source/diag_dump.h"
#include "source/net_namespace.h"

namespace netstat {

using base::fail;
using base::fail_errno;
using base::Result;

namespace {

/// Room for some 25000 ends; taken only when they wait.
constexpr int kBuffer = 32 << 20;
constexpr std::size_t kDatagram = 8192;
/// So many datagrams for one read(): it must come to an end.
constexpr int kMost = 100'000;

/// What the reader polls is a clock: the socket itself would wake it for each
/// single end. The buffer is meant to last for a second.
Result<mosix::Fd> make_clock() {
  mosix::Fd clock(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
  const itimerspec each{{1, 0}, {1, 0}};
  if (!clock || timerfd_settime(clock.get(), 0, &each, nullptr) < 0)
    return fail_errno("timerfd");
  return clock;
}

class MulticastCloses : public Closes {
 public:
  MulticastCloses(std::shared_ptr<Cookies> cookies, Netlink netlink,
                  mosix::Fd clock)
      : cookies_(std::move(cookies)),
        netlink_(std::move(netlink)),
        clock_(std::move(clock)),
        netns_(own_net_namespace()) {}

  const char* name() const override { return "multicast"; }
  int fd() const override { return clock_.get(); }
  Lost lost() const override { return lost_; }

  Result<void> read(std::vector<netstat_close>& closes) override {
    std::uint64_t ticks;
    static_cast<void>(::read(clock_.get(), &ticks, sizeof ticks));
    for (int i = 0; i < kMost; ++i) {
      const ssize_t size =
          mnl_socket_recvfrom(netlink_.get(), buffer_.data(), buffer_.size());
      if (size < 0 && errno == EAGAIN) break;
      if (size < 0 && errno == EINTR) continue;
      if (size < 0 && errno != ENOBUFS && errno != ENOSPC)
        return fail_errno("sock_diag");
      if (size < 0) {
        ++lost_.closes;
        overrun_ = true;
        continue;
      }
      auto taken = take(static_cast<std::size_t>(size), closes);
      if (!taken) return taken;
    }
    if (std::exchange(overrun_, false)) count_lost();
    return {};
  }

 private:
  Result<void> take(std::size_t size, std::vector<netstat_close>& closes) {
    payloads_.clear();
    auto split =
        split_tidings(std::as_bytes(std::span(buffer_)).first(size), payloads_);
    if (!split) return split;
    for (const auto payload : payloads_) {
      const auto found = parse_destroyed(payload);
      if (!found) continue;
      netstat_close close{};
      close.socket = found->socket;
      close.socket.netns = netns_;
      close.owner = NETSTAT_OWNER_UNKNOWN;
      const auto known = cookies_->find(found->cookie);
      if (known != cookies_->end())
        close.socket.inode = known->second;
      else if (found->socket.remote_port == 0)
        continue;  // most likely it was no connection
      closes.push_back(close);
    }
    return {};
  }

  /// An overrun is told once, however many tidings it cost; the kernel's count
  /// of those says how many.
  void count_lost() {
    std::array<std::uint32_t, SK_MEMINFO_VARS> info{};
    socklen_t size = sizeof info;
    if (getsockopt(mnl_socket_get_fd(netlink_.get()), SOL_SOCKET, SO_MEMINFO,
                   info.data(), &size) == 0)
      lost_.closes =
          std::max<std::uint64_t>(lost_.closes, info[SK_MEMINFO_DROPS]);
  }

  std::shared_ptr<Cookies> cookies_;
  Netlink netlink_;
  mosix::Fd clock_;
  std::uint32_t netns_;
  Lost lost_;
  bool overrun_ = false;
  alignas(nlmsghdr) std::array<std::byte, kDatagram> buffer_;
  std::vector<Message> payloads_;
};

}  // namespace

Result<std::unique_ptr<Closes>> make_multicast_closes(
    std::shared_ptr<Cookies> cookies, int buffer) {
  auto clock = make_clock();
  if (!clock) return tl::make_unexpected(clock.error());
  // It is bound by now: an unbound one joins, and is never told anything.
  auto netlink = open_sock_diag(SOCK_NONBLOCK);
  if (!netlink) return tl::make_unexpected(netlink.error());
  const int fd = mnl_socket_get_fd(netlink->get());
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) < 0 &&
      setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer) < 0)
    return fail_errno("sock_diag");
  for (int group : {SKNLGRP_INET_TCP_DESTROY, SKNLGRP_INET6_TCP_DESTROY})
    if (mnl_socket_setsockopt(netlink->get(), NETLINK_ADD_MEMBERSHIP, &group,
                              sizeof group) < 0)
      return fail_errno("sock_diag: destroyed sockets");
  return std::make_unique<MulticastCloses>(
      std::move(cookies), std::move(*netlink), std::move(*clock));
}

Result<std::unique_ptr<Closes>> make_multicast_closes(
    std::shared_ptr<Cookies> cookies) {
  return make_multicast_closes(std::move(cookies), kBuffer);
}

}  // namespace netstat
