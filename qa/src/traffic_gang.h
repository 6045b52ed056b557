// The processes of `traffic`: started, told when to end, and what each did, in
// memory that they share.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include <sys/types.h>

namespace traffic {

/// Ends the process with what errno says.
[[noreturn]] void die(const char* what);
void sleep_us(std::uint64_t microseconds);

/// What one process did; its threads add to it side by side. Bytes are payload,
/// as it passed the socket.
struct Account {
  std::atomic<pid_t> pid;
  const char* role;  // a literal
  std::atomic<std::uint64_t> in;
  std::atomic<std::uint64_t> out;
  std::atomic<std::uint64_t> conns;
};

/// What all processes may see and change.
struct Shared {
  std::atomic<int> port;  // of the server; -1: it listens, and needs none
  std::atomic<bool> stop;
  std::atomic<std::uint64_t> datagrams_sent;
  std::atomic<std::uint64_t> datagrams_received;
  std::atomic<std::size_t> accounts_used;
};

class Gang {
 public:
  /// For at most so many processes, none of which outlives `seconds`.
  Gang(std::size_t processes, unsigned seconds);
  Gang(const Gang&) = delete;
  Gang& operator=(const Gang&) = delete;

  using Work = std::function<void(Account&)>;
  /// A process that does the work, says so, and stays until the end. May be
  /// called in such a process, too.
  void start(const char* role, const Work& work);
  /// Waits until so many processes have done their work.
  void await(std::size_t processes);
  /// Waits for a line or the end of stdin, for SIGTERM or SIGINT.
  static void hold();
  /// Lets all processes end. False if one failed.
  bool end();

  Shared& shared() { return *shared_; }
  std::span<Account> accounts();

 private:
  [[noreturn]] void be_child(const char* role, const Work& work, pid_t parent);

  std::size_t capacity_;
  unsigned seconds_;
  Shared* shared_;
  Account* accounts_;
  int done_[2];     // a byte from each process that did its work
  int release_[2];  // the end of file lets them end
};

}  // namespace traffic
