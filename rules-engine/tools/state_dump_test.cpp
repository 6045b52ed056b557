#include "tools/state_dump.h"

#include <cstdlib>
#include <ctime>

#include <gtest/gtest.h>

#include "eval/program_builder.h"
#include "tools/progress.h"

namespace balance {
namespace {

constexpr double kBegin = 1600000000;  // Sun Sep 13 12:26:40 2020 UTC

void use_utc() {
  setenv("TZ", "UTC", 1);
  tzset();
}

TEST(StateDump, TellsHostsTasksRulesAndMoves) {
  use_utc();
  ProgramBuilder builder({"node1"}, 2);
  builder.begin("over");
  const Slot over =
      builder.op(Op::greater, builder.number(3), builder.number(1));
  builder.value(over).origin.place = "a.rules:1:1";
  builder.when(over, kNoSlot, {});
  builder.begin("later");
  builder.value(builder.number(7)).origin.place = "a.rules:2:1";
  const Program& program = builder.program();
  StateDump dump(program, [](HostId host) {
    return host == 0 ? std::string("here") : std::string("far");
  });
  Evaluator columns(program);
  columns.run(program.tasks[0], Snapshot(kBegin));
  dump.evaluated(program.tasks[0], columns,
                 {.now_s = kBegin, .took_s = 0.25, .age_s = 0, .missed = 3});
  Decision decision;
  decision.move = 5;
  decision.rule = "over";
  decision.word = "migrate";
  decision.candidate.name = "001001 burn";
  decision.source = "node1";
  decision.target_name = "node2";
  dump.decided(decision, kBegin);
  decision.move = 6;
  dump.decided(decision, kBegin);
  dump.ended(6, MoveState::done, "", kBegin);
  dump.fired({}, true, kBegin);
  EXPECT_EQ(dump.text(),
            "1 evaluations, 3 missed, 1 actions, 2 moves, 1 of them under way\n"
            "host (default): here\n"
            "host node1: far\n"
            "task 1: every 2 sec, last Sun Sep 13 12:26:40 2020, "
            "which took 0.250 sec\n"
            "  over (a.rules:1:1): true\n"
            "task 2: every 2 sec\n"
            "  later (a.rules:2:1)\n"
            "moving: over: migrate 001001 from node1 to node2\n");
}

TEST(Progress, IsAPartOfTheWay) {
  use_utc();
  EXPECT_EQ(progress_text(kBegin, kBegin + 200, kBegin + 83),
            "  42 % Sun Sep 13 12:28:03 2020");
  EXPECT_EQ(progress_text(kBegin, kBegin, kBegin),
            "   0 % Sun Sep 13 12:26:40 2020");
  EXPECT_EQ(progress_text(kBegin, kBegin + 1, kBegin + 2),
            " 100 % Sun Sep 13 12:26:42 2020");
}

}  // namespace
}  // namespace balance
