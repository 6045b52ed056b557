// Each kind of descriptor, held by a real process.
#include <cerrno>
#include <cstring>

#include <gtest/gtest.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <mqueue.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "host/test_dir.h"
#include "host/test_job.h"

namespace mosix {
namespace {

using test_job::check_kinds;
using test_job::Hold;
using test_job::holds;
using test_job::insider;
using test_job::outsider;
using test_job::Pids;
using test_job::reason;

Hold opens(const char* path, int flags = O_RDWR) {
  return holds([=] { return open(path, flags); });
}

long pidfd_of(pid_t pid) {
  return syscall(SYS_pidfd_open, pid, 0);
}

TEST(CantMove, KernelObjects) {
  sigset_t none;
  sigemptyset(&none);
  check_kinds({
      {"nothing", "", holds([] { return 0; })},
      {"eventfd", "", holds([] { return eventfd(0, 0); })},
      {"timerfd", "", holds([] { return timerfd_create(CLOCK_MONOTONIC, 0); })},
      {"signalfd", "", holds([&] { return signalfd(-1, &none, 0); })},
      {"epoll", "", holds([] {
         epoll_event event = {};
         const int ep = epoll_create1(0);
         return epoll_ctl(ep, EPOLL_CTL_ADD, eventfd(0, 0), &event);
       })},
      {"inotify", "", holds([] {
         return inotify_add_watch(inotify_init1(0), "/tmp", IN_CREATE);
       })},
      {"memfd", "", holds([] { return memfd_create("m", 0); })},
      {"memfd_secret", "secretmem",
       holds([] { return syscall(SYS_memfd_secret, 0); })},
      {"io_uring", "io_uring", holds([] {
         io_uring_params params = {};
         return syscall(SYS_io_uring_setup, 8, &params);
       })},
      {"perf event", "anon_inode", holds([] {
         perf_event_attr attr = {};
         attr.type = PERF_TYPE_SOFTWARE;
         attr.size = sizeof attr;
         return syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
       })},
      {"userfaultfd", "anon_inode",
       holds([] { return syscall(SYS_userfaultfd, UFFD_USER_MODE_ONLY); })},
      {"message queue", "mqueue", holds([] {
         const auto name = "/mosix-test-" + std::to_string(getpid());
         const int queue =
             mq_open(name.c_str(), O_CREAT | O_RDWR, 0600, nullptr);
         mq_unlink(name.c_str());
         return queue;
       })},
  });
}

TEST(CantMove, Pidfds) {
  check_kinds({
      {"of a member", "", holds([] { return pidfd_of(insider([] {})); })},
      {"of itself", "", holds([] { return pidfd_of(getpid()); })},
      {"of a dead child", "", holds([] {
         const pid_t pid = insider([] {});
         const long fd = pidfd_of(pid);
         kill(pid, SIGKILL);
         waitpid(pid, nullptr, 0);
         return fd;
       })},
      {"of an outsider", "pidfd_outside",
       holds([] { return pidfd_of(outsider([] {})); })},
  });
}

TEST(CantMove, Devices) {
  check_kinds({
      {"null", "", opens("/dev/null")},
      {"zero", "", opens("/dev/zero")},
      {"urandom", "", opens("/dev/urandom", O_RDONLY)},
      {"fuse", "device", opens("/dev/fuse")},
      {"tun", "device", opens("/dev/net/tun")},
      {"kvm", "device", opens("/dev/kvm")},
      {"loop", "device", opens("/dev/loop0", O_RDONLY)},
      {"pseudo-terminal", "terminal", opens("/dev/ptmx", O_RDWR | O_NOCTTY)},
      {"virtual console", "terminal", opens("/dev/tty1", O_RDWR | O_NOCTTY)},
  });
}

TEST(CantMove, FilesAndLocks) {
  const TestDir dir;
  dir.put("file", "content");
  const std::string path = dir.path("file");
  const auto file = [&](int flags = O_RDWR) {
    return open(path.c_str(), flags);
  };
  const auto deleted = [&](long size) {
    const auto name = dir.path("gone");
    const int fd = open(name.c_str(), O_CREAT | O_RDWR | O_TRUNC, 0600);
    unlink(name.c_str());
    return posix_fallocate(fd, 0, size) == 0 ? fd : -1;
  };
  const auto region = [&](int command) {
    struct flock lock = {};
    lock.l_type = F_WRLCK;
    return fcntl(file(), command, &lock);
  };
  check_kinds({
      {"file", "", holds([&] { return file(); })},
      {"folder", "", opens("/tmp", O_RDONLY | O_DIRECTORY)},
      {"own status", "", opens("/proc/self/status", O_RDONLY)},
      {"a namespace", "namespace", opens("/proc/self/ns/net", O_RDONLY)},
      {"flock", "file_lock", holds([&] { return flock(file(), LOCK_EX); })},
      {"POSIX lock", "file_lock", holds([&] { return region(F_SETLK); })},
      {"OFD lock", "file_lock", holds([&] { return region(F_OFD_SETLK); })},
      {"lease", "file_lock",
       holds([&] { return fcntl(file(O_RDONLY), F_SETLEASE, F_RDLCK); })},
      {"small deleted file", "", holds([&] { return deleted(1000); })},
      {"big deleted file", "deleted_file",
       holds([&] { return deleted((1 << 20) + 1); })},
      {"big deleted file with nothing in it", "",
       holds([&] { return ftruncate(deleted(1), 1 << 30); })},
      {"deleted name, other left", "", holds([&] {
         const auto other = dir.path("other");
         link(path.c_str(), other.c_str());
         const int fd = open(other.c_str(), O_RDWR);
         unlink(other.c_str());
         return fd;
       })},
      {"deleted folder", "", holds([&] {
         mkdir(dir.path("sub").c_str(), 0700);
         const int moved = chdir(dir.path("sub").c_str());
         rmdir(dir.path("sub").c_str());
         return moved;
       })},
      {"other mount namespace", "other_mount", holds([&] {
         const int home = open("/proc/self/ns/mnt", O_RDONLY);
         if (unshare(CLONE_NEWNS) < 0) return -1;
         const int fd = file();
         setns(home, CLONE_NEWNS);
         close(home);
         return fd;
       })},
  });
}

TEST(CantMove, Pipes) {
  const TestDir dir;
  const auto fifo = dir.path("fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  // ends[0] reads, ends[1] writes.
  const auto with_pipe = [](std::function<void(int*)> use) {
    return [use](Pids&) {
      int ends[2];
      if (pipe(ends) < 0) return reason();
      use(ends);
      return std::string();
    };
  };
  const auto other_end = [](int* ends, int outside) {
    outsider([=] { close(ends[1 - outside]); });
    close(ends[outside]);
  };
  check_kinds({
      {"both ends", "", with_pipe([](int*) {})},
      {"between members", "", with_pipe([](int* ends) {
         insider([=] { close(ends[0]); });
         close(ends[1]);
       })},
      {"reader outside", "pipe_outside",
       with_pipe([&](int* ends) { other_end(ends, 0); })},
      {"writer outside", "pipe_outside",
       with_pipe([&](int* ends) { other_end(ends, 1); })},
      {"reader gone", "", with_pipe([](int* ends) { close(ends[0]); })},
      {"writer gone", "", with_pipe([](int* ends) { close(ends[1]); })},
      {"FIFO, both ends", "", opens(fifo.c_str())},
      {"FIFO, reader outside", "pipe_outside", holds([&] {
         const int both = open(fifo.c_str(), O_RDWR);
         const int writer = open(fifo.c_str(), O_WRONLY);
         outsider([=] { close(writer); });
         return close(both);
       })},
  });
}

TEST(CantMove, StdioPipesAreOurs) {
  test_job::TestJob job([](Pids&) {
    int ends[2];
    if (pipe(ends) < 0) return reason();
    outsider([=] { close(ends[1]); });
    close(ends[0]);
    dup2(ends[1], 1);
    close(ends[1]);
    return std::string();
  });
  ASSERT_EQ(job.missing(), "");
  EXPECT_EQ(job.codes(), std::set<std::string>{"pipe_outside"});
  char link[64] = "";
  const auto path = "/proc/" + std::to_string(job.pid()) + "/fd/1";
  ASSERT_GT(readlink(path.c_str(), link, sizeof link - 1), 0);
  job.view().stdio_pipes = {link};
  EXPECT_EQ(job.codes(), std::set<std::string>{});
}

TEST(CantMove, FactsAboutFiles) {
  const TestDir dir;
  dir.put("data", "12345");
  dir.put("log", "1");
  dir.put("both", "123");
  dir.put("mapped", std::string(5000, 'x'));
  test_job::TestJob job([&](Pids&) {
    open(dir.path("data").c_str(), O_RDWR);
    open(dir.path("log").c_str(), O_WRONLY | O_APPEND);
    open(dir.path("both").c_str(), O_WRONLY | O_APPEND);
    open(dir.path("both").c_str(), O_RDONLY);
    const int fd = open(dir.path("mapped").c_str(), O_RDONLY);
    mmap(nullptr, 5000, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    return chdir(dir.path().c_str()) < 0 ? reason() : std::string();
  });
  ASSERT_EQ(job.missing(), "");
  const auto mobility = check_mobility(job.view());
  ASSERT_TRUE(mobility) << mobility.error().text;
  EXPECT_EQ(mobility->cantmove(), "");
  std::map<std::string, std::pair<std::uint64_t, bool>> ours;
  bool program = false;
  for (const auto& fact : mobility->files) {
    if (fact.path.starts_with(dir.path()))
      ours[fact.path.substr(dir.path().size())] = {fact.size,
                                                   fact.need_same_size};
    program |= fact.path.ends_with("cantmove_fds_test") &&
               fact.need_same_size && fact.size > 0;
    EXPECT_NE(fact.path, "/dev/null");
  }
  const std::map<std::string, std::pair<std::uint64_t, bool>> expected = {
      {"", {0, false}},     {"/data", {5, true}},      {"/log", {1, false}},
      {"/both", {3, true}}, {"/mapped", {5000, true}},
  };
  EXPECT_EQ(ours, expected);
  EXPECT_TRUE(program);
}

}  // namespace
}  // namespace mosix
