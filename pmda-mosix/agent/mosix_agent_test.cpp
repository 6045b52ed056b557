#include "agent/mosix_agent.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>

#include <gtest/gtest.h>

#include "agent/fake_api.h"

namespace mosix {
namespace {

using agent::Client;
using agent::Value;

constexpr uid_t kAnn = 1001, kBob = 1002, kReader = 1003, kOperator = 1004;

Process process_of(int pid, uid_t uid) {
  Process process;
  process.pid = pid;
  process.command = "cmd";
  process.job = fmt::format("1:{}:5", pid);
  process.home = process.where = 1;
  process.uid = uid;
  process.cpu_ms = 2500;
  return process;
}

Snapshot example() {
  Snapshot all;
  all.driver = "criu";
  all.nodes.resize(2);
  all.nodes[0].id = 1;
  all.nodes[0].host = "one";
  all.nodes[0].age_s = 0;
  all.nodes[0].load = 3;
  all.nodes[1].id = 2;
  all.nodes[1].host = "the other";
  all.nodes[1].age_s = 16;
  all.processes = {process_of(10, kAnn), process_of(20, kBob)};
  all.tasks = {{10, "cmd", "1:10:5"}, {21, "child", "1:20:5"}};
  all.requests.resize(2);
  all.requests[0].seq = 1;
  all.requests[0].id = "a b\n";
  all.requests[0].job = "1:10:5";
  all.requests[1].seq = 2;
  all.requests[1].id = "c";
  all.requests[1].job = "1:99:5";
  all.leases.resize(4);
  for (Lease& lease : all.leases) lease.rules = "a b";
  all.leases[1].rules = "a_b";
  all.leases[2].uid = kAnn;
  all.leases[3].uid = kBob;
  all.leases[0].host = "one";
  all.leases[0].pid = 9;
  return all;
}

class MosixAgentTest : public testing::Test {
 protected:
  MosixAgentTest() { state_.snapshot = example(); }

  void restart(bool show_all, bool unsafe) {
    agent_.emplace(Source(std::make_unique<FakeApi>(state_),
                          [this] { return now_ += std::chrono::seconds(9); }),
                   AgentOptions{{{kReader}, {kOperator}}, show_all, unsafe});
  }

  void refresh(std::optional<uid_t> uid) {
    (void)agent_->refresh(Client{uid}, instances_);
  }

  std::vector<std::string> names(Indom indom) {
    pmdaIndom published{};
    instances_[static_cast<std::size_t>(indom)].publish(published);
    std::vector<std::string> all;
    for (int i = 0; i < published.it_numinst; ++i)
      all.push_back(published.it_set[i].i_name);
    return all;
  }

  static const agent::MetricRow& row(const std::string& name) {
    static const agent::Table table = mosix_table();
    for (const auto* metric : table.metrics)
      if (metric->name == name) return *metric;
    throw std::invalid_argument(name);
  }

  Value value(const std::string& name, int instance = 0) {
    const auto& metric = row(name);
    if (metric.indom == agent::kSingular) return agent_->value(metric, 0);
    return agent_->value(metric,
                         instances_[static_cast<std::size_t>(metric.indom)]
                             .row_of(instance)
                             .value());
  }

  struct Item {
    std::string name;
    int instance;
    Value value;
  };
  int store(std::optional<uid_t> uid, const std::vector<Item>& items) {
    refresh(uid);
    state_.asked.clear();
    std::vector<agent::Store> stores;
    for (const Item& item : items)
      stores.push_back({&row(item.name), item.instance, item.value});
    return agent_->store(Client{uid}, stores);
  }

