// Forked processes for tests: they do something with sockets, say when they
// have, and wait to be told to go on.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include <sys/types.h>

#include "host/fd.h"

namespace netstat::testing {

/// One end of a conversation in numbers, over pipes (which are no sockets).
class Talk {
 public:
  Talk(mosix::Fd in, mosix::Fd out);
  void say(std::uint64_t number) const;
  /// Waits half a minute at most; throws when the other end is gone.
  std::uint64_t hear() const;

 private:
  mosix::Fd in_;
  mosix::Fd out_;
};

class Child {
 public:
  using Body = std::function<void(const Talk&)>;
  /// The child runs `body` and ends: status 0, or 1 if it throws. It does not
  /// outlive its parent.
  explicit Child(const Body& body);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  pid_t pid() const { return pid_; }
  void say(std::uint64_t number) const { talk_->say(number); }
  std::uint64_t hear() const { return talk_->hear(); }
  void signal(int number) const;
  /// Its exit status, or minus the signal that ended it.
  int wait();

 private:
  pid_t pid_ = -1;
  std::unique_ptr<Talk> talk_;
};

/// Runs `body` to its end in a process there.
void in_another_pid_namespace(const std::function<void()>& body);
/// Becomes nobody, without any capability.
void become_nobody();
/// Becomes nobody with CAP_BPF and CAP_PERFMON, nothing else.
void become_nobody_with_bpf();
void drop_capabilities();
/// An own network namespace, with its loopback device up.
void own_network();
/// As many descriptors as the hard limit allows.
void allow_all_descriptors();

}  // namespace netstat::testing
