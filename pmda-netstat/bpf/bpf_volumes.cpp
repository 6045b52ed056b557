// Bytes through UDP and UNIX sockets, from programs at sock_send_length and
// sock_recv_length.
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/types.h>

#include "bpf/program.h"
#include "bpf/volume_key.h"
#include "bpf/volumes.skel.h"
#include "source/volumes.h"

namespace netstat {

using base::Result;

namespace {

constexpr User kUser{"bpf volumes", "Linux 6.3"};
/// More than any bucket of the kernel's table holds.
constexpr std::size_t kBatch = 1024;

class BpfVolumes : public Volumes {
 public:
  explicit BpfVolumes(Skeleton<volumes_bpf> skeleton)
      : skeleton_(std::move(skeleton)),
        map_(bpf_map__fd(skeleton_->maps.volumes)) {}

  Result<void> set(bool on) override;
  bool on() const override { return sent_ != nullptr; }
  Result<void> read(std::vector<netstat_volume>& volumes) override;
  void forget(const netstat_volume& volume) override;
  std::uint64_t lost_bytes() const override {
    return skeleton_->bss->lost_bytes;
  }

 private:
  Skeleton<volumes_bpf> skeleton_;
  int map_;
  Link sent_;
  Link received_;
};

Result<void> BpfVolumes::set(bool on) {
  if (on == this->on()) return {};
  if (!on) {
    sent_.reset();
    received_.reset();
    return {};
  }
  auto sent = attach(kUser, skeleton_->progs.sent);
  if (!sent) return tl::make_unexpected(sent.error());
  auto received = attach(kUser, skeleton_->progs.received);
  if (!received) return tl::make_unexpected(received.error());
  sent_ = std::move(*sent);
  received_ = std::move(*received);
  return {};
}

Result<void> BpfVolumes::read(std::vector<netstat_volume>& volumes) {
  volumes.clear();
  std::array<volume_key, kBatch> keys;
  std::uint32_t position = 0;
  bool begun = false;
  for (int error = 0; error == 0; begun = true) {
    std::uint32_t count = kBatch;
    const std::size_t have = volumes.size();
    volumes.resize(have + kBatch);
    error = bpf_map_lookup_batch(map_, begun ? &position : nullptr, &position,
                                 keys.data(), volumes.data() + have, &count,
                                 nullptr);
    // ENOENT: these were the last ones.
    const bool valid = error == 0 || error == -ENOENT;
    volumes.resize(have + (valid ? count : 0));
    if (!valid)
      return base::fail(-error, fmt::format("bpf volumes: cannot read: {}",
                                            std::strerror(-error)));
  }
  return {};
}

void BpfVolumes::forget(const netstat_volume& volume) {
  const volume_key key{volume.process.start_ticks, volume.inode,
                       volume.process.pid, 0};
  bpf_map_delete_elem(map_, &key);
}

}  // namespace

Result<std::unique_ptr<Volumes>> make_bpf_volumes() {
  auto skeleton = load_skeleton<volumes_bpf>(kUser);
  if (!skeleton) return tl::make_unexpected(skeleton.error());
  if (auto done = run_once(kUser, (*skeleton)->progs.learn_agent); !done)
    return tl::make_unexpected(done.error());
  return std::make_unique<BpfVolumes>(std::move(*skeleton));
}

}  // namespace netstat
