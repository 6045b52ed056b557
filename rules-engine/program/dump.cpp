#include "program/dump.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace balance {
namespace {

constexpr std::array kOpNames = std::to_array<std::pair<Op, std::string_view>>({
    {Op::constant, "constant"},
    {Op::fetch, "fetch"},
    {Op::time_variable, "time"},
    {Op::lookup, "lookup"},
    {Op::add, "add"},
    {Op::subtract, "subtract"},
    {Op::multiply, "multiply"},
    {Op::divide, "divide"},
    {Op::negate, "negate"},
    {Op::power, "pow"},
    {Op::exponential, "exp"},
    {Op::logarithm, "log"},
    {Op::floor, "floor"},
    {Op::ceiling, "ceil"},
    {Op::absolute, "abs"},
    {Op::least, "least"},
    {Op::greatest, "greatest"},
    {Op::less, "less"},
    {Op::less_equal, "less_equal"},
    {Op::greater, "greater"},
    {Op::greater_equal, "greater_equal"},
    {Op::equal, "equal"},
    {Op::not_equal, "not_equal"},
    {Op::both, "both"},
    {Op::either, "either"},
    {Op::negation, "not"},
    {Op::known, "known"},
    {Op::fallback, "default"},
    {Op::sum, "sum"},
    {Op::average, "avg"},
    {Op::minimum, "min"},
    {Op::maximum, "max"},
    {Op::count, "count"},
    {Op::all, "all"},
    {Op::some, "some"},
    {Op::percent, "percent"},
    {Op::match_instance, "match_inst"},
    {Op::exclude_instance, "nomatch_inst"},
    {Op::rising, "rising"},
    {Op::falling, "falling"},
    {Op::held, "for"},
    {Op::latch, "latch"},
    {Op::rate, "rate"},
    {Op::window, "window"},
});

std::string_view to_string(Over over) {
  switch (over) {
    case Over::host:
      return "host";
    case Over::instance:
      return "inst";
    case Over::sample:
      return "sample";
  }
  return "";
}

std::string_view to_string(Side side) {
  switch (side) {
    case Side::bare:
      return "bare";
    case Side::my:
      return "my";
    case Side::target:
      return "target";
  }
  return "";
}

std::string_view to_string(Shape shape) {
  switch (shape) {
    case Shape::single:
      return "single";
    case Shape::host:
      return "host";
    case Shape::host_instance:
      return "host_instance";
    case Shape::open:
      return "open";
  }
  return "";
}

std::string_view to_string(Type type) {
  switch (type) {
    case Type::number:
      return "number";
    case Type::truth:
      return "truth";
    case Type::text:
      return "text";
  }
  return "";
}

bool collapses(Op op) {
  return op >= Op::sum && op <= Op::percent;
}

std::string slot_name(Slot slot) {
  return slot == kNoSlot ? "-" : fmt::format("s{}", slot);
}

class Dumper {
 public:
  explicit Dumper(const Program& program) : program_(program) {}

  std::string run() {
    for (std::size_t i = 0; i < program_.hosts.size(); ++i)
      line(0, "host h{} \"{}\"", i, program_.hosts[i]);
    for (std::size_t i = 0; i < program_.metrics.size(); ++i) metric(i);
    for (const Task& each : program_.tasks) task(each);
    return std::move(out_);
  }

 private:
  template <class... Args>
  void line(int depth, fmt::format_string<Args...> format, Args&&... args) {
    out_.append(static_cast<std::size_t>(depth) * 2, ' ');
    fmt::format_to(std::back_inserter(out_), format,
                   std::forward<Args>(args)...);
    out_ += '\n';
  }

  static std::string host_list(const std::vector<HostId>& hosts) {
    std::string out;
    for (const HostId host : hosts) out += fmt::format(" h{}", host);
    return out;
  }

  void metric(std::size_t i) {
    const MetricUse& use = program_.metrics[i];
    std::string more;
    for (const std::string& instance : use.instances)
      more += fmt::format(" #'{}'", instance);
    if (use.instant) more += " instant";
    if (use.first_sample > 0) more += fmt::format(" @{}", use.first_sample);
    line(0, "metric m{} {}{}{}", i, use.name, host_list(use.hosts), more);
  }

  std::string constant(const Instruction& i) const {
    switch (program_.slots[i.result].type) {
      case Type::number:
        return fmt::format(" {:g}", i.number);
      case Type::truth:
        return i.number != 0 ? " true" : " false";
      case Type::text:
        return fmt::format(" \"{}\"", i.text);
    }
    return "";
  }

