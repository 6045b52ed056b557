#include "check/names.h"

#include <algorithm>

#include <fmt/format.h>

#include "check/deltas.h"
#include "check/nearest.h"
#include "check/walk.h"

namespace balance::check {
namespace {

constexpr std::size_t kMaxNames = 200;  ///< that use names, one below another
/// Of nested nodes, names opened: what walks the opened tree may recurse.
constexpr std::size_t kMaxOpened = 10 * lang::kMaxDepth;

/// How deep it is to open a name.
struct Depth {
  std::size_t names = 0;
  std::size_t nodes = 0;
  bool refused = false;  ///< too deep below: said there
};

Definition definition_of(const lang::File& file,
                         const lang::Statement& statement) {
  Definition out;
  out.span = statement.name->span;
  const auto* body = std::get_if<lang::ExpressionBody>(&statement.body);
  if (body == nullptr) {
    out.kind = Definition::Kind::rule;
    return out;
  }
  out.expression = body->expression;
  const lang::Expression& expression = file.at(body->expression);
  out.constant = expression.constant;
  const bool text = std::holds_alternative<lang::String>(expression.node);
  out.kind = text ? Definition::Kind::macro : Definition::Kind::value;
  return out;
}

bool is_constant(const lang::File& file, const lang::Statement& statement) {
  const auto* body = std::get_if<lang::ExpressionBody>(&statement.body);
  return body != nullptr && file.at(body->expression).constant;
}

class Resolver {
 public:
  Resolver(Checked& checked, base::Diagnostics& diagnostics)
      : checked_(checked),
        diagnostics_(diagnostics),
        incomplete_(diagnostics.has_errors()) {}

  void run() {
    find_places();
    for (file_ = 0; file_ < checked_.files.size(); ++file_) {
      CheckedFile& file = checked_.files[file_];
      file.names.assign(file.file->expressions.size(), nullptr);
      const auto& statements = file.file->statements;
      for (std::size_t i = 0; i < statements.size(); ++i) {
        below_ = {};
        uses(file, statements[i]);
        file.defines.push_back(define(*file.file, i));
        file.labels.push_back(label(*file.file, statements[i]));
      }
    }
    for (const auto& [name, meaning] : meanings_) {
      checked_.names.emplace(name, meaning.in_use());
    }
  }

 private:
  /// The last constant, and the first of what is no constant.
  struct Meaning {
    const Definition* constant = nullptr;
    const Definition* other = nullptr;
    const Definition* in_use() const {
      return constant != nullptr ? constant : other;
    }
  };

  /// First definitions of all names, for "it is at line 12".
  void find_places() {
    for (const CheckedFile& file : checked_.files) {
      for (const lang::Statement& statement : file.file->statements) {
        if (!statement.name) continue;
        places_.emplace(statement.name->text, statement.name->span);
        known_.push_back(statement.name->text);
      }
    }
  }

  void uses(CheckedFile& file, const lang::Statement& statement) {
    for_each_root(*file.file, statement, [&](lang::ExprId root) {
      for_each_below(*file.file, root, [&](lang::ExprId id) { use(file, id); });
    });
  }

  void use(CheckedFile& file, lang::ExprId id) {
    const lang::Expression& expression = file.file->at(id);
    const auto* variable = std::get_if<lang::Variable>(&expression.node);
    if (variable == nullptr) return;
    const std::string& name = variable->name;
    const auto meaning = meanings_.find(name);
    const Definition* found =
        meaning == meanings_.end() ? nullptr : meaning->second.in_use();
    const bool constant = found != nullptr && found->constant;
    if (!constant && is_time_variable(name)) return;
    if (found == nullptr) {
      undefined(name, expression.span);
    } else if (found->kind == Definition::Kind::rule) {
      diagnostics_.error(
          "C15", expression.span,
          fmt::format("`{}` is a rule; name its condition and use that name",
                      name),
          {{found->span, "the rule"}});
    } else if (open(*found, name, expression.span)) {
      file.names[id] = found;
    }
  }

