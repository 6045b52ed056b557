// Metadata of archives that the test writes, and of hosts that are not there.
#include "pmapi/metadata.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
// clang-format off
#include <pcp/pmapi.h>
#include <pcp/import.h>  // needs pmapi.h
// clang-format on

namespace balance {
namespace {

using check::MetricFacts;
using check::Metrics;
using Answer = Metrics::Answer;
namespace fs = std::filesystem;

void write_archive(const std::string& path, const std::string& host) {
  const int context = pmiStart(path.c_str(), 0);
  pmiUseContext(context);
  pmiSetHostname(host.c_str());
  pmiSetTimezone("UTC");
  const pmInDom disks = pmiInDom(245, 1);
  pmiAddInstance(disks, "sda", 0);
  pmiAddInstance(disks, "sdb", 1);
  const auto add = [](const char* name, int item, int type, pmInDom domain,
                      int semantics, pmUnits units) {
    ASSERT_EQ(
        pmiAddMetric(name, pmiID(245, 0, item), type, domain, semantics, units),
        0);
  };
  add("disk.read", 0, PM_TYPE_U64, disks, PM_SEM_COUNTER,
      pmiUnits(1, 0, 0, PM_SPACE_KBYTE, 0, 0));
  add("disk.speed", 1, PM_TYPE_FLOAT, disks, PM_SEM_INSTANT,
      pmiUnits(1, -1, 0, PM_SPACE_BYTE, PM_TIME_SEC, 0));
  add("sys.name", 2, PM_TYPE_STRING, PM_INDOM_NULL, PM_SEM_DISCRETE,
      pmiUnits(0, 0, 0, 0, 0, 0));
  add("sys.load", 3, PM_TYPE_DOUBLE, PM_INDOM_NULL, PM_SEM_INSTANT,
      pmiUnits(0, 0, 0, 0, 0, 0));
  for (int second = 0; second < 2; ++second) {
    for (const char* disk : {"sda", "sdb"}) {
      pmiPutValue("disk.read", disk, "7");
      pmiPutValue("disk.speed", disk, "7");
    }
    pmiPutValue("sys.name", "", "x");
    pmiPutValue("sys.load", "", "0.5");
    ASSERT_EQ(pmiWrite(1'700'000'000 + second, 0), 0);
  }
  pmiEnd();
}

class MetadataTest : public testing::Test {
 protected:
  void SetUp() override {
    setenv("PCP_DERIVED_CONFIG", "", 1);
    std::string pattern =
        (fs::temp_directory_path() / "pmbalance-metadata-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    write_archive(folder_ / "a", "node1");
    const auto set = ArchiveSet::open({(folder_ / "a").string()});
    ASSERT_TRUE(set) << set.error().text;
    archives_ = *set;
    metrics_ = archive_metrics(archives_);
  }
  void TearDown() override {
    metrics_.reset();
    fs::remove_all(folder_);
  }

  fs::path folder_;
  ArchiveSet archives_;
  std::unique_ptr<Metrics> metrics_;
};

TEST_F(MetadataTest, TellsWhatMetricsAre) {
  struct Row {
    const char* metric;
    MetricFacts::Kind kind;
    lang::Dimension dimension;
    bool counter;
    std::uint32_t width;
  };
  const Row rows[] = {
      {"disk.read", MetricFacts::Kind::number, {1, 0, 0}, true, 2},
      {"disk.speed", MetricFacts::Kind::number, {1, -1, 0}, false, 2},
      {"sys.name", MetricFacts::Kind::text, {}, false, 0},
      {"sys.load", MetricFacts::Kind::number, {}, false, 0}};
  for (const char* host : {"", "node1"}) {
    for (const Row& row : rows) {
      SCOPED_TRACE(row.metric);
      const Metrics::Reply reply = metrics_->find(row.metric, host);
      ASSERT_EQ(reply.answer, Answer::known) << reply.reason;
      EXPECT_EQ(reply.facts.kind, row.kind);
      EXPECT_EQ(reply.facts.dimension, row.dimension);
      EXPECT_EQ(reply.facts.counter, row.counter);
      EXPECT_EQ(reply.facts.instances, row.width > 0);
      EXPECT_EQ(reply.facts.width, row.width);
      EXPECT_EQ(reply.facts.domain != 0, row.width > 0);
    }
  }
}

TEST_F(MetadataTest, TellsWhatIsMissing) {
  for (const char* metric : {"sys.laod", "sys", "nothing"}) {
    const Metrics::Reply reply = metrics_->find(metric, "");
    EXPECT_EQ(reply.answer, Answer::missing) << metric;
    EXPECT_EQ(reply.reason, "") << metric;
  }
  EXPECT_EQ(metrics_->find("sys.load", "node2").answer, Answer::no_archive);
}

TEST_F(MetadataTest, TellsInstances) {
  std::vector<std::string> disks = metrics_->instances("disk.read", "");
  std::sort(disks.begin(), disks.end());
  EXPECT_EQ(disks, (std::vector<std::string>{"sda", "sdb"}));
  EXPECT_TRUE(metrics_->instances("sys.load", "").empty());
  EXPECT_TRUE(metrics_->instances("nothing", "").empty());
  EXPECT_TRUE(metrics_->instances("disk.read", "node2").empty());
}

TEST_F(MetadataTest, TellsWhatHostsCallThemselves) {
  EXPECT_EQ(metrics_->host_name(""), "node1");
  EXPECT_EQ(metrics_->host_name("node1"), "node1");
  EXPECT_EQ(metrics_->host_name("node2"), "");
}

TEST_F(MetadataTest, KnowsNamesThatAreNear) {
  EXPECT_EQ(metrics_->nearest("sys.laod", ""), "sys.load");
  EXPECT_EQ(metrics_->nearest("sis.nam", "node1"), "sys.name");
  EXPECT_EQ(metrics_->nearest("disk.raed", ""), "disk.read");
  EXPECT_EQ(metrics_->nearest("quite.different", ""), "");
  EXPECT_EQ(metrics_->nearest("sys.laod", "node2"), "");
}

TEST_F(MetadataTest, AHostThatDoesNotAnswerIsUnreachable) {
  const std::string nowhere = "unix:" + (folder_ / "no.socket").string();
  const auto live = live_metrics(nowhere);
  EXPECT_TRUE(live->unreachable().empty());
  for (const std::string& host : {std::string(), nowhere}) {
    const Metrics::Reply reply = live->find("sys.load", host);
    EXPECT_EQ(reply.answer, Answer::unreachable);
    EXPECT_EQ(reply.reason, "pmcd via " + nowhere +
                                " is unreachable: No such file or directory");
    EXPECT_EQ(live->nearest("sys.load", host), "");
  }
  EXPECT_EQ(live->unreachable(), (std::set<std::string>{"", nowhere}));
}

TEST_F(MetadataTest, AHostThatHangsTakesNoLongerThanThePatience) {
  setenv("PMCD_REQUEST_TIMEOUT", "60", 1);
  setenv("PMCD_CONNECT_TIMEOUT", "60", 1);
  const std::string path = folder_ / "hangs";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int hangs = socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(bind(hangs, reinterpret_cast<sockaddr*>(&address), sizeof address),
            0);
  ASSERT_EQ(listen(hangs, 5), 0);
  const std::string host = "unix:" + path;
  const auto live = live_metrics("nowhere", std::chrono::milliseconds(200));
  const Metrics::Reply reply = live->find("sys.load", host);
  EXPECT_EQ(reply.answer, Answer::unreachable);
  EXPECT_EQ(reply.reason,
            "pmcd via " + host + " is unreachable: Connection timed out");
  // Said once, without another wait.
  EXPECT_EQ(live->find("sys.name", host).answer, Answer::unreachable);
  EXPECT_EQ(live->unreachable(), (std::set<std::string>{host}));
  close(hangs);
}

TEST(Metadata, APortThatRefusesDoesNotRespond) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  const int taken = socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(bind(taken, plain, size), 0);
  ASSERT_EQ(getsockname(taken, plain, &size), 0);
  const std::string host =
      "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  EXPECT_EQ(live_metrics(host)->find("sys.load", "").reason,
            "pmcd via " + host + " does not respond: Connection refused");
  close(taken);
}

}  // namespace
}  // namespace balance
