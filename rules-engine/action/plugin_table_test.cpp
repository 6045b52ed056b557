#include "action/plugin_table.h"

#include <cstring>
#include <functional>
#include <vector>

#include <gtest/gtest.h>

namespace balance {
namespace {

struct Table {
  std::vector<pmb_clause> clauses = {
      {"pick", PMB_NUMBER, 0, 1, 0, nullptr},
      {"by", PMB_COLUMN, PMB_BARE | PMB_MY, 1, 0, "pick"},
      {"to", PMB_PLACE, PMB_MY | PMB_TARGET, 1, 0, nullptr},
      {"label", PMB_STRING, 0, 0, 1, nullptr},
      {"weight", PMB_NUMBER, PMB_BARE, 0, 0, "label"},
  };
  std::vector<pmb_need> needs = {{PMB_NEED_JOB, "my.job"}};
  pmb_action action{};

  Table() {
    action.version = PMB_VERSION;
    action.word = "park";
    action.open = [](char*, size_t) -> void* { return nullptr; };
    action.act = [](void*, const pmb_decision*, pmb_outcome*) {};
    action.poll = [](void*, uint64_t, pmb_outcome*) {};
    action.close = [](void*) {};
  }
  /// What is said of it; "" if it is good.
  std::string verdict() {
    action.clauses = clauses.data();
    action.n_clauses = clauses.size();
    action.needs = needs.data();
    action.n_needs = needs.size();
    const auto good = check_table(&action);
    return good ? "" : good.error().text;
  }
};

TEST(PluginTable, WhatTheEngineCanUseIsTaken) {
  Table table;
  EXPECT_EQ(table.verdict(), "");
  table.action.scope = PMB_SCOPE_CLUSTER;
  table.clauses = {{"edges", PMB_METRIC, 0, 1, 0, nullptr}};
  table.needs.clear();
  EXPECT_EQ(table.verdict(), "");
}

/// As a plugin might that knows no better.
template <class Enum>
void set_number(Enum& field, unsigned number) {
  std::memcpy(&field, &number, sizeof field);
}

using Spoil = std::function<void(Table&)>;

Spoil with(pmb_clause clause) {
  return [clause](Table& t) { t.clauses.push_back(clause); };
}

TEST(PluginTable, WhatItCannotUseIsRefused) {
  const struct {
    const char* why;
    Spoil spoil;
  } rows[] = {
      {"it is built for version 2 of the interface, and this pmbalance has "
       "version 1",
       [](Table& t) { t.action.version = 2; }},
      {"a function is missing", [](Table& t) { t.action.open = nullptr; }},
      {"a function is missing", [](Table& t) { t.action.act = nullptr; }},
      {"a function is missing", [](Table& t) { t.action.poll = nullptr; }},
      {"a function is missing", [](Table& t) { t.action.close = nullptr; }},
      {"'print' is reserved", [](Table& t) { t.action.word = "print"; }},
      {"'' is no word", [](Table& t) { t.action.word = nullptr; }},
      {"'9x' is no word", [](Table& t) { t.action.word = "9x"; }},
      {"'a.b' is no word", with({"a.b", PMB_NUMBER, 0, 0, 0, nullptr})},
      {"'secs' is reserved", with({"secs", PMB_NUMBER, 0, 0, 0, nullptr})},
      {"'label' has operand kind 77, which there is not",
       [](Table& t) { set_number(t.clauses[3].operand, 77); }},
      {"'x' has sides 0x8, which there are not",
       with({"x", PMB_NUMBER, 8, 0, 0, nullptr})},
      {"'x' belongs to 'y', which it does not have",
       with({"x", PMB_NUMBER, 0, 0, 0, "y"})},
      {"'x' belongs to itself", with({"x", PMB_NUMBER, 0, 0, 0, "x"})},
      {"'label' is there twice", with({"label", PMB_WORD, 0, 0, 0, nullptr})},
      {"'weight' is there twice",
       with({"weight", PMB_NUMBER, 0, 0, 0, "label"})},
      {"'limit' must have PMB_RATE, for the engine acts on it",
       with({"limit", PMB_NUMBER, 0, 0, 0, nullptr})},
      {"the engine knows no 'x' below 'to'",
       with({"x", PMB_NUMBER, 0, 0, 0, "to"})},
      {"it needs a metric of kind 99, which there is not",
       [](Table& t) { set_number(t.needs[0].what, 99); }},
      {"it needs a metric that has no name",
       [](Table& t) {
         t.needs.push_back({PMB_NEED_HOME, nullptr});
       }},
      {"it has two needs of one kind (my.job is one)",
       [](Table& t) {
         t.needs.push_back({PMB_NEED_JOB, "other.job"});
       }},
      {"its scope is 9, which there is not",
       [](Table& t) { set_number(t.action.scope, 9); }},
      {"without the clauses 'pick' and 'by' no process is found",
       [](Table& t) { t.clauses = {t.clauses[3]}; }},
  };
  for (const auto& row : rows) {
    Table table;
    row.spoil(table);
    EXPECT_EQ(table.verdict(), row.why);
  }
}

TEST(PluginTable, NoTableAndNoListsAreRefused) {
  EXPECT_EQ(check_table(nullptr).error().text, "it answers nothing");
  Table table;
  ASSERT_EQ(table.verdict(), "");
  table.action.clauses = nullptr;
  EXPECT_EQ(check_table(&table.action).error().text,
            "it has 5 clauses, and no list of them");
  ASSERT_EQ(table.verdict(), "");
  table.action.needs = nullptr;
  EXPECT_EQ(check_table(&table.action).error().text,
            "it has 1 needs, and no list of them");
}

}  // namespace
}  // namespace balance
