// Sockets by sock_diag, their processes by /proc.
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include <tsl/robin_map.h>

#include "source/diag_dump.h"
#include "source/net_namespace.h"
#include "source/owners.h"
#include "source/source.h"

namespace netstat {

using base::fail;
using base::Result;

namespace {

/// Keeps the shared table to the sockets that are there or were one reading
/// ago: those whose ends are still to be read.
class CookieKeeper {
 public:
  explicit CookieKeeper(std::shared_ptr<Cookies> cookies)
      : cookies_(std::move(cookies)) {}

  void keep(const std::vector<DiagSocket>& sockets) {
    ++round_;
    for (const auto& found : sockets) note(found);
    for (auto it = seen_.begin(); it != seen_.end();) {
      if (it->second + 1 >= round_) {
        ++it;
        continue;
      }
      cookies_->erase(it->first);
      it = seen_.erase(it);
    }
  }

 private:
  void note(const DiagSocket& found) {
    const auto known = seen_.find(found.cookie);
    if (known != seen_.end()) {
      // A socket that was closed and still sends has lost its inode.
      known.value() = round_;
    } else if (found.socket.inode != 0) {
      seen_[found.cookie] = round_;
      (*cookies_)[found.cookie] = found.socket.inode;
    }
  }

  std::shared_ptr<Cookies> cookies_;
  tsl::robin_map<std::uint64_t, unsigned> seen_;  ///< round, by cookie
  unsigned round_ = 0;
};

class DiagSource : public Source {
 public:
  explicit DiagSource(std::shared_ptr<Cookies> cookies)
      : netns_(own_net_namespace()), cookies_(std::move(cookies)) {}

  const char* name() const override { return "diag"; }

  Result<void> read(Reading& reading) override {
    reading.clear();
    if (auto listed = list(); !listed) return listed;
    return owners_.fill(sockets_, std::chrono::steady_clock::now(), reading);
  }

  /// Whether the kernel answers all questions, and with counters.
  Result<void> probe() {
    if (auto listed = list(); !listed) return listed;
    for (const auto& socket : sockets_)
      // One without an inode may be what the kernel keeps of a closed socket
      // until its peer closes, too; of that it never tells counters.
      if (socket.protocol == NETSTAT_TCP && socket.inode != 0 &&
          socket.flags == 0)
        return fail(ENOTSUP, "sock_diag: no counters of bytes (Linux 4.19)");
    return {};
  }

 private:
  Result<void> list() {
    listed_.clear();
    sockets_.clear();
    auto listed = dump_.tcp(listed_);
    if (!listed) return named("tcp", listed);
    cookies_.keep(listed_);
    if (listed = dump_.udp(listed_); !listed) return named("udp", listed);
    if (listed = dump_.unix_pairs(listed_); !listed)
      return named("unix", listed);
    for (auto& found : listed_) {
      found.socket.netns = netns_;
      sockets_.push_back(found.socket);
    }
    return {};
  }

  static Result<void> named(const char* kind, const Result<void>& failed) {
    return fail(failed.error().code, fmt::format("sockets of kind {}: {}", kind,
                                                 failed.error().text));
  }

  std::uint32_t netns_;
  CookieKeeper cookies_;
  DiagDump dump_;
  Owners owners_;
  std::vector<DiagSocket> listed_;
  std::vector<netstat_socket> sockets_;
};

}  // namespace

Result<std::unique_ptr<Source>> make_diag_source(
    std::shared_ptr<Cookies> cookies) {
  auto source = std::make_unique<DiagSource>(std::move(cookies));
  if (auto probed = source->probe(); !probed)
    return tl::make_unexpected(probed.error());
  return source;
}

}  // namespace netstat
