// One connection to a pmcd, and what it answers as values of eval.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "eval/snapshot.h"
#include "pmapi/decode.h"

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

  /// Null: no value.
  using Samples = std::vector<std::shared_ptr<const Sample>>;
  /// The metrics at `places` of `names`, which may only grow from call to call;
  /// samples beside `places`. One round trip, once all are known. An error
  /// means that the connection is of no use any more.
  base::Result<Samples> fetch(const std::vector<std::string>& names,
                              const std::vector<std::size_t>& places,
                              double received_s);

 private:
  struct Metric {
    bool found = false;
    Form form;
    std::shared_ptr<const Layout> layout;  ///< of the last fetch
  };

  explicit Context(int handle) : handle_(handle) {}
  base::Result<void> resolve(const std::vector<std::string>& names);

  int handle_;
  std::vector<Metric> metrics_;  ///< beside the names
  Rosters rosters_{Rosters::Kind::live};
  unsigned fetches_ = 0;
};

}  // namespace balance
