#include "check/check.h"

#include <algorithm>
#include <set>

#include "check/advice.h"
#include "check/clause_metrics.h"
#include "check/deltas.h"
#include "check/dimensions.h"
#include "check/facts.h"
#include "check/lookup.h"
#include "check/names.h"
#include "check/rules.h"
#include "check/walk.h"

namespace balance::check {
namespace {

/// What has a value only in clauses is not shown by itself.
void hide_templates(Checked& checked) {
  for (CheckedFile& file : checked.files) {
    const auto& statements = file.file->statements;
    for (std::size_t i = 0; i < statements.size(); ++i) {
      const auto* body = std::get_if<lang::ExpressionBody>(&statements[i].body);
      if (body != nullptr && file.facts_of(body->expression).sided()) {
        file.labels[i].clear();
      }
    }
  }
}

/// A statement is about what exists nowhere if a part of it is, or a name that
/// it uses.
void hide_absent(Checked& checked) {
  std::set<const Definition*> gone;
  for (CheckedFile& file : checked.files) {
    const auto& statements = file.file->statements;
    for (std::size_t i = 0; i < statements.size(); ++i) {
      bool absent = false;
      for_each_root(*file.file, statements[i], [&](lang::ExprId root) {
        for_each_below(*file.file, root, [&](lang::ExprId id) {
          absent = absent || file.absent[id] || gone.contains(file.names[id]);
        });
      });
      if (!absent) continue;
      file.labels[i].clear();
      if (file.defines[i] != nullptr) gone.insert(file.defines[i]);
    }
  }
}

}  // namespace

Checked check(std::span<const lang::File> files, Catalogue catalogue,
              const Options& options, base::Diagnostics& diagnostics) {
  Checked checked;
  for (const std::string& host : options.hosts) checked.intern(host);
  check_words(catalogue, diagnostics);
  for (const lang::File& file : files) {
    checked.files.emplace_back().file = &file;
  }
  resolve_names(checked, diagnostics);
  look_up_metrics(checked, catalogue, options, diagnostics);
  find_facts(checked, diagnostics);
  hide_templates(checked);
  if (options.drop_absent) hide_absent(checked);
  find_dimensions(checked, options.units_are_errors, diagnostics);
  find_deltas(checked, options.delta_s, diagnostics);
  check_rules(checked, catalogue, diagnostics);
  check_clause_metrics(checked, diagnostics);
  give_advice(checked, diagnostics);
  return checked;
}

std::set<std::string> wrong_statements(const Checked& checked,
                                       const base::Diagnostics& diagnostics) {
  std::set<const Definition*> wrong_names;
  std::set<std::string> out;
  const auto has_error = [&](const lang::Span& statement) {
    const auto& all = diagnostics.all();
    return std::any_of(all.begin(), all.end(), [&](const auto& one) {
      return one.severity == base::Diagnostic::Severity::error &&
             one.span.file == statement.file &&
             one.span.begin >= statement.begin &&
             one.span.begin < statement.end;
    });
  };
  for (const CheckedFile& file : checked.files) {
    const auto& statements = file.file->statements;
    for (std::size_t i = 0; i < statements.size(); ++i) {
      bool wrong = has_error(statements[i].span);
      for_each_root(*file.file, statements[i], [&](lang::ExprId root) {
        for_each_below(*file.file, root, [&](lang::ExprId id) {
          wrong = wrong || wrong_names.contains(file.names[id]);
        });
      });
      if (!wrong) continue;
      if (file.defines[i] != nullptr) wrong_names.insert(file.defines[i]);
      if (!file.labels[i].empty()) out.insert(file.labels[i]);
    }
  }
  return out;
}

}  // namespace balance::check
