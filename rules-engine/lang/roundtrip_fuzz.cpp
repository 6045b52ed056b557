// libFuzzer's target: what is read and written again means the same, and what
// has no errors can be compiled. Also linked with replay.cpp.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "check/check.h"
#include "compile/compile.h"
#include "lang/dump_ast.h"
#include "lang/parse.h"
#include "lang/print.h"
#include "plugins/migrate/clauses.h"
#include "program/dump.h"

namespace {

namespace check = balance::check;
namespace lang = balance::lang;

std::vector<check::ActionSpec> catalogue() {
  check::ActionSpec migrate{"migrate", check::Scope::host, {}};
  for (const pmb_clause& one : balance::migrate_clauses())
    migrate.clauses.push_back(
        {one.word, static_cast<check::OperandKind>(one.operand), one.sides,
         one.required != 0, one.repeatable != 0,
         one.parent != nullptr ? one.parent : ""});
  return {migrate};
}

/// A text that was read, checked and, if it is valid, compiled.
struct Read {
  explicit Read(std::string text)
      : source(std::make_shared<const base::SourceFile>("f", std::move(text))) {
    files.push_back(lang::parse(source, diagnostics));
    syntax_errors = diagnostics.has_errors();
    static const std::vector<check::ActionSpec> actions = catalogue();
    check::Checked checked =
        check::check(files, actions, check::Options{}, diagnostics);
    if (!diagnostics.has_errors())
      program = balance::dump(balance::compile(checked));
    static_cast<void>(diagnostics.text());
  }

  /// Of each diagnostic the code, in the order found.
  std::string codes() const {
    std::string out;
    for (const base::Diagnostic& one : diagnostics.all()) out += one.code + ' ';
    return out;
  }

  /// The tree without its places, which differ: all `f:1:2` are dropped, also
  /// from names.
  std::string tree() const {
    const std::string all = lang::dump_ast(files.front());
    const auto number = [&all](std::size_t& at) {
      const std::size_t from = at;
      while (at < all.size() && all[at] >= '0' && all[at] <= '9') ++at;
      return at > from;
    };
    std::string out;
    for (std::size_t at = 0; at < all.size(); ++at) {
      std::size_t end = at + 2;
      if (all.compare(at, 2, "f:") == 0 && number(end) && all[end++] == ':' &&
          number(end))
        at = end - 1;
      else
        out += all[at];
    }
    return out;
  }

  std::shared_ptr<const base::SourceFile> source;
  base::Diagnostics diagnostics;
  std::vector<lang::File> files;
  bool syntax_errors = false;
  std::string program;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const Read first(std::string(data, data + size));
  // What has syntax errors is left out, and with it what it defined.
  if (first.syntax_errors) return 0;
  const Read second(lang::print(first.files.front()));
  if (second.tree() != first.tree() || second.codes() != first.codes())
    std::abort();
  return 0;
}
