#include "host/proc_info.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/file.h"
#include "host/spawn.h"
#include "host/test_dir.h"

namespace mosix {
namespace {

const char* const kRest =
    " S 1 40 40 34816 40 4194560 100 200 0 0 250 50 7 8 20 0 3 0 12345 "
    "8192000 100 18446744073709551615 0 0 0 0\n";

TEST(ParseStat, Commands) {
  for (const std::string& command : std::vector<std::string>{
           "sh", "tmux: server", "a) S 2 (b", "", ")", "((", "x\ny"}) {
    const auto stat = parse_stat("42 (" + command + ")" + kRest);
    ASSERT_TRUE(stat) << command;
    EXPECT_EQ(stat->comm, command);
    EXPECT_EQ(stat->pid, 42);
    EXPECT_EQ(stat->ppid, 1);
  }
}

TEST(ParseStat, Fields) {
  const auto stat = parse_stat(std::string("42 (sh)") + kRest);
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->state, 'S');
  EXPECT_EQ(stat->pgrp, 40);
  EXPECT_EQ(stat->session, 40);
  EXPECT_EQ(stat->tty, 34816);
  EXPECT_EQ(stat->utime, 250u);
  EXPECT_EQ(stat->stime, 50u);
  EXPECT_EQ(stat->threads, 3u);
  EXPECT_EQ(stat->start_ticks, 12345u);
  EXPECT_EQ(stat->rss, 100u * static_cast<unsigned>(sysconf(_SC_PAGESIZE)));
  EXPECT_EQ(stat->cpu_ms(),
            300u * 1000 / static_cast<unsigned>(sysconf(_SC_CLK_TCK)));
  EXPECT_FALSE(stat->kernel_thread());
  EXPECT_TRUE(parse_stat("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 "
                         "0 1 0 1 0 0 0")
                  ->kernel_thread());
}

TEST(ParseStat, RefusesWhatIsNone) {
  const std::string good = std::string("42 (sh)") + kRest;
  for (const auto& text :
       {std::string(), std::string("42"), std::string("42 (sh"),
        std::string("(sh) S 1"), std::string("x (sh)") + kRest,
        std::string(")("), good.substr(0, 60)})
    EXPECT_EQ(parse_stat(text).error().code, EBADMSG) << text;
}

TEST(Readers, OurOwnProcess) {
  const auto stat = read_stat(getpid());
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->ppid, getppid());
  EXPECT_EQ(stat->session, getsid(0));
  EXPECT_GT(stat->rss, 0u);
  const auto start_ms = start_epoch_ms(*stat);
  ASSERT_TRUE(start_ms);
  const auto now_ms = static_cast<std::int64_t>(time(nullptr)) * 1000;
  EXPECT_LE(*start_ms, now_ms + 2000);
  EXPECT_GT(*start_ms, now_ms - 3600 * 1000);
  EXPECT_EQ(boot_id()->size(), 36u);

  const auto who = read_credentials(getpid());
  ASSERT_TRUE(who);
  EXPECT_EQ(who->uid, getuid());
  EXPECT_EQ(who->egid, getegid());
  EXPECT_EQ(static_cast<int>(who->groups.size()), getgroups(0, nullptr));

  const auto limits = read_limits(getpid());
  ASSERT_TRUE(limits);
  EXPECT_EQ(limits->size(), static_cast<std::size_t>(RLIM_NLIMITS));
  for (const auto& limit : *limits) {
    rlimit real;
    ASSERT_EQ(getrlimit(static_cast<__rlimit_resource>(limit.resource), &real),
              0);
    EXPECT_EQ(limit.soft, real.rlim_cur) << limit.name;
    EXPECT_EQ(limit.hard, real.rlim_max) << limit.name;
    EXPECT_EQ(limit_resource(limit.name), limit.resource);
  }
  EXPECT_EQ(limit_resource("lives"), -1);
}

