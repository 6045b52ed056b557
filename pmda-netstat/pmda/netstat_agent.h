// The agent itself: views for readers, and the few stores that there are.
#pragma once

#include <string>

#include "agent/access.h"
#include "agent/agent.h"
#include "pmda/cgroup_names.h"
#include "pmda/metrics.h"
#include "pmda/sampler.h"
#include "pmda/view.h"

namespace netstat {

struct AgentOptions {
  agent::Access access;
  bool show_all = false;  ///< processes to everybody (-A)
};

class NetstatAgent : public agent::Agent {
 public:
  /// `sampler` must outlive it.
  NetstatAgent(Sampler& sampler, AgentOptions options)
      : sampler_(sampler), options_(std::move(options)) {}

  agent::Hold refresh(const agent::Client& client,
                      std::span<agent::InstanceTable> instances) override;
  agent::Value value(const agent::MetricRow& metric, std::size_t row) override;
  int store(const agent::Client& client,
            std::span<const agent::Store> stores) override;
  std::string labels(int indom, std::size_t row) override;

 private:
  base::Result<void> store_one(const agent::Store& store);
  const ProcessRow* process_of(int indom, std::size_t row) const;

  Sampler& sampler_;
  AgentOptions options_;
  Viewer viewer_;
  View view_;
  CgroupNames cgroups_;
};

}  // namespace netstat
