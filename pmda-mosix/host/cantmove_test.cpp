// What is in the way without a descriptor: held by real processes.
#include "host/cantmove.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/cgroup.h"
#include "host/proc_info.h"
#include "host/spawn.h"
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

/// A member that lives in a new namespace.
Hold member_with(int namespaces) {
  return [=](Pids&) {
    // Tried here first: what the member is told stays with the member.
    const pid_t trial = fork();
    if (trial == 0) _exit(unshare(namespaces) < 0 ? errno : 0);
    int status = 0;
    waitpid(trial, &status, 0);
    if (status != 0) return std::string(std::strerror(WEXITSTATUS(status)));
    insider([=] { unshare(namespaces); });
    return std::string();
  };
}

TEST(CantMove, Processes) {
  check_kinds({
      {"threads", "", holds([] {
         std::thread([] { test_job::wait_for_end(); }).detach();
         return 0;
       })},
      {"members", "",
       [](Pids& cgroup) {
         cgroup = {getpid(), insider([] { insider([] {}); })};
         return std::string();
       }},
      {"a zombie", "", holds([] {
         const pid_t pid = insider([] {});
         kill(pid, SIGKILL);
         siginfo_t info;
         return waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT);
       })},
      {"a stopped member", "",
       holds([] { return kill(insider([] {}), SIGSTOP); })},
      {"a member's own session", "",
       holds([] { return insider([] { setsid(); }); })},
      {"an orphan", "orphan",
       [](Pids& cgroup) {
         cgroup = {outsider([] {})};
         return std::string();
       }},
      {"a traced member", "traced", holds([] {
         const pid_t pid = insider([] {});
         return insider([=] { ptrace(PTRACE_SEIZE, pid, 0, 0); });
       })},
      {"own host name", "namespace", member_with(CLONE_NEWUTS)},
      {"own network", "namespace", member_with(CLONE_NEWNET)},
      {"own mounts", "namespace", member_with(CLONE_NEWNS)},
      {"own pids for children", "namespace", member_with(CLONE_NEWPID)},
      {"a controlling terminal", "terminal", holds([] {
         const int master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
         int unlock = 0;
         ioctl(master, TIOCSPTLCK, &unlock);
         const int slave = ioctl(master, TIOCGPTPEER, O_RDWR);
         const int set = ioctl(slave, TIOCSCTTY, 0);
         close(slave);
         outsider([] {});
         close(master);
         return set;
       })},
  });
}

