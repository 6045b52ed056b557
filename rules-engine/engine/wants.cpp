#include "engine/wants.h"

#include <algorithm>
#include <set>
#include <string>

#include "eval/policy.h"
#include "program/actions.h"

namespace balance {
namespace {

/// Of the plugin actions in the rules of a task.
std::set<std::string> words_of(const Program& program, const Task& task) {
  std::set<std::string> out;
  for (std::size_t i = task.first; i < task.first + task.count; ++i)
    out.merge(plugin_words(program.rules[i]));
  return out;
}

void sort_once(std::vector<FeedId>& feeds) {
  std::sort(feeds.begin(), feeds.end());
  feeds.erase(std::unique(feeds.begin(), feeds.end()), feeds.end());
}

}  // namespace

Wants::Wants(const Program& program, const Plugins& plugins, Source& source)
    : words_(plugin_words(program)) {
  const std::set<HostId> hosts = hosts_of_program(program);
  for (const Task& task : program.tasks) {
    std::vector<FeedId>& feeds = of_task_.emplace_back();
    for (std::uint32_t k = 0; k < task.code_count; ++k) {
      const Instruction& i = program.code[task.code + k];
      if (i.op != Op::fetch) continue;
      const MetricUse& use = program.metrics[i.metric];
      for (const HostId host : use.hosts)
        feeds.push_back(source.want(use.name, host));
    }
    const std::set<std::string> words = words_of(program, task);
    for (const auto& plugin : plugins) {
      if (!words.contains(std::string(plugin->word()))) continue;
      for (std::size_t i = 0; i < plugin->table().n_needs; ++i) {
        const pmb_need& need = plugin->table().needs[i];
        const std::string metric = need.metric;
        if (metric.empty()) continue;
        if (need.what == PMB_NEED_ROW && !asks_rows(program)) continue;
        for (const HostId host : hosts)
          feeds.push_back(source.want(metric, host));
      }
    }
    sort_once(feeds);
  }
}

std::vector<FeedId> Wants::of(const std::vector<std::size_t>& tasks) const {
  std::vector<FeedId> out;
  for (const std::size_t task : tasks)
    out.insert(out.end(), of_task_[task].begin(), of_task_[task].end());
  sort_once(out);
  return out;
}

}  // namespace balance
