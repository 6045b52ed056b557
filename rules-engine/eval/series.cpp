#include "eval/series.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace balance {
namespace {

/// Words are apart by blanks; '…' is one word, with its quotes.
std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> out;
  std::size_t at = 0;
  while ((at = text.find_first_not_of(" \t\n", at)) != std::string_view::npos) {
    std::size_t end = text[at] == '\'' ? text.find('\'', at + 1)
                                       : text.find_first_of(" \t\n", at);
    if (end != std::string_view::npos && text[at] == '\'') ++end;
    if (end == std::string_view::npos) end = text.size();
    out.push_back(text.substr(at, end - at));
    at = end;
  }
  return out;
}

/// "3", "_", "3x4", "_x2" appended to `values`; false if the word is none.
bool append(std::string_view word, std::vector<std::optional<double>>& values) {
  const std::size_t times = word.find('x');
  const std::string_view what = word.substr(0, times);
  std::optional<double> value;
  if (what != "_") {
    double number = 0;
    const auto end = what.data() + what.size();
    if (std::from_chars(what.data(), end, number).ptr != end || what.empty())
      return false;
    value = number;
  }
  std::size_t n = 1;
  if (times != std::string_view::npos) {
    const std::string_view count = word.substr(times + 1);
    const auto end = count.data() + count.size();
    if (std::from_chars(count.data(), end, n).ptr != end) return false;
  }
  values.insert(values.end(), n, value);
  return true;
}

int leading_number(const std::string& name) {
  int out = 0;
  std::from_chars(name.data(), name.data() + name.size(), out);
  return out;
}

}  // namespace

base::Result<HostId> Series::host(std::string_view name) const {
  const auto found = std::find(hosts_.begin(), hosts_.end(), name);
  if (found == hosts_.end())
    return base::fail(0, fmt::format("series of an unknown host {}", name));
  return static_cast<HostId>(found - hosts_.begin());
}

base::Result<void> Series::add(std::string_view text) {
  const std::vector<std::string_view> words = split(text);
  std::size_t at = 0;
  while (at < words.size()) {
    const bool counter = words[at] == "counter";
    if (counter) ++at;
    if (at + 2 >= words.size() || words[at + 1].front() != ':')
      return base::fail(0, fmt::format("not a series: {}", words[at]));
    Metric& metric = metrics_[std::string(words[at])];
    metric.counter = counter;
    const auto where = host(words[at + 1].substr(1));
    if (!where) return base::fail(0, where.error().text);
    at += 2;
    std::string instance;
    if (words[at].front() == '\'') {
      instance = words[at].substr(1, words[at].size() - 2);
      metric.instances = true;
      ++at;
    }
    if (at >= words.size() || words[at] != ":")
      return base::fail(0, "a series lacks its values");
    ++at;
    Values& values = metric.series[{*where, instance}];
    while (at < words.size() && append(words[at], values)) ++at;
  }
  return {};
}

bool Series::alive(HostId host, std::size_t k) const {
  return exists(host, "", k);
}

/// Has any metric a value for an instance of this first word at k?
bool Series::exists(HostId host, std::string_view word, std::size_t k) const {
  for (const auto& [name, metric] : metrics_)
    for (const auto& [place, values] : metric.series)
      if (place.first == host && k < values.size() && values[k] &&
          (word.empty() || first_word(place.second) == word))
        return true;
  return false;
}

std::shared_ptr<Sample> Series::sample(const Metric& metric, HostId host,
                                       std::size_t k) const {
  auto out = std::make_shared<Sample>();
  out->counter = metric.counter;
  out->instances = metric.instances;
  std::map<int, std::pair<std::string, double>> rows;
  for (const auto& [place, values] : metric.series) {
    if (place.first != host) continue;
    const std::string& instance = place.second;
    if (metric.instances && !exists(host, first_word(instance), k)) continue;
    int id = kNoInstance;
    if (metric.instances) {
      // Several of one process, as its connections: numbered on.
      id = leading_number(instance);
      while (rows.contains(id)) id += 1'000'000;
    }
    const bool there = k < values.size() && values[k];
    rows[id] = {instance, there ? *values[k] : no_number()};
  }
  auto roster = std::make_shared<Roster>();
  for (auto& [id, row] : rows) {
    roster->instances.push_back(id);
    roster->names.push_back(row.first);
    out->numbers.push_back(row.second);
  }
  out->roster = std::move(roster);
  return out;
}

Snapshot Series::take(double now_s) {
  Snapshot out(now_s, feeds_);
  const auto k = static_cast<std::size_t>(std::llround(now_s / delta_s_));
  std::uint32_t domain = 0;
  for (const auto& [name, metric] : metrics_) {
    ++domain;
    for (HostId host = 0; host < hosts_.size(); ++host) {
      if (!alive(host, k)) continue;
      auto made = sample(metric, host, k);
      if (made->size() == 0 && !metric.instances) continue;
      made->domain = domain;
      made->taken_s = made->received_s = now_s;
      out.put(name, host, std::move(made));
    }
  }
  return out;
}

}  // namespace balance
