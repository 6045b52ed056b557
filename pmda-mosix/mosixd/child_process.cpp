#include "mosixd/child_process.h"

#include <csignal>

#include <sys/wait.h>

namespace mosix {

ChildProcess::ChildProcess(Loop& loop, Child child, OnExit on_exit)
    : child_(std::move(child)),
      on_exit_(std::move(on_exit)),
      watch_(loop, child_.pidfd.get(), EV_READ, [this](int) { ended(); }) {}

base::Result<std::unique_ptr<ChildProcess>> ChildProcess::start(
    Loop& loop, const SpawnOptions& options, OnExit on_exit) {
  auto child = spawn(options);
  if (!child) return tl::make_unexpected(child.error());
  return std::unique_ptr<ChildProcess>(
      new ChildProcess(loop, std::move(*child), std::move(on_exit)));
}

ChildProcess::~ChildProcess() {
  if (!running_) return;
  kill(child_.pid, SIGKILL);
  waitpid(child_.pid, nullptr, 0);
}

void ChildProcess::ended() {
  auto status = try_wait(child_.pid);
  if (status && !*status) return;  // not yet
  running_ = false;
  watch_.set(0);
  const OnExit callback = std::move(on_exit_);  // may destroy us
  callback(status ? **status : 0);
}

}  // namespace mosix
