// Capsule: what happens to the job and its pipes.
#include <cerrno>
#include <csignal>

#include <unistd.h>

#include "base/log.h"
#include "capsule/capsule.h"

namespace mosix {

void Capsule::launch_ended() {
  auto result = launch_->result();
  launch_.reset();
  if (result) {
    phase_ = Phase::running;
    link_.send({{"op", "started"}});
    return;
  }
  phase_ = Phase::gated;
  link_.send({{"op", "exec_failed"},
              {"errno", result.error().code},
              {"text", result.error().text}});
}

void Capsule::root_ended(int status) {
  // Its program may have started and ended before anybody looked.
  if (phase_ == Phase::starting && launch_) launch_ended();
  if (phase_ == Phase::gated && !launch_) return;  // it has been told
  status_ = status;
  link_.send({{"op", "exited"}, {"status", status}});
}

void Capsule::criu_ended(int status) {
  criu_pid_ = 0;
  dumping_ = false;
  if (criu_.restore) {
    pipes_->close_job_ends();
    phase_ = status == 0 ? Phase::restored : Phase::empty;
    if (phase_ == Phase::restored) {
      root_pid_ = spec_.root_pid;
      auto events = cgroup_.open_events(CgroupPart::job);
      if (events) freezer_events_ = std::move(*events);
    }
  }
  criu_report_ = Message{
      {"what", criu_.what()}, {"status", status}, {"error", criu_error(criu_)}};
  Message ended = *criu_report_;
  ended["op"] = "criu_exit";
  link_.send(ended);
}

/// A restored job is held by the freezer until its owner lets it run; from then
/// on this capsule speaks for it.
void Capsule::see_thaw() {
  char text[256];
  // Only a read makes the next change wake us.
  [[maybe_unused]] const auto n =
      pread(freezer_events_.get(), text, sizeof text, 0);
  auto flag = cgroup_.freeze_flag();
  if (!flag || *flag) return;
  freezer_events_.reset();
  phase_ = Phase::running;
  end_.restart();
}

void Capsule::deliver_signals() {
  for (const JobSignal& signal : end_.take_signals()) {
    if (status_ || signal.signo < 1 || signal.signo >= NSIG) continue;
    kill(signal.group ? -root_pid_ : root_pid_, signal.signo);
  }
}

void Capsule::pump_in() {
  while (!end_.in.pending().empty()) {
    const auto pending = end_.in.pending();
    const ssize_t n = write(pipes_->in(), pending.data(), pending.size());
    if (n > 0) {
      end_.in.consume(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      return;
    } else if (errno != EINTR) {
      // Nobody reads it any more (or it has been closed because of that).
      end_.in.discard();
      pipes_->close_in();
    }
  }
  if (end_.in.complete()) pipes_->close_in();
}

bool read_into(OutStream& stream, int fd, bool all) {
  char chunk[OutStream::kPiece];
  while (all || stream.room() > 0) {
    const auto most =
        all ? sizeof chunk : std::min(sizeof chunk, stream.room());
    const ssize_t n = read(fd, chunk, most);
    if (n > 0) stream.append({chunk, static_cast<std::size_t>(n)});
    if (n == 0) return true;
    if (n < 0 && errno == EAGAIN) return false;
    if (n < 0 && errno != EINTR) return true;
    // One that is read by nobody has always room: others want their turn.
    if (!all && stream.settled()) return false;
  }
  return false;
}

void Capsule::pump_out() {
  if (pipes_->out() >= 0 && read_into(end_.out, pipes_->out(), false)) {
    end_.out.finish();
    pipes_->close_out();
  }
  if (pipes_->err() >= 0 && read_into(end_.err, pipes_->err(), false)) {
    end_.err.finish();
    pipes_->close_err();
  }
}

}  // namespace mosix
