// Action plugins: found in a folder, checked, and called.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "action/pmbalance_action.h"
#include "base/result.h"

namespace balance {

/// A move to ask for.
struct Call {
  struct Extra {
    std::string word;
    double number;
    int truth;  ///< 0, 1, -1 unknown
    std::string text;
  };
  std::uint64_t move = 0;
  std::string word;  ///< of the action
  std::string rule;
  std::string job;
  int pid = 0;
  std::string process;
  std::string source_host, target_host;
  int source_node = PMB_NODE_UNKNOWN;
  int target_node = PMB_NODE_UNKNOWN;
  std::vector<Extra> extra;
};

struct CallOutcome {
  std::uint64_t move = 0;
  pmb_state state = PMB_ASKED;
  std::string reason;
};

/// One plugin. `open` before the other calls; all from one thread at a time.
class Plugin {
 public:
  /// A plugin with this table, which must outlive it; refused if the version is
  /// another or a word of it cannot be one.
  static base::Result<std::unique_ptr<Plugin>> make(const pmb_action* table);
  /// The plugin in a shared object, which stays loaded.
  static base::Result<std::unique_ptr<Plugin>> load(const std::string& path);

  ~Plugin();
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;

  std::string_view word() const { return table_->word; }
  const pmb_action& table() const { return *table_; }
  base::Result<void> open();
  CallOutcome act(const Call& call);
  CallOutcome poll(std::uint64_t move);
  bool asks_ready() const { return table_->ready != nullptr; }
  /// Why it should not act on this set of rules now; "": it may.
  std::string waits(const std::string& rules);

 private:
  explicit Plugin(const pmb_action* table) : table_(table) {}
  const pmb_action* table_;
  void* self_ = nullptr;
};

using Plugins = std::vector<std::unique_ptr<Plugin>>;

/// All plugins (*.so) of a folder, in the order of their names. One that is
/// refused, or a second one of the same word, is an error.
base::Result<Plugins> load_plugins(const std::string& folder);

}  // namespace balance
