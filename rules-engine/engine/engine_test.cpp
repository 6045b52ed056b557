#include "engine/engine.h"

#include <atomic>
#include <cstdio>
#include <mutex>
#include <regex>
#include <thread>

#include <gtest/gtest.h>

#include "engine/report.h"
#include "eval/program_builder.h"
#include "rule_test/series.h"

namespace balance {
namespace {

TEST(Schedule, TasksTickTogetherAndMissedTicksAreNotMadeUp) {
  std::vector<Task> tasks(3);
  tasks[0].delta_s = 5;
  tasks[1].delta_s = 10;
  tasks[2].delta_s = 5;
  Schedule schedule(tasks, 100);
  const struct {
    double now_s, at_s;
    std::vector<std::size_t> tasks;
    std::uint64_t missed;
  } table[] = {
      {100, 100, {0, 1, 2}, 0},
      {104.9, 0, {}, 0},
      // What was put back last comes first.
      {105.1, 105, {2, 0}, 0},
      {110, 110, {0, 2, 1}, 0},
      {126, 120, {1}, 0},
      // Of the five-second tasks, 115 and 120 have passed.
      {126, 125, {2, 0}, 0},
  };
  std::uint64_t missed = 0;
  for (const auto& row : table) {
    const Schedule::Tick tick = schedule.take(row.now_s);
    EXPECT_EQ(tick.tasks, row.tasks) << row.now_s;
    EXPECT_DOUBLE_EQ(tick.at_s, row.at_s);
    missed += tick.missed;
  }
  EXPECT_EQ(missed, 4U);
  EXPECT_DOUBLE_EQ(schedule.next_s(), 130);
}

/// The worked example of the language's description: algorithm 1 with `pick 2`
/// and `shift`; the least load of the others is the condition.
ProgramBuilder worked_example() {
  ProgramBuilder b({"node1", "node2", "node3"}, 5);
  b.begin("offload");
  const Slot load = b.fetch("mosix.self.load");
  const Slot cpu = b.fetch("mosix.proc.cpu");
  const Slot migratable = b.fetch("mosix.proc.migratable");
  const Slot away = b.fetch("mosix.proc.away");
  const Slot difference =
      b.op(Op::subtract, load, b.collapse(Op::minimum, Over::host, load));
  const Slot condition = b.op(Op::greater, difference, b.number(0.5));
  b.value(condition);
  const auto equals = [&](const char* text, Slot slot, double x) {
    return b.operand(text, [&b, slot, x] {
      const Slot left = b.look(slot);
      return b.op(Op::equal, left, b.number(x));
    });
  };
  Clause where =
      b.clause("where", equals("mosix.proc.migratable == 1", migratable, 1));
  where.operands.push_back(equals("mosix.proc.away == 0", away, 0));
  const Clause shift = b.clause(
      "shift", b.operand("mosix.self.load", [&] { return b.look(load); }),
      {b.clause("by",
                b.operand("mosix.proc.cpu", [&] { return b.look(cpu); }))});
  b.when(condition, difference,
         b.migrate({b.pick(2, cpu, {where}), b.to_least(load), shift}));
  return b;
}

constexpr std::string_view kWorkedValues = R"(
mosix.self.load :node1 : 3x9  mosix.self.load :node2 : 1x9  mosix.self.load :node3 : 1.2x9
mosix.proc.cpu :node1 '001001 a' : 0.9x9   mosix.proc.migratable :node1 '001001 a' : 1x9  mosix.proc.away :node1 '001001 a' : 0x9
mosix.proc.cpu :node1 '001002 b' : 0.95x9  mosix.proc.migratable :node1 '001002 b' : 0x9  mosix.proc.away :node1 '001002 b' : 0x9
mosix.proc.cpu :node1 '001003 c' : 0.6x9   mosix.proc.migratable :node1 '001003 c' : 1x9  mosix.proc.away :node1 '001003 c' : 0x9
mosix.proc.cpu :node1 '001004 d' : _x9     mosix.proc.migratable :node1 '001004 d' : 1x9  mosix.proc.away :node1 '001004 d' : 0x9
mosix.proc.cpu :node1 '001005 e' : 0.7x9   mosix.proc.migratable :node1 '001005 e' : 1x9  mosix.proc.away :node1 '001005 e' : 1x9
)";

/// Runs an engine on series with a clock of its own.
struct Bench {
  Bench(const Program& program, std::string_view values) : program_(program) {
    setenv("TZ", "UTC", 1);
    tzset();
    source = std::make_unique<Series>(program.hosts, 5);
    EXPECT_TRUE(source->add(values).has_value());
    world.now_s = [this] { return now_s; };
    world.wait = [this](double until_s) {
      now_s = std::max(now_s, until_s);
      return true;
    };
    world.print = [this](const std::string& text) { printed += text; };
    world.log = [this](const std::string& text) { logged += text + '\n'; };
  }
  void run(EngineOptions options) {
    Engine(program_, *source, plugins, options, world).run();
  }