  FakeState state_;
  Source::Clock::time_point now_{};
  std::optional<MosixAgent> agent_;
  std::vector<agent::InstanceTable> instances_{kIndomCount};
};

using Names = std::vector<std::string>;

TEST_F(MosixAgentTest, ShowsProcessesToWhomTheyConcern) {
  restart(false, false);
  const struct {
    std::optional<uid_t> uid;
    Names processes, tasks, requests;
  } table[] = {
      {0,
       {"000010 cmd", "000020 cmd"},
       {"000010 cmd", "000021 child"},
       {"a_b_", "c"}},
      {kReader,
       {"000010 cmd", "000020 cmd"},
       {"000010 cmd", "000021 child"},
       {"a_b_", "c"}},
      {kAnn, {"000010 cmd"}, {"000010 cmd"}, {"a_b_"}},
      {kBob, {"000020 cmd"}, {"000021 child"}, {}},
      {kOperator, {}, {}, {}},
      {std::nullopt, {}, {}, {}},
  };
  for (const auto& expected : table) {
    refresh(expected.uid);
    EXPECT_EQ(names(kProcesses), expected.processes);
    EXPECT_EQ(names(kTasks), expected.tasks);
    EXPECT_EQ(names(kRequests), expected.requests);
    EXPECT_EQ(names(kNodes), (Names{"one", "the_other"}));
  }
  restart(true, false);
  refresh(std::nullopt);
  EXPECT_EQ(names(kProcesses).size(), 2u);
}

TEST_F(MosixAgentTest, ShowsEnginesToWhomTheyConcern) {
  restart(false, false);
  const auto seen = [this](std::optional<uid_t> uid) {
    refresh(uid);
    Names all = names(kRuleSets);
    std::sort(all.begin(), all.end());
    return all;
  };
  EXPECT_EQ(seen(std::nullopt), (Names{"a_b", "a_b_"}));
  EXPECT_EQ(seen(kAnn), (Names{"a_b", "a_b/uid1001", "a_b_"}));
  EXPECT_EQ(seen(kReader),
            (Names{"a_b", "a_b/uid1001", "a_b/uid1002", "a_b_"}));
  const auto text =
      std::get<std::string>(agent_->value(row("control.engine"), 0));
  EXPECT_TRUE(text.starts_with("pmbalance on one (pid 9) since 19")) << text;
}

TEST_F(MosixAgentTest, ShowsNoValuesThatAreNotFresh) {
  Snapshot& all = *state_.snapshot;
  all.processes[0].stale = true;
  all.processes[1].cantmove = "device";
  restart(true, false);
  refresh(0);
  const Value none;
  EXPECT_EQ(std::get<double>(value("node.load", 1)), 3);
  EXPECT_EQ(std::get<double>(value("node.age", 2)), 16);
  for (const char* name : {"node.load", "node.share", "node.mem.free"})
    EXPECT_EQ(value(name, 2).index(), none.index()) << name;
  EXPECT_EQ(std::get<std::uint64_t>(value("node.up", 2)), 0u);
  for (const char* name : {"proc.cpu", "proc.age", "proc.rss", "proc.cost",
                           "proc.cantmove", "proc.migratable"}) {
    EXPECT_EQ(value(name, 10).index(), none.index()) << name;
    EXPECT_NE(value(name, 20).index(), none.index()) << name;
  }
  EXPECT_EQ(std::get<double>(value("proc.age", 20)), 2.5);
  EXPECT_EQ(std::get<std::string>(value("proc.cantmove", 20)), "device");
  EXPECT_EQ(std::get<std::string>(value("proc.job", 10)), "1:10:5");
  EXPECT_EQ(std::get<std::int64_t>(value("proc.goto", 10)), -2);
  EXPECT_EQ(value("proc.goto_state", 10).index(), none.index());
  EXPECT_EQ(value("request.from", 1).index(), none.index());
  EXPECT_EQ(std::get<std::string>(value("control.request")), "c");
  EXPECT_EQ(agent_->labels(kProcesses, 0), R"({"job":"1:10:5"})");
  EXPECT_EQ(agent_->labels(kNodes, 0), "");
}

TEST_F(MosixAgentTest, ShowsWhatIsAwayBesideWhatHasGotItsPid) {
  Process away = process_of(10, kAnn);
  away.job = "1:10:1";
  away.away = true;
  away.where = 2;
  state_.snapshot->processes.insert(state_.snapshot->processes.begin(), away);
  restart(true, false);
  refresh(0);
  EXPECT_EQ(names(kProcesses),
            (Names{"000010 cmd", "000020 cmd", "000010/1:10:1 cmd"}));
  EXPECT_EQ(std::get<std::string>(value("proc.job", 10)), "1:10:5");
  EXPECT_EQ(std::get<std::string>(value("proc.job", 10 + (1 << 22))), "1:10:1");
}

TEST_F(MosixAgentTest, WithoutMosixdSaysSo) {
  state_.snapshot = base::fail(ENOTCONN, "no mosixd");
  restart(true, false);
  refresh(0);
  EXPECT_EQ(std::get<agent::Unavailable>(value("self.load")).code,
            PM_ERR_AGAIN);
  EXPECT_EQ(std::get<std::string>(value("driver")), "none: no mosixd");
  EXPECT_EQ(std::get<std::uint64_t>(value("control.bulk")), 0u);
  EXPECT_TRUE(names(kNodes).empty());
  EXPECT_EQ(store(0, {{"proc.goto", 10, std::int64_t{2}}}), -ENOTCONN);
  EXPECT_TRUE(state_.asked.empty());
  state_.snapshot = example();
  refresh(0);
  EXPECT_EQ(std::get<std::string>(value("driver")), "criu");
}

TEST_F(MosixAgentTest, AsksForWhatIsStored) {
  restart(false, false);
  const std::map<std::string, Item> table{
      {"migrate  1:10:5 2 false 0 by goto by root",
       {"proc.goto", 10, std::int64_t{2}}},
      {"migrate  1:20:5 -1 false 0 by goto by root",
       {"proc.goto", 20, std::int64_t{-1}}},
      {"lock 10 true 0", {"proc.lock", 10, std::uint64_t{1}}},
      {"migrate e 1:7:7 0 true 0 by request by root",
       {"control.request", 0, std::string("e 1:7:7 home")}},
      {"set threshold 2.5 0 by root", {"self.threshold", 0, 2.5}},
      {"set share 0 0 by root", {"self.share", 0, 0.0}},
      {"set block 1 0 by root", {"admin.block", 0, std::uint64_t{1}}},
      {"set expel 1 0 by root", {"admin.expel", 0, std::uint64_t{1}}},
      {"set enabled 0 0 by root", {"control.enabled", 0, std::uint64_t{0}}},
  };
  for (const auto& [asked, item] : table) {
    EXPECT_EQ(store(0, {item}), 0) << asked;
    EXPECT_EQ(state_.asked, Names{asked});
  }
  state_.answer = base::fail(EBUSY, "in flight");
  for (const auto& [asked, item] : table)
    EXPECT_EQ(store(0, {item}), -EBUSY) << asked;
}

TEST_F(MosixAgentTest, RefusesBadValues) {
  restart(false, false);
  const Item table[] = {
      {"proc.goto", 10, std::int64_t{-2}},
      {"proc.goto", 10, std::int64_t{70000}},
      {"proc.lock", 10, std::uint64_t{2}},
      {"control.request", 0, std::string("e 1:7:7")},
      {"self.threshold", 0, std::nan("")},
      {"self.share", 0, -1.0},
      {"admin.stay", 0, std::uint64_t{3}},
      {"control.enabled", 0, std::uint64_t{7}},
      {"control.bulk", 0, std::uint64_t{2}},
  };
  for (const Item& item : table) {
    EXPECT_EQ(store(0, {item}), -EINVAL) << item.name;
    EXPECT_TRUE(state_.asked.empty()) << item.name;
  }
  EXPECT_EQ(store(0, {{"self.load", 0, 1.0}}), PM_ERR_PERMISSION);
  EXPECT_EQ(store(0, {{"proc.goto", 11, std::int64_t{2}}}), -ESRCH);
  EXPECT_TRUE(state_.asked.empty());
}

TEST_F(MosixAgentTest, OneStoreOfSeveralProcessesNeedsBulkOnce) {
  restart(false, false);
  const std::vector<Item> both{{"proc.goto", 10, std::int64_t{2}},
                               {"proc.goto", 20, std::int64_t{2}}};
  EXPECT_EQ(store(0, both), -E2BIG);
  EXPECT_TRUE(state_.asked.empty());
  EXPECT_EQ(store(0, {{"control.bulk", 0, std::uint64_t{1}}}), 0);
  EXPECT_EQ(store(0, {both[0]}), 0) << "one process does not use it up";
  EXPECT_EQ(store(0, both), 0);
  EXPECT_EQ(state_.asked.size(), 2u);
  EXPECT_EQ(store(0, both), -E2BIG);
  EXPECT_EQ(store(0, {{"control.bulk", 0, std::uint64_t{1}}}), 0);
  state_.answer = base::fail(EBUSY, "in flight");
  EXPECT_EQ(store(0, both), -EBUSY);
  EXPECT_EQ(state_.asked.size(), 2u) << "the second is tried all the same";
}

TEST_F(MosixAgentTest, ABulkStoreEndsWhenMosixdIsSilent) {
  restart(false, false);
  EXPECT_EQ(store(0, {{"control.bulk", 0, std::uint64_t{1}}}), 0);
  state_.answer = base::fail(ETIMEDOUT, "no answer");
  EXPECT_EQ(store(0, {{"proc.goto", 10, std::int64_t{2}},
                      {"proc.goto", 20, std::int64_t{2}}}),
            -ETIMEDOUT);
  EXPECT_EQ(state_.asked.size(), 1u);
}

TEST_F(MosixAgentTest, KnowsWhoMayStore) {
  const Item goto10{"proc.goto", 10, std::int64_t{2}};
  const Item lock10{"proc.lock", 10, std::uint64_t{1}};
  const Item request{"control.request", 0, std::string("e 1:10:5 2")};
  const Item share{"self.share", 0, 1.0};
  restart(true, false);
  const struct {
    std::optional<uid_t> uid;
    int process, setting;
  } table[] = {
      {0, 0, 0},
      {kOperator, 0, 0},
      {kAnn, 0, PM_ERR_PERMISSION},
      {kBob, -EPERM, PM_ERR_PERMISSION},
      {kReader, -EPERM, PM_ERR_PERMISSION},
      {std::nullopt, PM_ERR_PERMISSION, PM_ERR_PERMISSION},
  };
  for (const auto& [uid, process, setting] : table) {
    for (const Item& item : {goto10, lock10, request}) {
      EXPECT_EQ(store(uid, {item}), process) << item.name;
      EXPECT_EQ(state_.asked.size(), process == 0 ? 1u : 0u);
    }
    EXPECT_EQ(store(uid, {share}), setting);
    EXPECT_EQ(state_.asked.size(), setting == 0 ? 1u : 0u);
  }
  restart(true, true);
  EXPECT_EQ(store(std::nullopt, {share}), 0);
  EXPECT_EQ(state_.asked, Names{"set share 1 0 by an unknown client"});
  EXPECT_EQ(store(kAnn, {share}), PM_ERR_PERMISSION) << "she is known";
}

TEST(Access, TheShippedFileSaysWhatHoldsWithoutOne) {
  const auto number = [](const std::string& name) {
    return std::optional<uid_t>(name == "pcp"         ? 1
                                : name == "pmbalance" ? 2
                                                      : 3);
  };
  std::ifstream in(SHIPPED_FILE);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  std::vector<std::string> unknown;
  const auto file = agent::parse_access(text, "file", number, unknown);
  const auto built_in =
      agent::parse_access(kShippedAccess, "", number, unknown);
  ASSERT_TRUE(file && built_in);
  EXPECT_EQ(file->readers, (std::set<uid_t>{1, 2}));
  EXPECT_EQ(file->operators, std::set<uid_t>{2});
  EXPECT_EQ(built_in->readers, file->readers);
  EXPECT_EQ(built_in->operators, file->operators);
}

}  // namespace
}  // namespace mosix
