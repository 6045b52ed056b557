#include "rule_test/series.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace balance {
namespace {

int leading_number(const std::string& name) {
  int out = 0;
  std::from_chars(name.data(), name.data() + name.size(), out);
  return out;
}

bool has_value(const SeriesValues& values, std::size_t k) {
  return k < values.size() && values[k].index() != 0;
}

/// Adds the values of a row to its metric's; "" or what does not fit.
std::string check_values(const SeriesRow& row, const SeriesMetric& metric,
                         bool first) {
  bool text = metric.text;
  bool known = !first;
  for (const SeriesValue& value : row.values) {
    if (value.index() == 0) continue;
    const bool this_text = std::holds_alternative<std::string>(value);
    if (known && this_text != text)
      return fmt::format("{} has numbers and texts", row.metric);
    text = this_text;
    known = true;
  }
  if (text && (row.counter || metric.counter))
    return fmt::format("{} is a text and no counter", row.metric);
  return "";
}

bool has_text(const SeriesValues& values) {
  return std::any_of(values.begin(), values.end(), [](const auto& value) {
    return std::holds_alternative<std::string>(value);
  });
}
bool has_any(const SeriesMetric& metric) {
  return std::any_of(metric.rows.begin(), metric.rows.end(), [](auto& row) {
    const SeriesValues& values = row.second.values;
    return std::any_of(values.begin(), values.end(),
                       [](const auto& value) { return value.index() != 0; });
  });
}

/// Several of one process, as its connections: numbered on.
int free_id(const SeriesMetric& metric, const SeriesRow& row) {
  if (!row.instance) return kNoInstance;
  constexpr int kNext = 1'000'000;
  int id = leading_number(*row.instance);
  const auto taken = [&] {
    return std::any_of(metric.rows.begin(), metric.rows.end(), [&](auto& one) {
      return one.first.first == row.host && one.second.id == id;
    });
  };
  while (taken()) id += kNext;
  return id;
}

}  // namespace

std::string SeriesTable::add(SeriesRow row) {
  SeriesMetric& metric = metrics_[row.metric];
  const bool first = metric.rows.empty();
  if (first) metric.offset = row.offset;
  if (!first && metric.instances() != row.instance.has_value())
    return fmt::format("{} has series with and without an instance",
                       row.metric);
  if (metric.unit && row.unit && metric.unit->text != row.unit->text)
    return fmt::format("{} is measured in {} above, in {} here", row.metric,
                       metric.unit->text, row.unit->text);
  if (auto why = check_values(row, metric, !has_any(metric)); !why.empty())
    return why;
  values_ += row.values.size();
  if (values_ > kMostValues)
    return fmt::format("a test has at most {} values", kMostValues);
  const int id = free_id(metric, row);
  const auto place = std::pair{row.host, row.instance.value_or("")};
  if (metric.rows.contains(place))
    return fmt::format("{} :{}{} is given twice", row.metric, row.host,
                       row.instance ? " '" + *row.instance + "'" : "");
  metric.counter = metric.counter || row.counter;
  metric.text = metric.text || has_text(row.values);
  if (row.unit) metric.unit = row.unit;
  metric.rows[place] = {id, std::move(row.values), row.offset};
  return "";
}

Series::Series(std::vector<std::string> hosts, double delta_s,
               SeriesTable table, double start_s)
    : hosts_(std::move(hosts)),
      delta_s_(delta_s),
      start_s_(start_s),
      table_(std::move(table)) {
  find_lives();
}

base::Result<void> Series::add(std::string_view text) {
  const auto tokens = tokens_of(text, 0);
  if (!tokens) return base::fail(0, tokens.error().what);
  auto rows = read_series(*tokens);
  if (!rows) return base::fail(0, rows.error().what);
  for (SeriesRow& row : *rows) {
    if (std::find(hosts_.begin(), hosts_.end(), row.host) == hosts_.end())
      return base::fail(0,
                        fmt::format("series of an unknown host {}", row.host));
    if (auto why = table_.add(std::move(row)); !why.empty())
      return base::fail(0, std::move(why));
  }
  find_lives();
  return {};
}

void Series::find_lives() {
  lives_.clear();
  for (const auto& [name, metric] : table_.metrics())
    for (const auto& [place, row] : metric.rows)
      for (const std::string& word :
           {std::string(), std::string(first_word(place.second))}) {
        auto& life = lives_[{place.first, word}];
        life.resize(std::max(life.size(), row.values.size()));
        for (std::size_t k = 0; k < row.values.size(); ++k)
          if (has_value(row.values, k)) life[k] = true;
      }
}

bool Series::alive(const std::string& host, std::string_view word,
                   std::size_t k) const {
  const auto found = lives_.find({host, std::string(word)});
  return found != lives_.end() && k < found->second.size() && found->second[k];
}

std::shared_ptr<Sample> Series::sample(const SeriesMetric& metric,
                                       const std::string& host,
                                       std::size_t k) const {
  auto out = std::make_shared<Sample>();
  out->counter = metric.counter;
  out->instances = metric.instances();
  out->scale = metric.unit ? metric.unit->scale : 1;
  if (metric.text) out->kind = Sample::Kind::texts;
  std::map<int, std::pair<std::string, const SeriesValues*>> rows;
  for (const auto& [place, row] : metric.rows) {
    if (place.first != host) continue;
    // A text that is not there cannot stand beside its instance.
    const bool there = metric.instances() && !metric.text
                           ? alive(host, first_word(place.second), k)
                           : has_value(row.values, k);
    if (there) rows[row.id] = {place.second, &row.values};
  }
  auto roster = std::make_shared<Roster>();
  for (const auto& [id, row] : rows) {
    roster->instances.push_back(id);
    roster->names.push_back(row.first);
    const bool known = has_value(*row.second, k);
    if (metric.text)
      out->texts.push_back(std::get<std::string>((*row.second)[k]));
    else
      out->numbers.push_back(known ? std::get<double>((*row.second)[k])
                                   : no_number());
  }
  out->roster = std::move(roster);
  return out;
}

Snapshot Series::take(double now_s) {
  Snapshot out(now_s, feeds_);
  const auto k =
      static_cast<std::size_t>(std::llround((now_s - start_s_) / delta_s_));
  std::uint32_t domain = 0;
  for (const auto& [name, metric] : table_.metrics()) {
    ++domain;
    for (HostId host = 0; host < hosts_.size(); ++host) {
      if (!alive(hosts_[host], "", k)) continue;
      auto made = sample(metric, hosts_[host], k);
      if (made->size() == 0 && !metric.instances()) continue;
      made->domain = domain;
      made->taken_s = made->received_s = now_s;
      out.put(name, host, std::move(made));
    }
  }
  return out;
}

}  // namespace balance
