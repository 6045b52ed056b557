// The load of this node: what its processes, as this pid namespace sees them,
// ask of the CPUs that this process may run on. (The kernel's load average
// counts the whole machine, also in a lab node, and sleeps on disks too.)
//
// In an interval the kernel adds to each task's run and wait times exactly the
// time that it was runnable; their sum over all tasks, divided by the length of
// the interval, is the exact mean of the number of runnable tasks. Tasks that
// ended since the last sample are missing from it, with at most one interval.
//
// Cost, measured with 1000 processes: 9 ms a sample, all of it in the kernel's
// /proc; so 0.9 percent of one CPU at a sample a second.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "base/result.h"

namespace mosix {

class LoadMeter {
 public:
  /// `speed` of one CPU here, 1.0 = the standard CPU.
  explicit LoadMeter(double speed = 1, std::string proc = "/proc");

  void set_speed(double speed) { speed_ = speed; }

  /// Call about once a second; `now_s` is any clock that runs evenly. The first
  /// call only sets the marks.
  base::Result<void> sample(double now_s);

  /// Runnable tasks per standard CPU of this node: a process that does nothing
  /// but compute adds 1 / (cpus * speed). Smoothed: each second the new value
  /// has weight 3/8.
  double load() const { return load_ / (cpus_ * speed_); }
  /// Percent of the time of the node's CPUs that was used, smoothed alike.
  double util() const { return util_; }
  double speed() const { return speed_; }
  /// CPUs that this process may run on.
  unsigned cpus() const { return cpus_; }
  std::uint64_t mem_total() const { return mem_total_; }  ///< bytes
  std::uint64_t mem_free() const { return mem_free_; }    ///< bytes available
  /// Tasks (threads) of the last sample, without the kernel's own.
  std::size_t tasks() const { return tasks_.size(); }

 private:
  struct Task {
    std::uint64_t run_ns = 0;
    std::uint64_t wait_ns = 0;
    unsigned seen = 0;  ///< number of the last sample that saw it
  };

  void visit_process(int proc_fd, int pid);
  void visit_task(int proc_fd, int tid, const std::string& path);
  bool is_kernel_thread(int pid);
  void forget_vanished();
  void smooth(double elapsed_s);
  base::Result<void> read_memory();

  std::string proc_;
  double speed_;
  unsigned cpus_ = 1;
  double load_ = 0;  ///< mean number of runnable tasks
  double util_ = 0;
  double last_s_ = 0;
  unsigned samples_ = 0;
  std::uint64_t run_ns_ = 0;  ///< of all tasks, since the last sample
  std::uint64_t wait_ns_ = 0;
  std::uint64_t mem_total_ = 0;
  std::uint64_t mem_free_ = 0;
  std::unordered_map<int, Task> tasks_;
  std::unordered_map<int, unsigned> kernel_threads_;  ///< pid -> last sample
};

}  // namespace mosix
