#include "host/load.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <memory>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "host/fd.h"
#include "host/file.h"
#include "host/proc_info.h"

namespace mosix {

using base::fail;
using base::Result;
using base::take_word;
using base::to_number;

namespace {

/// Of what the last second keeps; MOSIX weighs the new value with 3/8.
constexpr double kKeptPerSecond = 5.0 / 8.0;

constexpr std::size_t kSmallFile = 128;

/// A file small enough for one read, into a buffer of the caller; "" if it
/// cannot be read.
std::string_view read_small(int dir, const char* path,
                            std::array<char, kSmallFile>& buffer) {
  const Fd fd(openat(dir, path, O_RDONLY | O_CLOEXEC));
  if (!fd) return {};
  const ssize_t n = read(fd.get(), buffer.data(), buffer.size());
  if (n <= 0) return {};
  return {buffer.data(), static_cast<std::size_t>(n)};
}

unsigned allowed_cpus() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) < 0) return 1;
  return static_cast<unsigned>(std::max(CPU_COUNT(&set), 1));
}

/// The directory of the threads has a link for each, beside its own two.
bool has_one_thread(int dir, const char* task_path) {
  struct stat info;
  return fstatat(dir, task_path, &info, 0) < 0 || info.st_nlink <= 3;
}

}  // namespace

LoadMeter::LoadMeter(double speed, std::string proc)
    : proc_(std::move(proc)), speed_(speed) {}

Result<void> LoadMeter::sample(double now_s) {
  const auto close = [](DIR* dir) { closedir(dir); };
  const std::unique_ptr<DIR, decltype(close)> dir(opendir(proc_.c_str()));
  if (!dir) return base::fail_errno(proc_);
  ++samples_;
  run_ns_ = wait_ns_ = 0;
  while (const dirent* entry = readdir(dir.get()))
    if (const auto pid = to_number<int>(entry->d_name))
      visit_process(dirfd(dir.get()), *pid);
  forget_vanished();
  cpus_ = allowed_cpus();
  const double elapsed_s = now_s - std::exchange(last_s_, now_s);
  // The sums of the first sample are the past of the tasks, not ours to count.
  if (samples_ > 1 && elapsed_s > 0) smooth(elapsed_s);
  return read_memory();
}

void LoadMeter::visit_process(int proc_fd, int pid) {
  if (is_kernel_thread(pid)) return;
  // The file of the process is that of its first thread.
  visit_task(proc_fd, pid, fmt::format("{}/schedstat", pid));
  const auto folder = fmt::format("{}/task", pid);
  if (has_one_thread(proc_fd, folder.c_str())) return;
  const auto tids = numbered_entries(proc_ + "/" + folder);
  if (!tids) return;
  for (const int tid : *tids)
    if (tid != pid)
      visit_task(proc_fd, tid, fmt::format("{}/{}/schedstat", folder, tid));
}

void LoadMeter::visit_task(int proc_fd, int tid, const std::string& path) {
  std::array<char, kSmallFile> buffer;
  auto text = read_small(proc_fd, path.c_str(), buffer);
  const auto run_ns = to_number<std::uint64_t>(take_word(text));
  const auto wait_ns = to_number<std::uint64_t>(take_word(text));
  if (!run_ns || !wait_ns) return;
  auto [it, born] = tasks_.try_emplace(tid);
  Task& task = it->second;
  // A number that went back belongs to another task with the same tid.
  if (*run_ns < task.run_ns || *wait_ns < task.wait_ns) task = {};
  run_ns_ += *run_ns - task.run_ns;
  wait_ns_ += *wait_ns - task.wait_ns;
  task = {*run_ns, *wait_ns, samples_};
}

bool LoadMeter::is_kernel_thread(int pid) {
  const auto known = kernel_threads_.find(pid);
  if (known != kernel_threads_.end()) {
    known->second = samples_;
    return true;
  }
  if (tasks_.contains(pid)) return false;
  const auto stat = read_stat(pid, proc_);
  if (!stat || !stat->kernel_thread()) return false;
  kernel_threads_[pid] = samples_;
  return true;
}

void LoadMeter::forget_vanished() {
  std::erase_if(tasks_,
                [&](const auto& task) { return task.second.seen != samples_; });
  std::erase_if(kernel_threads_,
                [&](const auto& thread) { return thread.second != samples_; });
}

void LoadMeter::smooth(double elapsed_s) {
  // The first interval has nothing before it to be weighed against.
  const double kept = samples_ == 2 ? 0 : std::pow(kKeptPerSecond, elapsed_s);
  const double used = static_cast<double>(run_ns_) / 1e9 / elapsed_s;
  const double waited = static_cast<double>(wait_ns_) / 1e9 / elapsed_s;
  load_ = kept * load_ + (1 - kept) * (used + waited);
  const double percent = std::min(100 * used / cpus_, 100.0);
  util_ = kept * util_ + (1 - kept) * percent;
}

Result<void> LoadMeter::read_memory() {
  const auto path = proc_ + "/meminfo";
  auto text = read_file(path);
  if (!text) return tl::make_unexpected(text.error());
  const auto bytes = [&](std::string_view key) {
    auto line = status_field(*text, key);
    return to_number<std::uint64_t>(take_word(line)).value_or(0) * 1024;
  };
  mem_total_ = bytes("MemTotal");
  mem_free_ = bytes("MemAvailable");
  if (mem_total_ == 0) return fail(EBADMSG, fmt::format("{}: no total", path));
  return {};
}

}  // namespace mosix
