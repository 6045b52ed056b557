#include "record/compare.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "record/archive_reading.h"

namespace balance {
namespace {

/// Times are recorded in microseconds, and given to a replay as text.
constexpr double kSameTime_s = 1e-3;
constexpr const char* kAbsent = "-";

/// By what it is about, "truth RULE".
using Facts = std::map<std::string, std::string>;

struct Tick {
  double time_s = 0;
  Facts facts;
};

/// Turns records, one after another, into facts.
class FactsOf {
 public:
  Facts take(const ArchiveReading::Record& record) {
    record_ = &record;
    out_.clear();
    for (const auto& [rule, value] : values("rule.truth"))
      out_["truth " + rule] = value;
    firings();
    decisions();
    return out_;
  }

 private:
  const ArchiveReading::Values& values(const std::string& metric) const {
    static const ArchiveReading::Values none;
    const auto found = record_->find("pmbalance." + metric);
    return found == record_->end() ? none : found->second;
  }
  /// Since the record before.
  void firings() {
    for (const auto& [rule, value] : values("rule.firings")) {
      const double total = std::stod(value);
      out_["firings " + rule] = fmt::format("{}", total - fired_[rule]);
      fired_[rule] = total;
    }
  }
  /// Several that are alike count.
  void decisions() {
    std::map<std::string, int> count;
    for (const auto& [move, rule] : values("decision.rule"))
      ++count[fmt::format("decision {}: {} {} {} -> {}", rule,
                          values("decision.action").at(move),
                          values("decision.job").at(move),
                          values("decision.source").at(move),
                          values("decision.destination").at(move))];
    for (const auto& [decision, n] : count) out_[decision] = std::to_string(n);
  }

  const ArchiveReading::Record* record_ = nullptr;
  std::map<std::string, double> fired_;
  Facts out_;
};

base::Result<std::vector<Tick>> ticks_of(const std::string& name) {
  const ArchiveReading archive(name);
  if (!archive.is_open())
    return base::fail(0,
                      fmt::format("archive {}: {}", name, archive.why_not()));
  std::vector<Tick> out;
  FactsOf facts;
  for (const auto& [time_s, record] : archive.records())
    if (record.contains("pmbalance.engine.ticks"))
      out.push_back({time_s, facts.take(record)});
  if (out.empty())
    return base::fail(0, fmt::format("archive {}: it has no ticks", name));
  return out;
}

void compare_facts(double time_s, const Facts& first, const Facts& second,
                   std::vector<Difference>& out) {
  std::set<std::string> names;
  for (const Facts* facts : {&first, &second})
    for (const auto& [name, value] : *facts) names.insert(name);
  const auto text = [](const Facts& facts, const std::string& name) {
    const auto found = facts.find(name);
    return found == facts.end() ? kAbsent : found->second;
  };
  for (const std::string& name : names)
    if (text(first, name) != text(second, name))
      out.push_back({time_s, name, text(first, name), text(second, name)});
}

/// The ticks of both, one after another.
Comparison compare_ticks(const std::vector<Tick>& first,
                         const std::vector<Tick>& second) {
  constexpr double kNever = std::numeric_limits<double>::infinity();
  Comparison out;
  for (auto i = first.begin(), k = second.begin();
       i != first.end() || k != second.end();) {
    const double left_s = i == first.end() ? kNever : i->time_s;
    const double right_s = k == second.end() ? kNever : k->time_s;
    if (std::abs(left_s - right_s) <= kSameTime_s) {
      ++out.ticks;
      compare_facts(left_s, i++->facts, k++->facts, out.differences);
    } else if (left_s < right_s) {
      out.differences.push_back({i++->time_s, "tick", "made", kAbsent});
    } else {
      out.differences.push_back({k++->time_s, "tick", kAbsent, "made"});
    }
  }
  return out;
}

void keep_between(double begin_s, double end_s, std::vector<Tick>& ticks) {
  std::erase_if(ticks, [&](const Tick& tick) {
    return tick.time_s < begin_s - kSameTime_s ||
           tick.time_s > end_s + kSameTime_s;
  });
}

}  // namespace

base::Result<Comparison> compare(const std::string& first,
                                 const std::string& second) {
  auto a = ticks_of(first);
  if (!a) return tl::make_unexpected(a.error());
  auto b = ticks_of(second);
  if (!b) return tl::make_unexpected(b.error());
  const double begin_s = std::max(a->front().time_s, b->front().time_s);
  const double end_s = std::min(a->back().time_s, b->back().time_s);
  keep_between(begin_s, end_s, *a);
  keep_between(begin_s, end_s, *b);
  return compare_ticks(*a, *b);
}

}  // namespace balance
