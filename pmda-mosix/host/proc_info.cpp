#include "host/proc_info.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include <sys/resource.h>
#include <unistd.h>

#include "base/text.h"
#include "host/file.h"

namespace mosix {

using base::fail;
using base::Result;
using base::take_line;
using base::take_word;
using base::to_number;

namespace {

constexpr unsigned kKernelThreadFlag = 0x00200000;  // PF_KTHREAD

std::uint64_t ticks_per_second() {
  static const auto ticks = static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
  return ticks;
}

/// PROC/PID/NAME; a process that is gone is ESRCH whatever the open said.
Result<std::string> read_of(int pid, std::string_view name,
                            const std::string& proc) {
  auto text = read_file(fmt::format("{}/{}/{}", proc, pid, name));
  if (!text && (text.error().code == ENOENT || text.error().code == ESRCH))
    return fail(ESRCH, fmt::format("process {}: gone", pid));
  return text;
}

struct LimitName {
  std::string_view title;  ///< in /proc/PID/limits
  std::string_view name;
  int resource;
};
constexpr LimitName kLimits[] = {
    {"Max cpu time", "cpu", RLIMIT_CPU},
    {"Max file size", "fsize", RLIMIT_FSIZE},
    {"Max data size", "data", RLIMIT_DATA},
    {"Max stack size", "stack", RLIMIT_STACK},
    {"Max core file size", "core", RLIMIT_CORE},
    {"Max resident set", "rss", RLIMIT_RSS},
    {"Max processes", "nproc", RLIMIT_NPROC},
    {"Max open files", "nofile", RLIMIT_NOFILE},
    {"Max locked memory", "memlock", RLIMIT_MEMLOCK},
    {"Max address space", "as", RLIMIT_AS},
    {"Max file locks", "locks", RLIMIT_LOCKS},
    {"Max pending signals", "sigpending", RLIMIT_SIGPENDING},
    {"Max msgqueue size", "msgqueue", RLIMIT_MSGQUEUE},
    {"Max nice priority", "nice", RLIMIT_NICE},
    {"Max realtime priority", "rtprio", RLIMIT_RTPRIO},
    {"Max realtime timeout", "rttime", RLIMIT_RTTIME},
};

std::optional<std::uint64_t> limit_value(std::string_view word) {
  if (word == "unlimited") return RLIM_INFINITY;
  return to_number<std::uint64_t>(word);
}

/// The words after the command, numbered as proc(5) does: 3 is the state.
class StatFields {
 public:
  explicit StatFields(std::string_view text) {
    while (count_ < fields_.size()) {
      const auto word = take_word(text);
      if (word.empty()) break;
      fields_[count_++] = word;
    }
  }

  bool complete() const { return count_ == fields_.size(); }
  char state() const { return fields_[0][0]; }

  template <class T>
  void get(std::size_t number, T& value) {
    const auto parsed = to_number<T>(fields_[number - 3]);
    if (parsed)
      value = *parsed;
    else
      good_ = false;
  }
  bool good() const { return good_; }

 private:
  std::array<std::string_view, 22> fields_;  // 3 (state) to 24 (rss)
  std::size_t count_ = 0;
  bool good_ = true;
};

}  // namespace

bool ProcStat::kernel_thread() const {
  return (flags & kKernelThreadFlag) != 0;
}

std::uint64_t ProcStat::cpu_ms() const {
  return (utime + stime) * 1000 / ticks_per_second();
}

Result<ProcStat> parse_stat(std::string_view text) {
  const auto bad = fail(EBADMSG, "process stat: not understood");
  while (text.ends_with('\n')) text.remove_suffix(1);
  // The command may hold blanks and parentheses: the last one ends it.
  const auto open = text.find('(');
  const auto close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos ||
      open < 2 || close < open)
    return bad;
  const auto pid = to_number<int>(text.substr(0, open - 1));
  StatFields fields(text.substr(close + 1));
  if (!pid || !fields.complete()) return bad;
  ProcStat stat;
  stat.pid = *pid;
  stat.comm = text.substr(open + 1, close - open - 1);
  stat.state = fields.state();
  fields.get(4, stat.ppid);
  fields.get(5, stat.pgrp);
  fields.get(6, stat.session);
  fields.get(7, stat.tty);
  fields.get(9, stat.flags);
  fields.get(14, stat.utime);
  fields.get(15, stat.stime);
  fields.get(20, stat.threads);
  fields.get(22, stat.start_ticks);
  std::int64_t pages = 0;
  fields.get(24, pages);
  stat.rss = static_cast<std::uint64_t>(std::max<std::int64_t>(pages, 0)) *
             static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  if (!fields.good()) return bad;
  return stat;
}

Result<ProcStat> read_stat(int pid, const std::string& proc) {
  auto text = read_of(pid, "stat", proc);
  if (!text) return tl::make_unexpected(text.error());
  return parse_stat(*text);
}

