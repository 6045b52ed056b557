// An expression, with the file that it stands in.
#pragma once

#include <optional>
#include <string>

#include "check/checked.h"
#include "program/program.h"

namespace balance {

struct Node {
  const check::CheckedFile* file = nullptr;
  lang::ExprId id = 0;

  const lang::Expression& expression() const { return file->file->at(id); }
  const check::Facts& facts() const { return file->facts_of(id); }
  Node at(lang::ExprId other) const { return {file, other}; }
  /// What a Variable stands for; nothing for pmie's time variables.
  std::optional<Node> meaning(const check::Checked& checked) const {
    const check::Definition* name = file->names[id];
    if (name == nullptr) return std::nullopt;
    return Node{&checked.file_of(*name), name->expression};
  }
  std::string text() const { return check::one_line(expression().span); }

  auto operator<=>(const Node&) const = default;
};

inline Origin origin_of(const lang::Span& span) {
  return {base::place_text(span), check::one_line(span)};
}

inline Type type_of(const check::Facts& facts) {
  switch (facts.type.value_or(lang::Kind::number)) {
    case lang::Kind::number:
      return Type::number;
    case lang::Kind::truth:
      return Type::truth;
    case lang::Kind::text:
      return Type::text;
  }
  return Type::number;
}

}  // namespace balance
