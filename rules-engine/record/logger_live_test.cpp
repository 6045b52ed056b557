// The real pmlogger, with a pmcd of the test's own below a temporary folder;
// needs no root.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "record/archive_reading.h"
#include "record/logger_config.h"

namespace balance {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPmcd = "/usr/lib/pcp/bin/pmcd";
constexpr const char* kAgent = "/var/lib/pcp/pmdas/pmcd/pmda_pmcd.so";
constexpr const char* kLogger = "/usr/bin/pmlogger";
constexpr const char* kNames[] = {"/var/lib/pcp/pmns/root_pmcd",
                                  "/usr/lib/pcp/pmns/root_pmcd"};

/// Starts a program; its output goes to `log`.
pid_t start(const std::vector<std::string>& arguments, const fs::path& log) {
  const pid_t pid = fork();
  if (pid != 0) return pid;
  std::vector<char*> argv;
  for (const std::string& each : arguments)
    argv.push_back(const_cast<char*>(each.c_str()));
  argv.push_back(nullptr);
  if (freopen(log.c_str(), "w", stderr) == nullptr) _exit(126);
  execv(argv[0], argv.data());
  _exit(127);
}

int status_of(pid_t pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

std::string contents(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

class LoggerLiveTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* names = fs::exists(kNames[0]) ? kNames[0] : kNames[1];
    for (const char* file : {kPmcd, kAgent, kLogger, names})
      if (!fs::exists(file)) GTEST_SKIP() << file << " is not installed";
    std::string pattern =
        (fs::temp_directory_path() / "pmbalance-logger-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    for (const char* name : {"PCP_RUN_DIR", "PCP_TMP_DIR", "PCP_LOG_DIR"})
      setenv(name, pattern.c_str(), 1);
    std::ofstream(folder_ / "derived")
        << "test.load = pmcd.numclients / pmcd.numagents\n";
    setenv("PCP_DERIVED_CONFIG", (folder_ / "derived").c_str(), 1);
    ASSERT_EQ(status_of(start(
                  {"/usr/lib/pcp/bin/pmnsmerge", "-f", names, folder_ / "root"},
                  folder_ / "merge.log")),
              0);
    start_pmcd();
  }
  void TearDown() override {
    if (pmcd_ > 0) {
      kill(pmcd_, SIGTERM);
      waitpid(pmcd_, nullptr, 0);
    }
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  void start_pmcd() {
    std::ofstream(folder_ / "pmcd.conf")
        << "pmcd 2 dso pmcd_init " << kAgent
        << "\n[access]\nallow hosts \"*\" : all;\n";
    const char* user = geteuid() == 0 ? "root" : getenv("USER");
    pmcd_ = start({kPmcd, "-f", "-A", "-H", "node1", "-i", "127.0.0.1", "-p",
                   "0", "-U", user == nullptr ? "nobody" : user, "-s",
                   folder_ / "pmcd.socket", "-c", folder_ / "pmcd.conf", "-n",
                   folder_ / "root", "-l", folder_ / "pmcd.log"},
                  folder_ / "pmcd.err");
    for (int i = 0; i < 100 && !fs::exists(folder_ / "pmcd.socket"); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    ASSERT_TRUE(fs::exists(folder_ / "pmcd.socket"));
  }
  /// Its exit status; what it says is in pmlogger.log.
  int pmlogger(std::vector<std::string> arguments) {
    std::vector<std::string> all = {
        kLogger,
        "-c",
        folder_ / "pmlogger.conf",
        "-h",
        "unix:" + (folder_ / "pmcd.socket").string(),
        "-l",
        folder_ / "pmlogger.log"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return status_of(start(all, folder_ / "pmlogger.err"));
  }

  fs::path folder_;
  pid_t pmcd_ = -1;
};

/// A rule of 0.2 s and one of 0.5 s, as compiled.
Program program() {
  Program out;
  out.hosts = {"", "node1"};
  const auto fetch = [&out](const char* metric,
                            std::vector<std::string> instances) {
    Instruction& i = out.code.emplace_back();
    i.op = Op::fetch;
    i.metric = static_cast<std::uint32_t>(out.metrics.size());
    MetricUse& use = out.metrics.emplace_back();
    use.name = metric;
    use.hosts = {1};
    use.instances = std::move(instances);
  };
  fetch("pmcd.agent.status", {"pmcd"});
  fetch("test.load", {});
  fetch("pmcd.pdu_in.total", {});
  fetch("pmcd.pdu_in.total", {});
  out.tasks = {{0.2, 0, 1, 0, 3}, {0.5, 1, 1, 3, 1}};
  out.rules.resize(2);
  out.rules[0].delta_s = 0.2;
  out.rules[1].delta_s = 0.5;
  out.rules[1].branches.emplace_back();
  out.rules[1].branches[0].action.kind = Action::Kind::plugin;
  return out;
}

TEST_F(LoggerLiveTest, TakesTheConfigurationAndRecordsEveryMetric) {
  LoggerNeeds needs;
  needs.metrics = {"pmcd.version"};
  needs.derived = global_derived();
  ASSERT_TRUE(needs.derived.contains("test.load"));
  std::ofstream(folder_ / "pmlogger.conf")
      << pmlogger_config(program(), needs, 1);
  ASSERT_EQ(pmlogger({"-C"}), 0) << contents(folder_ / "pmlogger.err");
  EXPECT_EQ(contents(folder_ / "pmlogger.err").find("Warning"),
            std::string::npos)
      << contents(folder_ / "pmlogger.err");

  const std::string name = folder_ / "archive";
  ASSERT_EQ(pmlogger({"-s", "8", name}), 0)
      << contents(folder_ / "pmlogger.log");
  const ArchiveReading archive(name);
  ASSERT_TRUE(archive.is_open()) << archive.why_not();
  EXPECT_STREQ(archive.label().ll_hostname, "node1");
  std::map<std::string, std::size_t> times;
  std::set<std::string> agents;
  for (const auto& [time_s, record] : archive.records())
    for (const auto& [metric, values] : record) {
      if (!values.empty()) ++times[metric];
      if (metric == "pmcd.agent.status")
        for (const auto& [instance, value] : values) agents.insert(instance);
    }
  for (const char* metric : {"pmcd.agent.status", "pmcd.numclients",
                             "pmcd.numagents", "pmcd.pdu_in.total"})
    EXPECT_GE(times[metric], 3U) << metric;
  EXPECT_GE(times["pmcd.version"], 1U);
  EXPECT_LT(times["pmcd.version"], times["pmcd.numagents"]);
  EXPECT_EQ(agents, std::set<std::string>{"pmcd"});
}

}  // namespace
}  // namespace balance
