#include "mosixd/leases.h"

#include <algorithm>
#include <cctype>
#include <tuple>

#include <fmt/format.h>

namespace mosix {
namespace {

using base::fail;
using base::Result;

/// It is shown to people, and sent to all nodes.
bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= Leases::kMaxName &&
         std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return std::iscntrl(c) != 0; });
}

/// Of two engines that both have it (nodes that could not hear each other) the
/// one that has had it for longer keeps it.
bool is_older(const Lease& a, const Lease& b) {
  return std::tie(a.since_s, a.node) < std::tie(b.since_s, b.node);
}

base::Error taken(const Lease& by) {
  return {EBUSY,
          fmt::format("{} acts on {} since {}; this one takes over {} seconds "
                      "after that one has ended",
                      engine_text(by), by.rules, since_text(by),
                      Leases::kLapse_ms / 1000)};
}

}  // namespace

Result<void> Leases::ask(const Lease& wanted, const std::string& off,
                         std::int64_t now_ms) {
  if (!is_name(wanted.rules) || !is_name(wanted.engine))
    return fail(EINVAL, fmt::format("the name of a set of rules has 1 to {} "
                                    "bytes, and no control characters",
                                    kMaxName));
  forget(now_ms);
  const Key key{wanted.uid, wanted.rules};
  const Lease* other = elsewhere(key);
  const auto found = own_.find(key);
  if (found == own_.end()) {
    if (!off.empty()) return fail(ECANCELED, off);
    if (other != nullptr) return tl::make_unexpected(taken(*other));
    if (!has_room(wanted.uid))
      return fail(ENOSPC, fmt::format("engines act on {} sets of rules here, "
                                      "and more there may not be",
                                      kMost));
    own_[key] = {wanted, now_ms};
    return answer(off, now_ms);
  }
  Held& held = found->second;
  if (held.lease.engine != wanted.engine)
    return tl::make_unexpected(taken(held.lease));
  if (other != nullptr && is_older(*other, held.lease)) {
    const base::Error error = taken(*other);
    own_.erase(found);
    return tl::make_unexpected(error);
  }
  held.renewed_ms = now_ms;
  return answer(off, now_ms);
}

Result<void> Leases::answer(const std::string& off, std::int64_t now_ms) const {
  if (!off.empty()) return fail(ECANCELED, off);
  if (!listens(now_ms)) return {};
  return fail(EAGAIN,
              "mosixd has just started, and listens for a moment whether "
              "another engine acts on these rules");
}

bool Leases::has_room(long owner) const {
  const auto number = std::count_if(
      own_.begin(), own_.end(),
      [owner](const auto& held) { return held.first.first == owner; });
  return static_cast<std::size_t>(number) < kMost;
}

void Leases::heard(int node, std::vector<Lease> leases, std::int64_t now_ms) {
  std::erase_if(leases, [&](const Lease& one) { return one.node != node; });
  others_[node] = {std::move(leases), now_ms};
}

std::vector<Lease> Leases::own(std::int64_t now_ms) {
  forget(now_ms);
  std::vector<Lease> out;
  for (const auto& [key, held] : own_) out.push_back(held.lease);
  return out;
}

std::vector<Lease> Leases::all(std::int64_t now_ms) {
  std::map<Key, Lease> oldest;
  const auto add = [&oldest](const Lease& lease) {
    const auto [at, fresh] = oldest.emplace(Key{lease.uid, lease.rules}, lease);
    if (!fresh && is_older(lease, at->second)) at->second = lease;
  };
  for (const Lease& lease : own(now_ms)) add(lease);
  for (const auto& [node, hearsay] : others_)
    for (const Lease& lease : hearsay.leases) add(lease);
  std::vector<Lease> out;
  for (auto& [key, lease] : oldest) out.push_back(std::move(lease));
  return out;
}

void Leases::forget(std::int64_t now_ms) {
  std::erase_if(own_, [&](const auto& held) {
    return now_ms - held.second.renewed_ms > kLapse_ms;
  });
  std::erase_if(others_, [&](const auto& hearsay) {
    return now_ms - hearsay.second.heard_ms > kHearsay_ms;
  });
}

/// The oldest that another node tells of.
const Lease* Leases::elsewhere(const Key& key) const {
  const Lease* oldest = nullptr;
  for (const auto& [node, hearsay] : others_)
    for (const Lease& lease : hearsay.leases)
      if (Key{lease.uid, lease.rules} == key &&
          (oldest == nullptr || is_older(lease, *oldest)))
        oldest = &lease;
  return oldest;
}

}  // namespace mosix
