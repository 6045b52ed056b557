#include "mosixd/daemon.h"

#include <algorithm>
#include <csignal>
#include <filesystem>

#include <pwd.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/log.h"
#include "host/fault.h"
#include "host/file.h"
#include "host/proc_info.h"
#include "mosixd/source_move.h"
#include "mosixd/target_move.h"

namespace mosix {
namespace {

namespace fs = std::filesystem;
using base::fail_errno;
using base::Result;

constexpr long kTmpfsMagic = 0x01021994;
constexpr double kQuick_s = 0.005;
constexpr double kCalm_s = 0.25;

Result<void> make_dir(const std::string& path, mode_t mode) {
  std::error_code error;
  fs::create_directories(fs::path(path).parent_path(), error);
  if (mkdir(path.c_str(), mode) < 0 && errno != EEXIST) return fail_errno(path);
  // Our umask is 077, and the folder may have been left by another.
  if (chmod(path.c_str(), mode) < 0) return fail_errno(path);
  return {};
}

/// Images hold all that a job's memory holds: they never touch a disk.
Result<void> make_image_dir(const std::string& path) {
  if (auto made = make_dir(path, 0700); !made) return made;
  struct statfs facts {};
  if (statfs(path.c_str(), &facts) == 0 && facts.f_type == kTmpfsMagic)
    return {};
  if (mount("mosix", path.c_str(), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
            "mode=0700") < 0)
    return fail_errno(path + ": tmpfs");
  return {};
}

std::vector<uid_t> uids_of(const std::vector<std::string>& names) {
  std::vector<uid_t> uids;
  for (const std::string& name : names)
    if (const passwd* user = getpwnam(name.c_str()))
      uids.push_back(user->pw_uid);
  return uids;
}

}  // namespace

Daemon::Daemon(Config config, std::vector<NodeEntry> entries, int self)
    : config_(std::move(config)),
      entries_(std::move(entries)),
      self_(self),
      nodes_(entries_, self),
      meter_(config_.speed),
      agents_(uids_of(config_.agents)),
      operators_(uids_of(config_.operators)) {}

Daemon::~Daemon() {
  // Copies and capsules live on; only the connections end.
  for (auto& [name, job] : jobs_) job->capsule = job->client = nullptr;
  if (listen_fd_ >= 0) close(listen_fd_);
}

std::string Daemon::image_dir(const std::string& cid, std::uint64_t k) const {
  return fmt::format("{}/img/{}.{}", config_.run_dir, cid, k);
}

std::string Daemon::capsule_dir(const std::string& cid) const {
  return fmt::format("{}/capsules/{}", config_.run_dir, cid);
}

std::string Daemon::libexec(const std::string& program) const {
  return bin_dir_ + "/" + program;
}

Result<void> Daemon::make_folders() {
  for (const std::string& dir : {config_.state_dir, jobs_dir()})
    if (auto made = make_dir(dir, 0700); !made) return made;
  if (auto made = make_dir(config_.run_dir, 0755); !made) return made;
  if (auto made = make_dir(config_.run_dir + "/capsules", 0700); !made)
    return made;
  return make_image_dir(config_.run_dir + "/img");
}

Result<void> Daemon::start() {
  auto exe = read_link("/proc/self/exe");
  if (!exe) return tl::make_unexpected(exe.error());
  bin_dir_ = fs::path(*exe).parent_path();
  fault_open(config_.faults);
  auto boot = boot_id();
  auto pid_namespace = read_link("/proc/self/ns/pid");
  auto cgroup2 = find_cgroup2();
  if (!boot) return tl::make_unexpected(boot.error());
  if (!pid_namespace) return tl::make_unexpected(pid_namespace.error());
  if (!cgroup2) return tl::make_unexpected(cgroup2.error());
  incarnation_ = *boot + " " + *pid_namespace;
  cgroup_base_ = *cgroup2 + "/" + config_.cgroup;
  if (auto made = make_folders(); !made) return made;
  if (auto read = settings_.open(config_.state_dir + "/settings.json"); !read)
    return read;
  if (auto read = requests_.open(config_.state_dir + "/requests.jsonl"); !read)
    return read;
  if (auto loaded = load_jobs(); !loaded) return loaded;
  kill_strays();
  links_ = std::make_unique<Links>(loop_, config_, entries_, self_,
                                   [this](int node, bool up) {
                                     nodes_.link(node, up);
                                     if (up) heartbeat();
                                   });
  if (auto listening = listen(); !listening) return listening;
  leases_.start(now_ms());
  second();
  second_ = std::make_unique<Timer>(loop_, 1.0, [this] { second(); });
  fast_ = std::make_unique<Timer>(loop_, kCalm_s, [this] { fast(); });
  return {};
}

void Daemon::run() {
  loop_.run();
}

// --- what an earlier mosixd left

Result<void> Daemon::load_jobs() {
  auto names = RecordFile::list(jobs_dir());
  if (!names) return tl::make_unexpected(names.error());
  for (const std::string& name : *names) {
    auto file = RecordFile::open(jobs_dir(), name);
    Message message;
    if (file)
      message = Message::from_cbor(file->current().payload, true, false);
    auto record = job_record_from(message);
    if (!file || !record) {
      // Never thrown away by a program: it may speak of a frozen copy.
      base::log_error("{}/{}: unreadable, left alone", jobs_dir(), name);
      continue;
    }
    auto job = std::make_unique<Job>(*this, std::move(*record));
    job->adopt(std::move(*file));
    job->recover();
    add(std::move(job));
  }
  return {};
}

/// Copies and images that no record speaks of. What is not frozen was never
/// let run (a job that was about to start, a copy that was being built); what
/// is frozen is for people to look at.
void Daemon::kill_strays() {
  for (const std::string& cid :
       CopyCgroup::list(cgroup_base_).value_or(std::vector<std::string>{})) {
    if (find_cid(cid) != nullptr) continue;
    auto cgroup = CopyCgroup::open(cgroup_base_, cid);
    if (!cgroup) continue;
    auto populated = cgroup->populated(CgroupPart::job);
    if (cgroup->freeze_flag().value_or(false) && populated.value_or(true)) {
      base::log_error("{}: a frozen copy that no record knows, left alone",
                      cgroup->path());
      continue;
    }
    (void)cgroup->remove();
    std::error_code ignored;
    fs::remove_all(capsule_dir(cid), ignored);
  }
  std::error_code error;
  for (const auto& entry :
       fs::directory_iterator(config_.run_dir + "/img", error)) {
    const std::string cid = entry.path().stem();
    if (find_cid(cid) == nullptr) fs::remove_all(entry.path(), error);
  }
}

// --- jobs

Job* Daemon::find(const std::string& job) {
  const auto found = jobs_.find(job);
  if (found == jobs_.end() || found->second->forgotten()) return nullptr;
  return found->second.get();
}

Job* Daemon::find_pid(int pid) {
  for (auto& [name, job] : jobs_)
    if (!job->forgotten() && job->pid() == pid) return job.get();
  return nullptr;
}

Job* Daemon::find_cid(const std::string& cid) {
  for (auto& [name, job] : jobs_)
    if (job->record.copy.cid == cid && !job->forgotten()) return job.get();
  return nullptr;
}

Job& Daemon::add(std::unique_ptr<Job> job) {
  return *(jobs_[job->name()] = std::move(job));
}

bool Daemon::pid_is_free(int pid) const {
  return std::none_of(jobs_.begin(), jobs_.end(), [&](const auto& entry) {
    const Job& job = *entry.second;
    return !job.forgotten() && !job.is_owner() && job.is_home() &&
           job.pid() == pid;
  });
}

unsigned Daemon::guests() const {
  return static_cast<unsigned>(
      std::count_if(jobs_.begin(), jobs_.end(), [](const auto& entry) {
        return entry.second->is_owner() && !entry.second->is_home();
      }));
}

// --- time

void Daemon::hurry() {
  fast_->set(kQuick_s);
}

void Daemon::second() {
  const std::int64_t now = now_ms();
  (void)meter_.sample(static_cast<double>(now) / 1000);
  Node& self = nodes_.self();
  self.load = meter_.load();
  self.speed = meter_.speed();
  self.cpus = meter_.cpus();
  self.util = meter_.util();
  self.mem_total = meter_.mem_total();
  self.mem_free = meter_.mem_free();
  self.guests = guests();
  self.threshold = settings_.threshold;
  self.share = settings_.share;
  self.block = settings_.admin.block;
  links_->tick(now);
  heartbeat();
  ask_again();
}

void Daemon::fast() {
  const std::int64_t now = now_ms();
  bool busy = false;
  for (auto& [name, job] : jobs_) {
    if (job->forgotten()) continue;
    job->tick(now);
    busy = busy || job->source || job->target;
  }
  launches_.remove_if([&](auto& launch) { return launch->finished(now); });
  reap_forgotten();
  fast_->set(busy || !launches_.empty() ? kQuick_s : kCalm_s);
}

void Daemon::reap_forgotten() {
  std::erase_if(jobs_, [](const auto& e) { return e.second->forgotten(); });
}

// --- what a move costs

double Daemon::expected_cost_s(std::uint64_t bytes) const {
  return cost_fixed_s_ + static_cast<double>(bytes) / cost_rate_;
}

void Daemon::learn_cost(std::uint64_t bytes, double seconds) {
  if (seconds <= 0) return;
  // Small jobs teach the fixed part, large ones the rate.
  constexpr double kWeight = 0.25;
  constexpr std::uint64_t kLarge = 50u << 20;
  if (bytes < kLarge) {
    cost_fixed_s_ += kWeight * (seconds - cost_fixed_s_);
    return;
  }
  const double net = std::max(seconds - cost_fixed_s_, 0.01);
  cost_rate_ += kWeight * (static_cast<double>(bytes) / net - cost_rate_);
}

}  // namespace mosix