  /// Whether it is not too deep.
  bool open(const Definition& definition, const std::string& name,
            const lang::Span& span) {
    const Depth& depth = depths_[&definition];
    const bool names = depth.names > kMaxNames;
    if (!depth.refused && (names || depth.nodes > kMaxOpened)) {
      diagnostics_.error(
          "C22", span,
          fmt::format("what `${}` stands for is nested deeper than {}{}", name,
                      names ? kMaxNames : kMaxOpened, names ? " names" : ""));
    } else if (!depth.refused) {
      below_.names = std::max(below_.names, depth.names);
      below_.nodes = std::max(below_.nodes, depth.nodes);
      return true;
    }
    below_.refused = true;
    return false;
  }

  void undefined(const std::string& name, const lang::Span& span) {
    const auto later = places_.find(name);
    if (later == places_.end()) {
      if (incomplete_) return;
      diagnostics_.error("C14", span,
                         fmt::format("`${}` is not defined above this line{}",
                                     name, did_you_mean(name, known_)));
      return;
    }
    const base::Place place = later->second.file->place(later->second.begin);
    diagnostics_.error(
        "C14", span,
        fmt::format("`${}` is not defined above this line (it is at line {}: "
                    "move it up)",
                    name, place.line));
  }

  /// Null if the statement defines nothing.
  const Definition* define(const lang::File& file, std::size_t at) {
    const lang::Statement& statement = file.statements[at];
    if (!statement.name || sets_delta(statement)) return nullptr;
    Definition& definition =
        checked_.definitions.emplace_back(definition_of(file, statement));
    definition.file = file_;
    definition.statement = at;
    if (definition.kind != Definition::Kind::rule) {
      below_.nodes += file.at(definition.expression).depth;
    }
    ++below_.names;
    depths_[&definition] = below_;
    Meaning& meaning = meanings_[statement.name->text];
    warn_of_both(statement.name->text, definition, meaning);
    if (definition.constant) {
      meaning.constant = &definition;
    } else if (meaning.other == nullptr) {
      meaning.other = &definition;
    }
    return &definition;
  }

  void warn_of_both(const std::string& name, const Definition& added,
                    const Meaning& meaning) {
    if (added.kind == Definition::Kind::rule) return;
    const Definition* before =
        added.constant ? meaning.other : meaning.constant;
    if (before == nullptr || before->kind == Definition::Kind::rule) return;
    diagnostics_.warning(
        "W09", added.span,
        fmt::format("`{0}` is the name of a constant and of an expression: "
                    "from here on `${0}` is the constant",
                    name),
        {{before->span, "the other"}});
  }

  /// Each name is shown once.
  std::string label(const lang::File& file, const lang::Statement& statement) {
    const std::string name = statement.name
                                 ? statement.name->text
                                 : fmt::format("expr_{}", ++unnamed_);
    if (sets_delta(statement) || is_constant(file, statement)) return "";
    const lang::Span& span =
        statement.name ? statement.name->span : statement.span;
    const auto [first, added] = labels_.emplace(name, span);
    if (!added) {
      diagnostics_.error("C25", span,
                         fmt::format("`{}` is defined twice", name),
                         {{first->second, "first defined here"}});
    }
    return name;
  }

  Checked& checked_;
  base::Diagnostics& diagnostics_;
  /// Statements with syntax errors are missing; they may define anything.
  bool incomplete_;
  std::size_t file_ = 0;
  Depth below_;  ///< the deepest name of the statement
  std::map<const Definition*, Depth> depths_;
  std::map<std::string, Meaning, std::less<>> meanings_;  ///< here
  std::map<std::string, lang::Span> labels_;
  std::size_t unnamed_ = 0;
  std::map<std::string, lang::Span> places_;
  std::vector<std::string> known_;
};

}  // namespace

void resolve_names(Checked& checked, base::Diagnostics& diagnostics) {
  Resolver(checked, diagnostics).run();
}

}  // namespace balance::check
