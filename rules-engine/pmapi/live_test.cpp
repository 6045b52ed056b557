// Against pmcds of its own, below a temporary folder; needs no root.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pmapi/live_source.h"

namespace balance {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr const char* kPmcd = "/usr/lib/pcp/bin/pmcd";
constexpr const char* kAgent = "/var/lib/pcp/pmdas/pmcd/pmda_pmcd.so";
constexpr const char* kNames = "/var/lib/pcp/pmns/root_pmcd";
constexpr const char* kNamesElsewhere = "/usr/lib/pcp/pmns/root_pmcd";

double now_s() {
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

  std::string host() const {
    return "unix:" + (folder_ / "pmcd.socket").string();
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
    source_ = std::make_unique<LiveSource>(
        std::vector<std::string>{pmcds_[0]->host(), pmcds_[1]->host()},
        milliseconds(500));
    for (HostId host : {0U, 1U})
      for (const char* metric :
           {"pmcd.numagents", "pmcd.pdu_in.total", "pmcd.agent.status"})
        source_->want(metric, host);
  }
  void TearDown() override {
    pmcds_.clear();
    source_.reset();
    if (!folder_.empty()) fs::remove_all(folder_);
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
};

TEST_F(LiveTest, ValuesCountersAndInstances) {
  ASSERT_TRUE(answers(0, 0));
  const Snapshot snapshot = source_->take(now_s());
  const Sample* agents = snapshot.find("pmcd.numagents", 0);
  ASSERT_NE(agents, nullptr);
  EXPECT_FALSE(agents->instances);
  EXPECT_FALSE(agents->counter);
  EXPECT_EQ(agents->roster, Roster::single());
  EXPECT_EQ(agents->kind, Sample::Kind::numbers);
  EXPECT_EQ(agents->numbers, std::vector<double>{1});
  const Sample* pdus = snapshot.find("pmcd.pdu_in.total", 0);
  ASSERT_NE(pdus, nullptr);
  EXPECT_TRUE(pdus->counter);
  ASSERT_EQ(pdus->kind, Sample::Kind::naturals);
  ASSERT_EQ(pdus->naturals.size(), 1U);
  EXPECT_GT(pdus->naturals[0], 0U);
  const Sample* status = snapshot.find("pmcd.agent.status", 0);
  ASSERT_NE(status, nullptr);
  EXPECT_TRUE(status->instances);
  EXPECT_EQ(status->roster->instances, std::vector<int>{2});
  EXPECT_EQ(status->roster->names, std::vector<std::string>{"pmcd"});
  EXPECT_EQ(status->numbers, std::vector<double>{0});
}

TEST_F(LiveTest, SamplesWithTheSameInstancesShareTheRoster) {
  source_->want("pmcd.agent.type", 0);
  ASSERT_TRUE(answers(0, 0));
  const Snapshot first = source_->take(now_s());
  ASSERT_TRUE(answers(0, now_s()));
  const Snapshot second = source_->take(now_s());
  const Sample* before = first.find("pmcd.agent.status", 0);
  const Sample* after = second.find("pmcd.agent.status", 0);
  const Sample* other = second.find("pmcd.agent.type", 0);
  ASSERT_TRUE(before != nullptr && after != nullptr && other != nullptr);
  EXPECT_NE(before, after);
  EXPECT_EQ(before->roster, after->roster);
  EXPECT_EQ(other->roster, after->roster);
  EXPECT_EQ(first.feeds(), second.feeds());
}

TEST_F(LiveTest, AMetricWantedLaterHasAValueAtTheNextTick) {
  ASSERT_TRUE(answers(0, 0));
  EXPECT_EQ(source_->take(now_s()).find("pmcd.version", 0), nullptr);
  source_->want("pmcd.version", 0);
  ASSERT_TRUE(answers(0, now_s()));
  const Snapshot snapshot = source_->take(now_s());
  const Sample* version = snapshot.find("pmcd.version", 0);
  ASSERT_NE(version, nullptr);
  ASSERT_EQ(version->kind, Sample::Kind::texts);
  ASSERT_EQ(version->texts.size(), 1U);
  EXPECT_NE(version->texts[0], "");
}

TEST_F(LiveTest, AHungHostDelaysNobodyAndComesBack) {
  ASSERT_TRUE(answers(0, 0));
  ASSERT_TRUE(answers(1, 0));
  pmcds_[1]->signal(SIGSTOP);
  const double hung_s = now_s();
  source_->take(now_s());  // the first tick waits its patience
  const auto begun = steady_clock::now();
  for (int i = 0; i < 5; ++i) {
    const Snapshot snapshot = source_->take(now_s());
    const Sample* other = snapshot.find("pmcd.numagents", 0);
    ASSERT_NE(other, nullptr);
    EXPECT_GE(other->received_s, hung_s);
    const Sample* stale = snapshot.find("pmcd.numagents", 1);
    EXPECT_TRUE(stale == nullptr || stale->received_s < hung_s);
  }
  // Five ticks that each waited would take two and a half seconds.
  EXPECT_LT(steady_clock::now() - begun, milliseconds(1500));
  pmcds_[1]->signal(SIGCONT);
  EXPECT_TRUE(answers(1, now_s()));
}

/// What is logged while a host that is not there is asked, and then comes.
std::string logged_of(Pmcd& pmcd, const std::set<std::string>& silent) {
  pmcd.stop();
  testing::internal::CaptureStderr();
  LiveSource source({pmcd.host()}, milliseconds(500), silent);
  source.want("pmcd.numagents", 0);
  const double from_s = now_s();
  bool answered = false;
  for (int i = 0; i < 100 && !answered; ++i) {
    if (i == 3) pmcd.start();
    const Snapshot snapshot = source.take(now_s());
    const Sample* sample = snapshot.find("pmcd.numagents", 0);
    answered = sample != nullptr && sample->received_s >= from_s;
    std::this_thread::sleep_for(milliseconds(100));
  }
  EXPECT_TRUE(answered);
  std::string text = testing::internal::GetCapturedStderr();
  // Times and pids differ.
  text = std::regex_replace(text, std::regex(R"(\[[^\]]*\] \S+ )"), "");
  return std::regex_replace(text, std::regex(R"(\S+pmcd\.socket)"), "HOST");
}

TEST_F(LiveTest, ThatAHostDoesNotAnswerIsSaidOnce) {
  ASSERT_TRUE(answers(1, 0));  // else it may leave its socket behind
  const std::string back = "Info: Re-established connection to pmcd HOST\n";
  EXPECT_EQ(logged_of(*pmcds_[1], {}),
            "Info: Cannot connect to pmcd HOST\n" + back);
  EXPECT_EQ(logged_of(*pmcds_[1], {pmcds_[1]->host()}), back);
}

TEST_F(LiveTest, ARestartedHostIsConnectedAgain) {
  ASSERT_TRUE(answers(1, 0));
  pmcds_[1]->stop();
  // No value of a host that is known to be gone.
  EXPECT_EQ(source_->take(now_s()).find("pmcd.numagents", 1), nullptr);
  EXPECT_TRUE(answers(0, now_s()));
  pmcds_[1]->start();
  EXPECT_TRUE(answers(1, now_s()));
}

TEST_F(LiveTest, APmcdThatIsBackIsAskedAtTheNextTick) {
  for (const int ticks_without : {0, 1, 2}) {
    SCOPED_TRACE(ticks_without);
    ASSERT_TRUE(answers(1, 0));
    pmcds_[1]->stop();
    for (int i = 0; i < ticks_without; ++i) source_->take(now_s());
    pmcds_[1]->start();
    ASSERT_TRUE(is_up(*pmcds_[1]));
    const double from_s = now_s();
    const Snapshot snapshot = source_->take(now_s());
    const Sample* sample = snapshot.find("pmcd.numagents", 1);
    ASSERT_NE(sample, nullptr);
    EXPECT_GE(sample->received_s, from_s);
  }
}

/// Waits at most half a minute for a message; stderr is captured.
bool is_logged(const std::string& wanted) {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    text += testing::internal::GetCapturedStderr();
    testing::internal::CaptureStderr();
    if (text.find(wanted) != std::string::npos) return true;
    std::this_thread::sleep_for(milliseconds(100));
  }
  ADD_FAILURE() << text;
  return false;
}

TEST_F(LiveTest, AHostThatWasHungIsFoundBetweenTwoTicks) {
  ASSERT_TRUE(answers(1, 0));
  testing::internal::CaptureStderr();
  pmcds_[1]->signal(SIGSTOP);
  source_->take(now_s());
  EXPECT_TRUE(is_logged("Lost connection to pmcd"));
  pmcds_[1]->signal(SIGCONT);
  EXPECT_TRUE(is_logged("Re-established connection to pmcd"));
  testing::internal::GetCapturedStderr();
  EXPECT_TRUE(answers(1, now_s()));
}

TEST_F(LiveTest, AHostThatIsThereTwiceIsConnectedOnce) {
  ASSERT_TRUE(answers(0, 0));
  const std::string host = pmcds_[0]->host();
  LiveSource twice({host, host}, milliseconds(2000));
  twice.want("pmcd.numagents", 0);
  twice.want("pmcd.version", 1);
  twice.want("pmcd.numagents", 1);
  twice.want("pmcd.numagents", 1);
  const double from_s = now_s();
  const Snapshot snapshot = twice.take(from_s);
  const Sample* first = snapshot.find("pmcd.numagents", 0);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(snapshot.find("pmcd.numagents", 1), first);
  EXPECT_NE(snapshot.find("pmcd.version", 1), nullptr);
  EXPECT_EQ(snapshot.find("pmcd.version", 0), nullptr);
  EXPECT_EQ(twice.host_name(0), twice.host_name(1));
}

}  // namespace
}  // namespace balance
