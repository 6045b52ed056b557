// One connection to a pmcd, and what PMAPI answers as values of eval. Only this
// folder includes pmapi.h.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <pcp/pmapi.h>

#include "base/result.h"
#include "eval/snapshot.h"

namespace balance {

/// PM_ERR_* in words.
std::string pm_error(int code);

/// Of one thread. Metrics that cannot be found now are looked for again when
/// the agents of the pmcd change, and now and then.
class Context {
 public:
  /// Connects; waits at most PMCD_CONNECT_TIMEOUT.
  static base::Result<std::unique_ptr<Context>> connect(
      const std::string& host);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  /// The name that the pmcd gives its host.
  std::string host_name() const;

  using Samples =
      std::vector<std::pair<std::string, std::shared_ptr<const Sample>>>;
  /// All metrics of `names` that have values, in one round trip. An error means
  /// that the connection is of no use any more.
  base::Result<Samples> fetch(const std::vector<std::string>& names,
                              double received_s);

 private:
  struct Metric {
    bool found = false;
    pmDesc desc{};
    double scale = 1;
  };

  explicit Context(int handle) : handle_(handle) {}
  base::Result<void> resolve(const std::vector<std::string>& names);
  std::shared_ptr<const Sample> sample(const Metric& metric,
                                       const pmValueSet& set, double taken_s,
                                       double received_s);
  std::shared_ptr<const InstanceNames> names_of(pmInDom domain,
                                                const Sample& sample);

  int handle_;
  std::map<std::string, Metric> metrics_;
  std::map<pmInDom, std::shared_ptr<const InstanceNames>> instances_;
  unsigned fetches_ = 0;
};

}  // namespace balance
