#include "mosixd/job.h"

#include <filesystem>

#include "api/job_name.h"
#include "base/log.h"
#include "host/file.h"
#include "host/proc_info.h"
#include "mosixd/daemon.h"
#include "mosixd/source_move.h"
#include "mosixd/target_move.h"

namespace mosix {

namespace fs = std::filesystem;

namespace {
constexpr auto kReportAge_ms =
    static_cast<std::int64_t>(Node::kMaxAge_s) * 1000;
/// What may be lost on its way to a capsule is said again.
constexpr std::int64_t kSayAgain_ms = 1000;
}  // namespace

Job::Job(Daemon& daemon, JobRecord the_record)
    : record(std::move(the_record)), daemon_(daemon) {}

Job::~Job() = default;

// --- the record

bool Job::save() {
  const std::string payload = encode(to_message(record)).substr(4);
  if (!file_) {
    auto file = RecordFile::create(daemon_.jobs_dir(), record.job, payload);
    if (file) {
      file_ = std::move(*file);
      return true;
    }
    base::log_error("job {}: {}", record.job, file.error().text);
    return false;
  }
  auto written = file_->write(payload);
  if (!written) base::log_error("job {}: {}", record.job, written.error().text);
  return written.has_value();
}

void Job::forget() {
  forgotten_ = true;
  file_.reset();
  if (auto gone = RecordFile::remove(daemon_.jobs_dir(), record.job); !gone)
    base::log_warning("job {}: {}", record.job, gone.error().text);
}

bool Job::is_home() const {
  return record.home == daemon_.self();
}

bool Job::is_owner() const {
  if (!record.has_copy()) return false;
  if (record.source.state == SourceState::moved) return false;
  const TargetState state = record.target.state;
  return record.target.k < record.copy.k || record.copy.k == 0 ||
         state == TargetState::released || state == TargetState::ended;
}

std::string Job::not_settled() const {
  if (source || record.source_open())
    return fmt::format("move {} to node {} is not settled", record.source.k,
                       record.source.peer);
  if (target || record.target_open())
    return fmt::format("move {} from node {} is not settled", record.target.k,
                       record.target.peer);
  return {};
}

// --- the copy here

bool Job::open_cgroup() {
  auto cgroup = CopyCgroup::open(daemon_.cgroup_base(), record.copy.cid);
  if (cgroup) cgroup_ = std::move(*cgroup);
  return cgroup_.has_value();
}

bool Job::copy_alive() const {
  if (!cgroup_) return false;
  auto populated = cgroup_->populated(CgroupPart::job);
  return populated && *populated;
}

bool Job::copy_frozen_flag() const {
  if (!cgroup_) return false;
  auto flag = cgroup_->freeze_flag();
  return flag && *flag;
}

bool Job::destroy_copy() {
  if (!record.has_copy()) return true;
  if (cgroup_) {
    if (!cgroup_->remove(0)) return false;
    cgroup_.reset();
  }
  std::error_code ignored;
  fs::remove_all(capsule_dir(), ignored);
  record.copy = {};
  pending_exit_.reset();  // it was that copy's
  return true;
}

std::string Job::capsule_dir() const {
  return daemon_.capsule_dir(record.copy.cid);
}

std::uint64_t Job::cpu_ms() const {
  std::uint64_t here_us = 0;
  if (cgroup_) here_us = cgroup_->cpu_usec().value_or(0);
  return (record.cpu_us + here_us) / 1000;
}

std::uint64_t Job::rss() const {
  if (!cgroup_) return 0;
  std::uint64_t bytes = 0;
  for (const int pid :
       cgroup_->pids(CgroupPart::job).value_or(std::vector<int>{}))
    if (auto stat = read_stat(pid)) bytes += stat->rss;
  return bytes;
}

int Job::root_pid_outside() const {
  if (!cgroup_) return 0;
  const auto pids = cgroup_->pids(CgroupPart::job).value_or(std::vector<int>{});
  for (const int pid : pids) {
    const auto status =
        read_file(fmt::format("/proc/{}/status", pid)).value_or("");
    const std::string_view numbers = status_field(status, "NSpid");
    const auto last = numbers.find_last_of(" \t");
    if (last != std::string_view::npos &&
        numbers.substr(last + 1) == std::to_string(record.copy.root_pid))
      return pid;
  }
  return 0;
}

Mobility Job::look() {
  JobView view;
  view.root_pid = record.copy.pid;
  if (cgroup_)
    view.cgroup_pids =
        cgroup_->pids(CgroupPart::job).value_or(std::vector<int>{});
  if (capsule != nullptr) {
    view.init_pid = capsule->pid;
    const std::string fds = fmt::format("/proc/{}/fd", capsule->pid);
    for (const int fd : numbered_entries(fds).value_or(std::vector<int>{})) {
      const auto link = read_link(fmt::format("{}/{}", fds, fd)).value_or("");
      if (link.rfind("pipe:[", 0) == 0) view.stdio_pipes.insert(link);
    }
  }
  auto mobility = check_mobility(view);
  if (mobility) return std::move(*mobility);
  return {.obstacles = {{"gone", view.root_pid, -1, mobility.error().text}},
          .files = {}};
}

const std::string& Job::cantmove() {
  const std::int64_t now = now_ms();
  if (cantmove_ms_ < 0 || now - cantmove_ms_ > 2000) {
    cantmove_ = look().cantmove();
    cantmove_ms_ = now;
  }
  return cantmove_;
}

// --- the job's own end

void Job::exited(int status) {
  pending_exit_ = status;
  handle_exit();
}

/// A process that ends while a move holds it has not come to its own end: what
/// follows is for the move to say.
void Job::handle_exit() {
  if (!pending_exit_ || record.copy.exited) return;
  if (source && source->touching() && copy_frozen_flag()) return;
  if (record.source.state == SourceState::granted ||
      record.source.state == SourceState::moved || !is_owner())
    return;
  record.copy.exited = true;
  record.copy.status = *pending_exit_;
  if (!save()) {
    record.copy.exited = false;  // said again by the capsule
    return;
  }
  location_known_ = false;
  base::log_info("job {} ({}) has ended, status {:#x}", record.job,
                 record.command, record.copy.status);
}

void Job::lost(const std::string& why) {
  base::log_error("job {} ({}) is lost: {}", record.job, record.command, why);
  lost_why_ = why;
  record.where.state = "lost";
  record.copy.exited = true;
  location_known_ = false;
  (void)save();
  if (is_home()) send_client({{"op", "lost"}, {"text", why}});
}

/// The capsule reports the end of its job, but who reports that of the
/// capsule? Whoever killed its init has killed the job with it.
void Job::miss_capsule() {
  if (!is_owner() || record.copy.exited || source || target) return;
  if (cgroup_) {
    if (copy_alive() || cgroup_->populated(CgroupPart::init).value_or(true))
      return;
  }
  lost(record.copy.incarnation == daemon_.incarnation()
           ? "its capsule was killed"
           : fmt::format("node {} was restarted", daemon_.self()));
}

/// All is said and acknowledged: nothing of the job stays.
void Job::finish_exit() {
  if (!record.copy.exited || source || target) return;
  const bool heard =
      is_home() ? client_acked_exit_ || client_was_lost_ ||
                      record.where.state == "lost"
                : remote_client_ == "acked" || remote_client_ == "gone";
  if (!heard) return;
  send_capsule({{"op", "close"}});
  if (!destroy_copy()) return;
  forget();
}

void Job::recover() {
  if (record.has_copy()) open_cgroup();
  if (record.source_open())
    source = std::make_unique<SourceMove>(daemon_, *this);
  if (record.target_open())
    target = std::make_unique<TargetMove>(daemon_, *this);
  if (!is_home()) return;
  auto stat = read_stat(record.client_pid);
  client_was_lost_ = !stat || stat->start_ticks != record.client_start;
}

// --- rows

int Job::pid() const {
  if (is_owner()) return record.copy.pid;
  return parse_job_name(record.job).value_or(JobName{}).pid;
}

Process Job::row(std::int64_t now) {
  Process row;
  const bool here = is_owner();
  if (!here && report) row = *report;
  row.job = record.job;
  row.pid = pid();
  row.command = record.command;
  row.home = record.home;
  row.uid = record.uid;
  row.lock = record.lock;
  row.away = !here;
  row.guest = here && !is_home();
  row.goto_node = goto_node;
  row.goto_state = goto_node == -2 ? "" : std::string(to_string(goto_state));
  row.goto_error = goto_error;
  if (!here) {
    row.where = record.where.node;
    row.stale = !report || now - report_ms > kReportAge_ms;
    return row;
  }
  row.where = daemon_.self();
  row.nmigs = record.nmigs;
  row.cpu_ms = cpu_ms();
  row.rss = rss();
  row.cost_s = daemon_.expected_cost_s(row.rss);
  const std::string unsettled = not_settled();
  row.cantmove = record.copy.exited ? "ended" : cantmove();
  row.migratable = row.cantmove.empty() && !row.lock && unsettled.empty();
  return row;
}

// --- time

/// A client that is stopped (which it cannot catch) stops its job. The state is
/// said until the job's capsule has acknowledged it.
void Job::watch_client() {
  if (client == nullptr) return;
  auto stat = read_stat(client->pid);
  if (!stat) return;
  const bool changed = stat->stopped() != client_stopped_;
  client_stopped_ = stat->stopped();
  if (changed) told_stopped_.reset();
  if (told_stopped_ == client_stopped_) return;
  const std::int64_t now = now_ms();
  if (!changed && now - stopped_said_ms_ < kSayAgain_ms) return;
  stopped_said_ms_ = now;
  client_frame({{"op", "client_state"}, {"stopped", client_stopped_}});
}

void Job::tell_location(std::int64_t now) {
  if (!is_owner() || is_home() || location_known_) return;
  if (!location_backoff_.due(now)) return;
  const bool lost = record.where.state == "lost";
  daemon_.send(record.home, {{"op", "location"},
                             {"job", record.job},
                             {"k", record.k},
                             {"state", lost                 ? "lost"
                                       : record.copy.exited ? "exited"
                                                            : "running"},
                             {"text", lost_why_},
                             {"status", record.copy.status}});
}

void Job::tick(std::int64_t now) {
  handle_exit();
  if (source) {
    source->tick(now);
    if (source->finished()) source.reset();
  }
  if (target) {
    target->tick(now);
    if (target->finished()) target.reset();
  }
  if (forgotten_) return;
  watch_client();
  tell_location(now);
  if (client_was_lost_ && now - gone_said_ms_ >= kSayAgain_ms) {
    gone_said_ms_ = now;
    client_frame({{"op", "client_gone"}});
  }
  miss_capsule();
  finish_exit();
  if (forgotten_) return;
  const bool nothing_here = !record.has_copy() && !source && !target;
  if (nothing_here && !is_home()) forget();
  if (nothing_here && is_home() && record.where.state != "running" &&
      (client == nullptr || client_acked_exit_))
    forget();
}

}  // namespace mosix
