#include "mosixd/source_move.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "host/fault.h"
#include "mosixd/criu.h"
#include "mosixd/daemon.h"
#include "mosixd/move_part.h"

namespace mosix {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kOffer_ms = 5000;
/// criu gives up by itself after 10 s; this is for a criu that hangs. It is
/// never killed before its hook: that can kill the job with it.
constexpr std::int64_t kDump_ms = 30000;
constexpr std::int64_t kDrain_ms = 5000;
constexpr std::int64_t kWaiting_ms = 5000;

/// Time for shipping and restoring so many bytes, at a rate that even a slow
/// link has.
std::int64_t ship_limit_ms(std::uint64_t bytes) {
  return 15000 + static_cast<std::int64_t>(bytes / 10000);
}

std::uint64_t size_of_files(const std::string& dir) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(dir, error))
    if (entry.is_regular_file(error)) bytes += entry.file_size(error);
  return bytes;
}

}  // namespace

SourceMove::SourceMove(Daemon& daemon, Job& job, int peer, std::string rid)
    : daemon_(daemon), job_(job) {
  part() = {.state = SourceState::none,
            .k = job.record.k + 1,
            .peer = peer,
            .nonce = "",
            .rid = std::move(rid),
            .reason = "",
            .since_ms = wall_ms()};
  deadline_ms_ = now_ms() + kOffer_ms;
  dir_ = daemon_.image_dir(job.record.copy.cid, part().k);
  offer();
}

SourceMove::SourceMove(Daemon& daemon, Job& job)
    : daemon_(daemon), job_(job), recovered_(true) {
  dir_ = daemon_.image_dir(job.record.copy.cid, part().k);
  granted_ms_ = now_ms();
}

SourceMove::~SourceMove() = default;

bool SourceMove::touching() const {
  return job_.record.source.state == SourceState::intent ||
         job_.record.source.state == SourceState::granted ||
         job_.record.source.state == SourceState::moved ||
         (job_.record.source.state == SourceState::abort && !here_again_);
}

void SourceMove::tell(const char* op, Message fields) {
  daemon_.send(part().peer, move_message(job_, part(), op, std::move(fields)));
}

void SourceMove::report(RequestState state, const std::string& reason) {
  if (auto* row = daemon_.request_row(part().rid)) {
    row->request.bytes = bytes_;
    row->request.frozen_ms = frozen_ms();
  }
  daemon_.request_state(part().rid, job_, state, reason);
}

std::uint64_t SourceMove::frozen_ms() const {
  if (frozen_at_ms_ == 0) return 0;
  return static_cast<std::uint64_t>(now_ms() - frozen_at_ms_);
}

bool SourceMove::enter(SourceState state, const std::string& reason) {
  return enter_state(job_, part(), state, reason, backoff_);
}

// --- before anything is touched

void SourceMove::offer() {
  Message files = Message::array();
  const Mobility mobility = job_.look();
  if (!mobility.movable()) return refuse("cantmove: " + mobility.cantmove());
  for (const FileFact& file : mobility.files)
    files.push_back({bytes_of(file.path), file.size, file.need_same_size});
  tell("offer", {{"size", job_.rss()}, {"files", std::move(files)}});
}

void SourceMove::refuse(const std::string& reason) {
  const std::string rid = part().rid;
  part() = {};
  finished_ = true;
  daemon_.request_state(rid, job_, RequestState::refused, reason);
}

void SourceMove::accepted(const Message& message) {
  if (part().state != SourceState::none || phase_ != Phase::offered) return;
  part().nonce = message.value("nonce", "");
  job_.record.k = part().k;
  if (!enter(SourceState::intent)) return refuse("cannot write the record");
  fault("intent");
  start_dump();
}

