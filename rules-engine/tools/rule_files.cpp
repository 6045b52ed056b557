#include "tools/rule_files.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include <fmt/format.h>
#include <pcp/pmapi.h>

#include "check/check.h"
#include "check/dump_types.h"
#include "compile/compile.h"
#include "lang/dump_ast.h"
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

base::Result<std::string> read(std::istream& in) {
  errno = 0;
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (in.bad() || errno != 0) return base::fail(errno, std::strerror(errno));
  if (text.size() > base::kMaxSource)
    return base::fail(EFBIG,
                      fmt::format("more than {} bytes", base::kMaxSource));
  return text;
}

base::Result<std::string> read_path(const std::string& path) {
  if (path == "-") return read(std::cin);
  errno = 0;
  std::ifstream in(path);
  if (!in) return base::fail(errno, std::strerror(errno));
  return read(in);
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

std::string find_rule_file(const std::string& name) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (name == "-" || fs::exists(name, error) || fs::path(name).is_absolute())
    return name;
  const fs::path own = fs::path(pmGetConfig("PCP_SYSCONF_DIR")) / "pmbalance";
  const fs::path pmie = fs::path(pmGetConfig("PCP_VAR_DIR")) / "config/pmie";
  for (const fs::path& folder : {own, pmie})
    if (fs::exists(folder / name, error)) return folder / name;
  return name;
}

base::Result<std::shared_ptr<const base::SourceFile>> read_rule_file(
    const std::string& path) {
  auto text = read_path(path);
  if (!text)
    return base::fail(text.error().code, fmt::format("cannot read {}: {}", path,
                                                     text.error().text));
  return std::make_shared<const base::SourceFile>(
      path == "-" ? kStandardInput : path, std::move(*text));
}

LoadedRules load_sources(const Sources& sources, check::Catalogue catalogue,
                         const LoadOptions& options) {
  LoadedRules out;
  base::Diagnostics diagnostics;
  if (options.strict) diagnostics.warnings_are_errors();
  if (!options.style) diagnostics.leave_style_out();
  lang::Names names;
  std::vector<lang::File> files;
  for (const auto& source : sources)
    files.push_back(lang::parse(source, names, diagnostics));
  if (options.dump == "ast")
    for (const lang::File& file : files) out.dump += lang::dump_ast(file);
  if (options.dump == "print")
    for (const lang::File& file : files) out.dump += lang::print(file);
  check::Checked checked =
      check::check(files, catalogue, options.check, diagnostics);
  if (options.agent)
    out.metrics = agent_metrics(checked, local_metric_ids, diagnostics);
  out.messages = options.json ? diagnostics.json() : diagnostics.text();
  if (diagnostics.has_errors()) {
    out.wrong = check::wrong_statements(checked, diagnostics);
    return out;
  }
  if (options.dump == "types") out.dump = check::dump_types(checked);
  if (options.listing) out.listing = list_rules(checked);
  out.program = compile(checked);
  if (options.dump == "program") out.dump = dump(*out.program);
  return out;
}

}  // namespace balance
