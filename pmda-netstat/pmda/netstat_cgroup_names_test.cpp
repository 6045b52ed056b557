#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "host/proc_info.h"
#include "pmda/cgroup_names.h"

namespace netstat {
namespace {

TEST(Cgroup, IsTheUnifiedHierarchysOrTheFirstUsefulOne) {
  const std::string id(64, 'a');
  const struct {
    std::string text, path, container;
  } table[] = {
      {"0::/user.slice/user-1.slice\n", "/user.slice/user-1.slice", ""},
      {"12:cpu,cpuacct:/x\n1:name=systemd:/y\n0::/z\n", "/z", ""},
      {"12:cpu,cpuacct:/\n3:memory:/x:y\n0::/\n", "/x:y", ""},
      {"12:cpu:/\n0::/\n", "/", ""},
      {"12:cpu:/\n", "", ""},
      {"", "", ""},
      {"nonsense\n:\n", "", ""},
      {"0::/docker/" + id + "\n", "/docker/" + id, id},
      {"0::/system.slice/docker-" + id + ".scope\n",
       "/system.slice/docker-" + id + ".scope", id},
      {"0::/a/" + id + "a\n", "/a/" + id + "a", ""},
      {"0::/a/" + id.substr(1) + "\n", "/a/" + id.substr(1), ""},
      {"0::/docker/" + id + "/docker/" + std::string(64, 'b') + "/init\n",
       "/docker/" + id + "/docker/" + std::string(64, 'b') + "/init",
       std::string(64, 'b')},
  };
  for (const auto& row : table) {
    const CgroupName name = parse_cgroup(row.text);
    EXPECT_EQ(name.path, row.path) << row.text;
    EXPECT_EQ(name.container, row.container) << row.text;
  }
}

class CgroupNamesTest : public testing::Test {
 protected:
  CgroupNamesTest() {
    std::string pattern = testing::TempDir() + "cgroup.XXXXXX";
    proc_ = mkdtemp(pattern.data());
    std::filesystem::create_directory(proc_ + "/42");
  }
  ~CgroupNamesTest() override { std::filesystem::remove_all(proc_); }

  void write(const std::string& cgroup, int start_ticks) {
    std::ofstream(proc_ + "/42/cgroup") << "0::" << cgroup << "\n";
    std::ofstream(proc_ + "/42/stat")
        << "42 (cmd) S 1 42 42 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 " << start_ticks
        << " 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n";
  }
  static netstat_process process(std::uint64_t start_ticks) {
    netstat_process process{};
    process.pid = 42;
    process.start_ticks = start_ticks;
    return process;
  }

  std::string proc_;
};

TEST_F(CgroupNamesTest, AreReadOnceForEachProcess) {
  CgroupNames names(proc_);
  write("/one", 7);
  EXPECT_EQ(names.of(process(7)).path, "/one");
  write("/two", 7);
  EXPECT_EQ(names.of(process(7)).path, "/one");
  write("/three", 8);
  EXPECT_EQ(names.of(process(8)).path, "/three") << "the pid is another's now";
}

TEST_F(CgroupNamesTest, AreNotThoseOfAnotherProcessOrOfOneThatIsGone) {
  CgroupNames names(proc_);
  EXPECT_EQ(names.of(process(7)).path, "");
  write("/one", 8);
  CgroupNames others(proc_);
  EXPECT_EQ(others.of(process(7)).path, "");
}

TEST(CgroupNames, ReadTheRealProc) {
  const auto self = mosix::read_stat(getpid());
  ASSERT_TRUE(self);
  netstat_process process{};
  process.pid = static_cast<unsigned>(getpid());
  process.start_ticks = self->start_ticks;
  EXPECT_TRUE(CgroupNames().of(process).path.starts_with('/'));
}

}  // namespace
}  // namespace netstat
