// Agent mode (-x): statements give the values of metrics to pmdasummary(1),
// which reads them on our standard output. A statement is the metric of its
// name.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <pcp/pmapi.h>

#include "base/diagnostic.h"
#include "base/result.h"
#include "check/checked.h"
#include "engine/observer.h"
#include "tools/agent_pdu.h"

namespace balance {

/// Of each name its metric, PM_ID_NULL where there is none.
using MetricIds = std::function<base::Result<std::vector<pmID>>(
    const std::vector<std::string>& names)>;

/// Asks the name space of this machine, or the one that was loaded (-n). The
/// error: there is none.
base::Result<std::vector<pmID>> local_metric_ids(
    const std::vector<std::string>& names);

/// The metric of each statement that is evaluated, in the order of the files.
/// What cannot be a metric is reported (A01): a statement with an action,
/// without a name, with a text as its value, or with a name that no metric has.
/// A number made of metrics that are not known has the type PM_TYPE_NOSUPPORT,
/// as in pmie: its units are not known either.
std::vector<AgentMetric> agent_metrics(const check::Checked& checked,
                                       const MetricIds& ids,
                                       base::Diagnostics& diagnostics);

/// Writes the descriptors at once, and the values of each evaluation.
class AgentStream : public Observer {
 public:
  using Write = std::function<void(const std::string& message)>;

  /// `metrics` stand beside the rules of `program`, which must outlive it.
  AgentStream(const Program& program, std::vector<AgentMetric> metrics,
              Write write);

  void evaluated(const Task& task, const Evaluator& columns,
                 const Tick& tick) override;

 private:
  const Program& program_;
  std::vector<AgentMetric> metrics_;
  Write write_;
};

/// Writes to standard output. When its reader has gone the run ends: by
/// SIGTERM, as if somebody had stopped it.
void write_to_agent(const std::string& message);

}  // namespace balance
