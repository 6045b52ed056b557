#include "api/snapshot.h"

#include <cerrno>
#include <cstdlib>

#include <gtest/gtest.h>

namespace mosix {
namespace {

Snapshot example() {
  Snapshot all;
  all.driver = "criu";
  all.self = {.id = 2, .host = "node2", .up = true, .age_s = 0, .load = 1.5};
  all.nodes = {all.self,
               {.id = 3,
                .host = "node3",
                .block = true,
                .age_s = 20.25,
                .load = 0.125,
                .speed = 2,
                .cpus = 4,
                .util = 12.5,
                .mem_total = 1ull << 40,
                .mem_free = 1ull << 33,
                .guests = 2,
                .threshold = 2.5,
                .share = 0}};
  all.processes = {{.pid = 1001,
                    .command = "caf\xe9 \"x\"",
                    .job = "2:1001:77",
                    .home = 2,
                    .where = 3,
                    .away = true,
                    .nmigs = 4,
                    .lock = true,
                    .cantmove = "device /dev/x\xff",
                    .cpu_ms = 1ull << 50,
                    .rss = 4096,
                    .uid = 1000,
                    .cost_s = 0.75,
                    .stale = true,
                    .goto_node = -1,
                    .goto_state = "failed",
                    .goto_error = "no node is better"}};
  all.tasks = {{.pid = 1002, .command = "child", .job = "2:1001:77"}};
  all.requests = {{.seq = 9,
                   .id = "r9",
                   .job = "2:1001:77",
                   .from = 2,
                   .to = 3,
                   .by = "rule offload",
                   .state = RequestState::undecided,
                   .reason = "node 3 does not answer",
                   .bytes = 1ull << 33,
                   .frozen_ms = 120,
                   .total_ms = 900}};
  all.migrations = {
      .asked = 5, .done = 3, .refused = 1, .failed = 1, .to = {{3, 3}}};
  all.leases = {{.rules = "caf\xe9 x",
                 .uid = 1000,
                 .engine = "pmbalance-7",
                 .node = 3,
                 .host = "node3",
                 .pid = 7,
                 .since_s = 1ll << 33}};
  all.admin = {.block = true, .lstay = true};
  all.enabled = false;
  all.enabled_by = "uid 0 at noon";
  return all;
}

TEST(Snapshot, IsTheSameAfterATripThroughAFrame) {
  const Message sent = to_message(example());
  Decoder decoder;
  decoder.feed(encode(sent));
  auto received = decoder.next();
  ASSERT_TRUE(received && *received);
  auto snapshot = snapshot_from(**received);
  ASSERT_TRUE(snapshot) << snapshot.error().text;
  EXPECT_EQ(to_message(*snapshot), sent);
  const Process& process = snapshot->processes.at(0);
  EXPECT_EQ(process.command, "caf\xe9 \"x\"");
  EXPECT_EQ(process.cpu_ms, 1ull << 50);
  EXPECT_TRUE(process.stale);
  EXPECT_FALSE(snapshot->nodes.at(1).fresh());
  EXPECT_EQ(snapshot->nodes.at(1).mem_free, 1ull << 33);
  EXPECT_EQ(snapshot->requests.at(0).state, RequestState::undecided);
  EXPECT_EQ(snapshot->migrations.to.at(0).done, 3u);
  EXPECT_EQ(snapshot->leases.at(0).rules, "caf\xe9 x");
  EXPECT_EQ(snapshot->leases.at(0).since_s, 1ll << 33);
  EXPECT_FALSE(snapshot->enabled);
}

TEST(Snapshot, PassesOverFieldsItDoesNotKnow) {
  Message message = to_message(example());
  message["weather"] = "fine";
  message["self"]["colour"] = 3;
  message["procs"][0]["mood"] = Message::array();
  EXPECT_TRUE(snapshot_from(message));
}

TEST(Snapshot, RefusesWrongTypesAndMissingFields) {
  using Damage = void (*)(Message&);
  const std::vector<std::pair<const char*, Damage>> table{
      {"driver is a number", [](Message& m) { m["driver"] = 1; }},
      {"no nodes", [](Message& m) { m.erase("nodes"); }},
      {"self is a list", [](Message& m) { m["self"] = Message::array(); }},
      {"load is text", [](Message& m) { m["self"]["load"] = "high"; }},
      {"pid is text", [](Message& m) { m["procs"][0]["pid"] = "1"; }},
      {"away is text", [](Message& m) { m["procs"][0]["away"] = "yes"; }},
      {"no command", [](Message& m) { m["procs"][0].erase("command"); }},
      {"a proc is null", [](Message& m) { m["procs"][0] = nullptr; }},
      {"a task is a number", [](Message& m) { m["tasks"][0] = 4; }},
      {"bad state", [](Message& m) { m["requests"][0]["state"] = "lost"; }},
      {"no leases", [](Message& m) { m.erase("leases"); }},
      {"a lease of nobody", [](Message& m) { m["leases"][0].erase("engine"); }},
      {"admin is missing", [](Message& m) { m.erase("admin"); }},
      {"to without node",
       [](Message& m) { m["migrations"]["to"][0].erase("node"); }},
  };
  for (const auto& [name, damage] : table) {
    Message message = to_message(example());
    damage(message);
    auto snapshot = snapshot_from(message);
    ASSERT_FALSE(snapshot) << name;
    EXPECT_EQ(snapshot.error().code, EPROTO) << name;
    EXPECT_FALSE(snapshot.error().text.empty()) << name;
  }
}

TEST(Lease, IsShownInOneLine) {
  setenv("TZ", "UTC", 1);
  const Lease lease = example().leases.at(0);
  EXPECT_EQ(engine_text(lease), "pmbalance on node3 (pid 7)");
  EXPECT_EQ(since_text(lease), "2242-03-16 12:56:32");
  unsetenv("TZ");
}

TEST(Request, KeepsAllStates) {
  for (const char* name : {"queued", "frozen", "shipped", "committed", "done",
                           "refused", "failed", "undecided"}) {
    Request request;
    request.state = request_state(name);
    EXPECT_EQ(to_string(request.state), name);
    auto back = request_from(to_message(request));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->state, request.state);
  }
  EXPECT_EQ(request_state("melted"), RequestState::failed);
}

}  // namespace
}  // namespace mosix
