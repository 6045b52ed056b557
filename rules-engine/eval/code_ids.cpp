#include "eval/code_ids.h"

#include <fmt/format.h>

namespace balance {
namespace {

/// Texts are led by their length: no two different ones look alike.
std::string text_key(const std::string& text) {
  return fmt::format("{}:{}", text.size(), text);
}

std::string key_of(const MetricUse& use) {
  std::string out = text_key(use.name);
  for (const HostId host : use.hosts) out += fmt::format(",{}", host);
  for (const std::string& instance : use.instances) out += text_key(instance);
  return out + fmt::format("{}@{}", use.instant ? 'i' : 'r', use.first_sample);
}

}  // namespace

std::vector<std::uint32_t> CodeIds::of(const Program& program) {
  std::vector<std::uint32_t> out(program.code.size(), kNone);
  std::vector<std::uint32_t> of_slot(program.slots.size(), kNone);
  for (const Task& task : program.tasks)
    for (std::uint32_t k = task.code; k < task.code + task.code_count; ++k) {
      const Instruction& i = program.code[k];
      std::string key = fmt::format(
          "{:a} {} {} {:a} {} {} {}", task.delta_s, static_cast<int>(i.op),
          static_cast<int>(program.slots[i.result].type), i.number,
          static_cast<int>(i.over), i.samples, text_key(i.text));
      for (const Slot operand : {i.a, i.b})
        key +=
            fmt::format(" {}", operand == kNoSlot ? kNone : of_slot[operand]);
      if (i.op == Op::fetch) key += key_of(program.metrics[i.metric]);
      const auto next = static_cast<std::uint32_t>(ids_.size() + 1);
      out[k] = of_slot[i.result] = ids_.try_emplace(key, next).first->second;
    }
  return out;
}

}  // namespace balance
