// Selection beyond the language's own tests: processes that are away, limits
// of moves in flight, pairs that rest, the books.
#include "eval/selection.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "eval/decider.h"
#include "eval/program_builder.h"
#include "rule_test/series.h"

namespace balance {
namespace {

/// Evaluates a program step by step; moves end when the test says so.
class Stage {
 public:
  Stage(const ProgramBuilder& builder, std::string_view values,
        Needs needs = {})
      : program_(builder.program()), source_(program_.hosts, 5) {
    EXPECT_TRUE(source_.add(values).has_value());
    Decider::Options options;
    options.needs["migrate"] = std::move(needs);
    decider_ = std::make_unique<Decider>(program_, std::move(options));
  }

  /// The moves of the next evaluation: "001001 node1 -> node2, …".
  std::string next() {
    now_s_ = static_cast<double>(evaluation_++) * 5;
    const Snapshot snapshot = source_.take(now_s_);
    decider_->begin(snapshot);
    std::string out;
    runs.clear();
    for (const Task& task : program_.tasks) decider_->columns(task, snapshot);
    for (const Rule& rule : program_.rules) {
      const Outcome outcome = decider_->evaluate(rule, snapshot);
      for (const Decision& each : outcome.decisions) {
        out += out.empty() ? "" : ", ";
        out += std::string(first_word(each.candidate.name)) + " " +
               each.source + " -> " + each.target_name;
        last = each.move;
      }
      runs.insert(runs.end(), outcome.runs.begin(), outcome.runs.end());
    }
    return out;
  }
  void end(MoveState state) { decider_->end(last, state, now_s_); }

  std::vector<RunReport> runs;
  std::uint64_t last = 0;

 private:
  Program program_;
  Series source_;
  std::unique_ptr<Decider> decider_;
  std::size_t evaluation_ = 0;
  double now_s_ = 0;
};

struct Columns {
  Slot load, cpu, condition;
};

Columns busy(ProgramBuilder& b) {
  b.begin("off");
  Columns out{};
  out.load = b.fetch("load");
  out.cpu = b.fetch("cpu");
  out.condition = b.op(Op::greater, out.load, b.number(1));
  return out;
}

constexpr std::string_view kTwoNodes = R"(
load :node1 : 2x30   load :node2 : 0x30
cpu :node1 '001001 a' : 0.9x30   cpu :node1 '001002 b' : 0.8x30
)";

TEST(Selection, AProcessOnTheMoveIsNoCandidate) {
  ProgramBuilder b({"node1", "node2"}, 5);
  const Columns c = busy(b);
  b.value(c.condition);
  b.when(c.condition, c.load,
         b.migrate({b.pick(1, c.cpu), b.to_least(c.load)}));
  Stage stage(b, kTwoNodes);
  EXPECT_EQ(stage.next(), "001001 node1 -> node2");
  EXPECT_EQ(stage.next(), "001002 node1 -> node2");
  EXPECT_EQ(stage.next(), "");
  stage.end(MoveState::done);
  EXPECT_EQ(stage.next(), "001002 node1 -> node2");
}

TEST(Selection, InflightCountsMovesThatHaveNotEnded) {
  ProgramBuilder b({"node1", "node2"}, 5);
  const Columns c = busy(b);
  b.value(c.condition);
  b.when(c.condition, c.load,
         b.migrate({b.pick(5, c.cpu), b.to_least(c.load),
                    b.clause("inflight", 1, {b.named("each", "source")})}));
  Stage stage(b, kTwoNodes);
  EXPECT_EQ(stage.next(), "001001 node1 -> node2");
  EXPECT_EQ(stage.next(), "");
  ASSERT_EQ(stage.runs.size(), 1U);
  EXPECT_EQ(stage.runs[0].waits, "inflight 1 each source");
  stage.end(MoveState::failed);
  EXPECT_EQ(stage.next(), "001002 node1 -> node2") << "the pair rests";
}

TEST(Selection, APairThatWasRefusedRests) {
  ProgramBuilder b({"node1", "node2", "node3"}, 5);
  const Columns c = busy(b);
  b.value(c.condition);
  b.when(
      c.condition, c.load,
      b.migrate({b.pick(1, c.cpu), b.to_least(c.load), b.clause("retry", 10)}));
  Stage stage(b, R"(
load :node1 : 2x9   load :node2 : 0x9   load :node3 : 0.5x9
cpu :node1 '001001 a' : 0.9x9
)");
  EXPECT_EQ(stage.next(), "001001 node1 -> node2");
  stage.end(MoveState::refused);
  EXPECT_EQ(stage.next(), "001001 node1 -> node3") << "not the same again";
  stage.end(MoveState::done);
  EXPECT_EQ(stage.next(), "001001 node1 -> node2") << "ten seconds are over";
}

/// recall: a node with little load calls home its own that run elsewhere, if
/// they run at a busier one.
ProgramBuilder recall() {
  ProgramBuilder b({"node1", "node2"}, 5);
  b.begin("recall");
  const Slot load = b.fetch("load");
  const Slot cpu = b.fetch("cpu");
  const Slot away = b.fetch("away");
  const Slot condition = b.op(Op::less, load, b.number(1));
  b.value(condition);
  Clause home = b.named("to", "home");
  home.sub.push_back(
      b.clause("where", b.operand("my(load) - target(load) > 1", [&] {
        const Slot mine = b.look(load, Side::my);
        const Slot other = b.look(load, Side::target);
        const Slot gain = b.op(Op::subtract, mine, other);
        return b.op(Op::greater, gain, b.number(1));
      })));
  const Clause where = b.clause("where", b.operand("away == 1", [&] {
    const Slot left = b.look(away);
    return b.op(Op::equal, left, b.number(1));
  }));
  b.when(condition, load, b.migrate({b.pick(1, cpu, {where}), home}));
  return b;
}

Needs all_needs() {
  Needs out;
  out.home = "home";
  out.where = "where";
  out.node = "id";
  return out;
}

TEST(Selection, AnAwayProcessIsCalledHomeFromWhereItRuns) {
  const struct {
    std::string_view load2, expected;
  } table[] = {{"3", "001001 node2 -> node1"}, {"1.2", ""}};
  for (const auto& row : table) {
    const ProgramBuilder b = recall();
    Stage stage(b,
                "load :node1 : 0.5 load :node2 : " + std::string(row.load2) +
                    R"(
id :node1 : 1  id :node2 : 2
cpu :node1 '001001 a' : 0.9  away :node1 '001001 a' : 1
home :node1 '001001 a' : 1   where :node1 '001001 a' : 2
cpu :node1 '001002 b' : 1  away :node1 '001002 b' : 0
home :node1 '001002 b' : 1   where :node1 '001002 b' : 1
)",
                all_needs());
    EXPECT_EQ(stage.next(), row.expected);
  }
}

