// What can be in the way without any descriptor: whose child a process is, who
// traces it, where it lives, and what it has mapped.
#include <array>
#include <cerrno>

#include "base/text.h"
#include "host/cantmove_parts.h"
#include "host/file.h"
#include "host/proc_info.h"

namespace mosix::cantmove {

using base::Result;
using base::take_line;
using base::take_word;
using base::to_number;

namespace {

/// Links of /proc/PID/ns, and the link that a process's must be equal to.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10>
    kNamespaces = {{{"cgroup", "cgroup"},
                    {"ipc", "ipc"},
                    {"mnt", "mnt"},
                    {"net", "net"},
                    {"pid", "pid"},
                    {"pid_for_children", "pid"},
                    {"time", "time"},
                    {"time_for_children", "time"},
                    {"user", "user"},
                    {"uts", "uts"}}};

/// The path in the cgroup2 tree, from /proc/PID/cgroup.
Result<std::string> cgroup_of(const Examination& exam, int pid) {
  auto text = read_file(exam.path(pid, "cgroup"));
  if (!text) return text;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const auto line = take_line(rest);
    if (line.starts_with("0::")) return std::string(line.substr(3));
  }
  return std::string();
}

Result<void> read_mounts(Examination& exam, int pid) {
  auto text = read_file(exam.path(pid, "mountinfo"));
  if (!text) return tl::make_unexpected(text.error());
  std::string_view rest = *text;
  while (!rest.empty()) {
    auto line = take_line(rest);
    if (const auto id = to_number<int>(take_word(line)))
      exam.mounts.insert(*id);
  }
  return {};
}

/// All must be in the namespaces of the capsule's init, but for time: criu
/// gives a restored job a time namespace, so that its monotonic clock goes on
/// evenly.
Result<void> read_namespaces(Examination& exam, int init, int root) {
  for (const auto& [name, same_as] : kNamespaces) {
    if (name != same_as) continue;
    const int pid = name == "time" ? root : init;
    auto link = read_link(exam.path(pid, fmt::format("ns/{}", name)));
    if (!link && link.error().code == ENOENT) continue;  // an older kernel
    if (!link) return tl::make_unexpected(link.error());
    exam.namespaces[std::string(name)] = *link;
  }
  return {};
}

Result<void> check_namespaces(Examination& exam, int pid) {
  for (const auto& [name, same_as] : kNamespaces) {
    const auto expected = exam.namespaces.find(std::string(same_as));
    if (expected == exam.namespaces.end()) continue;
    auto link = read_link(exam.path(pid, fmt::format("ns/{}", name)));
    // One that was made for children and has none yet has no link either.
    const bool empty = name == "pid_for_children" && !link &&
                       link.error().code == ENOENT &&
                       read_link(exam.path(pid, "ns/pid")).has_value();
    if (empty) exam.obstacle("namespace", {pid}, "its own pid_for_children");
    if (!link && is_gone(link.error())) continue;
    if (!link) return tl::make_unexpected(link.error());
    if (*link != expected->second)
      exam.obstacle("namespace", {pid}, fmt::format("its own {}", name));
  }
  return {};
}

/// Is `pid` below the first process? Follows the parents, for a process that
/// was born while the tree was read.
bool descends(const Examination& exam, int pid) {
  for (int steps = 0; steps < 1000 && pid > 1; ++steps) {
    if (exam.members.contains(pid)) return true;
    const auto stat = read_stat(pid, exam.job.proc);
    if (!stat) return false;
    pid = stat->ppid;
  }
  return false;
}

/// A session of which the first process is not of the job cannot be made anew.
/// One whose leader was of the job and has ended can.
void check_session(Examination& exam, const ProcStat& stat,
                   std::string_view status) {
  const bool is_root = stat.pid == exam.job.root_pid;
  if (is_root ? stat.session == stat.pid : exam.members.contains(stat.session))
    return;
  auto ids = status_field(status, "NSsid");
  const auto innermost = ids.substr(ids.find_last_of(" \t") + 1);
  const bool leader_lives =
      stat.session != 0 && read_stat(stat.session, exam.job.proc).has_value();
  if (is_root || innermost == "0" || leader_lives)
    exam.obstacle("session", {stat.pid},
                  fmt::format("session {}", stat.session));
}

struct Mapping {
  std::string_view range;
  std::string_view name;
};

Mapping parse_mapping(std::string_view line) {
  Mapping mapping;
  mapping.range = take_word(line);
  for (int skip = 0; skip < 4; ++skip) take_word(line);
  const auto begin = line.find_first_not_of(' ');
  if (begin != std::string_view::npos) mapping.name = line.substr(begin);
  return mapping;
}

/// Shared memory of the job itself, carried in the image.
bool is_anonymous(std::string_view name) {
  for (const std::string_view known :
       {"/memfd:", "/dev/zero", "/anon_hugepage", "/[aio]"})
    if (name.starts_with(known)) return true;
  return !name.starts_with('/');
}

void check_mapping(Examination& exam, int pid, const Mapping& mapping) {
  const std::string name(mapping.name);
  if (name.starts_with("anon_inode:"))
    return exam.obstacle(
        name.find("io_uring") != std::string::npos ? "io_uring" : "anon_inode",
        {pid}, "maps " + name);
  if (name.starts_with("/SYSV"))
    return exam.obstacle("sysv_shm", {pid}, "maps " + name);
  if (name.starts_with("/secretmem"))
    return exam.obstacle("secretmem", {pid}, "maps " + name);
  if (is_anonymous(name)) return;
  struct stat info;
  const auto by_range = fmt::format("map_files/{}", mapping.range);
  if (stat(exam.path(pid, by_range).c_str(), &info) < 0) return;
  const auto code = device_code(info);
  if (!code.empty())
    exam.obstacle(code, {pid}, "maps " + name);
  else if (S_ISREG(info.st_mode))
    exam.file({pid}, name, info, true);
}

void add_link(Examination& exam, int pid, std::string_view link) {
  const auto target = read_link(exam.path(pid, link));
  struct stat info;
  if (target && stat(exam.path(pid, link).c_str(), &info) == 0)
    exam.file({pid}, *target, info, true);
}

}  // namespace