void SourceMove::start_dump() {
  std::error_code ignored;
  fs::remove_all(dir_, ignored);
  if (mkdir(dir_.c_str(), 0700) < 0)
    return abort(fmt::format("{}: {}", dir_, std::strerror(errno)));
  if (auto hook = write_hook_spec(dir_, *job_.cgroup()); !hook)
    return abort(hook.error().text);
  const CriuRun run = criu_dump(daemon_, dir_, job_.record.copy.root_pid);
  if (!job_.send_capsule(to_message(run)))
    return abort("the capsule does not answer");
  phase_ = Phase::dumping;
  deadline_ms_ = now_ms() + kDump_ms;
  daemon_.hurry();
}

// --- INTENT

void SourceMove::tick_intent(std::int64_t now) {
  if (!job_.copy_alive()) return copy_died(now);
  if (recovered_) return abort("mosixd was restarted");
  if (phase_ == Phase::dumping) check_frozen();
  if (phase_ == Phase::preparing && backoff_.due(now)) prepare();
  if (part().state == SourceState::intent && now > deadline_ms_)
    abort(phase_ == Phase::dumping ? "criu did not finish in time"
                                   : "the move did not finish in time");
}

/// A copy that dies frozen may have a continuation that the target holds: ask.
/// One that dies running has just come to its end.
void SourceMove::copy_died(std::int64_t now) {
  if (job_.copy_frozen_flag()) {
    if (backoff_.due(now)) tell("query");
    return;
  }
  abort(criu_error_.empty() ? "the job ended" : criu_error_);
}

void SourceMove::check_frozen() {
  if (!fs::exists(dir_ + "/frozen")) return;
  auto events = job_.cgroup()->events();
  if (!events || !events->frozen) return abort("the job could not be frozen");
  frozen_at_ms_ = now_ms();
  fault("frozen");
  report(RequestState::frozen);
  phase_ = Phase::draining;
  deadline_ms_ = now_ms() + kDrain_ms;
  if (!job_.send_capsule({{"op", "drain"}}))
    abort("the capsule does not answer");
}

void SourceMove::on_capsule(const Message& message) {
  const std::string op = op_of(message);
  if (op == "criu_exit" && message.value("what", "") == "dump") {
    criu_error_ = message.value("error", "");
    if (criu_error_.empty()) criu_error_ = "criu ended before its time";
    if (part().state == SourceState::intent) abort(criu_error_);
  } else if (op == "baggage" && phase_ == Phase::draining) {
    baggage_ = message;
    baggage_.erase("op");
    ship();
  } else if (op == "resumed" && part().state == SourceState::abort) {
    go_on_here();
  }
}

void SourceMove::ship() {
  bytes_ = size_of_files(dir_);
  phase_ = Phase::shipping;
  deadline_ms_ = now_ms() + ship_limit_ms(bytes_);
  fault("ship");
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return abort("no pipe");
  SpawnOptions tar;
  tar.argv = {"tar",
              "-c",
              "-f",
              "-",
              "-C",
              dir_,
              "--exclude=*.log",
              "--exclude=hook.json",
              "--exclude=frozen",
              "--exclude=decision",
              "."};
  tar.out = ends[1];
  SpawnOptions ssh;
  ssh.argv = daemon_.links().command(
      part().peer,
      {"images", job_.name(), std::to_string(part().k), part().nonce});
  ssh.in = ends[0];
  auto tar_run = ChildProcess::start(daemon_.loop(), tar, [](int) {});
  auto ssh_run = ChildProcess::start(daemon_.loop(), ssh,
                                     [this](int status) { shipped(status); });
  close(ends[0]);
  close(ends[1]);
  if (!tar_run || !ssh_run) return abort("cannot run tar and ssh");
  tar_ = std::move(*tar_run);
  ssh_ = std::move(*ssh_run);
}

void SourceMove::shipped(int status) {
  if (phase_ != Phase::shipping || part().state != SourceState::intent) return;
  if (status != 0) return abort("the images could not be sent");
  phase_ = Phase::preparing;
  backoff_.reset();
  fault("shipped");
  tick_intent(now_ms());
}

