#include "pmapi/rosters.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace balance {
namespace {

/// An archive is asked for the names of so many new instances one by one; for
/// those of more, and for a live host's, the whole domain is listed.
constexpr std::size_t kFew = 4;

bool same(const Layout* layout, const pmValueSet& set) {
  const auto n = static_cast<std::size_t>(set.numval);
  if (layout == nullptr || layout->recorded.size() != n) return false;
  const int* recorded = layout->recorded.data();
  // Most often the oldest has gone or a new one has come.
  if (recorded[0] != set.vlist[0].inst ||
      recorded[n - 1] != set.vlist[n - 1].inst)
    return false;
  int differs = 0;
  for (std::size_t i = 0; i < n; ++i)
    differs |= recorded[i] ^ set.vlist[i].inst;
  return differs == 0;
}

/// Positions in `ids`, by ascending id; each id once.
std::vector<std::uint32_t> sorted(const std::vector<int>& ids) {
  std::vector<std::uint32_t> order(ids.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return ids[a] < ids[b]; });
  order.erase(std::unique(order.begin(), order.end(),
                          [&](auto a, auto b) { return ids[a] == ids[b]; }),
              order.end());
  return order;
}

/// Nobody could speak of them. They are those that were gone when the names
/// were asked for, and those of faulty agents.
void leave_out_nameless(Layout& layout, Roster& roster) {
  auto& names = roster.names;
  if (std::find(names.begin(), names.end(), "") == names.end()) return;
  if (layout.order.empty()) layout.order = sorted(layout.recorded);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) continue;
    if (kept != i) names[kept] = std::move(names[i]);
    roster.instances[kept] = roster.instances[i];
    layout.order[kept++] = layout.order[i];
  }
  names.resize(kept);
  roster.instances.resize(kept);
  layout.order.resize(kept);
}

}  // namespace

const std::shared_ptr<const Layout>& Rosters::single() {
  static const auto layout = std::make_shared<const Layout>(
      Layout{{kNoInstance}, {}, Roster::single()});
  return layout;
}

void Rosters::follow(pmInDom domain, const pmValueSet& set,
                     std::shared_ptr<const Layout>& layout) {
  if (same(layout.get(), set)) return;
  Domain& of = domains_[domain];
  if (!same(of.newest.get(), set))
    of.newest = make(domain, of.names, set, layout.get());
  layout = of.newest;
}

std::shared_ptr<const Layout> Rosters::make(pmInDom id, InstanceNames& known,
                                            const pmValueSet& set,
                                            const Layout* before) const {
  static const Roster kNobody;
  const auto n = static_cast<std::size_t>(set.numval);
  auto layout = std::make_shared<Layout>();
  layout->recorded.resize(n);
  for (std::size_t i = 0; i < n; ++i) layout->recorded[i] = set.vlist[i].inst;
  auto roster = std::make_shared<Roster>();
  if (std::adjacent_find(layout->recorded.begin(), layout->recorded.end(),
                         std::greater_equal<>()) == layout->recorded.end()) {
    roster->instances = layout->recorded;
  } else {
    layout->order = sorted(layout->recorded);
    for (const std::uint32_t i : layout->order)
      roster->instances.push_back(layout->recorded[i]);
  }
  roster->names = names(id, known, roster->instances,
                        before == nullptr ? kNobody : *before->roster);
  leave_out_nameless(*layout, *roster);
  layout->roster = std::move(roster);
  return layout;
}

/// Those that were there `before` keep their names, unless one that is new
/// makes it necessary to list all. "": it has none.
std::vector<std::string> Rosters::names(pmInDom id, InstanceNames& known,
                                        const std::vector<int>& instances,
                                        const Roster& before) const {
  const std::vector<int>& old = before.instances;
  std::vector<std::string> out;
  out.reserve(instances.size());
  std::vector<std::size_t> born;
  std::vector<int> unknown;
  std::size_t at = 0;
  for (std::size_t i = 0; i < instances.size(); ++i) {
    for (; at < old.size() && old[at] < instances[i]; ++at)
      known.forget(old[at]);
    if (at < old.size() && old[at] == instances[i]) {
      out.push_back(before.names[at++]);
      continue;
    }
    out.emplace_back();
    born.push_back(i);
    if (known.find(instances[i]) == nullptr) unknown.push_back(instances[i]);
  }
  for (; at < old.size(); ++at) known.forget(old[at]);

  const bool all =
      !unknown.empty() &&
      (kind_ == Kind::live || !known.listed() || unknown.size() > kFew);
  if (all && known.list(id)) {
    for (std::size_t i = 0; i < instances.size(); ++i)
      if (const char* name = known.find(instances[i])) out[i] = name;
  } else if (!all) {
    for (const int instance : unknown) known.ask(id, instance);
  }
  for (const std::size_t i : born)
    if (const char* name = known.find(instances[i])) out[i] = name;
  return out;
}

}  // namespace balance
