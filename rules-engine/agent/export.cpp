// The files of an agent that repeat what its metric table says.
#include <algorithm>
#include <cctype>
#include <fstream>
#include <map>

#include <fmt/format.h>

#include "agent/metric_table.h"

namespace agent {
namespace {

/// Children of one node of the name tree, in the order of the table; a leaf has
/// an id.
struct Level {
  std::string path;
  std::vector<std::pair<std::string, std::string>> children;
};

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return std::toupper(c); });
  return text;
}

/// Enters a name's parts, from the root on.
void enter(std::vector<Level>& levels, std::map<std::string, std::size_t>& at,
           const std::string& name, const std::string& id) {
  const auto dot = name.rfind('.');
  const std::string parent = name.substr(0, dot);
  if (!at.contains(parent)) {
    if (parent.find('.') != std::string::npos) enter(levels, at, parent, "");
    at[parent] = levels.size();
    levels.push_back({parent, {}});
  }
  levels[at[parent]].children.emplace_back(name.substr(dot + 1), id);
}

std::string tree_text(const Table& table, const std::string& domain) {
  std::vector<Level> levels;
  std::map<std::string, std::size_t> at;
  for (const MetricRow* row : table.metrics)
    enter(levels, at, fmt::format("{}.{}", table.name, row->name),
          fmt::format("{}:{}:{}", domain, row->cluster, row->item));
  std::string text;
  for (const Level& level : levels) {
    text += fmt::format("{}{} {{\n", text.empty() ? "" : "\n", level.path);
    for (const auto& [name, id] : level.children)
      text += id.empty() ? fmt::format("    {}\n", name)
                         : fmt::format("    {:<15} {}\n", name, id);
    text += "}\n";
  }
  return text;
}

}  // namespace

std::string pmns_text(const Table& table) {
  return tree_text(table, upper(table.name));
}

std::string root_text(const Table& table) {
  return fmt::format("root {{\n    {}\n}}\n\n{}", table.name,
                     tree_text(table, std::to_string(table.domain)));
}

std::string help_source(const Table& table) {
  std::string text;
  for (const IndomRow& row : table.indoms)
    text += fmt::format("@ {}.{} {}\n{}\n\n", upper(table.name), row.serial,
                        row.oneline, row.help);
  for (const MetricRow* row : table.metrics)
    text += fmt::format("@ {}.{} {}\n{}\n\n", table.name, row->name,
                        row->oneline, row->help);
  return text;
}

std::string domain_text(const Table& table) {
  return fmt::format("#define {} {}\n", upper(table.name), table.domain);
}

bool export_files(const Table& table, const std::string& folder) {
  const std::pair<std::string, std::string> files[] = {
      {"pmns", pmns_text(table)},
      {fmt::format("root_{}", table.name), root_text(table)},
      {"help", help_source(table)},
      {"domain.h", domain_text(table)}};
  return std::all_of(std::begin(files), std::end(files), [&](const auto& file) {
    std::ofstream out(fmt::format("{}/{}", folder, file.first));
    out << file.second;
    out.close();
    return !out.fail();
  });
}

}  // namespace agent
