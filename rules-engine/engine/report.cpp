#include "engine/report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "action/text_action.h"
#include "eval/expand.h"

namespace balance {
namespace {

/// Where `shift` stands in a line of an explanation.
constexpr std::size_t kShiftColumn = 52;

/// A host whose instances are not known has an element of its own; it is not
/// shown beside those of other hosts.
bool stands_for_none(const Column& column, std::size_t i) {
  const auto& keys = column.index->keys;
  return !keys[i].has_instance() &&
         std::any_of(keys.begin(), keys.end(),
                     [](const Key& key) { return key.has_instance(); });
}

void append_plain(std::string& out, const Column& column) {
  if (column.size() == 0) out += '?';
  bool first = true;
  for (std::size_t i = 0; i < column.size(); ++i) {
    if (stands_for_none(column, i)) continue;
    if (!first) out += ' ';
    first = false;
    append_samples(out, column, i);
  }
}

bool has_values(const Column& column) {
  switch (column.type) {
    case Type::number:
      return std::any_of(column.numbers.begin(), column.numbers.end(),
                         has_number);
    case Type::truth:
      return std::any_of(column.truths.begin(), column.truths.end(),
                         [](Tri truth) { return truth != Tri::unknown; });
    case Type::text:
      return std::any_of(column.texts.begin(), column.texts.end(),
                         [](const auto& text) { return text.has_value(); });
  }
  return false;
}

/// Writes "HOST: [INSTANCE] " in front of elements, host by host.
class Names {
 public:
  /// `extreme`: as in ShownColumns.
  Names(const Column& column, const Column* extreme, const ValueFormat& format)
      : column_(column), extreme_(extreme), format_(format) {}

  void append(std::string& out, std::size_t i) {
    const HostId host = column_.index->keys[i].host;
    if (host != host_) {
      host_ = host;
      name_ = format_.host_name ? format_.host_name(host) : "";
    }
    out.append("\n    ").append(name_).append(": ");
    const std::string_view instance = instance_of(i);
    if (!instance.empty()) out.append("[").append(instance).append("] ");
  }

 private:
  std::string_view instance_of(std::size_t i) const {
    const std::string_view own = column_.index->names[i];
    if (!own.empty() || extreme_ == nullptr || column_.type != Type::number)
      return own;
    const double value = column_.numbers[i * column_.samples];
    const Index& index = *extreme_->index;
    for (std::size_t at = 0; at < index.keys.size(); ++at)
      if (index.keys[at].host == column_.index->keys[i].host &&
          extreme_->numbers[at * extreme_->samples] == value)
        return index.names[at];
    return own;
  }

