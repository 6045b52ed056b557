// What the tests of check share.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/diagnostic.h"
#include "check/check.h"
#include "lang/parse.h"
#include "plugins/migrate/clauses.h"

namespace balance::check {

/// `migrate` as it comes with us, and two made-up actions: `tell` takes the
/// operands that `migrate` does not, `gather` runs once for all nodes.
inline std::vector<ActionSpec> test_catalogue() {
  ActionSpec migrate{"migrate", Scope::host, {}};
  for (const pmb_clause& one : migrate_clauses()) {
    migrate.clauses.push_back({one.word, static_cast<OperandKind>(one.operand),
                               one.sides, one.required != 0,
                               one.repeatable != 0,
                               one.parent != nullptr ? one.parent : ""});
  }
  return {migrate,
          {"tell",
           Scope::host,
           {{"slack", OperandKind::number, 0, false, false, ""},
            {"note", OperandKind::text, 0, false, false, ""},
            {"edges", OperandKind::metric, 0, false, false, ""}}},
          {"gather",
           Scope::cluster,
           {{"slack", OperandKind::number, 0, true, false, ""}}}};
}

/// Texts that were read and checked as one set of rules, in files a, b, …
class CheckedTexts {
 public:
  explicit CheckedTexts(const std::vector<std::string>& texts,
                        const Options& options = {},
                        std::vector<ActionSpec> catalogue = test_catalogue())
      : catalogue_(std::move(catalogue)) {
    lang::Names names;
    char file = 'a';
    for (const std::string& text : texts) {
      auto source = std::make_shared<const base::SourceFile>(
          std::string(1, file++), text);
      files_.push_back(lang::parse(source, names, diagnostics_));
    }
    checked_ = check(files_, catalogue_, options, diagnostics_);
  }

  const Checked& operator*() const { return checked_; }
  const Checked* operator->() const { return &checked_; }
  const base::Diagnostics& diagnostics() const { return diagnostics_; }

  /// "LINE:COLUMN CODE" of each by place, with ", " between; "b:" before those
  /// of the second file. Without a place only the code.
  std::string codes() const {
    std::string out;
    for (const base::Diagnostic& one : diagnostics_.sorted()) {
      if (!out.empty()) out += ", ";
      std::string place = base::place_text(one.span);
      if (place.rfind("a:", 0) == 0) place.erase(0, 2);
      out += place.empty() ? one.code : place + ' ' + one.code;
    }
    return out;
  }

  /// What was named, and what the text tells about it.
  const Facts& facts_of(const std::string& name) const {
    const Definition& one = *checked_.names.at(name);
    return checked_.file_of(one).facts_of(one.expression);
  }

 private:
  std::vector<ActionSpec> catalogue_;
  base::Diagnostics diagnostics_;
  std::vector<lang::File> files_;
  Checked checked_;
};

/// A set of rules, and what is said about it.
struct Refused {
  const char* name;
  std::vector<std::string> texts;
  const char* codes;    ///< see CheckedTexts::codes()
  const char* message;  ///< a part of what is said
};

inline void expect_refused(const Refused& row) {
  SCOPED_TRACE(row.name);
  const CheckedTexts read(row.texts);
  const std::string text = read.diagnostics().text();
  EXPECT_EQ(read.codes(), row.codes) << text;
  EXPECT_NE(text.find(row.message), std::string::npos) << text;
  // The word before the first blank of a name is its code.
  const std::string name = row.name;
  const std::string code = name.substr(0, name.find(' '));
  const bool is_warning = text.find(": error: ") == std::string::npos;
  EXPECT_EQ(is_warning, code.front() == 'W') << text;
}

}  // namespace balance::check
