#include "program/dump.h"

#include <gtest/gtest.h>

namespace balance {
namespace {

Program small_program() {
  Program p;
  p.hosts = {"", "node1", "node2"};
  p.metrics.push_back({.name = "mosix.self.load",
                       .hosts = {1, 2},
                       .instances = {},
                       .instant = false,
                       .first_sample = 0});
  p.slots = {{Type::number, Shape::open, "mosix.self.load"},
             {Type::number, Shape::host, ""},
             {Type::number, Shape::single, "1"},
             {Type::truth, Shape::host, ""}};
  p.code.resize(4);
  p.code[0] = {.op = Op::fetch, .result = 0, .text = {}};
  p.code[1] = {.op = Op::average,
               .result = 1,
               .a = 0,
               .text = {},
               .over = Over::sample,
               .samples = 3};
  p.code[2] = {.op = Op::constant, .result = 2, .number = 1, .text = {}};
  p.code[3] = {.op = Op::greater, .result = 3, .a = 1, .b = 2, .text = {}};
  Rule rule;
  rule.name = "busy";
  rule.delta_s = 5;
  rule.result = rule.shown = 3;
  rule.shown_value = 1;
  p.tasks.push_back(
      {.delta_s = 5, .first = 0, .count = 1, .code = 0, .code_count = 4});
  Branch branch;
  branch.condition = branch.binding = 3;
  branch.value = 1;
  branch.action.kind = Action::Kind::print;
  branch.action.hold_off_s = 60;
  branch.action.strings = {"%h"};
  rule.branches.push_back(branch);
  p.rules.push_back(rule);
  return p;
}

TEST(Dump, OneLineForEachInstruction) {
  EXPECT_EQ(dump(small_program()),
            R"(host h0 ""
host h1 "node1"
host h2 "node2"
metric m0 mosix.self.load h1 h2
task delta 5 s
  s0 = fetch m0 mosix.self.load  // open number
  s1 = avg s0 over sample 3  // host number
  s2 = constant 1  // single number
  s3 = greater s1 s2  // host truth
rule busy shows s3 of s1
  when s3 value s1 binding s3
    action 0 print hold-off 60 s "%h"
)");
}

TEST(Dump, EveryOperationHasAName) {
  for (int op = 0; op <= static_cast<int>(Op::window); ++op)
    EXPECT_NE(to_string(static_cast<Op>(op)), "?") << op;
}

}  // namespace
}  // namespace balance
