#include "tools/seen_instances.h"

namespace balance {

void SeenInstances::evaluated(const Task& task, const Evaluator& columns,
                              const Tick&) {
  for (std::uint32_t k = 0; k < task.code_count; ++k) {
    const Instruction& i = program_.code[task.code + k];
    if (i.op == Op::fetch) last_[i.metric] = columns.column(i.result).index;
  }
}

std::map<SeenInstances::Metric, std::vector<std::string>> SeenInstances::names()
    const {
  std::map<Metric, std::vector<std::string>> out;
  for (std::size_t m = 0; m < last_.size(); ++m) {
    const MetricUse& use = program_.metrics[m];
    if (last_[m] == nullptr || !use.instances.empty()) continue;
    const Index& index = *last_[m];
    auto& names = out[{use.name, program_.hosts[use.hosts.front()]}];
    names.clear();
    for (std::size_t k = index.starts[0]; k < index.starts[1]; ++k)
      if (index.keys[k].has_instance()) names.emplace_back(index.names[k]);
  }
  return out;
}

}  // namespace balance
