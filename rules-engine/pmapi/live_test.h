// Pmcds of a test's own, below a temporary folder; needs no root.
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pmapi/live_source.h"

namespace balance::live_test {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

inline constexpr const char* kPmcd = "/usr/lib/pcp/bin/pmcd";
inline constexpr const char* kAgent = "/var/lib/pcp/pmdas/pmcd/pmda_pmcd.so";
inline constexpr const char* kNames = "/var/lib/pcp/pmns/root_pmcd";
inline constexpr const char* kNamesElsewhere = "/usr/lib/pcp/pmns/root_pmcd";

inline double now_s() {
  return std::chrono::duration<double>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// A pmcd that knows only its own metrics and listens at a unix socket.
class Pmcd {
 public:
  Pmcd(fs::path folder, std::string names)
      : folder_(std::move(folder)), names_(std::move(names)) {
    fs::create_directories(folder_);
    std::ofstream(folder_ / "pmcd.conf")
        << "pmcd 2 dso pmcd_init " << kAgent
        << "\n[access]\nallow hosts \"*\" : all;\n";
    start();
  }
  ~Pmcd() { stop(); }
  Pmcd(const Pmcd&) = delete;
  Pmcd& operator=(const Pmcd&) = delete;

  std::string socket() const { return (folder_ / "pmcd.socket").string(); }
  std::string host() const { return "unix:" + socket(); }
  /// How many files and connections it has open.
  std::ptrdiff_t open_files() const {
    const fs::path listed = fmt::format("/proc/{}/fd", pid_);
    return std::distance(fs::directory_iterator(listed), {});
  }
  void signal(int number) const { kill(pid_, number); }
  void stop() {
    if (pid_ <= 0) return;
    kill(pid_, SIGCONT);
    // A pmcd that starts may overhear the first.
    do kill(pid_, SIGTERM);
    while (waitpid(pid_, nullptr, WNOHANG) == 0 && usleep(50'000) == 0);
    pid_ = -1;
  }
  void start() {
    pid_ = fork();
    if (pid_ != 0) return;
    const std::string dir = folder_.string();
    for (const char* name : {"PCP_RUN_DIR", "PCP_TMP_DIR", "PCP_LOG_DIR"})
      setenv(name, dir.c_str(), 1);
    setenv("PCP_DERIVED_CONFIG", "", 1);
    const std::string conf = dir + "/pmcd.conf";
    const std::string socket = dir + "/pmcd.socket";
    const std::string log = dir + "/pmcd.log";
    const char* user = geteuid() == 0 ? "root" : getenv("USER");
    execl(kPmcd, kPmcd, "-f", "-A", "-i", "127.0.0.1", "-p", "0", "-U",
          user == nullptr ? "nobody" : user, "-s", socket.c_str(), "-c",
          conf.c_str(), "-n", names_.c_str(), "-l", log.c_str(), nullptr);
    _exit(127);
  }

 private:
  fs::path folder_;
  std::string names_;
  pid_t pid_ = -1;
};

class LiveTest : public testing::Test {
 protected:
  void SetUp() override {
    setenv("PMCD_REQUEST_TIMEOUT", "3", 1);
    setenv("PMCD_CONNECT_TIMEOUT", "2", 1);
    setenv("PMCD_RECONNECT_TIMEOUT", "1", 1);
    setenv("PCP_DERIVED_CONFIG", "", 1);
    const char* names = fs::exists(kNames) ? kNames : kNamesElsewhere;
    if (!fs::exists(kPmcd) || !fs::exists(kAgent) || !fs::exists(names))
      GTEST_SKIP() << "pmcd is not installed";
    std::string pattern =
        (fs::temp_directory_path() / "pmbalance-live-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    const fs::path root = folder_ / "root";
    const std::string merge = fmt::format("/usr/lib/pcp/bin/pmnsmerge -f {} {}",
                                          names, root.string());
    ASSERT_EQ(std::system(merge.c_str()), 0);
    for (const char* name : {"a", "b"})
      pmcds_.push_back(std::make_unique<Pmcd>(folder_ / name, root.string()));
    open({pmcds_[0]->host(), pmcds_[1]->host()});
  }
  void TearDown() override {
    pmcds_.clear();
    source_.reset();
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  /// A source of two hosts, of which some metrics are wanted.
  void open(const std::vector<std::string>& hosts) {
    source_ = std::make_unique<LiveSource>(hosts, milliseconds(500));
    wanted_.clear();
    for (HostId host : {0U, 1U})
      for (const char* metric :
           {"pmcd.numagents", "pmcd.pdu_in.total", "pmcd.agent.status"})
        wanted_.push_back(source_->want(metric, host));
  }

  /// Ticks until `host` has answered since `from_s`, ten seconds at most.
  bool answers(HostId host, double from_s) {
    for (int i = 0; i < 100; ++i) {
      const Snapshot snapshot = source_->take(now_s());
      const Sample* sample = snapshot.find("pmcd.numagents", host);
      if (sample != nullptr && sample->received_s >= from_s) return true;
      std::this_thread::sleep_for(milliseconds(100));
    }
    return false;
  }

  /// Within ten seconds.
  static bool is_up(const Pmcd& pmcd) {
    LiveSource source({pmcd.host()}, milliseconds(500), {pmcd.host()});
    source.want("pmcd.numagents", 0);
    for (int i = 0; i < 100; ++i) {
      if (source.take(now_s()).find("pmcd.numagents", 0) != nullptr)
        return true;
      std::this_thread::sleep_for(milliseconds(100));
    }
    return false;
  }

  fs::path folder_;
  std::vector<std::unique_ptr<Pmcd>> pmcds_;
  std::unique_ptr<LiveSource> source_;
  std::vector<FeedId> wanted_;
};

}  // namespace balance::live_test
