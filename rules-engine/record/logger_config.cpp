#include "record/logger_config.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "eval/policy.h"
#include "program/actions.h"

namespace balance {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
/// What pmlogger takes at most.
constexpr std::int64_t kLongest_ms = 268'435'455;

/// How a metric is to be recorded.
struct Wanted {
  double delta_s = kNever;
  bool all = false;  ///< instances; else those listed
  std::vector<std::string> instances;
};
using WantedMetrics = std::map<std::string, Wanted>;

/// By metric of the program: that of the fastest rules that fetch it.
std::vector<double> deltas_of(const Program& program) {
  std::vector<double> out(program.metrics.size(), kNever);
  for (const Task& task : program.tasks)
    for (std::uint32_t k = 0; k < task.code_count; ++k) {
      const Instruction& i = program.code[task.code + k];
      if (i.op == Op::fetch)
        out[i.metric] = std::min(out[i.metric], task.delta_s);
    }
  return out;
}

double shortest_plugin_delta_s(const Program& program) {
  double out = kNever;
  for (const Rule& rule : program.rules)
    if (has_plugin(rule)) out = std::min(out, rule.delta_s);
  return out;
}

/// pmlogger knows no escape in strings: of such a metric all are recorded.
bool can_be_written(const std::string& instance) {
  return instance.find_first_of("\"\n") == std::string::npos;
}

void add(Wanted& wanted, double delta_s,
         const std::vector<std::string>& instances) {
  wanted.delta_s = std::min(wanted.delta_s, delta_s);
  if (instances.empty() ||
      !std::all_of(instances.begin(), instances.end(), can_be_written))
    wanted.all = true;
  for (const std::string& each : instances)
    if (std::find(wanted.instances.begin(), wanted.instances.end(), each) ==
        wanted.instances.end())
      wanted.instances.push_back(each);
}

WantedMetrics wanted_of(const Program& program, const LoggerNeeds& needs,
                        HostId host) {
  WantedMetrics out;
  const std::vector<double> deltas = deltas_of(program);
  for (std::size_t i = 0; i < program.metrics.size(); ++i) {
    const MetricUse& use = program.metrics[i];
    if (std::find(use.hosts.begin(), use.hosts.end(), host) == use.hosts.end())
      continue;
    add(out[use.name],
        std::isfinite(deltas[i]) ? deltas[i] : shortest_delta_s(program),
        use.instances);
  }
  const double delta_s = shortest_plugin_delta_s(program);
  if (std::isfinite(delta_s))
    for (const std::string& metric : needs.metrics)
      if (!metric.empty()) add(out[metric], delta_s, {});
  return out;
}

/// Puts operands in the place of derived metrics; the answer tells of it.
std::string replace_derived(const DerivedMetrics& derived,
                            WantedMetrics& wanted) {
  std::string out;
  for (auto at = wanted.begin(); at != wanted.end();) {
    const auto found = derived.find(at->first);
    if (found == derived.end()) {
      ++at;
      continue;
    }
    out += fmt::format(
        "# {} = {}\n#   is derived, which pmlogger does not record: its "
        "operands are.\n",
        found->first, found->second.expression);
    const double delta_s = at->second.delta_s;
    at = wanted.erase(at);
    for (const std::string& operand : found->second.operands)
      add(wanted[operand], delta_s, {});
  }
  return out;
}

std::string interval_text(double delta_s) {
  const auto ms = static_cast<std::int64_t>(std::clamp(
      std::round(delta_s * 1e3), 1.0, static_cast<double>(kLongest_ms)));
  return ms % 1000 == 0 ? fmt::format("{} sec", ms / 1000)
                        : fmt::format("{} msec", ms);
}

std::string metric_text(const std::string& name, const Wanted& wanted) {
  std::string out = fmt::format("    {}", name);
  if (!wanted.all) {
    out += " [";
    for (const std::string& each : wanted.instances)
      out += fmt::format(" \"{}\"", each);
    out += " ]";
  }
  return out + '\n';
}

}  // namespace

std::vector<HostId> hosts_of(const Program& program) {
  const std::set<HostId> out = hosts_of_program(program);
  return {out.begin(), out.end()};
}

std::string pmlogger_config(const Program& program, const LoggerNeeds& needs,
                            HostId host) {
  const std::string& name = program.hosts[host];
  std::string out = fmt::format(
      "# host {}\n"
      "# What pmlogger is to record there so that these rules can be replayed: "
      "each\n"
      "# metric as often as the rules look at it. What is not there when "
      "pmlogger\n"
      "# starts, a metric or an instance that is named here, is not "
      "recorded.\n",
      name.empty() ? needs.default_host : name);
  WantedMetrics wanted = wanted_of(program, needs, host);
  out += replace_derived(needs.derived, wanted);
  std::map<double, std::vector<WantedMetrics::value_type>> by_delta;
  for (const auto& each : wanted) by_delta[each.second.delta_s].push_back(each);
  for (const auto& [delta_s, metrics] : by_delta) {
    out += fmt::format("log mandatory on {} {{\n", interval_text(delta_s));
    for (const auto& [metric, how] : metrics) out += metric_text(metric, how);
    out += "}\n";
  }
  return out;
}

std::string pmlogger_config(const Program& program, const LoggerNeeds& needs) {
  std::string out;
  for (const HostId host : hosts_of(program)) {
    if (!out.empty()) out += '\n';
    out += pmlogger_config(program, needs, host);
  }
  return out;
}

}  // namespace balance
