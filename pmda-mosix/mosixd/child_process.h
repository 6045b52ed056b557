// A child process in the event loop: calls back when it has ended.
#pragma once

#include <functional>
#include <memory>

#include "host/spawn.h"
#include "mosixd/loop.h"

namespace mosix {

class ChildProcess {
 public:
  using OnExit = std::function<void(int status)>;

  /// Starts it; `on_exit` gets its wait status, from the loop, once.
  static base::Result<std::unique_ptr<ChildProcess>> start(
      Loop& loop, const SpawnOptions& options, OnExit on_exit);
  /// Kills it if it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  int pid() const { return child_.pid; }

 private:
  ChildProcess(Loop& loop, Child child, OnExit on_exit);
  void ended();

  Child child_;
  OnExit on_exit_;
  bool running_ = true;
  Watch watch_;
};

}  // namespace mosix