TEST(CantMove, Memory) {
  check_kinds({
      {"shared", "", holds([] {
         mmap(nullptr, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
         return 0;
       })},
      {"memfd", "", holds([] {
         const int fd = memfd_create("m", 0);
         mmap(nullptr, 4096, PROT_READ, MAP_SHARED, fd, 0);
         return close(fd);
       })},
      {"secret", "secretmem", holds([] {
         const auto fd = static_cast<int>(syscall(SYS_memfd_secret, 0));
         if (fd < 0 || ftruncate(fd, 4096) < 0 ||
             mmap(nullptr, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED)
           return -1;
         return close(fd);
       })},
      {"SysV", "sysv_shm", holds([] {
         const int id = shmget(IPC_PRIVATE, 4096, 0600);
         const void* at = shmat(id, nullptr, 0);
         shmctl(id, IPC_RMID, nullptr);
         return at == reinterpret_cast<void*>(-1) ? -1 : 0;
       })},
  });
}

TEST(CantMove, SystemVObjects) {
  // Objects of a namespace that ends with the test.
  const Hold use = holds([] {
    const int id = semget(IPC_PRIVATE, 2, 0600);
    return semctl(id, 1, SETVAL, 1) < 0 ? -1 : id;
  });
  const Hold send = holds([] {
    const long message[2] = {1, 0};
    return msgsnd(msgget(IPC_PRIVATE, 0600), message, sizeof(long), 0);
  });
  const Hold make = holds([] { return shmget(IPC_PRIVATE, 4096, 0600); });
  const pid_t pid = fork();
  if (pid == 0) {
    if (unshare(CLONE_NEWIPC) < 0) _exit(77);
    check_kinds({{"semaphores", "sysv_ipc", use},
                 {"queue", "sysv_ipc", send},
                 {"memory, not attached", "sysv_ipc", make},
                 {"those of others", "", holds([] { return 0; })}});
    _exit(testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "needs root: ipc namespace";
  EXPECT_EQ(status, 0);
}

TEST(CantMove, SessionOfSomebodyElse) {
  test_job::TestJob job(holds([] { return 0; }), /*new_session=*/false);
  EXPECT_EQ(job.codes(), std::set<std::string>{"session"});
}

TEST(CantMove, SessionWhoseLeaderHasEnded) {
  test_job::TestJob job([](Pids& cgroup) {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    cgroup = {outsider([] {}, /*new_session=*/true)};
    return std::string();
  });
  ASSERT_EQ(job.missing(), "");
  EXPECT_EQ(job.codes(), std::set<std::string>{}) << "can be made anew";
  job.view().root_pid = job.view().cgroup_pids.at(0);
  EXPECT_EQ(job.codes(), std::set<std::string>{"session"})
      << "of the first process it cannot";
}

TEST(CantMove, NamespacesAreThoseOfInit) {
  test_job::TestJob job(holds([] { return unshare(CLONE_NEWUTS); }));
  if (!job.missing().empty()) GTEST_SKIP() << job.missing();
  EXPECT_EQ(job.codes(), std::set<std::string>{});
  job.view().init_pid = getpid();
  EXPECT_EQ(job.codes(), std::set<std::string>{"namespace"});
}

/// As jobs run: below an init in pid and mount namespaces of its own.
TEST(CantMove, ACapsuleIsLookedIntoFromOutside) {
  const auto outer =
      spawn({.argv = {"unshare", "-p", "-m", "-f", "--mount-proc", "sh", "-c",
                      "setsid sleep 1000 </dev/null >/dev/null 2>&1 & wait"}});
  ASSERT_TRUE(outer);
  JobView view;
  for (int tries = 0; tries < 1000 && view.root_pid == 0; ++tries) {
    usleep(10000);
    const auto tree = process_tree(outer->pid);
    if (!tree || tree->size() != 3) continue;
    const auto stat = read_stat(tree->back());
    if (stat && stat->comm == "sleep") view.root_pid = stat->pid;
    view.init_pid = (*tree)[1];
  }
  const auto mobility = check_mobility(view);
  kill(view.init_pid, SIGKILL);
  if (!wait_exit(*outer, 20000)) kill(outer->pid, SIGKILL);
  if (view.root_pid == 0) GTEST_SKIP() << "needs root: namespaces";
  ASSERT_TRUE(mobility) << mobility.error().text;
  EXPECT_EQ(mobility->cantmove(), "");
  const auto sleep_program = [](const FileFact& fact) {
    return fact.path.ends_with("/sleep") && fact.size > 0 &&
           fact.need_same_size;
  };
  EXPECT_TRUE(std::any_of(mobility->files.begin(), mobility->files.end(),
                          sleep_program));
}

TEST(CantMove, AMemberThatLeftTheCgroup) {
  const auto mount = find_cgroup2();
  if (!mount || geteuid() != 0) GTEST_SKIP() << "needs root and cgroup2";
  const auto base = fmt::format("{}/mosix-cantmove-{}", *mount, getpid());
  auto cgroup = CopyCgroup::create(base, "c");
  if (!cgroup) GTEST_SKIP() << cgroup.error().text;
  {
    test_job::TestJob job([&](Pids&) {
      const auto moved = cgroup->add(CgroupPart::job, insider([] {}));
      return moved ? std::string() : moved.error().text;
    });
    EXPECT_EQ(job.missing(), "");
    EXPECT_EQ(job.codes(), std::set<std::string>{"outside_cgroup"});
  }
  EXPECT_TRUE(cgroup->remove());
  rmdir(base.c_str());
}

TEST(CantMove, AJobThatHasEnded) {
  JobView view;
  view.root_pid = 1 << 30;
  EXPECT_EQ(check_mobility(view).error().code, ESRCH);
  view.root_pid = fork();
  if (view.root_pid == 0) _exit(0);
  while (!read_stat(view.root_pid)->zombie()) usleep(1000);
  EXPECT_EQ(check_mobility(view).error().code, ESRCH);
  waitpid(view.root_pid, nullptr, 0);
}

}  // namespace
}  // namespace mosix
