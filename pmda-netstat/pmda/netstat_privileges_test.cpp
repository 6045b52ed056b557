#include <algorithm>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/file.h"
#include "host/proc_info.h"
#include "pmda/privileges.h"

namespace netstat {
namespace {

TEST(Privileges, AreWhatTheSourceNeeds) {
  EXPECT_EQ(capabilities_for("walk"), Capabilities{});
  EXPECT_EQ(capabilities_for("task_file"), Capabilities{});
  const Capabilities proc{CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH};
  EXPECT_EQ(capabilities_for("diag"), proc);
  EXPECT_EQ(capabilities_for("proc"), proc);
}

TEST(Privileges, OfDescriptorsAllThatMayBeHad) {
  raise_descriptor_limit();
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  EXPECT_EQ(limit.rlim_cur, limit.rlim_max);
}

/// What a process that became nobody says of itself, or the error.
std::string status_after(
    const std::string& user, const Capabilities& kept,
    void (*first)() = [] {}) {
  int ends[2];
  if (pipe(ends) != 0) return "no pipe";
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    first();
    const auto became = become(user, kept);
    const std::string text =
        became ? mosix::read_file("/proc/self/status").value_or("no status")
               : became.error().text;
    _exit(write(ends[1], text.data(), text.size()) < 0);
  }
  close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(ends[0], buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(n));
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return text;
}

class BecomeTest : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "not root";
  }
};

std::string mask_of(const Capabilities& caps) {
  unsigned long mask = 0;
  for (const cap_value_t cap : caps) mask |= 1ul << cap;
  return fmt::format("{:016x}", mask);
}

TEST_F(BecomeTest, LeavesJustWhatIsKept) {
  for (const Capabilities& kept :
       {Capabilities{}, Capabilities{CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH}}) {
    const std::string status = status_after("nobody", kept);
    const auto field = [&](const char* key) {
      return std::string(mosix::status_field(status, key));
    };
    EXPECT_EQ(field("CapPrm"), mask_of(kept)) << status;
    EXPECT_EQ(field("CapEff"), mask_of(kept));
    EXPECT_EQ(field("CapBnd"), mask_of(kept));
    EXPECT_EQ(field("CapInh"), mask_of({}));
    EXPECT_EQ(field("CapAmb"), mask_of({}));
    EXPECT_EQ(field("NoNewPrivs"), "1");
    EXPECT_EQ(field("Uid"), "65534\t65534\t65534\t65534");
    EXPECT_EQ(field("Gid"), "65534\t65534\t65534\t65534");
    EXPECT_EQ(field("Groups"), "65534");
  }
}

void keep_no_more_than_it_takes() {
  const cap_t caps = cap_from_text("cap_setuid,cap_setgid,cap_perfmon=ep");
  cap_set_proc(caps);
  cap_free(caps);
}

TEST_F(BecomeTest, ARootThatHasLittleGoesOnWithThat) {
  const std::string status = status_after(
      "nobody", {CAP_PERFMON, CAP_SYS_PTRACE}, keep_no_more_than_it_takes);
  EXPECT_EQ(mosix::status_field(status, "CapPrm"), mask_of({CAP_PERFMON}))
      << status;
  EXPECT_EQ(mosix::status_field(status, "CapEff"), mask_of({CAP_PERFMON}));
  EXPECT_EQ(mosix::status_field(status, "Uid"), "65534\t65534\t65534\t65534");
}

TEST_F(BecomeTest, AUserThatIsNoneIsAnError) {
  EXPECT_EQ(status_after("no-such-user", {}), "there is no user no-such-user");
}

}  // namespace
}  // namespace netstat