TEST(Readers, AProcessThatIsGone) {
  const int nobody = 1 << 30;
  EXPECT_EQ(read_stat(nobody).error().code, ESRCH);
  EXPECT_EQ(read_credentials(nobody).error().code, ESRCH);
  EXPECT_EQ(read_limits(nobody).error().code, ESRCH);
  EXPECT_EQ(children(nobody).error().code, ESRCH);
  EXPECT_EQ(process_tree(nobody).error().code, ESRCH);
}

TEST(Readers, TreeOfAShell) {
  const auto child =
      spawn({.argv = {"sh", "-c", "sleep 1000 & (sleep 1000 & wait) & wait"}});
  ASSERT_TRUE(child);
  std::vector<int> tree;
  for (int tries = 0; tries < 2000 && tree.size() != 4; ++tries) {
    tree = process_tree(child->pid).value();
    usleep(10000);
  }
  ASSERT_EQ(tree.size(), 4u);
  EXPECT_EQ(tree.front(), child->pid);
  EXPECT_EQ(children(child->pid)->size(), 2u);
  for (std::size_t i = 1; i < tree.size(); ++i) {
    const int parent = read_stat(tree[i])->ppid;
    EXPECT_NE(
        std::find(tree.begin(), tree.begin() + static_cast<long>(i), parent),
        tree.begin() + static_cast<long>(i))
        << "parents come before children";
  }
  kill(-child->pid, SIGSTOP);
  while (!read_stat(child->pid)->stopped()) usleep(1000);
  kill(-child->pid, SIGKILL);
  while (!read_stat(child->pid)->zombie()) usleep(1000);
  EXPECT_TRUE(wait_exit(*child, 20000));
}

TEST(Readers, ARecordedTree) {
  const TestDir dir;
  dir.put("7/task/7/children", "9 8 ");
  dir.put("7/task/70/children", "10");
  dir.put("8/task/8/children", "");
  dir.put("9/task/9/children", "11 ");
  dir.put("stat", "cpu 1 2 3\nbtime 1000\nprocesses 5\n");
  dir.put("sys/kernel/random/boot_id", "abc\n");
  EXPECT_EQ(children(7, dir.path()).value(), (std::vector<int>{8, 9, 10}));
  EXPECT_EQ(process_tree(7, dir.path()).value(),
            (std::vector<int>{7, 8, 9, 10, 11}));
  EXPECT_EQ(boot_id(dir.path()).value(), "abc");
  ProcStat stat;
  stat.start_ticks = 3 * static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK)) / 2;
  EXPECT_EQ(start_epoch_ms(stat, dir.path()).value(), 1001500);
}

TEST(ParseCredentials, Texts) {
  const auto who = parse_credentials(
      "Name:\tUid:\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nGroups:\t9 10 \n");
  ASSERT_TRUE(who);
  EXPECT_EQ(who->uid, 1u);
  EXPECT_EQ(who->euid, 2u);
  EXPECT_EQ(who->gid, 5u);
  EXPECT_EQ(who->egid, 6u);
  EXPECT_EQ(who->groups, (std::vector<unsigned>{9, 10}));
  EXPECT_TRUE(parse_credentials("Uid:\t1\t1\nGid:\t1\t1\n")->groups.empty());
  EXPECT_EQ(parse_credentials("Uid:\t1\n").error().code, EBADMSG);
}

TEST(ParseLimits, Texts) {
  const auto limits = parse_limits(
      "Limit                     Soft Limit           Hard Limit    Units\n"
      "Max cpu time              unlimited            unlimited     seconds\n"
      "Max open files            1024                 4096          files\n"
      "Max dreams                1                    2             nights\n");
  ASSERT_TRUE(limits);
  ASSERT_EQ(limits->size(), 2u);
  EXPECT_EQ((*limits)[0].name, "cpu");
  EXPECT_EQ((*limits)[0].hard, RLIM_INFINITY);
  EXPECT_EQ((*limits)[1].name, "nofile");
  EXPECT_EQ((*limits)[1].soft, 1024u);
  EXPECT_EQ((*limits)[1].hard, 4096u);
  EXPECT_EQ(parse_limits("").error().code, EBADMSG);
  EXPECT_EQ(parse_limits("Max open files  many  4096\n").error().code, EBADMSG);
}

}  // namespace
}  // namespace mosix