  const Column& column_;
  const Column* extreme_;
  const ValueFormat& format_;
  HostId host_ = kNoHost;
  std::string name_;
};

bool nameless(const Column& column) {
  return column.size() == 0 || column.index->single();
}

void append_named(std::string& out, const ShownColumns& shown,
                  const ValueFormat& format) {
  const Column& column = *shown.value;
  if (nameless(column) || !has_values(column)) return append_plain(out, column);
  Names names(column, shown.extreme, format);
  for (std::size_t i = 0; i < column.size(); ++i) {
    if (stands_for_none(column, i)) continue;
    names.append(out, i);
    append_samples(out, column, i);
  }
}

/// A column of instances of which there is none.
bool empty_set(const Program& program, Slot slot, const Column& column) {
  if (slot == kNoSlot || program.slots[slot].shape == Shape::single ||
      program.slots[slot].shape == Shape::host)
    return false;
  const auto& keys = column.index->keys;
  return !has_values(column) &&
         std::none_of(keys.begin(), keys.end(),
                      [](const Key& key) { return key.has_instance(); });
}

/// Where the element `i` of `column` stands in `other`, if it does.
std::optional<std::size_t> position(const Column& column, std::size_t i,
                                    const Column& other) {
  if (other.size() == 1) return 0;
  const Key& key = column.index->keys[i];
  const auto& keys = other.index->keys;
  if (i < keys.size() && keys[i] == key) return i;
  const auto at = std::find(keys.begin(), keys.end(), key);
  if (at == keys.end()) return std::nullopt;
  return static_cast<std::size_t>(at - keys.begin());
}

bool satisfied(const Column& binding, std::size_t i) {
  return binding.type != Type::truth ||
         binding.truths[i * binding.samples] == Tri::yes;
}

/// Of a maximum or minimum over hosts: the host that has it, and the value.
bool append_extreme_host(std::string& out, const Column& binding,
                         const Column* extreme, const ValueFormat& format) {
  if (extreme == nullptr || binding.type != Type::number || binding.size() != 1)
    return false;
  for (std::size_t at = 0; at < extreme->size(); ++at) {
    if (extreme->numbers[at * extreme->samples] != binding.numbers[0]) continue;
    const HostId host = extreme->index->keys[at].host;
    out.append("\n    ").append(format.host_name(host)).append(": ");
    append_samples(out, binding, 0);
    return true;
  }
  return false;
}

void append_satisfying(std::string& out, const ShownColumns& shown,
                       const ValueFormat& format) {
  const Column& value = *shown.value;
  if (value.type != Type::truth) return append_named(out, shown, format);
  const Column& binding = shown.binding ? *shown.binding : value;
  if (!has_values(value)) return append_plain(out, value);
  if (nameless(binding)) {
    if (!append_extreme_host(out, binding, shown.extreme, format))
      append_plain(out, value);
    return;
  }
  if (!has_values(binding)) {
    out += " <no bindings available>";
    return;
  }
  const Column& bound = shown.bound ? *shown.bound : binding;
  Names names(binding, shown.extreme, format);
  for (std::size_t i = 0; i < binding.size(); ++i) {
    if (!satisfied(binding, i)) continue;
    names.append(out, i);
    const auto at =
        bound.size() == 0 ? std::nullopt : position(binding, i, bound);
    if (at)
      append_samples(out, bound, *at);
    else
      out += '?';
  }
}

/// pmie's rules and rulesets have no host of their own: -V shows them as -v.
bool acts(const Rule& rule) {
  return !rule.branches.empty() || rule.is_ruleset;
}

void append_rule(std::string& out, const Program& program, const Rule& rule,
                 const ShownColumns& shown, const ValueFormat& format) {
  if (empty_set(program, rule.shown, *shown.value)) {
    out += '?';
    return;
  }
  if (format.style == ValueStyle::satisfying)
    append_satisfying(out, shown, format);
  else if (format.style == ValueStyle::named && !acts(rule))
    append_named(out, shown, format);
  else
    append_plain(out, *shown.value);
}

std::string time_of_day(double now_s) {
  const auto seconds = static_cast<std::time_t>(now_s);
  std::tm tm{};
  localtime_r(&seconds, &tm);
  std::array<char, 16> text{};
  std::strftime(text.data(), text.size(), "%H:%M:%S", &tm);
  return text.data();
}

std::string candidate_line(const Verdict& verdict) {
  std::string line = fmt::format("    {}  ", verdict.name);
  if (verdict.reason != Reason::taken) line += "not taken: ";
  line += verdict.text;
  if (!verdict.shift.empty()) {
    const std::size_t pad =
        line.size() + 2 < kShiftColumn ? kShiftColumn - line.size() : 2;
    line.append(pad, ' ');
    line += verdict.shift;
  }
  return line + '\n';
}

}  // namespace

std::string value_text(const Column& column) {
  std::string out;
  append_plain(out, column);
  return out;
}

std::string values_text(const Program& program, const Task& task, double now_s,
                        const std::function<ShownColumns(const Rule&)>& shown,
                        const ValueFormat& format) {
  const bool applet = format.style == ValueStyle::applet;
  std::string head = ": ";
  if (format.times)
    head = " (" + ctime_text(static_cast<std::time_t>(now_s)) + "): ";
  std::string out;
  for (std::size_t i = task.first; i < task.first + task.count; ++i) {
    const Rule& rule = program.rules[i];
    if (!rule.show) continue;
    if (!applet) out.append(rule.name).append(head);
    append_rule(out, program, rule, shown(rule), format);
    out += applet ? ' ' : '\n';
  }
  return out += '\n';
}

std::string explain(const RunReport& report, const Program& program,
                    double now_s) {
  std::string head = fmt::format("[{}] {}", time_of_day(now_s), report.rule);
  if (report.host != kNoHost) {
    const std::string& host = program.hosts[report.host];
    head += ' ' + (host.empty() ? "localhost" : host);
  }
  if (report.value)
    head += fmt::format(": value {:.4g},", *report.value);
  else
    head += ':';
  if (report.candidates > 0 || report.waits.empty())
    head += fmt::format(" {} candidate{}", report.candidates,
                        report.candidates == 1 ? "" : "s");
  if (!report.waits.empty())
    head += fmt::format("{} waits: {}", report.candidates > 0 ? "," : "",
                        report.waits);
  std::string out = head + '\n';
  for (const Verdict& verdict : report.verdicts) out += candidate_line(verdict);
  return out;
}

std::string move_text(const Decision& decision) {
  return fmt::format("{} from {} to {}", first_word(decision.candidate.name),
                     decision.source, decision.target_name);
}

}  // namespace balance
