// Which instances metrics had when rules were last evaluated.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/observer.h"

namespace balance {

class SeenInstances : public Observer {
 public:
  /// `program` must outlive it.
  explicit SeenInstances(const Program& program)
      : program_(program), last_(program.metrics.size()) {}

  /// A metric, and a host as it is written.
  using Metric = std::pair<std::string, std::string>;
  /// Of the first host of each fetch that names no instances.
  std::map<Metric, std::vector<std::string>> names() const;

  void evaluated(const Task& task, const Evaluator& columns,
                 const Tick& tick) override;

 private:
  const Program& program_;
  std::vector<std::shared_ptr<const Index>> last_;  ///< beside the metrics
};

}  // namespace balance
