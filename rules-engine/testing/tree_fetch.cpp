#include "testing/tree_fetch.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <type_traits>

namespace balance::testing {
namespace {

bool same_name(std::string_view name, std::string_view wanted) {
  return name == wanted || first_word(name) == wanted ||
         name == first_word(wanted);
}

/// b - a, exact for integers: what a signed difference cannot hold, an
/// unsigned one does.
double change(const Reading& a, const Reading& b) {
  return std::visit(
      [&](const auto& before) -> double {
        using T = std::decay_t<decltype(before)>;
        const T now = std::get<T>(b.value);
        if constexpr (std::is_same_v<T, double>) {
          return now - before;
        } else {
          const auto x = static_cast<std::uint64_t>(before);
          const auto y = static_cast<std::uint64_t>(now);
          return now < before ? -static_cast<double>(x - y)
                              : static_cast<double>(y - x);
        }
      },
      a.value);
}

/// Per second, between the last two samples that differ in time.
double rate(const std::vector<Reading>& readings, double wrap) {
  if (readings.size() < 2) return no_number();
  const Reading& before = readings[readings.size() - 2];
  const Reading& now = readings.back();
  const double seconds = now.taken_s - before.taken_s;
  if (!(seconds > 0) || before.value.index() != now.value.index())
    return no_number();
  double difference = change(before, now);
  if (difference < 0) difference += wrap;
  // A counter does not go down.
  return difference < 0 ? no_number() : difference / seconds;
}

Reading reading(const Sample& sample, std::size_t at) {
  switch (sample.kind) {
    case Sample::Kind::naturals:
      return {sample.taken_s, sample.naturals[at]};
    case Sample::Kind::integers:
      return {sample.taken_s, sample.integers[at]};
    default:
      return {sample.taken_s, sample.numbers[at]};
  }
}

class Fetcher {
 public:
  Fetcher(const FetchPlan& plan, FetchPast& past) : plan_(plan), past_(past) {
    out_.type = plan.type;
    out_.listed = plan.instances.size() > 1;
  }

  void host(HostId host, const Sample* sample) {
    const auto& seen = out_.hosts;
    if (std::find(seen.begin(), seen.end(), host) != seen.end()) return;
    out_.hosts.push_back(host);
    if (sample == nullptr || (sample->size() == 0 && !sample->instances)) {
      missing(host);
      return;
    }
    past_.domains[host] = sample->domain;
    past_.taken.back()[host] = sample->taken_s;
    read(host, *sample);
    if (plan_.instances.empty())
      all(host, *sample);
    else
      listed(host, *sample);
  }

  Table finish() { return std::move(out_); }

 private:
  void missing(HostId host) {
    const Value none = no_value(plan_.type);
    const auto& names = plan_.instances;
    if (names.empty()) out_.elements.push_back({{.host = host}, "", none});
    int absent = kNoInstance;
    for (const std::string& name : names) {
      const Key key{host, past_.domains[host], --absent};
      const bool alone = names.size() == 1;
      out_.elements.push_back({alone ? Key{.host = host} : key, name, none});
    }
  }

  static Key key_at(HostId host, const Sample& sample, int instance) {
    if (!sample.instances) return {.host = host};
    return {host, sample.domain, instance};
  }

  void all(HostId host, const Sample& sample) {
    for (std::size_t i = 0; i < sample.size(); ++i) {
      const Key key = key_at(host, sample, sample.roster->instances[i]);
      out_.elements.push_back(
          {key, sample.roster->names[i], value(key, sample, i)});
    }
  }

  static std::optional<std::size_t> position(const Sample& sample,
                                             const std::string& wanted) {
    for (std::size_t i = 0; i < sample.size(); ++i)
      if (same_name(sample.roster->names[i], wanted)) return i;
    return std::nullopt;
  }

  /// A single instance is a value of the host. One that is not there is told
  /// apart from the others by its place.
  void listed(HostId host, const Sample& sample) {
    int absent = kNoInstance;
    for (const std::string& wanted : plan_.instances) {
      const auto at = position(sample, wanted);
      const int instance = at ? sample.roster->instances[*at] : --absent;
      const Key key = key_at(host, sample, instance);
      const Value found = at ? value(key, sample, *at) : no_value(plan_.type);
      const bool alone = plan_.instances.size() == 1;
      out_.elements.push_back({alone ? Key{.host = host} : key, wanted, found});
    }
  }

  Value value(const Key& key, const Sample& sample, std::size_t at) {
    const bool texts = sample.kind == Sample::Kind::texts;
    Value out = no_value(plan_.type);
    if (plan_.type == Type::text && texts) out.text = sample.texts[at];
    if (plan_.type == Type::text || texts) return out;
    double number = sample.number(at);
    if (!has_number(number)) return out;
    if (is_rate(sample)) number = rate(past_.counters.of(key), sample.wrap);
    if (has_number(number)) out.number = number * sample.scale;
    return out;
  }

  bool is_rate(const Sample& sample) const {
    return sample.counter && !plan_.instant &&
           sample.kind != Sample::Kind::texts;
  }

  /// Notes all instances, also those that the text does not name. The same
  /// sample seen again is no new one.
  void read(HostId host, const Sample& sample) {
    if (!is_rate(sample)) return;
    for (std::size_t i = 0; i < sample.size(); ++i) {
      if (!has_number(sample.number(i))) continue;
      std::vector<Reading>& past =
          past_.counters.of(key_at(host, sample, sample.roster->instances[i]));
      if (past.empty() || past.back().taken_s != sample.taken_s)
        past.push_back(reading(sample, i));
    }
  }

  const FetchPlan& plan_;
  FetchPast& past_;
  Table out_;
};

const Sample* fresh(const Snapshot& snapshot, const std::string& metric,
                    HostId host, double delta_s) {
  const Sample* sample = snapshot.find(metric, host);
  if (sample == nullptr) return nullptr;
  return snapshot.now_s() - sample->received_s > 2 * delta_s ? nullptr : sample;
}

}  // namespace

Table fetch(const FetchPlan& plan, const Snapshot& snapshot, double delta_s,
            FetchPast& past) {
  past.counters.next();
  past.taken.emplace_back();
  Fetcher fetcher(plan, past);
  for (const HostId host : plan.hosts)
    fetcher.host(host, fresh(snapshot, plan.metric, host, delta_s));
  return fetcher.finish();
}

}  // namespace balance::testing
