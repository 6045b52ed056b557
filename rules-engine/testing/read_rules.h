// A text of rules, read and checked, for tests.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "check/check.h"
#include "lang/parse.h"

namespace balance::testing {

class ReadRules {
 public:
  /// Without plugin actions.
  explicit ReadRules(const std::string& text, double delta_s)
      : source_(std::make_shared<const base::SourceFile>("rules", text)) {
    lang::Names names;
    files_.push_back(lang::parse(source_, names, diagnostics_));
    check::Options options;
    options.delta_s = delta_s;
    if (!diagnostics_.has_errors())
      checked_ = check::check(files_, {}, options, diagnostics_);
  }
  ReadRules(const ReadRules&) = delete;
  ReadRules& operator=(const ReadRules&) = delete;

  const base::Diagnostics& diagnostics() const { return diagnostics_; }
  bool valid() const { return !diagnostics_.has_errors(); }
  check::Checked& checked() { return checked_; }

 private:
  std::shared_ptr<const base::SourceFile> source_;
  base::Diagnostics diagnostics_;
  std::vector<lang::File> files_;
  check::Checked checked_;
};

}  // namespace balance::testing
