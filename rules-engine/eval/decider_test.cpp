// The language's own rule tests, on programs made by hand.
#include "eval/decider.h"

#include <gtest/gtest.h>

#include "eval/program_builder.h"
#include "eval/rule_test.h"

namespace balance {
namespace {

void expect_passes(const ProgramBuilder& builder, std::string_view text,
                   Needs needs = {}) {
  const auto test = read_rule_test(text);
  ASSERT_TRUE(test.has_value()) << test.error().text;
  for (const std::string& problem :
       run_rule_test(*test, builder.program(), std::move(needs)))
    ADD_FAILURE() << problem;
}

struct Columns {
  Slot load, cpu;
};

/// load > `limit` per host, with the columns that most actions look up.
Columns begin_busy(ProgramBuilder& b, const std::string& name, double limit,
                   Slot& condition) {
  b.begin(name);
  const Slot load = b.fetch("load");
  const Slot cpu = b.fetch("cpu");
  condition = b.op(Op::greater, load, b.number(limit));
  return {load, cpu};
}

/// load - min_host load > 0.5
Columns begin_offload(ProgramBuilder& b, Slot& difference, Slot& condition) {
  b.begin("off");
  const Slot load = b.fetch("load");
  const Slot cpu = b.fetch("cpu");
  const Slot least = b.collapse(Op::minimum, Over::host, load);
  difference = b.op(Op::subtract, load, least);
  condition = b.op(Op::greater, difference, b.number(0.5));
  return {load, cpu};
}

constexpr std::string_view kOffloadSeries = R"(
every 5 sec
load :node1 : 2   load :node2 : 3   load :node3 : 1
cpu :node1 '001001 a' : 0.9   cpu :node2 '002001 b' : 1.5
)";

TEST(Decider, T01WorstHostFirstAndOneTargetForBoth) {
  ProgramBuilder b({"node1", "node2", "node3"}, 5);
  Slot difference = 0;
  Slot condition = 0;
  const Columns c = begin_offload(b, difference, condition);
  b.value(condition);
  b.when(condition, difference,
         b.migrate({b.pick(1, c.cpu), b.to_least(c.load)}));
  expect_passes(b, std::string(kOffloadSeries) + R"(
at 0 value off : node1=true node2=true node3=false
at 0 move off 002001 node2 -> node3
at 0 move off 001001 node1 -> node3
)");
}

TEST(Decider, T02ShiftChangesWhatTheNextDecisionReads) {
  ProgramBuilder b({"node1", "node2", "node3"}, 5);
  Slot difference = 0;
  Slot condition = 0;
  const Columns c = begin_offload(b, difference, condition);
  b.value(condition);
  const Clause shift = b.clause(
      "shift", b.operand("load", [&] { return b.look(c.load); }),
      {b.clause("by", b.operand("cpu", [&] { return b.look(c.cpu); }))});
  b.when(condition, difference,
         b.migrate({b.pick(1, c.cpu), b.to_least(c.load), shift}));
  expect_passes(b, std::string(kOffloadSeries) + R"(
at 0 move off 002001 node2 -> node3
at 0 move off 001001 node1 -> node2
)");
}

Clause where_ok(ProgramBuilder& b, Slot ok) {
  return b.clause("where", b.operand("ok == 1", [&] {
    const Slot left = b.look(ok);
    return b.op(Op::equal, left, b.number(1));
  }));
}

TEST(Decider, T03FalseAndUnknownAreBothNotTaken) {
  ProgramBuilder b({"node1", "node2"}, 5);
  Slot condition = 0;
  const Columns c = begin_busy(b, "off", 1, condition);
  const Slot ok = b.fetch("ok");
  b.value(condition);
  b.when(condition, c.load,
         b.migrate({b.pick(1, c.cpu, {where_ok(b, ok)}), b.to_least(c.load)}));
  expect_passes(b, R"(
every 5 sec
load :node1 : 2   load :node2 : 0
cpu :node1 '001001 a' : 0.5   cpu :node1 '001002 b' : 0.95   cpu :node1 '001003 c' : 0.9   cpu :node1 '001004 d' : _
ok :node1 '001001 a' : 1   ok :node1 '001002 b' : 0   ok :node1 '001003 c' : _   ok :node1 '001004 d' : 1
at 0 skip off 001002 node1 where
at 0 skip off 001003 node1 unknown
at 0 move off 001001 node1 -> node2
at 0 skip off 001004 node1 no-key
)");
}

TEST(Decider, T04AndT05TrueInstancesAreAFilter) {
  const struct {
    double pick;
    std::string_view moves;
  } table[] = {{1, "at 0 move one 001002 node1 -> node2\n"},
               {5,
                "at 0 move one 001002 node1 -> node2\n"
                "at 0 move one 001001 node1 -> node2\n"}};
  for (const auto& row : table) {
    ProgramBuilder b({"node1", "node2"}, 5);
    b.begin("one");
    const Slot load = b.fetch("load");
    const Slot cpu = b.fetch("cpu");
    const Slot condition = b.op(Op::greater, cpu, b.number(0.4));
    b.value(condition);
    b.when(condition, cpu,
           b.migrate({b.pick(row.pick, cpu), b.to_least(load)}));
    expect_passes(b, std::string(R"(
every 5 sec
load :node1 : 2   load :node2 : 0
cpu :node1 '001001 a' : 0.5   cpu :node1 '001002 b' : 0.9   cpu :node1 '001003 c' : 0.1
)") + std::string(row.moves));
  }
}

TEST(Decider, T06TiesGoToTheLowerPidAndTheHostWrittenFirst) {
  ProgramBuilder b({"node3", "node1", "node2"}, 5);
  Slot condition = 0;
  const Columns c = begin_busy(b, "off", 1, condition);
  b.value(condition);
  Clause pick = b.pick(2, c.cpu);
  pick.sub.front().order = Order::lowest;
  b.when(condition, c.load, b.migrate({pick, b.to_least(c.load)}));
  expect_passes(b, R"(
every 5 sec
load :node1 : 2   load :node2 : 0   load :node3 : 0
cpu :node1 '001002 b' : 0.5   cpu :node1 '001001 a' : 0.5   cpu :node1 '001003 c' : 0.9
at 0 move off 001001 node1 -> node3
at 0 move off 001002 node1 -> node3
)");
}

TEST(Decider, T07SkipTakesTheSecondOrTheOnlyOne) {
  ProgramBuilder b({"node1", "node2", "node3"}, 5);
  Slot condition = 0;
  const Columns c = begin_busy(b, "off", 1, condition);
  b.value(condition);
  b.when(
      condition, c.load,
      b.migrate({b.pick(1, c.cpu, {b.clause("skip", 1)}), b.to_least(c.load)}));
  expect_passes(b, R"(
every 5 sec
load :node1 : 2   load :node2 : 2   load :node3 : 0
cpu :node1 '001001 a' : 0.9   cpu :node1 '001002 b' : 0.8   cpu :node1 '001003 c' : 0.7   cpu :node2 '002001 d' : 0.9
at 0 move off 001002 node1 -> node3
at 0 move off 002001 node2 -> node3
)");
}

TEST(Decider, T08ForNeedsTheWholeTime) {
  ProgramBuilder b({"node1"}, 10);
  b.begin("busy");
  const Slot busy = b.op(Op::greater, b.fetch("load"), b.number(1));
  b.value(b.op(Op::held, busy, kNoSlot, 30));
  expect_passes(b, R"(
every 10 sec
load :node1 : 2x3 0 2x5
at 0 value busy : node1=unknown
at 2 value busy : node1=unknown
at 3 value busy : node1=false
at 6 value busy : node1=false
at 7 value busy : node1=true
)");
}

TEST(Decider, T09AGapBreaksForButIsNotFalse) {
  ProgramBuilder b({"node1"}, 10);
  b.begin("busy");
  const Slot busy = b.op(Op::greater, b.fetch("load"), b.number(1));
  b.value(b.op(Op::held, busy, kNoSlot, 30));
  expect_passes(b, R"(
every 10 sec
load :node1 : 2x2 _ 2x5
at 2 value busy : node1=unknown
at 5 value busy : node1=unknown
at 6 value busy : node1=true
)");
}

TEST(Decider, T10RisingBelongsToTheProcess) {
  ProgramBuilder b({"node1", "node2"}, 5);
  b.begin("up");
  const Slot load = b.fetch("load");
  const Slot cpu = b.fetch("cpu");
  const Slot condition =
      b.op(Op::rising, b.op(Op::greater, cpu, b.number(0.5)));
  b.value(condition);
  b.when(condition, cpu, b.migrate({b.pick(5, cpu), b.to_least(load)}));
  expect_passes(b, R"(
every 5 sec
load :node1 : 2x3   load :node2 : 0x3
cpu :node1 '001001 a' : 0.2 0.9 0.9   cpu :node1 '001002 b' : _ 0.9 0.9
at 0 none
at 1 move up 001001 node1 -> node2
at 2 none
)");
}

TEST(Decider, T11ADeadHostIsUnknownByItself) {
  ProgramBuilder b({"node1", "node2"}, 5);
  const auto rule = [&](const std::string& name, Op op, double limit) {
    b.begin(name);
    const Slot above = b.op(Op::greater, b.fetch("load"), b.number(limit));
    b.value(b.collapse(op, Over::host, above));
  };
  rule("some", Op::some, 1);
  rule("every", Op::all, 1);
  rule("none", Op::all, 3);
  b.begin("low");
  b.value(b.collapse(Op::minimum, Over::host, b.fetch("load")));
  expect_passes(b, R"(
every 5 sec
load :node1 : 2   load :node2 : _
at 0 value some : true
at 0 value every : unknown
at 0 value none : false
at 0 value low : 2
)");
}

TEST(Decider, T12InstancesMeetByFirstWord) {
  ProgramBuilder b({"node1"}, 5);
  b.begin("mix");
  b.value(b.op(Op::multiply, b.fetch("cpu"), b.fetch("net")));
  expect_passes(b, R"(
every 5 sec
cpu :node1 '001001 sim' : 0.5   cpu :node1 '001002 x' : 0.5
net :node1 '001001 /bin/sim -v' : 10   net :node1 '001003 y' : 7
at 0 value mix : node1#001001=5
)");
}

TEST(Decider, T13AConnectionBindsItsProcess) {
  ProgramBuilder b({"node1", "node2"}, 5);
  b.begin("talk");
  const Slot load = b.fetch("load");
  const Slot cpu = b.fetch("cpu");
  const Slot sent = b.fetch("sent");
  const Slot condition = b.op(Op::greater, sent, b.number(100));
  b.value(condition);
  b.when(condition, sent, b.migrate({b.pick(3, cpu), b.to_least(load)}));
  expect_passes(b, R"(
every 5 sec
load :node1 : 2   load :node2 : 0
cpu :node1 '001001 a' : 0.1   cpu :node1 '001002 b' : 0.9
sent :node1 '001001/tcp/1-2' : 500   sent :node1 '001001/tcp/1-3' : 700   sent :node1 '001002/tcp/1-4' : 5
at 0 move talk 001001 node1 -> node2
)");
}

TEST(Decider, T14HoldOffIsForEachHost) {
  ProgramBuilder b({"node1", "node2", "node3"}, 5);
  Slot condition = 0;
  const Columns c = begin_busy(b, "off", 1, condition);
  b.value(condition);
  b.when(condition, c.load,
         b.migrate({b.pick(1, c.cpu), b.to_least(c.load)}, 10));
  expect_passes(b, R"(
every 5 sec
load :node1 : 2x3   load :node2 : 0 2 2   load :node3 : 0x3
cpu :node1 '001001 a' : 0.9x3   cpu :node2 '002001 b' : 0.9x3
at 0 move off 001001 node1 -> node2
at 1 move off 002001 node2 -> node3
at 2 move off 001001 node1 -> node3
)");
}

TEST(Decider, T15ARunThatFoundNothingStartsNoHoldOff) {
  ProgramBuilder b({"node1", "node2"}, 5);
  Slot condition = 0;
  const Columns c = begin_busy(b, "off", 1, condition);
  const Slot ok = b.fetch("ok");
  b.value(condition);
  b.when(
      condition, c.load,
      b.migrate({b.pick(1, c.cpu, {where_ok(b, ok)}), b.to_least(c.load)}, 60));
  expect_passes(b, R"(
every 5 sec
load :node1 : 2x3   load :node2 : 0x3
cpu :node1 '001001 a' : 0.9x3   ok :node1 '001001 a' : 0 1 1
at 0 none
at 1 move off 001001 node1 -> node2
at 2 none
)");
}

TEST(Decider, T16CooldownCountsTheMovesOfAllRules) {
  ProgramBuilder b({"node1", "node2"}, 5);
  Slot condition = 0;
  Columns c = begin_busy(b, "a", 1, condition);
  b.value(condition);
  b.when(condition, c.load,
         b.migrate({b.pick(1, c.cpu), b.to_least(c.load)}, 3600));
  c = begin_busy(b, "b", 1, condition);
  b.value(condition);
  b.when(condition, c.load,
         b.migrate(
             {b.pick(1, c.cpu), b.to_least(c.load), b.clause("cooldown", 10)}));
  expect_passes(b, R"(
every 5 sec
load :node1 : 2x4   load :node2 : 0x4
cpu :node1 '001001 a' : 0.9x4
at 0 move a 001001 node1 -> node2
at 1 skip b 001001 node1 cooldown
at 2 move b 001001 node1 -> node2
at 3 skip b 001001 node1 cooldown
)");
}

TEST(Decider, T17LimitIsAHalfOpenSlidingWindow) {
  ProgramBuilder b({"node1", "node2"}, 20);
  Slot condition = 0;
  const Columns c = begin_busy(b, "off", 1, condition);
  b.value(condition);
  Clause limit = b.clause("limit", 2);
  limit.per_s = 60;
  b.when(condition, c.load,
         b.migrate({b.pick(1, c.cpu), b.to_least(c.load), limit}));
  expect_passes(b, R"(
every 20 sec
load :node1 : 2x5   load :node2 : 0x5
cpu :node1 '001001 a' : 0.9x5
at 0 move off 001001 node1 -> node2
at 1 move off 001001 node1 -> node2
at 2 none
at 3 move off 001001 node1 -> node2
at 4 move off 001001 node1 -> node2
)");
}

TEST(Decider, T18LimitOfEachTargetLetsTheNextBestTry) {
  ProgramBuilder b({"node1", "node2", "node3"}, 5);
  Slot condition = 0;
  const Columns c = begin_busy(b, "off", 1, condition);
  b.value(condition);
  b.when(condition, c.load,
         b.migrate({b.pick(3, c.cpu), b.to_least(c.load),
                    b.clause("limit", 1, {b.named("each", "target")})}));
  expect_passes(b, R"(
every 5 sec
load :node1 : 4   load :node2 : 0   load :node3 : 0.5
cpu :node1 '001001 a' : 0.9   cpu :node1 '001002 b' : 0.8   cpu :node1 '001003 c' : 0.7
at 0 move off 001001 node1 -> node2
at 0 move off 001002 node1 -> node3
at 0 skip off 001003 node1 no-target
)");
}

TEST(Decider, T19TheAlternativeWhenNothingCouldBeAsked) {
  ProgramBuilder b({"node1", "node2", "node3"}, 5);
  b.begin("leave");
  const Slot active = b.fetch("active");
  const Slot load = b.fetch("load");
  const Slot cpu = b.fetch("cpu");
  const Slot home = b.fetch("mosix.proc.home");
  const Slot self = b.fetch("mosix.self.id");
  const Slot condition = b.op(Op::greater, active, b.number(0));
  b.value(condition);
  const auto guest = [&] {
    return b.clause("where", b.operand("home != id", [&] {
      const Slot left = b.look(home);
      return b.op(Op::not_equal, left, b.look(self));
    }));
  };
  const Action home_first =
      b.migrate({b.pick(9, cpu, {guest()}), b.named("to", "home")});
  const Action else_there =
      b.migrate({b.pick(9, cpu, {guest()}), b.to_least(load)});
  b.when(condition, active, b.either({home_first, else_there}));
  Needs needs;
  needs.home = "mosix.proc.home";
  needs.node = "mosix.self.id";
  expect_passes(b, R"(
every 5 sec
active :node1 : 1x2   active :node2 : 0x2   active :node3 : 0x2
load :node1 : 1x2   load :node2 : _ 1   load :node3 : 2x2
mosix.self.id :node1 : 1x2   mosix.self.id :node2 : _ 2   mosix.self.id :node3 : 3x2
cpu :node1 '001001 guest' : 0.9x2   mosix.proc.home :node1 '001001 guest' : 2x2
cpu :node1 '001002 own' : 0.9x2   mosix.proc.home :node1 '001002 own' : 1x2
at 0 move leave 001001 node1 -> node3
at 1 move leave 001001 node1 -> node2
)",
                needs);
}

TEST(Decider, T20LatchHasTwoThresholds) {
  ProgramBuilder b({"node1"}, 5);
  b.begin("short");
  const Slot free = b.fetch("free");
  const Slot on = b.op(Op::less, free, b.number(0.05));
  const Slot off = b.op(Op::greater_equal, free, b.number(0.10));
  b.value(b.op(Op::latch, on, off));
  expect_passes(b, R"(
every 5 sec
free :node1 : 0.07 0.04 0.07 _ 0.12 0.07 0.04
at 0 value short : node1=false
at 1 value short : node1=true
at 2 value short : node1=true
at 3 value short : node1=true
at 4 value short : node1=false
at 5 value short : node1=false
at 6 value short : node1=true
)");
}

}  // namespace
}  // namespace balance
