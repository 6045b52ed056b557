#include "pmda/netstat_agent.h"

#include <cerrno>
#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

#include "pmda/fake_feeds.h"

namespace netstat {
namespace {

using agent::Client;
using agent::Value;
using Names = std::vector<std::string>;

constexpr uid_t kAnn = 1001, kBob = 1002, kReader = 1003, kOperator = 1004;

/// Ann's process 10 talks to Bob's process 20 on the same node; both have a
/// UNIX socket whose other end is unknown.
class NetstatAgentTest : public testing::Test {
 protected:
  NetstatAgentTest() {
    const netstat_socket tcp = fake_tcp(100, 50, 70);
    netstat_socket local{};
    local.inode = 300;
    local.peer_inode = 301;
    local.protocol = NETSTAT_UNIX;
    local.family = 1;
    local.state = 1;
    netstat_socket bobs = local;
    bobs.inode = 302;
    bobs.peer_inode = 303;
    node_.holders = {
        {fake_process(10, kAnn, "client"), {tcp, local}},
        {fake_process(20, kBob, "ser\"v\xff"), {other_end(tcp, 200), bobs}}};
  }

  void start(bool show_all = false) { start(show_all, fake_feeds(node_)); }
  void start(bool show_all, Feeds feeds) {
    hold_ = {};
    agent_.reset();
    sampler_.emplace(std::move(feeds), liveness_, std::chrono::hours(1));
    agent_.emplace(*sampler_, AgentOptions{{{kReader}, {kOperator}}, show_all});
    instances_ = std::vector<agent::InstanceTable>(kIndomCount);
    // A busy machine may need longer than a fetch waits.
    for (int i = 0; i < 200; ++i) {
      {
        const auto lock = sampler_->ask();
        const Summary all = sampler_->summary();
        if (all.fresh || !all.status.trouble.empty()) break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }

  void refresh(std::optional<uid_t> uid) {
    hold_ = {};
    hold_ = agent_->refresh(Client{uid}, instances_);
  }

  std::vector<pmdaInstid> all_of(Indom indom) {
    pmdaIndom published{};
    instances_[static_cast<std::size_t>(indom)].publish(published);
    return {published.it_set, published.it_set + published.it_numinst};
  }
  Names names(Indom indom) {
    Names all;
    for (const pmdaInstid& instance : all_of(indom))
      all.push_back(instance.i_name);
    return all;
  }

  static const agent::MetricRow& row(const std::string& name) {
    static const agent::Table table = netstat_table();
    for (const auto* metric : table.metrics)
      if (metric->name == name) return *metric;
    throw std::invalid_argument(name);
  }

  /// Of the instance whose name begins so.
  Value value(const std::string& name, const std::string& instance = "") {
    const auto& metric = row(name);
    if (metric.indom == agent::kSingular) return agent_->value(metric, 0);
    for (const pmdaInstid& known : all_of(static_cast<Indom>(metric.indom)))
      if (std::string(known.i_name).starts_with(instance))
        return agent_->value(metric,
                             instances_[static_cast<std::size_t>(metric.indom)]
                                 .row_of(known.i_inst)
                                 .value());
    throw std::invalid_argument(instance);
  }
  /// "none", "error CODE", or the value.
  std::string text(const std::string& name, const std::string& instance = "") {
    const Value shown = value(name, instance);
    if (const auto* why = std::get_if<agent::Unavailable>(&shown))
      return fmt::format("error {}", why->code);
    if (const auto* number = std::get_if<std::uint64_t>(&shown))
      return fmt::format("{}", *number);
    if (const auto* number = std::get_if<double>(&shown))
      return fmt::format("{}", *number);
    if (const auto* string = std::get_if<std::string>(&shown)) return *string;
    return "none";
  }

  int store(std::optional<uid_t> uid, const std::string& name, Value stored) {
    refresh(uid);
    const agent::Store stores[] = {{&row(name), 0, std::move(stored)}};
    return agent_->store(Client{uid}, stores);
  }

  FakeNode node_;
  FakeLiveness liveness_;
  std::optional<Sampler> sampler_;
  std::optional<NetstatAgent> agent_;
  std::vector<agent::InstanceTable> instances_;
  agent::Hold hold_;
};

const char* const kAnnsTcp = "000010/tcp/10.0.0.1:5000-10.0.0.2:80/100";
const char* const kBobsTcp = "000020/tcp/10.0.0.2:80-10.0.0.1:5000/200";
const std::string kUnsupported = fmt::format("error {}", PM_ERR_APPVERSION);
const std::string kAgain = fmt::format("error {}", PM_ERR_AGAIN);

TEST_F(NetstatAgentTest, ShowsRowsToWhomTheyConcern) {
  start();
  const struct {
    std::optional<uid_t> uid;
    bool ann, bob;
  } table[] = {
      {0, true, true},           {kReader, true, true},
      {kAnn, true, false},       {kBob, false, true},
      {kOperator, false, false}, {std::nullopt, false, false},
  };
  for (const auto& viewer : table) {
    refresh(viewer.uid);
    Names connections, processes, peers;
    if (viewer.ann) {
      connections = {kAnnsTcp, "000010/unix/300-301"};
      processes = {"000010 client"};
      peers = {"000010/10.0.0.2"};
    }
    if (viewer.bob) {
      connections.push_back(kBobsTcp);
      connections.push_back("000020/unix/302-303");
      processes.push_back("000020 ser\"v\xff");
      peers.push_back("000020/10.0.0.1");
    }
    auto sorted = names(kConnections);
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(sorted, connections);
    EXPECT_EQ(names(kProcesses), processes);
    EXPECT_EQ(names(kPeers).size(), peers.size());
    EXPECT_EQ(text("agent.conns"), "4") << "the node is for all to see";
    EXPECT_EQ(text("agent.processes"), "2");
  }
  start(true);
  refresh(std::nullopt);
  EXPECT_EQ(names(kProcesses).size(), 2u);
}

TEST_F(NetstatAgentTest, ThePidOfTheOtherEndIsForThoseWhoMaySeeIt) {
  start();
  refresh(0);
  EXPECT_EQ(text("conn.remote.pid", kAnnsTcp), "20");
  EXPECT_EQ(text("conn.remote.pid", kBobsTcp), "10");
  EXPECT_EQ(text("conn.remote.pid", "000010/unix"), "none");
  refresh(kAnn);
  EXPECT_EQ(text("conn.remote.pid", kAnnsTcp), "none");
}

TEST_F(NetstatAgentTest, ShowsWhatIsKnownOfAConnection) {
  start();
  refresh(0);
  const struct {
    const char *metric, *tcp, *local;
  } table[] = {
      {"conn.pid", "10", "10"},
      {"conn.uid", "1001", "1001"},
      {"conn.proto", "tcp", "unix"},
      {"conn.state", "ESTABLISHED", "ESTABLISHED"},
      {"conn.local.addr", "10.0.0.1", "none"},
      {"conn.local.port", "5000", "none"},
      {"conn.remote.addr", "10.0.0.2", "none"},
      {"conn.remote.port", "80", "none"},
      {"conn.in.bytes", "50", "none"},
      {"conn.out.bytes", "70", "none"},
      {"conn.intensity", "none", "none"},
      {"conn.rtt", "250", "none"},
      {"conn.retrans", "3", "none"},
  };
  for (const auto& expected : table) {
    EXPECT_EQ(text(expected.metric, kAnnsTcp), expected.tcp) << expected.metric;
    EXPECT_EQ(text(expected.metric, "000010/unix"), expected.local)
        << expected.metric;
  }
}

TEST_F(NetstatAgentTest, ShowsWhatIsKnownOfProcessesAndPeers) {
  start();
  refresh(0);
  const struct {
    const char *metric, *value;
  } table[] = {
      {"proc.in.bytes", "50"},
      {"proc.out.bytes", "70"},
      {"proc.tcp.in.bytes", "50"},
      {"proc.tcp.out.bytes", "70"},
      {"proc.udp.in.bytes", "none"},
      {"proc.unix.out.bytes", "none"},
      {"proc.intensity", "none"},
      {"proc.conns", "2"},
      {"proc.peers", "1"},
      {"proc.closed", "0"},
      {"peer.pid", "10"},
      {"peer.addr", "10.0.0.2"},
      {"peer.in.bytes", "50"},
      {"peer.out.bytes", "70"},
      {"peer.bytes", "120"},
      {"peer.intensity", "none"},
      {"peer.conns", "1"},
  };
  for (const auto& expected : table)
    EXPECT_EQ(text(expected.metric, "000010"), expected.value)
        << expected.metric;
}

TEST_F(NetstatAgentTest, ShowsItself) {
  start();
  refresh(std::nullopt);
  const struct {
    const char *metric, *value;
  } table[] = {
      {"agent.source", "walk"},     {"agent.closes", "bpf"},
      {"agent.volume", "off"},      {"agent.trouble", ""},
      {"agent.sample.count", "1"},  {"agent.sockets", "4"},
      {"agent.peers", "2"},         {"agent.in.bytes", "120"},
      {"agent.out.bytes", "120"},   {"agent.unattributed.in.bytes", "0"},
      {"agent.closed", "0"},        {"agent.lost.closes", "2"},
      {"agent.lost.bytes", "75"},   {"agent.lost.peers", "0"},
      {"agent.ownerless", "0"},     {"control.volume", "0"},
      {"control.interval", "3600"},
  };
  for (const auto& expected : table)
    EXPECT_EQ(text(expected.metric), expected.value) << expected.metric;
  EXPECT_LT(std::get<double>(value("agent.sample.age")), 60);
}

TEST_F(NetstatAgentTest, BytesThatNobodyCountsAreNotZero) {
  node_.counts_bytes = false;
  for (auto& holder : node_.holders)
    for (netstat_socket& socket : holder.second) socket.flags = 0;
  Feeds feeds;
  feeds.source = std::make_unique<FakeSource>(node_, "proc");
  feeds.no_closes = "not here";
  feeds.no_volumes = "nor that";
  start(false, std::move(feeds));
  refresh(0);
  for (const char* metric :
       {"conn.in.bytes", "conn.out.bytes", "conn.intensity"})
    EXPECT_EQ(text(metric, kAnnsTcp), kUnsupported) << metric;
  for (const char* metric :
       {"proc.in.bytes", "proc.out.bytes", "proc.tcp.in.bytes",
        "proc.tcp.out.bytes", "proc.udp.in.bytes", "proc.unix.out.bytes",
        "proc.intensity", "peer.in.bytes", "peer.out.bytes", "peer.bytes",
        "peer.intensity"})
    EXPECT_EQ(text(metric, "000010"), kUnsupported) << metric;
  for (const char* metric :
       {"agent.in.bytes", "agent.out.bytes", "agent.unattributed.in.bytes",
        "agent.unattributed.out.bytes"})
    EXPECT_EQ(text(metric), kUnsupported) << metric;
  EXPECT_EQ(text("conn.pid", kAnnsTcp), "10");
  EXPECT_EQ(text("conn.rtt", kAnnsTcp), "none");
  EXPECT_EQ(text("proc.conns", "000010"), "2");
  EXPECT_EQ(text("agent.closes"), "none: not here");
  EXPECT_EQ(text("agent.volume"), "none: nor that");
}

TEST_F(NetstatAgentTest, WithoutASampleThereAreNoValues) {
  node_.source_fails = "no way in";
  start();
  refresh(0);
  for (const char* metric : {"agent.conns", "agent.in.bytes",
                             "agent.sample.time", "agent.sample.age"})
    EXPECT_EQ(text(metric), kAgain) << metric;
  EXPECT_EQ(text("agent.trouble"), "no way in");
  EXPECT_EQ(text("agent.sample.count"), "0");
  EXPECT_EQ(text("control.interval"), "3600");
  EXPECT_TRUE(names(kProcesses).empty());
}

TEST_F(NetstatAgentTest, StoresAreForRootAndOperators) {
  start(true);
  for (const std::optional<uid_t> uid :
       {std::optional<uid_t>(kAnn), std::optional<uid_t>(kReader),
        std::optional<uid_t>()}) {
    EXPECT_EQ(store(uid, "control.interval", 2.0), PM_ERR_PERMISSION);
    EXPECT_EQ(store(uid, "control.volume", std::uint64_t{1}),
              PM_ERR_PERMISSION);
  }
  refresh(0);
  EXPECT_EQ(text("control.interval"), "3600");
  EXPECT_EQ(text("control.volume"), "0");
  EXPECT_EQ(store(0, "control.volume", std::uint64_t{1}), 0);
  EXPECT_EQ(store(kOperator, "control.interval", 0.5), 0);
  refresh(0);
  EXPECT_EQ(text("control.interval"), "0.5");
  EXPECT_EQ(text("control.volume"), "1");
  EXPECT_EQ(text("agent.volume"), "on");
}

TEST_F(NetstatAgentTest, StoredValuesAreChecked) {
  start();
  for (const double bad : {0.0999, 3600.1, 0.0, -1.0, std::nan(""), HUGE_VAL})
    EXPECT_EQ(store(0, "control.interval", bad), -EINVAL) << bad;
  EXPECT_EQ(store(0, "control.interval", 0.1), 0);
  EXPECT_EQ(store(0, "control.interval", 3600.0), 0);
  EXPECT_EQ(store(0, "control.volume", std::uint64_t{2}), -EINVAL);
  EXPECT_EQ(store(0, "agent.conns", std::uint64_t{2}), PM_ERR_PERMISSION);
  node_.volumes_fail = "not allowed";
  EXPECT_EQ(store(0, "control.volume", std::uint64_t{1}), -EPERM);
  Feeds feeds = fake_feeds(node_);
  feeds.volumes.reset();
  feeds.no_volumes = "nor that";
  start(false, std::move(feeds));
  EXPECT_EQ(store(0, "control.volume", std::uint64_t{1}), PM_ERR_APPVERSION);
  EXPECT_EQ(store(0, "control.volume", std::uint64_t{0}), 0);
}

TEST_F(NetstatAgentTest, CountsUdpAndUnixOnDemand) {
  netstat_volume volume{};
  volume.process = fake_process(10, kAnn, "client");
  volume.inode = 300;
  volume.in_bytes = 11;
  volume.out_bytes = 22;
  volume.protocol = NETSTAT_UNIX;
  node_.volumes = {volume};
  start();
  EXPECT_EQ(store(0, "control.volume", std::uint64_t{1}), 0);
  EXPECT_EQ(store(0, "control.interval", 0.1), 0);
  for (int i = 0; i < 200; ++i) {
    refresh(0);
    if (text("proc.unix.in.bytes", "000010") == "11") break;
    hold_ = {};
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(text("proc.unix.in.bytes", "000010"), "11");
  EXPECT_EQ(text("proc.unix.out.bytes", "000010"), "22");
  EXPECT_EQ(text("proc.udp.out.bytes", "000010"), "0");
  EXPECT_EQ(text("proc.in.bytes", "000010"), "61");
}

TEST_F(NetstatAgentTest, LabelsSayWhoseItIs) {
  start();
  refresh(0);
  const auto labels = [&](Indom indom, const std::string& instance) {
    for (const pmdaInstid& known : all_of(indom))
      if (std::string(known.i_name).starts_with(instance))
        return agent_->labels(indom, instances_[static_cast<std::size_t>(indom)]
                                         .row_of(known.i_inst)
                                         .value());
    return std::string("no instance");
  };
  const std::string anns = R"({"command":"client","uid":1001})";
  EXPECT_EQ(labels(kConnections, kAnnsTcp), anns);
  EXPECT_EQ(labels(kProcesses, "000010"), anns);
  EXPECT_EQ(labels(kPeers, "000010"), anns);
  EXPECT_EQ(labels(kProcesses, "000020"),
            "{\"command\":\"ser\\\"v\xef\xbf\xbd\",\"uid\":1002}");
}

}  // namespace
}  // namespace netstat
