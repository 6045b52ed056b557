#include <csignal>
#include <cstdio>
#include <stdexcept>

#include <pcp/pmapi.h>

#include "column.h"

namespace bench {

namespace {

int check(int status) {
  if (status < 0) {
    char text[PM_MAXERRMSGLEN];
    throw std::runtime_error(pmErrStr_r(status, text, sizeof text));
  }
  return status;
}

/// Between its turns the agent is stopped: it must not take part in the others'
/// samples.
class Agent : public Column {
 public:
  Agent(std::string name, const std::string& host, pid_t agent,
        std::vector<std::string> metrics, bool children)
      : name_(std::move(name)),
        agent_(agent),
        children_(children),
        context_(check(pmNewContext(PM_CONTEXT_HOST, host.c_str()))) {
    for (const std::string& metric : metrics) {
      const char* word = metric.c_str();
      pmID id = 0;
      check(pmLookupName(1, &word, &id));
      ids_.push_back(id);
    }
  }
  ~Agent() override {
    kill(agent_, SIGCONT);
    pmDestroyContext(context_);
  }
  Agent(const Agent&) = delete;

  std::string name() const override { return name_; }

  double sample() override {
    kill(agent_, SIGCONT);
    check(pmUseContext(context_));
    // Before, it gets to where it is in daily life: after a long stop it has no
    // values, until it has made a sample.
    for (int i = 0; fetch() <= 0 && i < 50; ++i) rest();
    rest();
    fetch();
    rest();
    constexpr int kSamples = 3;
    const double start = used();
    for (int i = 0; i < kSamples; ++i) {
      if (fetch() <= 0) throw std::runtime_error(name_ + ": no values");
      rest();
    }
    const double end = used();
    kill(agent_, SIGSTOP);
    return (end - start) / kSamples;
  }

 private:
  double used() const {
    return cpu_ms(agent_) + (children_ ? ended_children_ms(agent_) : 0);
  }

  /// How many values of the first metric there are; negative: an error, as when
  /// there are none yet.
  int fetch() {
    pmResult* result = nullptr;
    check(pmFetch(static_cast<int>(ids_.size()), ids_.data(), &result));
    const int values = result->vset[0]->numval;
    pmFreeResult(result);
    return values;
  }

  std::string name_;
  pid_t agent_;
  bool children_;
  int context_;
  std::vector<pmID> ids_;
};

}  // namespace

void add_agent(Columns& columns, const std::string& name,
               const std::string& host, pid_t agent,
               const std::vector<std::string>& metrics, bool children) {
  columns.push_back(
      std::make_unique<Agent>(name, host, agent, metrics, children));
}

}  // namespace bench
