#include "testing/pairing.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace balance::testing {
namespace {

using Elements = std::vector<const Element*>;

bool has(const std::vector<HostId>& hosts, HostId host) {
  return std::find(hosts.begin(), hosts.end(), host) != hosts.end();
}

Elements at_host(const Table& table, HostId host) {
  Elements out;
  for (const Element& each : table.elements)
    if (each.key.host == host) out.push_back(&each);
  return out;
}

bool has_instances(const Elements& elements) {
  return std::any_of(elements.begin(), elements.end(),
                     [](const Element* e) { return e->key.has_instance(); });
}

std::string_view word(const Element* element) {
  return first_word(element->name);
}

/// The element with this word, or with the longest that it continues.
const Element* by_word(const Elements& elements, std::string_view wanted) {
  for (;;) {
    Elements found;
    for (const Element* each : elements)
      if (word(each) == wanted) found.push_back(each);
    if (!found.empty()) return found.size() == 1 ? found.front() : nullptr;
    const std::size_t slash = wanted.rfind('/');
    if (slash == std::string_view::npos) return nullptr;
    wanted = wanted.substr(0, slash);
  }
}

class Pairing {
 public:
  Pairing(const Table& left, const Table& right, Type type,
          const std::function<Value(const Value&, const Value&)>& combine)
      : left_(left), right_(right), combine_(combine) {
    out_.type = type;
  }

  Table run() {
    if (left_.single() || right_.single()) {
      broadcast();
    } else if (same_elements()) {
      out_.hosts = left_.hosts;
      out_.listed = left_.listed;
      for (std::size_t i = 0; i < left_.elements.size(); ++i)
        row(left_.elements[i].key.host, left_.elements[i], &left_.elements[i],
            &right_.elements[i]);
    } else {
      out_.listed = left_.listed && right_.listed;
      hosts();
    }
    return std::move(out_);
  }

 private:
  bool same_elements() const {
    const auto& a = left_.elements;
    const auto& b = right_.elements;
    return left_.hosts == right_.hosts &&
           std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Element& x, const Element& y) {
                        return x.key == y.key;
                      });
  }

  void broadcast() {
    const Table& named = left_.single() ? right_ : left_;
    out_.hosts = named.hosts;
    out_.listed = named.listed;
    for (const Element& each : named.elements)
      row(each.key.host, each, left_.single() ? &left_.elements.front() : &each,
          right_.single() ? &right_.elements.front() : &each);
  }

  void hosts() {
    const std::vector<HostId>& a = left_.hosts;
    const std::vector<HostId>& b = right_.hosts;
    const bool disjoint =
        std::none_of(a.begin(), a.end(), [&](HostId h) { return has(b, h); });
    if (b.size() == 1) {
      for (const HostId h : a) host(h, h, b.front());
    } else if (a.size() == 1) {
      for (const HostId h : b) host(h, a.front(), h);
    } else if (a.size() == b.size() && disjoint) {
      for (std::size_t i = 0; i < a.size(); ++i) host(a[i], a[i], b[i]);
    } else {
      for (const HostId h : a) host(h, h, has(b, h) ? h : kNoHost);
      for (const HostId h : b)
        if (!has(a, h)) host(h, kNoHost, h);
    }
  }

  /// What stands at `left` meets what stands at `right`.
  void host(HostId name, HostId left, HostId right) {
    out_.hosts.push_back(name);
    const Elements l = at_host(left_, left);
    const Elements r = at_host(right_, right);
    if (has_instances(l) && has_instances(r)) {
      instances(name, l, r, left == right);
    } else if (has_instances(r) || l.empty()) {
      for (const Element* each : r)
        row(name, *each, l.empty() ? nullptr : l.front(), each);
    } else {
      for (const Element* each : l)
        row(name, *each, each, r.empty() ? nullptr : r.front());
    }
  }

  void instances(HostId name, const Elements& left, const Elements& right,
                 bool same_host) {
    Elements both = left;
    both.insert(both.end(), right.begin(), right.end());
    const bool same_domain =
        std::all_of(both.begin(), both.end(), [&](const Element* e) {
          return e->key.domain == both.front()->key.domain;
        });
    if (same_host && same_domain) {
      numbers(name, left, right);
    } else if (left_.listed && right_.listed && left.size() == right.size()) {
      for (std::size_t i = 0; i < left.size(); ++i)
        row(name, *left[i], left[i], right[i]);
    } else {
      words(name, left, right);
    }
  }

  static const Element* by_number(const Elements& elements, int instance) {
    for (const Element* each : elements)
      if (each->key.instance == instance) return each;
    return nullptr;
  }

  void numbers(HostId name, const Elements& left, const Elements& right) {
    Elements met;
    for (const Element* l : left) {
      const Element* r = by_number(right, l->key.instance);
      row(name, *l, l, r);
      met.push_back(r);
    }
    for (const Element* r : right)
      if (std::find(met.begin(), met.end(), r) == met.end())
        row(name, *r, nullptr, r);
  }

  /// The finer of two names names the row.
  void words(HostId name, const Elements& left, const Elements& right) {
    const auto unless_double = [](const Elements& all, const Element* one) {
      return by_word(all, word(one)) == one ? one : nullptr;
    };
    Elements met;
    for (const Element* l : left)
      if (const Element* r = by_word(right, word(l))) {
        row(name, *l, unless_double(left, l), r);
        met.push_back(l);
        met.push_back(r);
      }
    const auto alone = [&](const Element* one) {
      return std::find(met.begin(), met.end(), one) == met.end();
    };
    Elements rest;
    for (const Element* r : right)
      if (alone(r)) rest.push_back(r);
    for (const Element* r : rest) {
      const Element* l = by_word(left, word(r));
      row(name, *r, l, unless_double(right, r));
      if (l != nullptr) met.push_back(l);
    }
    for (const Element* l : left)
      if (alone(l)) row(name, *l, l, nullptr);
  }

  void row(HostId host, const Element& named, const Element* left,
           const Element* right) {
    Element out{named.key, named.name, {}};
    // Instances of another host may have the numbers of our own.
    if (out.key.host != host && out.key.has_instance())
      out.key.domain |= 1U << 31;
    out.key.host = host;
    out.value = combine_(left ? left->value : no_value(left_.type),
                         right ? right->value : no_value(right_.type));
    out_.elements.push_back(std::move(out));
  }

  const Table& left_;
  const Table& right_;
  const std::function<Value(const Value&, const Value&)>& combine_;
  Table out_;
};

}  // namespace

Table pair(const Table& left, const Table& right, Type type,
           const std::function<Value(const Value&, const Value&)>& combine) {
  return Pairing(left, right, type, combine).run();
}

}  // namespace balance::testing
