#include "action/plugin.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <span>

#include <dlfcn.h>
#include <fmt/format.h>

#include "lang/words.h"

namespace balance {
namespace {

bool is_word(const char* text) {
  if (text == nullptr || *text == '\0') return false;
  const std::string_view word(text);
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  return letter(word.front()) &&
         std::all_of(word.begin(), word.end(), [&](char c) {
           return letter(c) || c == '_' || (c >= '0' && c <= '9');
         });
}

base::Result<void> check_word(const char* word) {
  if (!is_word(word))
    return base::fail(
        EINVAL, fmt::format("'{}' is no word", word == nullptr ? "" : word));
  if (!lang::is_bare_name(word))
    return base::fail(EINVAL, fmt::format("'{}' is reserved", word));
  return {};
}

base::Result<void> check_table(const pmb_action* table) {
  if (table == nullptr) return base::fail(EINVAL, "it answers nothing");
  if (table->version != PMB_VERSION)
    return base::fail(EINVAL, fmt::format("its version is {}, not {}",
                                          table->version, PMB_VERSION));
  if (table->open == nullptr || table->act == nullptr ||
      table->poll == nullptr || table->close == nullptr)
    return base::fail(EINVAL, "a function is missing");
  if (const auto good = check_word(table->word); !good) return good;
  const std::span clauses(table->clauses, table->n_clauses);
  for (const pmb_clause& clause : clauses) {
    if (const auto good = check_word(clause.word); !good) return good;
    if (clause.parent == nullptr) continue;
    const std::string_view parent(clause.parent);
    if (std::none_of(clauses.begin(), clauses.end(),
                     [&](const auto& other) { return other.word == parent; }))
      return base::fail(EINVAL, fmt::format("'{}' belongs to '{}', which it "
                                            "does not have",
                                            clause.word, parent));
  }
  return {};
}

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
