// Shows what a running engine finds and decides as PCP metrics, through
// pmdammv(1): the metrics of records, as of now.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/observer.h"
#include "publish/mmv_file.h"
#include "record/engine_totals.h"
#include "record/rule_state.h"

namespace balance {

class LivePublisher : public Observer {
 public:
  using Log = std::function<void(const std::string&)>;

  /// Of more rules the others are not shown.
  static constexpr std::size_t kMostRules = 1000;

  /// `name` is that of the set of rules; `program` must outlive this, or the
  /// next use(). An engine that cannot be shown works all the same. `log` takes
  /// one line, if later something fails.
  static base::Result<std::unique_ptr<LivePublisher>> open(
      const std::string& name, const Program& program, Log log);

  void use(const Program& program) override;
  void config_ok(bool ok) override;
  void evaluated(const Task& task, const Evaluator& columns,
                 const Tick& tick) override;
  void decided(const Decision& decision, double now_s) override;
  void fired(const Firing& firing, bool success, double now_s) override;
  void ended(std::uint64_t move, MoveState state, const std::string& reason,
             double now_s) override;

 private:
  static constexpr std::size_t kNotShown = static_cast<std::size_t>(-1);

  /// A statement, as an instance.
  struct Line {
    MmvFile::Instance instance;
    std::string rule;  ///< its name as written
    RuleState state;
    std::uint32_t firings = 0;
    bool acts = false;
  };
  struct Shown {
    std::uint64_t number = 0;  ///< 0: none yet
    std::string job, source, destination, action, rule;
    std::optional<double> gain, cost;
    MoveState state = MoveState::asked;
    std::string reason;
  };

  LivePublisher(MmvName name, Log log)
      : name_(std::move(name)), log_(std::move(log)) {}
  void add_rules(const Program& program);
  base::Result<void> make_file();
  void put_line(std::size_t place);
  void put_decision(std::size_t slot);
  void put_totals();
  void count_firing(const std::string& rule);

  MmvName name_;
  Log log_;
  std::unique_ptr<MmvFile> file_;  ///< null: nothing is shown any more
  const Program* program_ = nullptr;
  std::vector<Line> lines_;
  std::vector<std::size_t> line_of_;  ///< of the program's rules
  std::map<std::string, std::size_t> by_rule_;
  std::array<Shown, kDecisionSlots> decisions_;
  std::set<std::uint64_t> open_;  ///< decisions that have not ended
  EngineTotals totals_;
  bool config_ok_ = true;
};

}  // namespace balance