void SourceMove::prepare() {
  tell("prep", {{"bytes", bytes_},
                {"baggage", baggage_},
                {"home", job_.record.home},
                {"command", bytes_of(job_.record.command)},
                {"uid", job_.record.uid},
                {"lock", job_.record.lock},
                {"nmigs", job_.record.nmigs},
                {"cpu_us", job_.cpu_ms() * 1000}});
}

void SourceMove::prepared() {
  if (part().state != SourceState::intent) {
    // Said again: by the record it is granted, or going back.
    if (part().state == SourceState::granted) tell("grant");
    if (part().state == SourceState::abort) tell("abort");
    return;
  }
  // A held copy of a source that died frozen is the exact continuation: no
  // ABORT was written.
  if (job_.copy_alive()) {
    auto events = job_.cgroup()->events();
    if (recovered_ || !events || !events->frozen)
      return abort("the job was not held");
  }
  fault("grant");
  if (!enter(SourceState::granted)) {
    if (!job_.copy_alive()) return;
    return abort("cannot write the record");
  }
  fault("granted");
  granted_ms_ = now_ms();
  report(RequestState::shipped);
  backoff_.due(now_ms());
  tell("grant");
}

// --- GRANTED

void SourceMove::tick_granted(std::int64_t now) {
  if (backoff_.due(now)) tell("grant");
  if (said_waiting_ || now - granted_ms_ < kWaiting_ms) return;
  said_waiting_ = true;
  const std::string text =
      fmt::format("waiting for node {} to say what became of move {}",
                  part().peer, part().k);
  base::log_warning("job {}: {}", job_.name(), text);
  report(RequestState::undecided, text);
}

void SourceMove::released() {
  if (part().state == SourceState::moved) return;
  if (part().state == SourceState::abort && job_.copy_alive()) {
    // Only an operator's words can lead here: this copy goes on, so does the
    // other.
    base::log_error("job {}: node {} runs it too", job_.name(), part().peer);
    return settle();
  }
  job_.record.where = {.k = part().k, .node = part().peer};
  if (!enter(SourceState::moved)) return;
  fault("moved");
  report(RequestState::committed);
  tick_moved(now_ms());
}

// --- both sides of a decision

void SourceMove::decide(const std::string& decision) {
  const std::string path = dir_ + "/decision";
  if (!fs::exists(dir_) || fs::exists(path)) return;
  // By rename, so that the hook never sees half a word.
  std::ofstream(path + ".new") << decision;
  std::error_code error;
  fs::rename(path + ".new", path, error);
}

bool SourceMove::criu_gone() const {
  auto busy = job_.cgroup()->populated(CgroupPart::ctl);
  return !busy || !*busy;
}

void SourceMove::on_peer(const Message& message) {
  if (message.value("k", std::uint64_t{0}) != part().k) return;
  const std::string op = op_of(message);
  const bool open = job_.record.source_open();
  if (op == "accept") return accepted(message);
  if (op == "refuse" && part().state == SourceState::none)
    return refuse(message.value("reason", "refused"));
  if (op == "prepared" && open) return prepared();
  if (op == "released" && open) return released();
  if (op != "aborted" || !open || part().state == SourceState::moved) return;
  const std::string reason = message.value("reason", "given up there");
  const bool alive = job_.copy_alive();
  peer_knows_ = true;
  if (part().state == SourceState::abort) return;
  if (alive) return abort(reason);
  lose("the job was killed during its move; " + reason);
}

void SourceMove::target_is_dead(const std::string& by) {
  job_.record.k = part().k + 1;
  peer_knows_ = true;
  abort(fmt::format("{} says that node {} is dead", by, part().peer));
}

void SourceMove::tick(std::int64_t now) {
  switch (part().state) {
    case SourceState::none:
      if (now > deadline_ms_) refuse("the node does not answer");
      return;
    case SourceState::intent:
      return tick_intent(now);
    case SourceState::granted:
      return tick_granted(now);
    case SourceState::abort:
      return tick_abort(now);
    case SourceState::moved:
      return tick_moved(now);
    case SourceState::settled:
    case SourceState::lost:
      finished_ = true;
      return;
  }
}

}  // namespace mosix
