// The shell of a PMDA: it connects a metric table and an Agent with
// libpcp_pmda's callbacks. No exception passes from an Agent into C.
#pragma once

#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "agent/clients.h"
#include "agent/instance_table.h"
#include "agent/metric_table.h"
#include "agent/value.h"

namespace agent {

/// One value that a client stores.
struct Store {
  const MetricRow* row;
  int instance;  ///< meaningless for a singular metric
  Value value;   ///< of the row's type
};

/// What an agent's own threads may not change until an answer is made; empty
/// for an agent that has none.
using Hold = std::unique_lock<std::mutex>;

/// What an agent does. libpcp_pmda calls from one thread, one call at a time.
class Agent {
 public:
  virtual ~Agent() = default;

  /// Called before each fetch, and before instances are listed or values are
  /// stored: makes the instances of each domain, by serial, as `client` may see
  /// them. The shell keeps what it returns until all of the request is
  /// answered.
  virtual Hold refresh(const Client& client,
                       std::span<InstanceTable> instances) = 0;

  /// The value of a metric; `row` is what the instance table says of the
  /// instance (0 for a singular metric). Follows a refresh().
  virtual Value value(const MetricRow& metric, std::size_t row) = 0;

  /// All that one pmStore(3) call names; 0, or a negative PM_ERR_* or -errno.
  virtual int store(const Client& client, std::span<const Store> stores) = 0;

  /// Labels of an instance as a JSON object; "" for none.
  virtual std::string labels(int indom, std::size_t row) = 0;
};

/// Sets up the callbacks (the table, in C++ form, and the agent must live as
/// long as the process, of which there is one agent) and calls pmdaInit().
void set_up(pmdaInterface& dispatch, const Table& table, Agent& agent);

}  // namespace agent
