#include "tools/rule_files.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

#include <fmt/format.h>

#include "check/check.h"
#include "compile/compile.h"
#include "lang/parse.h"
#include "lang/print.h"
#include "program/dump.h"

namespace balance {
namespace {

check::OperandKind kind_of(pmb_operand operand) {
  switch (operand) {
    case PMB_NUMBER:
      return check::OperandKind::number;
    case PMB_TIME:
      return check::OperandKind::time;
    case PMB_RATE:
      return check::OperandKind::rate;
    case PMB_BOOLEAN:
      return check::OperandKind::boolean;
    case PMB_COLUMN:
      return check::OperandKind::column;
    case PMB_PLACE:
      return check::OperandKind::place;
    case PMB_HOSTS:
      return check::OperandKind::hosts;
    case PMB_METRIC:
      return check::OperandKind::metric;
    case PMB_WORD:
      return check::OperandKind::word;
    case PMB_STRING:
      return check::OperandKind::text;
  }
  return check::OperandKind::text;
}

/// An empty message: it was read.
std::string read(std::istream& in, std::string& text) {
  errno = 0;
  text.assign(std::istreambuf_iterator<char>(in), {});
  if (in.bad() || errno != 0) return std::strerror(errno);
  if (text.size() > base::kMaxSource)
    return fmt::format("more than {} bytes", base::kMaxSource);
  return "";
}

std::string read_file(const std::string& path, std::string& text) {
  if (path == "-") return read(std::cin, text);
  errno = 0;
  std::ifstream in(path);
  return in ? read(in, text) : std::strerror(errno);
}

}  // namespace

std::vector<check::ActionSpec> catalogue_of(const Plugins& plugins) {
  std::vector<check::ActionSpec> out;
  for (const auto& plugin : plugins) {
    const pmb_action& table = plugin->table();
    check::ActionSpec spec;
    spec.word = table.word;
    spec.scope = table.scope == PMB_SCOPE_HOST ? check::Scope::host
                                               : check::Scope::cluster;
    for (std::size_t i = 0; i < table.n_clauses; ++i) {
      const pmb_clause& one = table.clauses[i];
      spec.clauses.push_back({one.word, kind_of(one.operand), one.sides,
                              one.required != 0, one.repeatable != 0,
                              one.parent == nullptr ? "" : one.parent});
    }
    out.push_back(std::move(spec));
  }
  return out;
}

LoadedRules load_sources(const Sources& sources, check::Catalogue catalogue,
                         double delta_s, const std::string& dump_what) {
  LoadedRules out;
  base::Diagnostics diagnostics;
  lang::Names names;
  std::vector<lang::File> files;
  for (const auto& source : sources)
    files.push_back(lang::parse(source, names, diagnostics));
  if (dump_what == "print")
    for (const lang::File& file : files) out.dump += lang::print(file);
  check::Options options;
  options.delta_s = delta_s;
  check::Checked checked = check::check(files, catalogue, options, diagnostics);
  out.messages = diagnostics.text();
  if (diagnostics.has_errors()) return out;
  out.program = compile(checked);
  if (dump_what == "program") out.dump = dump(*out.program);
  return out;
}

LoadedRules load_rules(const CommandLine& command, const Plugins& plugins) {
  Sources sources;
  std::string unread;
  for (const std::string& path : command.files) {
    std::string text;
    const std::string error = read_file(path, text);
    if (!error.empty())
      unread +=
          fmt::format("{}: cannot read {}: {}\n", command.program, path, error);
    sources.push_back(std::make_shared<const base::SourceFile>(
        path == "-" ? "standard input" : path, std::move(text)));
  }
  if (!unread.empty()) return {std::nullopt, unread, ""};
  return load_sources(sources, catalogue_of(plugins), command.delta_s,
                      command.dump);
}

}  // namespace balance
