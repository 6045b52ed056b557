// Feeds for tests: a node in memory that the test writes to.
#pragma once

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <sys/eventfd.h>

#include "host/fd.h"
#include "ledger/liveness.h"
#include "pmda/feeds.h"

namespace netstat {

inline netstat_process fake_process(unsigned pid, unsigned uid,
                                    const char* comm = "cmd") {
  netstat_process process{};
  process.pid = pid;
  process.uid = uid;
  process.start_ticks = 100 + pid;
  std::strncpy(process.comm, comm, sizeof process.comm - 1);
  return process;
}

inline void set_ipv4(unsigned char (&addr)[16], unsigned char last) {
  const unsigned char mapped[16] = {0, 0, 0,    0,    0,  0, 0, 0,
                                    0, 0, 0xff, 0xff, 10, 0, 0, last};
  std::memcpy(addr, mapped, sizeof addr);
}

/// 10.0.0.1:5000 - 10.0.0.2:80, established.
inline netstat_socket fake_tcp(unsigned long inode, unsigned long in,
                               unsigned long out) {
  netstat_socket socket{};
  socket.inode = inode;
  socket.in_bytes = in;
  socket.out_bytes = out;
  socket.netns = 1;
  socket.rtt_us = 250;
  socket.retrans = 3;
  socket.local_port = 5000;
  socket.remote_port = 80;
  socket.protocol = NETSTAT_TCP;
  socket.state = 1;
  socket.flags = NETSTAT_HAS_BYTES | NETSTAT_HAS_TCP;
  socket.family = 2;
  set_ipv4(socket.local, 1);
  set_ipv4(socket.remote, 2);
  return socket;
}

/// The same, seen from the other end.
inline netstat_socket other_end(netstat_socket socket, unsigned long inode) {
  std::swap(socket.in_bytes, socket.out_bytes);
  std::swap(socket.local_port, socket.remote_port);
  std::swap(socket.local, socket.remote);
  socket.inode = inode;
  return socket;
}

/// What the fakes show, and what was asked of them. Lock it to change it.
struct FakeNode {
  std::mutex mutex;
  std::vector<std::pair<netstat_process, std::vector<netstat_socket>>> holders;
  std::vector<netstat_close> closes;
  std::vector<netstat_volume> volumes;
  std::vector<netstat_volume> forgotten;
  std::string source_fails, closes_fail, volumes_fail;  ///< why; empty: not
  std::chrono::milliseconds slowness{0};                ///< of the source
  int reads = 0;                                        ///< of the source
  int close_reads = 0;                                  ///< of the ends
  bool counts_bytes = true;
  bool counting = false;  ///< UDP and UNIX
  mosix::Fd many_closes{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
};

class FakeSource : public Source {
 public:
  FakeSource(FakeNode& node, const char* name) : node_(node), name_(name) {}

  const char* name() const override { return name_; }
  bool counts_bytes() const override { return node_.counts_bytes; }
  base::Result<void> read(Reading& reading) override {
    std::chrono::milliseconds slowness;
    {
      const std::lock_guard lock(node_.mutex);
      slowness = node_.slowness;
    }
    std::this_thread::sleep_for(slowness);
    const std::lock_guard lock(node_.mutex);
    ++node_.reads;
    reading.clear();
    if (!node_.source_fails.empty()) return base::fail(EIO, node_.source_fails);
    for (const auto& [process, sockets] : node_.holders) {
      reading.holders.push_back(
          {process, reading.sockets.size(), sockets.size()});
      reading.sockets.insert(reading.sockets.end(), sockets.begin(),
                             sockets.end());
    }
    return {};
  }

 private:
  FakeNode& node_;
  const char* name_;
};

class FakeCloses : public Closes {
 public:
  FakeCloses(FakeNode& node, const char* name) : node_(node), name_(name) {}

  const char* name() const override { return name_; }
  int fd() const override { return node_.many_closes.get(); }
  base::Result<void> read(std::vector<netstat_close>& closes) override {
    const std::lock_guard lock(node_.mutex);
    ++node_.close_reads;
    eventfd_t ignored;
    eventfd_read(node_.many_closes.get(), &ignored);
    if (!node_.closes_fail.empty()) return base::fail(EIO, node_.closes_fail);
    closes.insert(closes.end(), node_.closes.begin(), node_.closes.end());
    node_.closes.clear();
    return {};
  }
  Lost lost() const override { return {2, 30, 40}; }

 private:
  FakeNode& node_;
  const char* name_;
};

class FakeVolumes : public Volumes {
 public:
  explicit FakeVolumes(FakeNode& node) : node_(node) {}

  base::Result<void> set(bool on) override {
    const std::lock_guard lock(node_.mutex);
    if (!node_.volumes_fail.empty())
      return base::fail(EPERM, node_.volumes_fail);
    node_.counting = on;
    return {};
  }
  bool on() const override { return node_.counting; }
  base::Result<void> read(std::vector<netstat_volume>& volumes) override {
    const std::lock_guard lock(node_.mutex);
    if (!node_.volumes_fail.empty()) return base::fail(EIO, node_.volumes_fail);
    volumes = node_.volumes;
    return {};
  }
  void forget(const netstat_volume& volume) override {
    const std::lock_guard lock(node_.mutex);
    node_.forgotten.push_back(volume);
  }
  std::uint64_t lost_bytes() const override { return 5; }

 private:
  FakeNode& node_;
};

/// Everybody lives.
class FakeLiveness : public Liveness {
 public:
  bool watch(pid_t, std::uint64_t) override { return true; }
  void unwatch(pid_t) override {}
  std::vector<pid_t> ended() override { return {}; }
};

inline Feeds fake_feeds(FakeNode& node) {
  return {std::make_unique<FakeSource>(node, "walk"),
          std::make_unique<FakeCloses>(node, "bpf"),
          std::make_unique<FakeVolumes>(node), "", ""};
}

}  // namespace netstat
