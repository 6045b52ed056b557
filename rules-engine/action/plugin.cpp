#include "action/plugin.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <dlfcn.h>
#include <fmt/format.h>

#include "action/plugin_table.h"

namespace balance {
namespace {

CallOutcome outcome_of(std::uint64_t move, const pmb_outcome& outcome) {
  const std::string_view reason(outcome.reason, sizeof outcome.reason);
  return {move, outcome.state,
          std::string(reason.substr(0, reason.find('\0')))};
}

}  // namespace

base::Result<std::unique_ptr<Plugin>> Plugin::make(const pmb_action* table) {
  if (const auto good = check_table(table); !good)
    return base::fail(good.error().code, good.error().text);
  return std::unique_ptr<Plugin>(new Plugin(table));
}

base::Result<std::unique_ptr<Plugin>> Plugin::load(const std::string& path) {
  void* object = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (object == nullptr) return base::fail(0, dlerror());
  using Entry = const pmb_action* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(object, "pmbalance_action"));
  if (entry == nullptr)
    return base::fail(0, fmt::format("{}: it has no pmbalance_action", path));
  auto made = make(entry());
  if (!made)
    return base::fail(made.error().code,
                      fmt::format("{}: {}", path, made.error().text));
  return made;
}

Plugin::~Plugin() {
  if (self_ != nullptr) table_->close(self_);
}

base::Result<void> Plugin::open() {
  std::array<char, 256> why{};
  self_ = table_->open(why.data(), why.size());
  if (self_ == nullptr)
    return base::fail(
        0, fmt::format("action {}: {}", table_->word,
                       why[0] == '\0' ? "it cannot work" : why.data()));
  return {};
}

CallOutcome Plugin::act(const Call& call) {
  std::vector<pmb_value> values;
  for (const Call::Extra& each : call.extra)
    values.push_back({each.word.c_str(), each.number, each.truth,
                      each.text.empty() ? nullptr : each.text.c_str()});
  const pmb_decision decision = {call.move,
                                 call.rule.c_str(),
                                 call.job.c_str(),
                                 call.pid,
                                 call.process.c_str(),
                                 call.source_host.c_str(),
                                 call.target_host.c_str(),
                                 call.source_node,
                                 call.target_node,
                                 values.data(),
                                 values.size()};
  pmb_outcome outcome{};
  table_->act(self_, &decision, &outcome);
  return outcome_of(call.move, outcome);
}

CallOutcome Plugin::poll(std::uint64_t move) {
  pmb_outcome outcome{};
  table_->poll(self_, move, &outcome);
  return outcome_of(move, outcome);
}

std::string Plugin::waits(const std::string& rules) {
  std::array<char, 256> why{};
  if (table_->ready(self_, rules.c_str(), why.data(), why.size()) != 0)
    return "";
  why.back() = '\0';
  return why[0] == '\0' ? "it is not ready" : why.data();
}

base::Result<Plugins> load_plugins(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (entry.path().extension() == ".so")
      paths.push_back(entry.path().string());
  if (error)
    return base::fail(error.value(), fmt::format("plugin folder {}: {}", folder,
                                                 error.message()));
  std::sort(paths.begin(), paths.end());
  Plugins out;
  for (const std::string& path : paths) {
    auto plugin = Plugin::load(path);
    if (!plugin) return base::fail(plugin.error().code, plugin.error().text);
    for (const auto& other : out)
      if (other->word() == (*plugin)->word())
        return base::fail(EEXIST, fmt::format("{}: a second action '{}'", path,
                                              other->word()));
    out.push_back(std::move(*plugin));
  }
  return out;
}

}  // namespace balance
