// The agent itself: views for readers, requests for those who store.
#pragma once

#include <optional>
#include <string>

#include "agent/access.h"
#include "agent/agent.h"
#include "agent/metrics.h"
#include "agent/source.h"
#include "agent/stores.h"
#include "agent/view.h"

namespace mosix {

/// What holds if there is no access file, in its syntax.
inline const char* const kShippedAccess =
    "read pcp pmbalance\noperate pmbalance\n";

struct AgentOptions {
  agent::Access access;
  bool show_all = false;       ///< processes to everybody (-A)
  bool unsafe_stores = false;  ///< by whom nothing is known, as root
};

class MosixAgent : public agent::Agent {
 public:
  MosixAgent(Source source, AgentOptions options)
      : source_(std::move(source)), options_(std::move(options)) {}

  agent::Hold refresh(const agent::Client& client,
                      std::span<agent::InstanceTable> instances) override;
  agent::Value value(const agent::MetricRow& metric, std::size_t row) override;
  int store(const agent::Client& client,
            std::span<const agent::Store> stores) override;
  std::string labels(int indom, std::size_t row) override;

 private:
  /// On whose behalf a store is passed on.
  struct Asker {
    uid_t uid;
    std::string name;
  };

  std::optional<Asker> asker_of(const agent::Client& client) const;
  base::Result<void> store_one(const Asker& asker, const agent::Store& store);
  base::Result<void> store_process(const Asker& asker,
                                   const agent::Store& store);
  base::Result<void> store_request(const Asker& asker,
                                   const agent::Store& store);
  base::Result<void> store_setting(const Asker& asker,
                                   const agent::Store& store);
  base::Result<void> check_owner(uid_t uid, const std::string& job) const;

  Source source_;
  AgentOptions options_;
  View view_;
  std::span<agent::InstanceTable> instances_;  ///< of view_
  bool bulk_ = false;
};

}  // namespace mosix
