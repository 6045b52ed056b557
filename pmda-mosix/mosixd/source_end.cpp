// How a move ends at the source: the job is at the target, or goes on here.
#include <filesystem>

#include "base/log.h"
#include "host/fault.h"
#include "mosixd/daemon.h"
#include "mosixd/source_move.h"

namespace mosix {

namespace fs = std::filesystem;

// --- MOVED

void SourceMove::tick_moved(std::int64_t) {
  decide("gone");
  if (!criu_gone() || !job_.destroy_copy()) return;
  daemon_.learn_cost(bytes_, static_cast<double>(frozen_ms()) / 1000);
  std::error_code ignored;
  fs::remove_all(dir_, ignored);
  tell("end");
  report(RequestState::done);
  finished_ = true;
  base::log_info("job {} moved to node {}", job_.name(), part().peer);
  if (!job_.is_home()) return job_.forget();
  part() = {};
  (void)job_.save();
  job_.sync_ends();
}

// --- ABORT

void SourceMove::abort(const std::string& reason) {
  tar_.reset();
  ssh_.reset();
  fault("abort");
  if (!enter(SourceState::abort, reason)) {
    base::log_error(
        "job {}: cannot write that its move {} is given up: it "
        "stays frozen",
        job_.name(), part().k);
    return;  // tried again: the deadline has passed
  }
  base::log_warning("job {}: move {} to node {} is given up: {}", job_.name(),
                    part().k, part().peer, reason);
  tick_abort(now_ms());
}

void SourceMove::tick_abort(std::int64_t now) {
  if (!here_again_) {
    decide("go-on");
    if (criu_gone()) {
      if (!job_.copy_frozen_flag() || !job_.copy_alive())
        go_on_here();
      else if (!asked_resume_)
        asked_resume_ = job_.send_capsule({{"op", "resume"}});
    }
  }
  if (!peer_knows_ && backoff_.due(now)) tell("abort");
  if (here_again_ && peer_knows_) settle();
}

/// The job runs on here, as if nothing had been.
void SourceMove::go_on_here() {
  if (here_again_) return;
  if (auto thawed = job_.cgroup()->thaw(); !thawed) {
    base::log_error("job {}: {}", job_.name(), thawed.error().text);
    asked_resume_ = false;
    return;
  }
  here_again_ = true;
  std::error_code ignored;
  fs::remove_all(dir_, ignored);
  report(RequestState::failed, part().reason);
  job_.sync_ends();
}

void SourceMove::settle() {
  if (!enter(SourceState::settled)) return;
  tell("end");
  finished_ = true;
}

void SourceMove::lose(const std::string& why) {
  if (!enter(SourceState::lost, why)) return;
  report(RequestState::failed, why);
  finished_ = true;  // the capsule's word about its end is now the job's
}

}  // namespace mosix