Result<void> find_members(Examination& exam) {
  const int root = exam.job.root_pid;
  const int init = exam.job.init_pid != 0 ? exam.job.init_pid : root;
  auto tree = process_tree(root, exam.job.proc);
  if (!tree) return tl::make_unexpected(tree.error());
  exam.pids = *tree;
  exam.members.insert(tree->begin(), tree->end());
  for (const int pid : exam.job.cgroup_pids) {
    if (exam.members.contains(pid)) continue;
    const auto stat = read_stat(pid, exam.job.proc);
    if (!stat || stat->zombie()) continue;
    if (!descends(exam, pid)) {
      exam.obstacle("orphan", {pid}, stat->comm);
      continue;
    }
    exam.pids.push_back(pid);
    exam.members.insert(pid);
  }
  auto cgroup = cgroup_of(exam, root);
  if (!cgroup) return tl::make_unexpected(cgroup.error());
  exam.cgroup = *cgroup;
  if (auto read = read_mounts(exam, init); !read) return read;
  return read_namespaces(exam, init, root);
}

Result<void> examine_process(Examination& exam, int pid) {
  const auto stat = read_stat(pid, exam.job.proc);
  const auto status = read_file(exam.path(pid, "status"));
  if (!stat || !status || stat->zombie()) return {};
  const auto tracer = status_field(*status, "TracerPid");
  if (tracer != "0")
    exam.obstacle("traced", {pid}, fmt::format("by process {}", tracer));
  if (stat->tty != 0)
    exam.obstacle("terminal", {pid}, "a controlling terminal");
  check_session(exam, *stat, *status);
  const auto cgroup = cgroup_of(exam, pid);
  if (cgroup && *cgroup != exam.cgroup)
    exam.obstacle("outside_cgroup", {pid}, *cgroup);
  add_link(exam, pid, "exe");
  add_link(exam, pid, "cwd");
  return check_namespaces(exam, pid);
}

Result<void> examine_maps(Examination& exam, int pid) {
  auto text = read_file(exam.path(pid, "maps"));
  if (!text && is_gone(text.error())) return {};
  if (!text) return tl::make_unexpected(text.error());
  std::set<std::string_view> seen;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const auto mapping = parse_mapping(take_line(rest));
    // Most files are mapped in several pieces.
    if (!mapping.name.empty() && seen.insert(mapping.name).second)
      check_mapping(exam, pid, mapping);
  }
  return {};
}

}  // namespace mosix::cantmove