  std::string details(const Instruction& i) const {
    if (i.op == Op::constant) return constant(i);
    if (i.op == Op::fetch)
      return fmt::format(" m{} {}", i.metric, program_.metrics[i.metric].name);
    if (i.op == Op::time_variable) return ' ' + i.text;
    std::string out = ' ' + slot_name(i.a);
    if (i.b != kNoSlot) out += ' ' + slot_name(i.b);
    if (i.op == Op::lookup) {
      out += fmt::format(" {}", to_string(i.side));
      if (i.shifted) out += " shifted";
    }
    if (i.op == Op::held || i.op == Op::percent)
      out += fmt::format(" {:g}", i.number);
    if (collapses(i.op)) out += fmt::format(" over {}", to_string(i.over));
    if ((collapses(i.op) && i.over == Over::sample) || i.op == Op::window)
      out += fmt::format(" {}", i.samples);
    if (!i.text.empty()) out += fmt::format(" \"{}\"", i.text);
    return out;
  }

  void task(const Task& each) {
    line(0, "task delta {:g} s", each.delta_s);
    code(1, each.code, each.code_count);
    for (std::size_t i = 0; i < each.count; ++i)
      rule(program_.rules[each.first + i]);
  }

  void block(int depth, const Block& block) {
    code(depth, block.first, block.count);
    line(depth, "result {}", slot_name(block.result));
  }

  void code(int depth, std::uint32_t first, std::uint32_t count) {
    for (std::uint32_t k = 0; k < count; ++k) {
      const Instruction& i = program_.code[first + k];
      const SlotInfo& slot = program_.slots[i.result];
      line(depth, "{} = {}{}  // {} {}", slot_name(i.result),
           balance::to_string(i.op), details(i), to_string(slot.shape),
           to_string(slot.type));
    }
  }

  void clause(int depth, const Clause& c) {
    std::string head = c.word;
    if (c.order == Order::lowest) head += " min";
    if (c.order == Order::highest) head += " max";
    if (!c.name.empty()) head += ' ' + c.name;
    head += host_list(c.hosts);
    if (c.table != kNoSlot) head += " table " + slot_name(c.table);
    if (c.per_s > 0) head += fmt::format(" per {:g} s", c.per_s);
    line(depth, "clause {}", head);
    for (const Operand& operand : c.operands) block(depth + 1, operand.code);
    for (const Clause& sub : c.sub) clause(depth + 1, sub);
  }

  void action(int depth, const Action& a) {
    std::string head = fmt::format("action {} {}", a.id, to_string(a.kind));
    if (!a.word.empty()) head += ' ' + a.word;
    if (a.hold_off_s > 0) head += fmt::format(" hold-off {:g} s", a.hold_off_s);
    for (const std::string& text : a.strings)
      head += fmt::format(" \"{}\"", text);
    line(depth, "{}", head);
    for (const Clause& c : a.clauses) clause(depth + 1, c);
    for (const Action& part : a.parts) action(depth + 1, part);
  }

  void rule(const Rule& r) {
    line(0, "rule {}{}{} shows {}{}", r.name, r.is_ruleset ? " ruleset" : "",
         r.show ? "" : " hidden", slot_name(r.shown),
         r.shown_value == kNoSlot ? "" : " of " + slot_name(r.shown_value));
    for (const Branch& b : r.branches) {
      line(1, "when {} value {}{} binding {}", slot_name(b.condition),
           slot_name(b.value), b.lowest_first ? " lowest first" : "",
           slot_name(b.binding));
      action(2, b.action);
    }
    if (r.unknown) line(1, "unknown"), action(2, *r.unknown);
    if (r.otherwise) line(1, "otherwise"), action(2, *r.otherwise);
  }

  const Program& program_;
  std::string out_;
};

}  // namespace

std::string_view to_string(Action::Kind kind) {
  switch (kind) {
    case Action::Kind::plugin:
      return "plugin";
    case Action::Kind::shell:
      return "shell";
    case Action::Kind::alarm:
      return "alarm";
    case Action::Kind::syslog:
      return "syslog";
    case Action::Kind::print:
      return "print";
    case Action::Kind::stomp:
      return "stomp";
    case Action::Kind::both:
      return "both";
    case Action::Kind::either:
      return "either";
  }
  return "";
}

std::string_view to_string(Op op) {
  const auto* found =
      std::find_if(kOpNames.begin(), kOpNames.end(),
                   [op](const auto& entry) { return entry.first == op; });
  return found == kOpNames.end() ? "?" : found->second;
}

std::string dump(const Program& program) {
  return Dumper(program).run();
}

}  // namespace balance