Result<std::vector<int>> numbered_entries(const std::string& dir) {
  auto names = list_directory(dir);
  if (!names) return tl::make_unexpected(names.error());
  std::vector<int> numbers;
  for (const auto& name : *names)
    if (const auto number = to_number<int>(name)) numbers.push_back(*number);
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

Result<std::vector<int>> children(int pid, const std::string& proc) {
  auto tasks = numbered_entries(fmt::format("{}/{}/task", proc, pid));
  if (!tasks) return fail(ESRCH, fmt::format("process {}: gone", pid));
  std::vector<int> found;
  for (const int task : *tasks) {
    auto text = read_of(pid, fmt::format("task/{}/children", task), proc);
    if (!text) continue;
    std::string_view rest = *text;
    while (const auto child = to_number<int>(take_word(rest)))
      found.push_back(*child);
  }
  std::sort(found.begin(), found.end());
  return found;
}

Result<std::vector<int>> process_tree(int root, const std::string& proc) {
  auto first = children(root, proc);
  if (!first) return first;
  std::vector<int> tree = {root};
  tree.insert(tree.end(), first->begin(), first->end());
  for (std::size_t i = 1; i < tree.size(); ++i) {
    auto more = children(tree[i], proc);
    if (!more) continue;
    for (const int pid : *more)
      if (std::find(tree.begin(), tree.end(), pid) == tree.end())
        tree.push_back(pid);
  }
  return tree;
}

Result<std::string> boot_id(const std::string& proc) {
  auto text = read_file(proc + "/sys/kernel/random/boot_id");
  if (text && text->ends_with('\n')) text->pop_back();
  return text;
}

Result<std::int64_t> start_epoch_ms(const ProcStat& stat,
                                    const std::string& proc) {
  auto text = read_file(proc + "/stat");
  if (!text) return tl::make_unexpected(text.error());
  std::string_view rest = *text;
  while (!rest.empty()) {
    auto line = take_line(rest);
    if (take_word(line) != "btime") continue;
    const auto boot_s = to_number<std::int64_t>(take_word(line));
    if (!boot_s) break;
    const auto after_ms = stat.start_ticks * 1000 / ticks_per_second();
    return *boot_s * 1000 + static_cast<std::int64_t>(after_ms);
  }
  return fail(EBADMSG, fmt::format("{}/stat: no btime", proc));
}

std::string_view status_field(std::string_view status, std::string_view key) {
  while (!status.empty()) {
    auto line = take_line(status);
    if (!line.starts_with(key) || line.size() == key.size() ||
        line[key.size()] != ':')
      continue;
    line.remove_prefix(key.size() + 1);
    const auto begin = std::min(line.find_first_not_of(" \t"), line.size());
    const auto end = line.find_last_not_of(" \t");
    return end == std::string_view::npos ? std::string_view()
                                         : line.substr(begin, end + 1 - begin);
  }
  return {};
}

Result<Credentials> parse_credentials(std::string_view status) {
  const auto bad = fail(EBADMSG, "process status: not understood");
  Credentials who;
  const auto ids = [&](std::string_view key, unsigned& real, unsigned& eff) {
    auto line = status_field(status, key);
    const auto first = to_number<unsigned>(take_word(line));
    const auto second = to_number<unsigned>(take_word(line));
    real = first.value_or(0);
    eff = second.value_or(0);
    return first && second;
  };
  if (!ids("Uid", who.uid, who.euid) || !ids("Gid", who.gid, who.egid))
    return bad;
  auto groups = status_field(status, "Groups");
  while (const auto group = to_number<unsigned>(take_word(groups)))
    who.groups.push_back(*group);
  return who;
}

Result<Credentials> read_credentials(int pid, const std::string& proc) {
  auto text = read_of(pid, "status", proc);
  if (!text) return tl::make_unexpected(text.error());
  return parse_credentials(*text);
}

Result<std::vector<Limit>> parse_limits(std::string_view text) {
  std::vector<Limit> limits;
  while (!text.empty()) {
    const auto line = take_line(text);
    const auto known =
        std::find_if(std::begin(kLimits), std::end(kLimits),
                     [&](const auto& l) { return line.starts_with(l.title); });
    if (known == std::end(kLimits)) continue;
    auto rest = line.substr(known->title.size());
    const auto soft = limit_value(take_word(rest));
    const auto hard = limit_value(take_word(rest));
    if (!soft || !hard) return fail(EBADMSG, "process limits: not understood");
    limits.push_back({std::string(known->name), known->resource, *soft, *hard});
  }
  if (limits.empty()) return fail(EBADMSG, "process limits: not understood");
  return limits;
}

Result<std::vector<Limit>> read_limits(int pid, const std::string& proc) {
  auto text = read_of(pid, "limits", proc);
  if (!text) return tl::make_unexpected(text.error());
  return parse_limits(*text);
}

int limit_resource(std::string_view name) {
  for (const auto& limit : kLimits)
    if (limit.name == name) return limit.resource;
  return -1;
}

}  // namespace mosix
