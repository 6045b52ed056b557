// The ends of TCP connections, from a program at inet_sock_set_state.
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <bpf/libbpf.h>
#include <linux/types.h>
#include <sys/epoll.h>

#include "bpf/closes.skel.h"
#include "bpf/program.h"
#include "host/fd.h"
#include "source/closes.h"

namespace netstat {

using base::fail_errno;
using base::Result;

namespace {

constexpr User kUser{"bpf closes", "Linux 5.11"};

struct RingDeleter {
  void operator()(ring_buffer* ring) const { ring_buffer__free(ring); }
};

class BpfCloses : public Closes {
 public:
  explicit BpfCloses(Skeleton<closes_bpf> skeleton)
      : skeleton_(std::move(skeleton)) {}

  Result<void> start();

  const char* name() const override { return "bpf"; }
  int fd() const override { return poll_.get(); }
  Result<void> read(std::vector<netstat_close>& closes) override;
  Lost lost() const override {
    const auto& counts = *skeleton_->bss;
    return {counts.lost_closes, counts.lost_in_bytes, counts.lost_out_bytes};
  }

 private:
  static int append(void* self, void* record, std::size_t size);
  Result<void> watch();

  Skeleton<closes_bpf> skeleton_;
  std::unique_ptr<ring_buffer, RingDeleter> ring_;
  mosix::Fd poll_;
  std::vector<Link> links_;
  std::vector<netstat_close>* closes_ = nullptr;  // only within read()
};

Result<void> BpfCloses::start() {
  if (auto done = run_once(kUser, skeleton_->progs.learn_agent); !done)
    return done;
  ring_.reset(ring_buffer__new(bpf_map__fd(skeleton_->maps.ends), append, this,
                               nullptr));
  if (!ring_) return fail_errno("bpf closes: ring buffer");
  if (auto done = watch(); !done) return done;
  const auto& programs = skeleton_->progs;
  for (const bpf_program* program :
       {programs.state_changed, programs.ended, programs.destroyed}) {
    auto link = attach(kUser, program);
    if (!link) return tl::make_unexpected(link.error());
    links_.push_back(std::move(*link));
  }
  return {};
}

// The ring itself is readable as soon as it holds anything; what wants to be
// told is only that the program woke us, an edge.
Result<void> BpfCloses::watch() {
  poll_.reset(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  if (!poll_ || ::epoll_ctl(poll_.get(), EPOLL_CTL_ADD,
                            bpf_map__fd(skeleton_->maps.ends), &event) != 0)
    return fail_errno("bpf closes: epoll");
  return {};
}

Result<void> BpfCloses::read(std::vector<netstat_close>& closes) {
  epoll_event event;
  ::epoll_wait(poll_.get(), &event, 1, 0);
  closes_ = &closes;
  const int count = ring_buffer__consume(ring_.get());
  closes_ = nullptr;
  if (count < 0)
    return base::fail(-count, fmt::format("bpf closes: ring buffer: {}",
                                          std::strerror(-count)));
  return {};
}

int BpfCloses::append(void* self, void* record, std::size_t size) {
  netstat_close close;
  if (size != sizeof close) return -EBADMSG;
  std::memcpy(&close, record, size);
  static_cast<BpfCloses*>(self)->closes_->push_back(close);
  return 0;
}

}  // namespace

Result<std::unique_ptr<Closes>> make_bpf_closes() {
  auto skeleton = load_skeleton<closes_bpf>(kUser);
  if (!skeleton) return tl::make_unexpected(skeleton.error());
  auto closes = std::make_unique<BpfCloses>(std::move(*skeleton));
  if (auto done = closes->start(); !done)
    return tl::make_unexpected(done.error());
  return closes;
}

}  // namespace netstat
