#include "bpf/walk_pass.h"

#include <utility>

#include <linux/types.h>
#include <sys/socket.h>

#include "bpf/walk.skel.h"
#include "host/fd.h"

namespace netstat {

using base::Result;

namespace {
constexpr User kUser{"walk source", "Linux 6.4"};
}

WalkPass::WalkPass(Skeleton<walk_bpf> skeleton)
    : skeleton_(std::move(skeleton)) {}
WalkPass::WalkPass(WalkPass&&) noexcept = default;
WalkPass::~WalkPass() = default;

Result<WalkPass> WalkPass::load() {
  auto skeleton = load_skeleton<walk_bpf>(kUser);
  if (!skeleton) return tl::make_unexpected(skeleton.error());
  WalkPass pass(std::move(*skeleton));
  if (auto learned = pass.learn(); !learned)
    return tl::make_unexpected(learned.error());
  auto link = attach(kUser, pass.skeleton_->progs.walk);
  if (!link) return tl::make_unexpected(link.error());
  pass.link_ = std::move(*link);
  return pass;
}

Result<void> WalkPass::learn() {
  const mosix::Fd example(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!example) return base::fail_errno("walk source: socket");
  skeleton_->bss->learn_fd = example.get();
  if (auto done = run_once(kUser, skeleton_->progs.learn_agent); !done)
    return done;
  return run_once(kUser, skeleton_->progs.learn_socket);
}

Result<void> WalkPass::run(const Chunk& chunk) {
  auto& found = *skeleton_->bss;
  const auto flush = [&](std::span<const char>) {
    chunk({found.tables, found.table_count},
          {found.sockets, found.socket_count});
    found.table_count = 0;
    found.socket_count = 0;
  };
  found.table_count = 0;
  found.socket_count = 0;
  found.extra_tables = 0;
  found.stopped_tid = 0;
  found.last_table = 0;
  auto done = iterate(kUser, link_, flush);
  if (done) flush({});
  return done;
}

bool WalkPass::extra_tables() const {
  return skeleton_->bss->extra_tables != 0;
}

}  // namespace netstat
