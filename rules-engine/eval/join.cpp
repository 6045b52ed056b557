#include "eval/join.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>

namespace balance {
namespace {

using Positions = std::vector<std::size_t>;

/// A bit that no instance domain has.
constexpr std::uint32_t kForeign = 1u << 31;

struct HostPair {
  HostId name, left, right;
};

bool contains(const std::vector<HostId>& hosts, HostId host) {
  return std::find(hosts.begin(), hosts.end(), host) != hosts.end();
}

bool disjoint(const std::vector<HostId>& a, const std::vector<HostId>& b) {
  return std::none_of(a.begin(), a.end(),
                      [&](HostId host) { return contains(b, host); });
}

std::vector<HostPair> pair_hosts(const std::vector<HostId>& a,
                                 const std::vector<HostId>& b) {
  std::vector<HostPair> pairs;
  if (b.size() == 1 || (a.size() == b.size() && disjoint(a, b))) {
    for (std::size_t i = 0; i < a.size(); ++i)
      pairs.push_back({a[i], a[i], b.size() == 1 ? b[0] : b[i]});
    return pairs;
  }
  if (a.size() == 1) {
    for (const HostId host : b) pairs.push_back({host, a[0], host});
    return pairs;
  }
  for (const HostId host : a)
    pairs.push_back({host, host, contains(b, host) ? host : kNoHost});
  for (const HostId host : b)
    if (!contains(a, host)) pairs.push_back({host, kNoHost, host});
  return pairs;
}

/// Positions of the first words of one operand's instances on one host; a word
/// that stands twice is ambiguous and has none.
class Words {
 public:
  Words(const Index& index, const Positions& positions) {
    for (const std::size_t i : positions) {
      const auto [at, added] = words_.emplace(first_word(index.names[i]), i);
      if (added) continue;
      at->second = kNoPartner;
      if (twice_.empty()) twice_ = at->first;
    }
  }

  /// The first that stands twice; "": none.
  std::string_view twice() const { return twice_; }

  /// The element with this word, or the coarser one that it continues.
  std::size_t find(std::string_view word) const {
    for (;;) {
      if (const auto at = words_.find(word); at != words_.end())
        return at->second;
      const std::size_t slash = word.rfind('/');
      if (slash == std::string_view::npos) return kNoPartner;
      word = word.substr(0, slash);
    }
  }

 private:
  std::unordered_map<std::string_view, std::size_t> words_;
  std::string_view twice_;
};

class Joiner {
 public:
  Joiner(const std::shared_ptr<const Index>& left,
         const std::shared_ptr<const Index>& right)
      : left_(*left),
        right_(*right),
        left_at_(by_host(left_)),
        right_at_(by_host(right_)) {
    made_->owners = {left, right};
    made_->starts = {0};
  }

  Join run() {
    for (const HostPair& pair : pair_hosts(left_.hosts, right_.hosts)) {
      host_ = pair.name;
      made_->hosts.push_back(host_);
      rows(left_at_[pair.left], right_at_[pair.right], pair.left == pair.right);
      made_->end_host();
    }
    made_->listed = left_.listed && right_.listed;
    out_.index = made_;
    return std::move(out_);
  }

 private:
  static std::map<HostId, Positions> by_host(const Index& index) {
    std::map<HostId, Positions> out;
    for (std::size_t i = 0; i < index.keys.size(); ++i)
      out[index.keys[i].host].push_back(i);
    return out;
  }

  static bool has_instances(const Index& index, const Positions& positions) {
    return std::any_of(positions.begin(), positions.end(), [&](std::size_t i) {
      return index.keys[i].has_instance();
    });
  }

  /// A row named after element `i` of `named`.
  void row(const Index& named, std::size_t i, std::size_t left,
           std::size_t right) {
    Key key = named.keys[i];
    // Instances of another host may have the numbers of our own.
    if (key.host != host_ && key.has_instance()) key.domain |= kForeign;
    key.host = host_;
    made_->keys.push_back(key);
    made_->names.push_back(named.names[i]);
    out_.left.push_back(left);
    out_.right.push_back(right);
  }

  void rows(const Positions& left, const Positions& right, bool same_host) {
    const bool left_fine = has_instances(left_, left);
    const bool right_fine = has_instances(right_, right);
    if (left_fine && right_fine) {
      instances(left, right, same_host);
    } else if (right_fine || left.empty()) {
      for (const std::size_t i : right)
        row(right_, i, left.empty() ? kNoPartner : left.front(), i);
    } else {
      for (const std::size_t i : left)
        row(left_, i, i, right.empty() ? kNoPartner : right.front());
    }
  }

  /// The instance domain of all elements; nothing if there are several, as
  /// after a join by words.
  static std::optional<std::uint32_t> domain_of(const Index& index,
                                                const Positions& positions) {
    const std::uint32_t domain = index.keys[positions.front()].domain;
    for (const std::size_t i : positions)
      if (index.keys[i].domain != domain) return std::nullopt;
    return domain;
  }

