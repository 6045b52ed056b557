#include "action/plugin_table.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "lang/words.h"

namespace balance {
namespace {

using base::Result;
using Clauses = std::span<const pmb_clause>;

template <class... Args>
auto refuse(fmt::format_string<Args...> format, Args&&... args) {
  return base::fail(EINVAL, fmt::format(format, std::forward<Args>(args)...));
}

/// A clause that the engine itself acts on, and what must follow it.
struct EngineClause {
  std::string_view parent, word;
  pmb_operand operand;
};
constexpr std::array kEngineClauses = {
    EngineClause{"", "pick", PMB_NUMBER},
    EngineClause{"pick", "by", PMB_COLUMN},
    EngineClause{"pick", "from", PMB_HOSTS},
    EngineClause{"pick", "skip", PMB_NUMBER},
    EngineClause{"pick", "where", PMB_BOOLEAN},
    EngineClause{"", "to", PMB_PLACE},
    EngineClause{"to", "among", PMB_HOSTS},
    EngineClause{"to", "within", PMB_NUMBER},
    EngineClause{"to", "where", PMB_BOOLEAN},
    EngineClause{"", "retry", PMB_TIME},
    EngineClause{"", "shift", PMB_METRIC},
    EngineClause{"shift", "by", PMB_COLUMN},
    EngineClause{"", "cooldown", PMB_TIME},
    EngineClause{"", "limit", PMB_RATE},
    EngineClause{"limit", "per", PMB_TIME},
    EngineClause{"limit", "each", PMB_WORD},
    EngineClause{"", "inflight", PMB_NUMBER},
    EngineClause{"inflight", "each", PMB_WORD},
};

/// In the order of pmb_operand.
constexpr std::array<std::string_view, PMB_STRING + 1> kOperandNames = {
    "PMB_NUMBER", "PMB_TIME",  "PMB_RATE",   "PMB_BOOLEAN", "PMB_COLUMN",
    "PMB_PLACE",  "PMB_HOSTS", "PMB_METRIC", "PMB_WORD",    "PMB_STRING"};

std::string_view text_of(const char* text) {
  return text == nullptr ? std::string_view() : std::string_view(text);
}

/// The number in an enumeration that a plugin filled in; it may be any.
template <class Enum>
unsigned number_of(const Enum& value) {
  static_assert(sizeof value == sizeof(unsigned));
  unsigned number = 0;
  std::memcpy(&number, &value, sizeof number);
  return number;
}

bool is_word(std::string_view word) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  return !word.empty() && letter(word.front()) &&
         std::all_of(word.begin(), word.end(), [&](char c) {
           return letter(c) || c == '_' || (c >= '0' && c <= '9');
         });
}

Result<void> check_word(const char* text) {
  const std::string_view word = text_of(text);
  if (!is_word(word)) return refuse("'{}' is no word", word);
  if (!lang::is_bare_name(word)) return refuse("'{}' is reserved", word);
  return {};
}

bool has(Clauses clauses, std::string_view word, std::string_view parent) {
  return std::any_of(
      clauses.begin(), clauses.end(), [&](const pmb_clause& one) {
        return text_of(one.word) == word && text_of(one.parent) == parent;
      });
}

Result<void> check_parent(Clauses clauses, const pmb_clause& clause) {
  const std::string_view parent = text_of(clause.parent);
  if (parent.empty()) return {};
  const std::string_view word = clause.word;
  if (parent == word) return refuse("'{}' belongs to itself", word);
  const bool there = std::any_of(
      clauses.begin(), clauses.end(),
      [&](const pmb_clause& one) { return text_of(one.word) == parent; });
  if (there) return {};
  return refuse("'{}' belongs to '{}', which it does not have", word, parent);
}

/// What the engine reads must be as it reads it; and what it does not read
/// below its own clauses nobody would see.
Result<void> check_engine_clause(const pmb_clause& clause) {
  const std::string_view word = clause.word;
  const std::string_view parent = text_of(clause.parent);
  bool parent_is_engines = false;
  for (const EngineClause& one : kEngineClauses) {
    if (one.parent == parent && one.word == word) {
      if (one.operand == clause.operand) return {};
      return refuse("'{}' must have {}, for the engine acts on it", word,
                    kOperandNames[one.operand]);
    }
    parent_is_engines =
        parent_is_engines || (one.parent.empty() && one.word == parent);
  }
  if (!parent_is_engines) return {};
  return refuse("the engine knows no '{}' below '{}'", word, parent);
}

Result<void> check_clause(Clauses clauses, const pmb_clause& clause) {
  if (const auto good = check_word(clause.word); !good) return good;
  const auto operand = number_of(clause.operand);
  if (operand >= kOperandNames.size())
    return refuse("'{}' has operand kind {}, which there is not", clause.word,
                  operand);
  constexpr unsigned kSides = PMB_BARE | PMB_MY | PMB_TARGET;
  if ((clause.sides & ~kSides) != 0)
    return refuse("'{}' has sides {:#x}, which there are not", clause.word,
                  clause.sides);
  if (const auto good = check_parent(clauses, clause); !good) return good;
  const auto same = [&](const pmb_clause& one) {
    return text_of(one.word) == clause.word &&
           text_of(one.parent) == text_of(clause.parent);
  };
  if (std::count_if(clauses.begin(), clauses.end(), same) > 1)
    return refuse("'{}' is there twice", clause.word);
  return check_engine_clause(clause);
}

Result<void> check_clauses(Clauses clauses) {
  if (clauses.data() == nullptr && !clauses.empty())
    return refuse("it has {} clauses, and no list of them", clauses.size());
  for (const pmb_clause& clause : clauses)
    if (const auto good = check_clause(clauses, clause); !good) return good;
  return {};
}

Result<void> check_needs(std::span<const pmb_need> needs) {
  if (needs.data() == nullptr && !needs.empty())
    return refuse("it has {} needs, and no list of them", needs.size());
  for (const pmb_need& need : needs) {
    if (number_of(need.what) > PMB_NEED_MOVES)
      return refuse("it needs a metric of kind {}, which there is not",
                    number_of(need.what));
    if (text_of(need.metric).empty())
      return refuse("it needs a metric that has no name");
    if (std::count_if(needs.begin(), needs.end(), [&](const pmb_need& one) {
          return number_of(one.what) == number_of(need.what);
        }) > 1)
      return refuse("it has two needs of one kind ({} is one)", need.metric);
  }
  return {};
}

/// The engine finds processes by `pick … by`.
Result<void> check_scope(const pmb_action& table, Clauses clauses) {
  if (number_of(table.scope) > PMB_SCOPE_CLUSTER)
    return refuse("its scope is {}, which there is not",
                  number_of(table.scope));
  if (table.scope == PMB_SCOPE_CLUSTER) return {};
  if (has(clauses, "pick", "") && has(clauses, "by", "pick")) return {};
  return refuse("without the clauses 'pick' and 'by' no process is found");
}

}  // namespace

Result<void> check_table(const pmb_action* table) {
  if (table == nullptr) return refuse("it answers nothing");
  if (table->version != PMB_VERSION)
    return refuse(
        "it is built for version {} of the interface, and this pmbalance has "
        "version {}",
        table->version, PMB_VERSION);
  if (table->open == nullptr || table->act == nullptr ||
      table->poll == nullptr || table->close == nullptr)
    return refuse("a function is missing");
  if (const auto good = check_word(table->word); !good) return good;
  const Clauses clauses(table->clauses, table->n_clauses);
  if (const auto good = check_clauses(clauses); !good) return good;
  if (const auto good = check_needs({table->needs, table->n_needs}); !good)
    return good;
  return check_scope(*table, clauses);
}

}  // namespace balance
