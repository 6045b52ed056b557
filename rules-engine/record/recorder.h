// Writes what the engine finds and decides as a PCP archive (--record).
//
// A record for each time at which something was evaluated: the scheduled time
// of the tick, so that the record of a live run and that of a replay have
// records at the same times. What happens later than one tick and before the
// next is in the record of the next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/observer.h"
#include "record/archive_writer.h"
#include "record/engine_totals.h"
#include "record/rule_state.h"

namespace balance {

/// An error while writing is logged, once, and ends the recording; the engine
/// goes on.
class Recorder : public Observer {
 public:
  using Log = std::function<void(const std::string&)>;

  /// An archive `name` (as pmlogger takes it) of the rules of `program`, which
  /// must outlive it. `host` ("": this machine) and `zone` (as TZ takes it; "":
  /// the local one) are for the label. EEXIST if there are files of this name.
  /// `log` takes one line; without it pmNotifyErr() does.
  static base::Result<std::unique_ptr<Recorder>> open(const std::string& name,
                                                      const Program& program,
                                                      const std::string& host,
                                                      const std::string& zone,
                                                      Log log = {});
  /// Writes what is at hand and closes the archive.
  ~Recorder() override;

  /// The rules were read anew: from now on `program` is evaluated. A rule of a
  /// known name goes on as the same instance.
  void use(const Program& program) override;
  void config_ok(bool ok) override { config_ok_ = ok; }

  void evaluated(const Task& task, const Evaluator& columns,
                 const Tick& tick) override;
  void decided(const Decision& decision, double now_s) override;
  void fired(const Firing& firing, bool success, double now_s) override;
  void ended(std::uint64_t move, MoveState state, const std::string& reason,
             double now_s) override;

 private:
  /// A statement, as an instance of the archive.
  struct Line {
    RuleState state;
    std::uint32_t firings = 0;
    bool acts = false;       ///< firings are counted
    bool evaluated = false;  ///< since the last record
    bool fired = false;
  };
  /// What is new of a decision since the last record.
  struct Change {
    std::optional<Decision> decision;
    MoveState state = MoveState::asked;
    std::string reason;
  };
  Recorder(std::string name, std::unique_ptr<ArchiveWriter> writer, Log log);
  base::Result<void> add_rules(const Program& program);
  base::Result<int> instance_of(const Rule& rule);
  void advance(double now_s);
  void flush();
  base::Result<void> declare_decisions(std::uint64_t move);
  void put_rules();
  void put_change(std::uint64_t move, const Change& change);
  void put_totals();
  void count_firing(const std::string& rule);
  void require(const base::Result<void>& result);

  std::string name_;
  std::unique_ptr<ArchiveWriter> writer_;  ///< null: the recording has ended
  Log log_;
  const Program* program_ = nullptr;
  std::vector<int> instances_;  ///< of the program's rules; -1: not recorded
  std::map<std::string, int> by_rule_;
  std::map<std::string, int> by_name_;  ///< of the instance
  std::vector<Line> lines_;             ///< by instance
  std::uint64_t declared_ = 0;          ///< decisions up to this are instances
  std::map<std::uint64_t, Change> changes_;
  EngineTotals totals_;
  bool config_ok_ = true;
  bool written_config_ok_ = true;        ///< at the last evaluation
  std::optional<std::int64_t> time_us_;  ///< of the record at hand
};

}  // namespace balance
