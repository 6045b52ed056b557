#include "mosixd/launch.h"

#include <filesystem>
#include <fstream>
#include <random>

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "host/proc_info.h"
#include "mosixd/daemon.h"

namespace mosix {
namespace {

using base::fail;
using base::fail_errno;
using base::Result;

constexpr std::int64_t kStartTime_ms = 15000;

Message limits_of(pid_t pid) {
  Message limits = Message::object();
  auto known = read_limits(pid);
  if (!known) return limits;
  for (const Limit& limit : *known)
    limits[limit.name] = {limit.soft, limit.hard};
  return limits;
}

std::vector<int> own_affinity() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> cpus;
  if (sched_getaffinity(0, sizeof set, &set) < 0) return cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  return cpus;
}

std::string base_name(const std::string& path) {
  return path.substr(path.find_last_of('/') + 1);
}

}  // namespace

std::string new_cid() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

Result<std::unique_ptr<ChildProcess>> start_capsule(
    Daemon& daemon, const std::string& cid, Message spec,
    std::function<void(int)> on_started) {
  auto cgroup = CopyCgroup::create(daemon.cgroup_base(), cid);
  if (!cgroup) return tl::make_unexpected(cgroup.error());
  const std::string dir = daemon.capsule_dir(cid);
  if (mkdir(dir.c_str(), 0700) < 0) return fail_errno(dir);
  spec["cid"] = cid;
  spec["socket"] = daemon.config().socket();
  spec["cgroup"] = cgroup->path();
  spec["first_pid"] = kFirstPid;
  spec["affinity"] = own_affinity();
  const std::string path = dir + "/spec.cbor";
  const std::vector<std::uint8_t> bytes = Message::to_cbor(spec);
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) return fail_errno(path);
  SpawnOptions options;
  options.argv = {daemon.libexec("mosix-capsule"), "--dir", dir};
  return ChildProcess::start(daemon.loop(), options, std::move(on_started));
}

Launch::Launch(Daemon& daemon, Session& client, std::string cid, bool lock,
               std::string command)
    : daemon_(daemon),
      client_(&client),
      cid_(std::move(cid)),
      lock_(lock),
      command_(std::move(command)),
      deadline_ms_(now_ms() + kStartTime_ms) {}

Launch::~Launch() = default;

Result<std::unique_ptr<Launch>> Launch::begin(Daemon& daemon, Session& client,
                                              const Message& run) {
  if (client.uid != 0)
    return fail(EPERM, "only root may start jobs in this version");
  const auto argv = run.find("argv");
  if (argv == run.end() || !argv->is_array() || argv->empty())
    return fail(EINVAL, "no program is named");
  std::unique_ptr<Launch> launch(new Launch(daemon, client, new_cid(),
                                            run.value("lock", false),
                                            base_name(text_of(argv->front()))));
  auto prepared = launch->prepare(run);
  if (prepared) return launch;
  launch->give_up(0, "");
  return tl::make_unexpected(prepared.error());
}

Result<void> Launch::prepare(const Message& run) {
  auto who = read_credentials(client_->pid);
  if (!who) return tl::make_unexpected(who.error());
  Message spec{{"mode", "start"},
               {"uid", who->euid},
               {"gid", who->egid},
               {"groups", who->groups},
               {"umask", run.value("umask", 022)},
               {"limits", limits_of(client_->pid)}};
  for (const char* key : {"argv", "env"})
    spec[key] = list_of_bytes(texts_of(run.value(key, Message::array())));
  spec["cwd"] = bytes_of(text_of(run.value("cwd", Message("/"))));
  auto starter = start_capsule(daemon_, cid_, std::move(spec), [this](int st) {
    if (st != 0) give_up(EIO, "the capsule did not start (see mosixd's log)");
  });
  if (!starter) return tl::make_unexpected(starter.error());
  starter_ = std::move(*starter);
  return {};
}

void Launch::give_up(int code, const std::string& text) {
  if (failed_ || finished_) return;
  failed_ = true;
  if (client_ != nullptr && code != 0)
    daemon_.answer_error(*client_, code, text);
}

void Launch::capsule(Session& session, const Message& message) {
  const std::string op = op_of(message);
  if (op == "capsule" && message.value("state", "") == "gated")
    return gated(session);
  if (op == "started") return begun();
  if (op == "exec_failed")
    return give_up(message.value("errno", ENOEXEC), message.value("text", ""));
}

/// The job's process exists and waits: now the job gets its name.
void Launch::gated(Session& session) {
  if (failed_ || job_ != nullptr) return;
  auto cgroup = CopyCgroup::open(daemon_.cgroup_base(), cid_);
  auto pids = cgroup ? cgroup->pids(CgroupPart::job)
                     : Result<std::vector<int>>(fail(ENOENT, "no cgroup"));
  if (!pids || pids->size() != 1)
    return give_up(EIO, "the job's process was not found in its cgroup");
  const int pid = pids->front();
  auto stat = read_stat(pid);
  auto start = stat ? start_epoch_ms(*stat) : Result<std::int64_t>(0);
  if (!stat || !start) return give_up(EIO, "the job's process is gone");
  if (!daemon_.pid_is_free(pid))
    return give_up(EAGAIN, "pid is the home pid of a job that is away");
  JobRecord record;
  record.job = fmt::format("{}:{}:{}", daemon_.self(), pid, *start);
  record.home = daemon_.self();
  record.command = command_;
  record.uid = client_ == nullptr ? 0 : client_->uid;
  record.lock = lock_;
  record.copy = {.cid = cid_,
                 .k = 0,
                 .incarnation = daemon_.incarnation(),
                 .root_pid = kFirstPid,
                 .pid = pid};
  record.where = {.k = 0, .node = daemon_.self()};
  if (client_ != nullptr) {
    record.client_pid = client_->pid;
    if (auto client = read_stat(client_->pid))
      record.client_start = client->start_ticks;
  }
  auto job = std::make_unique<Job>(daemon_, std::move(record));
  if (!job->save()) return give_up(EIO, "cannot write the job's record");
  job_ = &daemon_.add(std::move(job));
  job_->open_cgroup();
  job_->capsule = &session;
  session.stream.send({{"op", "go"}});
}

void Launch::begun() {
  if (failed_ || finished_) return;
  finished_ = true;
  base::log_info("job {} ({}) started, pid {}", job_->name(), command_,
                 job_->record.copy.pid);
  if (client_ == nullptr) return job_->client_gone();
  client_->stream.send({{"op", "running"},
                        {"job", job_->name()},
                        {"pid", job_->record.copy.pid}});
  job_->client_attached(*client_);
}

bool Launch::finished(std::int64_t now) {
  if (finished_) return true;
  if (!failed_ && now > deadline_ms_)
    give_up(ETIMEDOUT, "the capsule did not answer");
  if (!failed_) return false;
  if (job_ != nullptr) {
    if (!job_->destroy_copy()) return false;
    job_->forget();
    return true;
  }
  if (auto cgroup = CopyCgroup::open(daemon_.cgroup_base(), cid_);
      cgroup && !cgroup->remove(0))
    return false;
  std::error_code ignored;
  std::filesystem::remove_all(daemon_.capsule_dir(cid_), ignored);
  return true;
}

}  // namespace mosix
