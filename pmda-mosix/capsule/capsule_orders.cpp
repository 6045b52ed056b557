// Capsule: what it tells mosixd, and what mosixd tells it.
#include <csignal>

#include <sys/wait.h>

#include "base/log.h"
#include "capsule/capsule.h"
#include "capsule/frames.h"

namespace mosix {

using base::fail;
using base::Result;

std::string Capsule::state() const {
  if (status_) return "exited";
  if (held_) return "held";
  if (dumping_) return "dumping";
  switch (phase_) {
    case Phase::gated:
    case Phase::starting:
      return "gated";
    case Phase::running:
      return "running";
    case Phase::empty:
      return "empty";
    case Phase::restoring:
      return "restoring";
    case Phase::restored:
      return "restored";
  }
  return {};
}

void Capsule::hello() {
  Message message{{"op", "capsule"}, {"cid", spec_.cid}, {"state", state()}};
  if (status_) message["status"] = *status_;
  if (criu_report_) message["criu"] = *criu_report_;
  link_.send(message);
  if (status_) link_.send({{"op", "exited"}, {"status", *status_}});
  end_.restart();
}

void Capsule::obey(const Message& message) {
  const std::string op = op_of(message);
  if (op == "go") {
    if (phase_ != Phase::gated || !launch_) return;
    phase_ = Phase::starting;
    launch_->open_gate();
  } else if (op == "criu") {
    start_criu(message);
  } else if (op == "drain") {
    drain();
  } else if (op == "resume") {
    resume();
  } else if (op == "baggage") {
    unpack(message);
  } else if (op == "last_pid") {
    auto set = set_last_pid(static_cast<int>(frames::number(message, "pid")));
    if (!set) base::log_error("{}", set.error().text);
    if (set) link_.send({{"op", "ok"}});
  } else if (op == "close") {
    closed_ = true;
  } else if (relaying() || op == "client_gone") {
    end_.handle(message, std::chrono::steady_clock::now());
  }
}

void Capsule::start_criu(const Message& message) {
  auto run = criu_run_from(message);
  const auto refuse = [&](const std::string& what, const std::string& why) {
    base::log_error("criu {}: {}", what, why);
    link_.send({{"op", "criu_exit"},
                {"what", what},
                {"status", W_EXITCODE(127, 0)},
                {"error", why}});
  };
  if (!run) return refuse(frames::bytes(message, "what"), run.error().text);
  if (criu_pid_ != 0) return refuse(run->what(), "criu runs already");
  const Phase needed = run->restore ? Phase::empty : Phase::running;
  if (phase_ != needed || status_ || held_)
    return refuse(run->what(), "the capsule is " + state());
  if (!pipes_) {
    auto pipes = JobPipes::make(uid_, gid_);
    if (!pipes) return refuse(run->what(), pipes.error().text);
    pipes_ = std::move(*pipes);
  }
  criu_report_.reset();
  auto child =
      mosix::start_criu(*run, cgroup_, pipes_->job_ends(), spec_.affinity);
  if (!child) return refuse(run->what(), child.error().text);
  criu_ = std::move(*run);
  criu_pid_ = child->pid;
  dumping_ = !criu_.restore;
  if (criu_.restore) phase_ = Phase::restoring;
}

void Capsule::drain() {
  if (!held_) {
    auto packed = pack();
    if (!packed) {
      base::log_error("drain: {}", packed.error().text);
      link_.send({{"op", "error"},
                  {"errno", packed.error().code},
                  {"text", packed.error().text}});
      return;
    }
    baggage_ = std::move(*packed);
    held_ = true;
  }
  link_.send(baggage_);
}

Result<Message> Capsule::pack() {
  if (phase_ != Phase::running)
    return fail(EINVAL, "the capsule is " + state());
  auto last = last_pid();
  if (!last) return tl::make_unexpected(last.error());
  auto unread = pipes_->drain_in();
  if (!unread) return tl::make_unexpected(unread.error());
  end_.in.put_back(*unread);
  if (pipes_->out() >= 0 && read_into(end_.out, pipes_->out(), true))
    end_.out.finish();
  if (pipes_->err() >= 0 && read_into(end_.err, pipes_->err(), true))
    end_.err.finish();
  Message baggage = end_.baggage();
  baggage["op"] = "baggage";
  baggage["last_pid"] = *last;
  baggage["root_pid"] = root_pid_;
  baggage["pipes"] = pipes_->ids();
  baggage["uid"] = uid_;
  baggage["gid"] = gid_;
  return baggage;
}

void Capsule::resume() {
  if (held_) {
    held_ = false;
    // Before the answer: mosixd will let the job run.
    pump_in();
    end_.restart();
  }
  link_.send({{"op", "resumed"}});
}

void Capsule::unpack(const Message& baggage) {
  if (phase_ != Phase::empty || pipes_) return;
  end_ = CapsuleEnd::from_baggage(baggage);
  uid_ = static_cast<uid_t>(frames::number(baggage, "uid"));
  gid_ = static_cast<gid_t>(frames::number(baggage, "gid"));
}

}  // namespace mosix