  void instances(const Positions& left, const Positions& right,
                 bool same_host) {
    const auto domain = domain_of(left_, left);
    if (same_host && domain && domain == domain_of(right_, right)) {
      by_number(left, right);
    } else if (left_.listed && right_.listed && left.size() == right.size()) {
      for (std::size_t i = 0; i < left.size(); ++i)
        row(left_, left[i], left[i], right[i]);
    } else {
      by_word(left, right);
    }
  }

  void by_number(const Positions& left, const Positions& right) {
    std::unordered_map<int, std::size_t> partner;
    for (const std::size_t i : right)
      partner.emplace(right_.keys[i].instance, i);
    std::vector<bool> met(right_.keys.size(), false);
    for (const std::size_t i : left) {
      const auto at = partner.find(left_.keys[i].instance);
      row(left_, i, i, at == partner.end() ? kNoPartner : at->second);
      if (at != partner.end()) met[at->second] = true;
    }
    for (const std::size_t i : right)
      if (!met[i]) row(right_, i, kNoPartner, i);
  }

  void note(std::string_view word) {
    if (!word.empty() && !out_.same_word)
      out_.same_word = SameWord{host_, std::string(word)};
  }

  /// Elements of the right that continue a word of the left name the rows they
  /// are in; else the left does.
  void by_word(const Positions& left, const Positions& right) {
    const Words left_words(left_, left);
    const Words right_words(right_, right);
    note(left_words.twice());
    note(right_words.twice());
    std::vector<bool> met(left_.keys.size(), false);
    std::vector<bool> right_met(right_.keys.size(), false);
    for (const std::size_t i : left) {
      const std::string_view word = first_word(left_.names[i]);
      const std::size_t j = right_words.find(word);
      if (j == kNoPartner) continue;
      row(left_, i, left_words.find(word) == i ? i : kNoPartner, j);
      met[i] = right_met[j] = true;
    }
    for (const std::size_t j : right) {
      if (right_met[j]) continue;
      const std::string_view word = first_word(right_.names[j]);
      const std::size_t i = left_words.find(word);
      row(right_, j, i, right_words.find(word) == j ? j : kNoPartner);
      if (i != kNoPartner) met[i] = true;
    }
    for (const std::size_t i : left)
      if (!met[i]) row(left_, i, i, kNoPartner);
  }

  const Index& left_;
  const Index& right_;
  std::map<HostId, Positions> left_at_, right_at_;
  HostId host_ = kNoHost;
  std::shared_ptr<Index> made_ = std::make_shared<Index>();
  Join out_;
};

Join broadcast(const std::shared_ptr<const Index>& left,
               const std::shared_ptr<const Index>& right) {
  Join out;
  out.index = left->single() ? right : left;
  const std::size_t n = out.index->keys.size();
  out.left_straight = !left->single() || n == 1;
  out.right_straight = !right->single() || n == 1;
  return out;
}

bool straight(const std::vector<std::size_t>& rows, const Index& index) {
  if (rows.size() != index.keys.size()) return false;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i] != i) return false;
  return true;
}

bool same_elements(const Index& a, const Index& b) {
  return &a == &b || (a.keys == b.keys && a.hosts == b.hosts);
}

}  // namespace

Join join(const std::shared_ptr<const Index>& left,
          const std::shared_ptr<const Index>& right) {
  if (left->single() || right->single()) return broadcast(left, right);
  Join out;
  if (!same_elements(*left, *right)) {
    out = Joiner(left, right).run();
    out.left_straight = straight(out.left, *left);
    out.right_straight = straight(out.right, *right);
    return out;
  }
  out.index = left;
  out.left_straight = out.right_straight = true;
  return out;
}

bool refines(std::string_view fine, std::string_view coarse) {
  return fine.starts_with(coarse) &&
         (fine.size() == coarse.size() || fine[coarse.size()] == '/');
}

std::size_t find_element(const Index& index, HostId host, std::uint32_t domain,
                         int instance, std::string_view name) {
  if (index.single()) return 0;
  const std::string_view word = first_word(name);
  std::size_t found = kNoPartner;
  std::size_t length = 0;
  for (std::size_t i = 0; i < index.keys.size(); ++i) {
    const Key& key = index.keys[i];
    if (key.host != host) continue;
    if (!key.has_instance()) return i;
    if (key.domain == domain) {
      if (key.instance == instance) return i;
      continue;
    }
    const std::string_view other = first_word(index.names[i]);
    if (!refines(word, other) || other.size() < length) continue;
    found = other.size() == length ? kNoPartner : i;
    length = other.size();
  }
  return found;
}

}  // namespace balance
