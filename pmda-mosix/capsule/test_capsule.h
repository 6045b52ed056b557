// Plays mosixd and the client of a job for one real mosix-capsule.
#pragma once

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "api/wire.h"
#include "capsule/client_end.h"
#include "host/cgroup.h"
#include "host/fd.h"
#include "host/file.h"
#include "host/spawn.h"
#include "host/test_dir.h"

namespace mosix::test {

inline Time now() {
  return std::chrono::steady_clock::now();
}

/// Where the copies of this test program have their cgroups.
inline std::string cgroup_base() {
  const auto mount = find_cgroup2();
  if (!mount) return {};
  return fmt::format("{}/mosix-capsule-test-{}", *mount, getpid());
}

/// One capsule: its cgroup, its folder and the connection to it.
class TestCapsule {
 public:
  /// `fields`: of the spec, over those of a job of root's in "/".
  TestCapsule(const std::string& cid, const Message& fields)
      : cid_(cid), cgroup_(CopyCgroup::create(cgroup_base(), cid).value()) {
    listen_again();
    Message spec{{"cid", cid},
                 {"socket", dir_.path("sock")},
                 {"cgroup", cgroup_.path()},
                 {"mode", "start"},
                 {"first_pid", 1000},
                 {"env", {"PATH=/usr/bin:/bin"}},
                 {"cwd", "/"},
                 {"umask", 022},
                 {"uid", 0},
                 {"gid", 0},
                 {"groups", Message::array()}};
    spec.update(fields);
    std::ofstream(dir_.path("spec.json")) << spec.dump();
    SpawnOptions options;
    options.argv = {MOSIX_BIN "/mosix-capsule", "--dir", dir_.path()};
    // The sanitizer's search for leaks hangs in a process whose children get
    // another pid namespace.
    options.env = {"ASAN_OPTIONS=detect_leaks=0"};
    auto starter = spawn(options);
    if (starter) started_ = wait_exit(*starter, 10000).value_or(-1);
  }
  TestCapsule(const TestCapsule&) = delete;
  TestCapsule& operator=(const TestCapsule&) = delete;
  ~TestCapsule() {
    connection_.close();
    listener_.reset();
    EXPECT_TRUE(cgroup_.remove(10000)) << cgroup_.path();
    std::error_code ignored;
    std::filesystem::remove(cgroup_base(), ignored);
  }

  int started() const { return started_; }
  const CopyCgroup& cgroup() const { return cgroup_; }
  const std::string& dir() const { return dir_.path(); }
  std::string dir(const std::string& name) const { return dir_.path(name); }
  const Message& hello() const { return hello_; }

  /// mosixd comes (again): takes the capsule's connection and its first words.
  bool accept() {
    pollfd wait{listener_.get(), POLLIN, 0};
    if (poll(&wait, 1, 10000) != 1) return false;
    connection_ =
        Connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    auto message = connection_.receive(10000);
    if (!message || op_of(*message) != "capsule") return false;
    hello_ = *message;
    return true;
  }
  /// mosixd goes away, as if killed.
  void vanish() {
    connection_.close();
    listener_.reset();
  }
  void listen_again() {
    unlink(dir_.path("sock").c_str());
    listener_.reset(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    dir_.path("sock").copy(address.sun_path, sizeof address.sun_path - 1);
    bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address),
         sizeof address);
    listen(listener_.get(), 8);
  }

  void send(const Message& message) { (void)connection_.send(message); }

  /// Exchanges frames between capsule and `client` until `until` holds; other
  /// messages are kept for `take`. False after 20 s, or if the capsule left.
  bool pump(ClientEnd& client, const std::function<bool()>& until) {
    const auto deadline = now() + std::chrono::seconds(20);
    while (!until()) {
      if (now() > deadline) return false;
      while (auto frame = client.next(now())) send(*frame);
      auto message = connection_.receive(20);
      if (!message && message.error().code == ETIMEDOUT) continue;
      if (!message) return false;
      if (!client.handle(*message, now())) kept_[op_of(*message)] = *message;
    }
    return true;
  }
  /// Waits for a message of that kind, passing frames on meanwhile; null if it
  /// does not come.
  Message take(const std::string& op, ClientEnd& client) {
    pump(client, [&] { return kept_.count(op) != 0; });
    Message message = kept_[op];
    kept_.erase(op);
    return message;
  }

 private:
  TestDir dir_;
  std::string cid_;
  CopyCgroup cgroup_;
  Fd listener_;
  Connection connection_;
  Message hello_;
  std::map<std::string, Message> kept_;
  int started_ = -1;
};

/// What a client reads, taken as it comes.
struct Reader {
  std::string out, err;

  void take(ClientEnd& client) {
    out += client.out.pending();
    client.out.consume(client.out.pending().size());
    err += client.err.pending();
    client.err.consume(client.err.pending().size());
  }
};

}  // namespace mosix::test