  const Program& program_;
  std::unique_ptr<Series> source;
  EngineWorld world;
  Plugins plugins;
  double now_s = 10;
  std::string printed, logged;
};

TEST(Engine, ExplainsTheWorkedExample) {
  const ProgramBuilder b = worked_example();
  Bench bench(b.program(), kWorkedValues);
  bench.run({.dry_run = true, .explain = true, .samples = 1});
  EXPECT_EQ(bench.printed,
            R"([00:00:10] offload node1: value 2, 5 candidates
    001002  not taken: where: mosix.proc.migratable == 1 is false
    001001  -> node2  (key 1; node3 1.2)            shift mosix.self.load 0.9
    001005  not taken: where: mosix.proc.away == 0 is false
    001003  -> node3  (key 1.2; node2 1.9)          shift mosix.self.load 0.6
    001004  not taken: by: mosix.proc.cpu has no value
Thu Jan  1 00:00:10 1970: offload: would migrate 001001 from node1 to node2
Thu Jan  1 00:00:10 1970: offload: would migrate 001003 from node1 to node3
)");
}

TEST(Engine, ShowsValuesAsPmieDoes) {
  const ProgramBuilder b = worked_example();
  Bench bench(b.program(), kWorkedValues);
  bench.run({.dry_run = true,
             .show = {.style = ValueStyle::plain, .host_name = {}},
             .end_s = 15});
  EXPECT_NE(bench.printed.find("offload: true false false\n\n"),
            std::string::npos);
}

/// Remembers what it was asked, and has done it at once.
std::vector<std::string> asked;
std::mutex asked_mutex;
constexpr pmb_clause kClauses[] = {
    {"pick", PMB_NUMBER, 0, 1, 0, nullptr},
    {"by", PMB_COLUMN, PMB_BARE, 1, 0, "pick"},
    {"to", PMB_PLACE, PMB_TARGET, 1, 0, nullptr},
};
pmb_action recorder() {
  pmb_action out{};
  out.clauses = kClauses;
  out.n_clauses = std::size(kClauses);
  out.version = PMB_VERSION;
  out.word = "migrate";
  out.open = [](char*, size_t) -> void* { return &asked; };
  out.act = [](void*, const pmb_decision* decision, pmb_outcome* outcome) {
    const std::lock_guard lock(asked_mutex);
    asked.push_back(std::string(decision->process) + " " +
                    decision->source_host + " " + decision->target_host + " " +
                    decision->rule);
    outcome->state = PMB_DONE;
  };
  out.poll = [](void*, uint64_t, pmb_outcome*) {};
  out.close = [](void*) {};
  return out;
}

TEST(Engine, HandsDecisionsToThePluginAndLogsTheirEnd) {
  const ProgramBuilder b = worked_example();
  Bench bench(b.program(), kWorkedValues);
  const pmb_action table = recorder();
  bench.plugins.push_back(std::move(*Plugin::make(&table)));
  ASSERT_TRUE(bench.plugins[0]->open().has_value());
  // The second tick waits, in real time, for what the worker has to say.
  bench.world.wait = [&](double until_s) {
    for (int i = 0; i < 500 && until_s > bench.now_s; ++i) {
      const std::lock_guard lock(asked_mutex);
      if (asked.size() >= 2) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    bench.now_s = std::max(bench.now_s, until_s);
    return true;
  };
  bench.run({.samples = 3});
  ASSERT_GE(asked.size(), 2U);
  EXPECT_EQ(asked[0], "001001 a node1 node2 offload");
  EXPECT_EQ(asked[1], "001003 c node1 node3 offload");
  EXPECT_NE(
      bench.logged.find("offload: migrate 001001 from node1 to node2: asked\n"),
      std::string::npos);
  EXPECT_NE(
      bench.logged.find("offload: migrate 001001 from node1 to node2: done\n"),
      std::string::npos);
}

std::atomic<bool> may_act;

TEST(Engine, AsksNothingUntilThePluginIsReady) {
  const ProgramBuilder b = worked_example();
  const std::string values =
      std::regex_replace(std::string(kWorkedValues), std::regex("x9"), "x2000");
  Bench bench(b.program(), values);
  pmb_action table = recorder();
  table.ready = [](void*, const char* rules, char* why, std::size_t size) {
    std::snprintf(why, size, "another acts on %s", rules);
    return may_act ? 1 : 0;
  };
  asked.clear();
  may_act = false;
  bench.plugins.push_back(std::move(*Plugin::make(&table)));
  ASSERT_TRUE(bench.plugins[0]->open().has_value());
  std::size_t before = 0;
  int ticks = 0;
  bench.world.wait = [&](double until_s) {
    bench.now_s = until_s;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const std::lock_guard lock(asked_mutex);
    if (++ticks == 5) {
      before = asked.size();
      may_act = true;
    }
    return asked.empty() && ticks < 1000;
  };
  bench.run({.explain = true, .rules = "some.rules"});
  EXPECT_EQ(before, 0U);
  EXPECT_FALSE(asked.empty());
  EXPECT_NE(
      bench.logged.find("migrate: does not act: another acts on some.rules\n"),
      std::string::npos);
  EXPECT_NE(bench.logged.find("migrate: acts\n"), std::string::npos);
}

/// Knows what it was asked to have ready.
class AskedSeries : public Series {
 public:
  using Series::Series;
  void due(const std::vector<FeedId>& feeds) override {
    due_sizes.push_back(feeds.size());
  }
  std::vector<std::size_t> due_sizes;
};

TEST(Engine, FetchesOnlyWhatTheRulesThatAreDueNeed) {
  ProgramBuilder b({"node1", "node2"}, 5);
  b.begin("often");
  b.value(b.fetch("load"));
  b.begin("seldom");
  b.value(b.op(Op::add, b.fetch("mem"), b.fetch("load", {1})));
  Program program = b.program();
  program.tasks[1].delta_s = 10;
  AskedSeries source(program.hosts, 5);
  const Plugins none;
  EngineWorld world;
  double now_s = 0;
  world.now_s = [&] { return now_s; };
  world.wait = [&](double until_s) {
    now_s = until_s;
    return true;
  };
  world.print = world.log = [](const std::string&) {};
  Engine(program, source, none, {.dry_run = true, .samples = 4}, world).run();
  // load of two hosts; and mem of two.
  EXPECT_EQ(source.due_sizes, (std::vector<std::size_t>{4, 2, 4, 2}));
}

TEST(Engine, SaysOnceWhatCannotBeToldApart) {
  ProgramBuilder b({"node1"}, 5);
  b.begin("sum");
  const Slot sum = b.op(Op::add, b.fetch("cpu"), b.fetch("mem"));
  b.value(sum);
  Program program = b.program();
  program.slots[sum].text = "cpu + mem";
  Bench bench(program, R"(
cpu :node1 '10 a' : 1x9  cpu :node1 '10 b' : 1 _ 1x7  cpu :node1 '11 c' : 1x9
mem :node1 '10' : 2x9  mem :node1 '11' : 2x9
)");
  bench.run({.dry_run = true, .samples = 4});
  EXPECT_EQ(bench.logged,
            "cpu + mem: more than one instance of node1 has the first word 10: "
            "none of them has a value\n");
}

TEST(Engine, AFullQueueRefuses) {
  const ProgramBuilder b = worked_example();
  Bench bench(b.program(), kWorkedValues);
  bench.run({.samples = 1});
  EXPECT_NE(bench.logged.find("refused: too many actions wait"),
            std::string::npos);
}

}  // namespace
}  // namespace balance
