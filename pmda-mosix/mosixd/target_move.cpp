#include "mosixd/target_move.h"

#include <filesystem>

#include <sys/stat.h>

#include "base/log.h"
#include "host/fault.h"
#include "mosixd/criu.h"
#include "mosixd/daemon.h"
#include "mosixd/launch.h"
#include "mosixd/move_part.h"

namespace mosix {
namespace {

namespace fs = std::filesystem;

/// Between an accepted offer and its PREP lies the dump; a source that has
/// given up says so, this is for one that cannot.
constexpr std::int64_t kPrep_ms = 120000;
constexpr std::int64_t kCapsule_ms = 10000;

std::int64_t restore_limit_ms(std::uint64_t bytes) {
  return 10000 + static_cast<std::int64_t>(bytes / 20000);
}

std::string missing_file(const Message& files) {
  for (const Message& file : files) {
    const std::string path = text_of(file.at(0));
    struct stat facts {};
    if (stat(path.c_str(), &facts) < 0)
      return fmt::format("{}: {}", path, std::strerror(errno));
    const auto size = file.at(1).get<std::uint64_t>();
    if (file.at(2).get<bool>() &&
        static_cast<std::uint64_t>(facts.st_size) != size)
      return fmt::format("{}: {} bytes here, {} there", path, facts.st_size,
                         size);
  }
  return {};
}

}  // namespace

TargetMove::TargetMove(Daemon& daemon, Job& job, int peer, const Message& offer)
    : daemon_(daemon), job_(job) {
  const auto k = offer.value("k", std::uint64_t{0});
  const std::string no = why_not(offer);
  part() = {.state = TargetState::none,
            .k = k,
            .peer = peer,
            .nonce = new_cid(),
            .reason = "",
            .since_ms = wall_ms()};
  if (!no.empty()) {
    tell("refuse", {{"reason", no}});
    finished_ = true;
    return;
  }
  job_.record.copy = {};
  job_.record.copy.cid = new_cid();
  job_.record.copy.k = k;
  dir_ = daemon_.image_dir(job_.record.copy.cid, k);
  if (mkdir(dir_.c_str(), 0700) < 0) {
    tell("refuse",
         {{"reason", fmt::format("{}: {}", dir_, std::strerror(errno))}});
    job_.record.copy = {};
    finished_ = true;
    return;
  }
  deadline_ms_ = now_ms() + kPrep_ms;
  tell("accept");
}

TargetMove::TargetMove(Daemon& daemon, Job& job) : daemon_(daemon), job_(job) {
  dir_ = daemon_.image_dir(job_.record.copy.cid, part().k);
  if (part().state != TargetState::building) return;
  phase_ = Phase::given_up;  // the next tick buries it
  reason_ = "mosixd was restarted there";
}

TargetMove::~TargetMove() = default;

bool TargetMove::holds(const std::string& cid) const {
  return job_.record.copy.cid == cid;
}

std::string TargetMove::at_node(const std::string& reason) const {
  return fmt::format("node {}: {}", daemon_.self(), reason);
}

std::string TargetMove::why_not(const Message& offer) const {
  Settings& settings = daemon_.settings();
  if (!settings.enabled) return at_node(settings.why_off());
  if (settings.admin.block) return at_node("it takes no guests (block)");
  const auto size = offer.value("size", std::uint64_t{0});
  if (daemon_.nodes().self().mem_free < 2 * size + (16u << 20))
    return at_node("not enough free memory");
  const std::string file = missing_file(offer.value("files", Message::array()));
  if (!file.empty()) return at_node(file);
  return {};
}

std::string TargetMove::images(int peer, std::uint64_t k,
                               const std::string& nonce) {
  const bool same = part().state == TargetState::none && !finished_ &&
                    phase_ == Phase::accepted && peer == part().peer &&
                    k == part().k && nonce == part().nonce;
  return same ? dir_ : std::string{};
}

void TargetMove::tell(const char* op, Message fields) {
  daemon_.send(part().peer, move_message(job_, part(), op, std::move(fields)));
}

bool TargetMove::enter(TargetState state, const std::string& reason) {
  return enter_state(job_, part(), state, reason, backoff_);
}

// --- building

void TargetMove::prep(const Message& message) {
  if (part().state != TargetState::none) return tell_state();
  if (phase_ != Phase::accepted || finished_) return;
  if (message.value("nonce", "") != part().nonce) return;
  fault("prep");
  auto built = build(message);
  if (!built) give_up(built.error().text);
}

base::Result<void> TargetMove::build(const Message& message) {
  JobRecord& record = job_.record;
  record.home = message.value("home", 0);
  record.command = text_of(message.value("command", Message("?")));
  record.uid = message.value("uid", 0u);
  record.lock = message.value("lock", false);
  record.nmigs = message.value("nmigs", 0u) + 1;
  record.cpu_us = message.value("cpu_us", std::uint64_t{0});
  record.copy.k = part().k;
  record.copy.incarnation = daemon_.incarnation();
  record.copy.exited = false;
  baggage_ = message.value("baggage", Message::object());
  record.copy.root_pid = baggage_.value("root_pid", kFirstPid);
  if (!enter(TargetState::building))
    return base::fail(EIO, "cannot write the record there");
  phase_ = Phase::capsule;
  deadline_ms_ = now_ms() + kCapsule_ms +
                 restore_limit_ms(message.value("bytes", std::uint64_t{0}));
  auto starter =
      start_capsule(daemon_, record.copy.cid,
                    {{"mode", "restore"}, {"root_pid", record.copy.root_pid}},
                    [this](int status) {
                      if (status != 0)
                        give_up("the capsule did not start there");
                    });
  if (!starter) return tl::make_unexpected(starter.error());
  starter_ = std::move(*starter);
  if (!job_.open_cgroup()) return base::fail(EIO, "no cgroup there");
  return {};
}

void TargetMove::on_capsule(Session& session, const Message& message) {
  const std::string op = op_of(message);
  if (op == "capsule") {
    job_.capsule = &session;
    if (part().state == TargetState::building && phase_ == Phase::capsule)
      restore();
  } else if (op == "criu_exit") {
    restored(message);
  }
}

void TargetMove::restore() {
  phase_ = Phase::restoring;
  if (auto hook = write_hook_spec(dir_, *job_.cgroup()); !hook)
    return give_up(hook.error().text);
  fault("restore");
  Message baggage = baggage_;
  baggage["op"] = "baggage";
  job_.send_capsule(baggage);
  const auto pipes = texts_of(baggage_.value("pipes", Message::array()));
  job_.send_capsule(to_message(criu_restore(daemon_, dir_, pipes)));
}

void TargetMove::restored(const Message& message) {
  if (part().state != TargetState::building || phase_ != Phase::restoring)
    return;
  if (message.value("status", 1) != 0) {
    const std::string error = message.value("error", "");
    return give_up(at_node(error.empty() ? "criu was killed" : error));
  }
  auto flag = job_.cgroup()->freeze_flag();
  auto events = job_.cgroup()->events();
  if (!flag || !*flag || !events || !events->populated)
    return give_up(at_node("the restored copy was not held"));
  auto pids = job_.cgroup()->pids(CgroupPart::job);
  if (!pids || pids->empty()) return give_up(at_node("the copy is empty"));
  job_.record.copy.pid = job_.root_pid_outside();
  if (!daemon_.pid_is_free(job_.record.copy.pid))
    return give_up(at_node("pid is the home pid of a job that is away"));
  if (baggage_.contains("last_pid"))
    job_.send_capsule({{"op", "last_pid"}, {"pid", baggage_["last_pid"]}});
  fault("prepare");
  if (!enter(TargetState::prepared)) return give_up("cannot write the record");
  fault("prepared");
  remove_images();
  backoff_.due(now_ms());
  tell("prepared");
}

// --- PREPARED and after

void TargetMove::grant() {
  if (part().state != TargetState::prepared) return tell_state();
  if (!job_.copy_alive()) return give_up("the held copy was killed there");
  release();
}

void TargetMove::release() {
  fault("release");
  job_.record.k = part().k;
  job_.record.where = {.k = part().k, .node = daemon_.self()};
  if (!enter(TargetState::released)) return;
  fault("released");
  tick(now_ms());
}

void TargetMove::give_up(const std::string& reason) {
  if (phase_ == Phase::given_up) return;
  phase_ = Phase::given_up;
  reason_ = reason;
  base::log_warning("job {}: move {} from node {} is given up: {}", job_.name(),
                    part().k, part().peer, reason);
  bury();
}

void TargetMove::remove_images() {
  std::error_code ignored;
  fs::remove_all(dir_, ignored);
}

/// The copy must be seen dead before anybody hears that it is.
void TargetMove::bury() {
  remove_images();
  if (!job_.destroy_copy()) return;  // again at the next tick
  fault("abort");
  if (!enter(TargetState::aborted, reason_)) return;
  (void)backoff_.due(now_ms());
  tell_state();
  deadline_ms_ = now_ms() + kPrep_ms;
}

void TargetMove::tell_state() {
  switch (part().state) {
    case TargetState::none:
    case TargetState::building:
      return;
    case TargetState::prepared:
      return tell("prepared");
    case TargetState::released:
    case TargetState::ended:
      return tell("released", {{"alive", job_.copy_alive()}});
    case TargetState::aborted:
      return tell("aborted", {{"reason", part().reason}});
  }
}

void TargetMove::on_peer(const Message& message) {
  if (message.value("k", std::uint64_t{0}) != part().k) return;
  const std::string op = op_of(message);
  if (op == "prep") return prep(message);
  if (op == "grant") {
    if (message.value("nonce", "") == part().nonce) grant();
    return;
  }
  if (op == "query") {
    if (part().state == TargetState::none) give_up("nothing came");
    return tell_state();
  }
  if (op == "abort") {
    if (part().state == TargetState::none ||
        part().state == TargetState::building ||
        part().state == TargetState::prepared)
      return give_up("given up by the source");
    return tell_state();
  }
  if (op == "end" && part().state == TargetState::released) {
    if (!enter(TargetState::ended)) return;
    finished_ = true;
  }
  // The source has heard it too: nobody will ask any more.
  if (op == "end" && part().state == TargetState::aborted) finished_ = true;
}

void TargetMove::source_is_dead(const std::string& by) {
  base::log_warning(
      "job {}: {} says that node {} is dead: the held copy goes "
      "on here",
      job_.name(), by, part().peer);
  if (part().state == TargetState::prepared) release();
}

void TargetMove::tick(std::int64_t now) {
  if (finished_) return;
  if (phase_ == Phase::given_up && part().state != TargetState::aborted)
    return bury();
  switch (part().state) {
    case TargetState::none:
      if (now > deadline_ms_) give_up("nothing came");
      return;
    case TargetState::building:
      if (now > deadline_ms_) give_up("the restore took too long there");
      return;
    case TargetState::prepared:
      if (!job_.copy_alive()) return give_up("the held copy was killed there");
      if (backoff_.due(now)) tell("prepared");
      return;
    case TargetState::released:
      if (!announced_) {
        // A copy that was killed before it ever ran: the source may go back.
        if (!job_.copy_alive() && job_.copy_frozen_flag())
          return give_up("the held copy was killed there");
        if (job_.copy_alive() && !job_.cgroup()->thaw()) return;
        announced_ = true;
        remove_images();
        job_.sync_ends();
        fault("thawed");
      }
      if (backoff_.due(now)) tell("released", {{"alive", job_.copy_alive()}});
      return;
    case TargetState::aborted:
      // Until the source says that it has heard it, or is gone for long.
      if (backoff_.due(now)) tell_state();
      if (now > deadline_ms_) finished_ = true;
      return;
    case TargetState::ended:
      finished_ = true;
      return;
  }
}

}  // namespace mosix
