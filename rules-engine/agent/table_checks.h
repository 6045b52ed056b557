// For the unit tests of agents: what must hold of every table of metrics.
#pragma once

#include <functional>
#include <set>
#include <sstream>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "agent/metric_table.h"

namespace agent {

/// A line for each metric, of what archives and rules depend on: identity, type
/// and meaning, and whether it may be stored.
inline std::string describe(
    const Table& table, const std::function<bool(const MetricRow&)>& stored) {
  std::string text;
  for (const MetricRow* row : table.metrics) {
    const char* semantics = row->semantics == PM_SEM_COUNTER   ? "counter"
                            : row->semantics == PM_SEM_INSTANT ? "instant"
                                                               : "discrete";
    text += fmt::format(
        "{}.{} {}:{}:{} {} {} {} [{}]{}\n", table.name, row->name, table.domain,
        row->cluster, row->item,
        row->indom == kSingular ? "-" : fmt::format("indom {}", row->indom),
        pmTypeStr(row->type), semantics, pmUnitsStr(&row->units),
        stored(*row) ? " may be stored" : "");
  }
  return text;
}

inline void expect_distinct(const Table& table) {
  std::set<std::string> names;
  std::set<std::pair<unsigned, unsigned>> ids;
  for (const MetricRow* row : table.metrics) {
    EXPECT_TRUE(names.insert(row->name).second) << row->name;
    EXPECT_TRUE(ids.emplace(row->cluster, row->item).second) << row->name;
  }
  for (std::size_t i = 0; i < table.indoms.size(); ++i)
    EXPECT_EQ(table.indoms[i].serial, static_cast<int>(i));
}

inline void expect_help(const std::string& name, const std::string& oneline,
                        const std::string& help) {
  EXPECT_FALSE(oneline.empty()) << name;
  EXPECT_LE(oneline.size(), 60u) << name;
  EXPECT_NE(oneline.back(), '.') << name;
  std::istringstream lines(help);
  std::string line;
  int count = 0;
  for (; std::getline(lines, line); ++count) {
    EXPECT_LE(line.size(), 80u) << name << ": " << line;
    EXPECT_FALSE(line.starts_with('@')) << name << ": newhelp stops there";
  }
  EXPECT_GE(count, 1) << name;
}

inline void expect_help(const Table& table) {
  for (const IndomRow& row : table.indoms)
    expect_help(fmt::format("indom {}", row.serial), row.oneline, row.help);
  for (const MetricRow* row : table.metrics)
    expect_help(row->name, row->oneline, row->help);
}

}  // namespace agent
