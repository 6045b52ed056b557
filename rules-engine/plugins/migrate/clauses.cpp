#include "plugins/migrate/clauses.h"

namespace balance {
namespace {

constexpr unsigned kCandidate = PMB_BARE | PMB_MY;
constexpr unsigned kPair = PMB_MY | PMB_TARGET;
constexpr unsigned kAnySide = PMB_BARE | PMB_MY | PMB_TARGET;

constexpr pmb_clause kClauses[] = {
    // word, operand, sides, required, repeatable, parent
    {"pick", PMB_NUMBER, PMB_BARE, 0, 0, nullptr},
    {"by", PMB_COLUMN, kAnySide, 1, 0, "pick"},
    {"from", PMB_HOSTS, 0, 0, 0, "pick"},
    {"skip", PMB_NUMBER, PMB_BARE, 0, 0, "pick"},
    {"where", PMB_BOOLEAN, kCandidate, 0, 1, "pick"},
    {"to", PMB_PLACE, kPair, 1, 0, nullptr},
    {"among", PMB_HOSTS, 0, 0, 0, "to"},
    {"within", PMB_NUMBER, 0, 0, 0, "to"},
    {"where", PMB_BOOLEAN, kPair, 0, 1, "to"},
    {"retry", PMB_TIME, 0, 0, 0, nullptr},
    {"shift", PMB_METRIC, 0, 0, 1, nullptr},
    {"by", PMB_COLUMN, kAnySide, 1, 0, "shift"},
    {"cooldown", PMB_TIME, 0, 0, 0, nullptr},
    {"limit", PMB_RATE, 0, 0, 1, nullptr},
    {"per", PMB_TIME, 0, 0, 0, "limit"},
    {"each", PMB_WORD, 0, 0, 0, "limit"},
    {"inflight", PMB_NUMBER, 0, 0, 1, nullptr},
    {"each", PMB_WORD, 0, 0, 0, "inflight"},
};

constexpr pmb_need kNeeds[] = {
    {PMB_NEED_JOB, "mosix.proc.job"},     {PMB_NEED_HOME, "mosix.proc.home"},
    {PMB_NEED_WHERE, "mosix.proc.where"}, {PMB_NEED_USER, "mosix.proc.uid"},
    {PMB_NEED_NODE, "mosix.self.id"},     {PMB_NEED_ROW, "mosix.node.id"},
    {PMB_NEED_MOVES, "mosix.proc.nmigs"},
};

}  // namespace

std::span<const pmb_clause> migrate_clauses() {
  return kClauses;
}
std::span<const pmb_need> migrate_needs() {
  return kNeeds;
}

}  // namespace balance
