// What the open descriptors of a job are.
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/vfs.h>

#include "base/text.h"
#include "host/cantmove_parts.h"
#include "host/file.h"
#include "host/foreign_fd.h"
#include "host/proc_info.h"

namespace mosix::cantmove {

using base::Result;
using base::to_number;

namespace {

constexpr auto kMessageQueueMagic = 0x19800202;

struct Descriptor {
  Place place;
  std::string path;  ///< /proc/PID/fd/N
  std::string link;  ///< what that link says
  std::string info;  ///< text of /proc/PID/fdinfo/N
  struct stat stat = {};

  int flags() const {
    return to_number<int>(status_field(info, "flags"), 8).value_or(0);
  }
  bool reads() const { return (flags() & O_ACCMODE) != O_WRONLY; }
  bool writes() const { return (flags() & O_ACCMODE) != O_RDONLY; }
};

/// Kernel objects that criu carries along.
bool is_movable_object(std::string_view name) {
  for (const std::string_view known : {"[eventpoll]", "[eventfd]", "[timerfd]",
                                       "[signalfd]", "inotify", "[fanotify]"})
    if (name == known) return true;
  return false;
}

void check_pidfd(Examination& exam, const Descriptor& fd) {
  const auto pid = to_number<int>(status_field(fd.info, "Pid"));
  // -1: it has ended and was reaped; that holds anywhere.
  if (pid && (*pid == -1 || exam.members.contains(*pid))) return;
  exam.obstacle("pidfd_outside", fd.place,
                pid ? fmt::format("of process {}", *pid) : fd.link);
}

void check_object(Examination& exam, const Descriptor& fd) {
  const auto name = std::string_view(fd.link).substr(fd.link.find(':') + 1);
  if (name == "[pidfd]") return check_pidfd(exam, fd);
  if (is_movable_object(name)) return;
  exam.obstacle(name == "[io_uring]" ? "io_uring" : "anon_inode", fd.place,
                fd.link);
}

void note_pipe(Examination& exam, const Descriptor& fd) {
  if (exam.job.stdio_pipes.contains(fd.link)) return;
  auto& ends = exam.pipes[{fd.stat.st_dev, fd.stat.st_ino}];
  ends.place = fd.place;
  ends.name = fd.link;
  ends.reads |= fd.reads();
  ends.writes |= fd.writes();
}

/// The mount must be one that the job's namespace has.
bool is_on_other_mount(const Examination& exam, const Descriptor& fd) {
  const auto mount = to_number<int>(status_field(fd.info, "mnt_id"));
  return mount && !exam.mounts.contains(*mount);
}

void check_regular(Examination& exam, const Descriptor& fd) {
  if (fd.link.starts_with("/memfd:") || fd.link.starts_with("/anon_hugepage") ||
      fd.link.starts_with("/dev/zero"))
    return;
  if (fd.link.starts_with("/SYSV"))
    return exam.obstacle("sysv_shm", fd.place, fd.link);
  if (fd.link.starts_with("/secretmem"))
    return exam.obstacle("secretmem", fd.place, fd.link);
  struct statfs where = {};
  if (statfs(fd.path.c_str(), &where) < 0) return;
  if (where.f_type == kMessageQueueMagic)
    return exam.obstacle("mqueue", fd.place, fd.link);
  if (where.f_type == NSFS_MAGIC)
    return exam.obstacle("namespace", fd.place, fd.link);
  if (is_on_other_mount(exam, fd))
    return exam.obstacle("other_mount", fd.place, fd.link);
  // Files of /proc are made anew wherever they are opened.
  if (where.f_type == PROC_SUPER_MAGIC) return;
  const bool appends = !fd.reads() && (fd.flags() & O_APPEND) != 0;
  exam.file(fd.place, fd.link, fd.stat, !appends);
}

void check_device(Examination& exam, const Descriptor& fd) {
  const auto code = device_code(fd.stat);
  if (!code.empty())
    exam.obstacle(code, fd.place, fd.link);
  else if (is_on_other_mount(exam, fd))
    exam.obstacle("other_mount", fd.place, fd.link);
}

Result<void> check_descriptor(Examination& exam, const Descriptor& fd) {
  // (The blank keeps "lock:" apart from other words that end so.)
  if (fd.info.find("\nlock:\t") != std::string::npos)
    exam.obstacle("file_lock", fd.place, fd.link);
  if (fd.link.starts_with("pidfd:"))
    check_pidfd(exam, fd);
  else if (fd.link.starts_with("anon_inode:"))
    check_object(exam, fd);
  else if (S_ISSOCK(fd.stat.st_mode))
    return examine_socket(exam, fd.place,
                          static_cast<std::uint32_t>(fd.stat.st_ino));
  else if (S_ISFIFO(fd.stat.st_mode))
    note_pipe(exam, fd);
  else if (S_ISCHR(fd.stat.st_mode) || S_ISBLK(fd.stat.st_mode))
    check_device(exam, fd);
  else
    check_regular(exam, fd);
  return {};
}

/// False: closed meanwhile.
bool read_descriptor(const Examination& exam, Descriptor& fd) {
  const auto [pid, number] = fd.place;
  fd.path = exam.path(pid, fmt::format("fd/{}", number));
  auto link = read_link(fd.path);
  auto info = read_file(exam.path(pid, fmt::format("fdinfo/{}", number)));
  if (!link || !info || stat(fd.path.c_str(), &fd.stat) < 0) return false;
  fd.link = std::move(*link);
  fd.info = std::move(*info);
  return true;
}

}  // namespace

Result<void> examine_fds(Examination& exam, int pid) {
  const auto numbers = numbered_entries(exam.path(pid, "fd"));
  if (!numbers && is_gone(numbers.error())) return {};
  if (!numbers) return tl::make_unexpected(numbers.error());
  for (const int number : *numbers) {
    Descriptor fd;
    fd.place = {pid, number};
    if (!read_descriptor(exam, fd)) continue;
    if (auto checked = check_descriptor(exam, fd); !checked) return checked;
  }
  return {};
}

/// By the way a job is started, only its stdio leads out of it. So a pipe with
/// one end in the job has the other outside, or closed: then it may move.
Result<void> examine_pipes(Examination& exam) {
  for (const auto& [id, ends] : exam.pipes) {
    if (ends.reads && ends.writes) continue;
    const auto fd = foreign_fd(ends.place.pid, ends.place.fd);
    if (!fd && is_gone(fd.error())) continue;
    if (!fd) return tl::make_unexpected(fd.error());
    pollfd state{fd->get(), POLLIN, 0};
    if (poll(&state, 1, 0) < 0) return base::fail_errno("poll");
    const bool closed = (state.revents & (POLLHUP | POLLERR)) != 0;
    if (!closed) exam.obstacle("pipe_outside", ends.place, ends.name);
  }
  return {};
}

}  // namespace mosix::cantmove