TEST(Selection, WhereItRunsMustBeKnown) {
  const ProgramBuilder b = recall();
  Stage stage(b, R"(
load :node1 : 0.5 load :node2 : 3
id :node1 : 1  id :node2 : 2
cpu :node1 '001001 a' : 0.9  away :node1 '001001 a' : 1
home :node1 '001001 a' : 1   where :node1 '001001 a' : _
)",
              all_needs());
  EXPECT_EQ(stage.next(), "");
  ASSERT_FALSE(stage.runs.empty());
  ASSERT_FALSE(stage.runs[0].verdicts.empty());
  EXPECT_EQ(stage.runs[0].verdicts[0].reason, Reason::no_place);
}

TEST(Selection, ByMayRankPairs) {
  ProgramBuilder b({"node1", "node2", "node3"}, 5);
  const Columns c = busy(b);
  const Slot fit = b.fetch("fit");
  b.value(c.condition);
  // fit of the target times cpu: 001002 is the better pair though its cpu is
  // less, for only `where` lets it go to node3.
  const Slot bulky = c.cpu;
  const Clause by = b.clause("by", b.operand("cpu * fit", [&] {
    const Slot left = b.look(c.cpu);
    return b.op(Op::multiply, left, b.look(fit, Side::target));
  }));
  Clause to = b.to_least(c.load, {b.clause("where", b.operand("fits", [&] {
                           const Slot mine = b.look(bulky, Side::my);
                           const Slot fit_there = b.look(fit, Side::target);
                           const Slot product =
                               b.op(Op::multiply, mine, fit_there);
                           return b.op(Op::less, product, b.number(5));
                         }))});
  b.when(c.condition, c.load, b.migrate({b.clause("pick", 1, {by}), to}));
  Stage stage(b, R"(
load :node1 : 2  load :node2 : 0.5  load :node3 : 0
cpu :node1 '001001 a' : 0.9  cpu :node1 '001002 b' : 0.4
fit :node2 : 1  fit :node3 : 10
)");
  EXPECT_EQ(stage.next(), "001002 node1 -> node3");
}

TEST(Selection, AShiftEndsWithAFreshSampleOrAFailure) {
  Ledger ledger;
  Books books;
  const std::uint64_t move = ledger.add({});
  const std::uint64_t other = ledger.add({});
  books.add(move, {"load", 1, ""}, 0.5, 5);
  books.add(other, {"load", 1, ""}, 0.25, 5);
  const auto refresh_at = [&](double received_s) {
    Snapshot snapshot(received_s);
    auto sample = std::make_shared<Sample>();
    sample->received_s = received_s;
    snapshot.put("load", 1, sample);
    books.refresh(ledger, snapshot);
    return books.at("load", 1);
  };
  EXPECT_DOUBLE_EQ(refresh_at(100), 0.75) << "not confirmed yet";
  ledger.end(other, MoveState::failed, 101);
  EXPECT_DOUBLE_EQ(refresh_at(101), 0.5) << "a failure ends it at once";
  ledger.end(move, MoveState::done, 102);
  EXPECT_DOUBLE_EQ(refresh_at(106), 0.5) << "less than a delta later";
  EXPECT_DOUBLE_EQ(refresh_at(107), 0);
}

TEST(Selection, TheEngineHasACeilingOfItsOwn) {
  ProgramBuilder b({"node1", "node2"}, 5);
  const Columns c = busy(b);
  b.value(c.condition);
  b.when(c.condition, c.load,
         b.migrate({b.pick(100, c.cpu), b.to_least(c.load)}));
  std::string values = "load :node1 : 2x3 load :node2 : 0x3\n";
  for (int pid = 1000; pid < 1100; ++pid)
    values += "cpu :node1 '" + std::to_string(pid) + " x' : 0.5x3\n";
  Stage stage(b, values);
  const std::string moves = stage.next();
  EXPECT_EQ(std::count(moves.begin(), moves.end(), '>'), 64);
  EXPECT_EQ(stage.runs[0].waits, "64 moves are in flight");
}

}  // namespace
}  // namespace balance
