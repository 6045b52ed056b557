// The tick: fetch, evaluate, decide, hand over what is to be done.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "action/worker.h"
#include "engine/schedule.h"
#include "eval/decider.h"

namespace balance {

struct EngineOptions {
  bool dry_run = false;  ///< decide, do not act
  bool explain = false;  ///< say why each candidate was or was not taken
  bool values = false;   ///< the value of each rule at each evaluation
  bool times = false;    ///< the scheduled time beside the values
  std::optional<double> runtime_s;       ///< stop after that
  std::optional<std::uint64_t> samples;  ///< or after so many ticks
  std::uint64_t seed = 0;
};

/// What the engine wants of the world.
struct EngineWorld {
  std::function<double()> now_s;  ///< seconds since the epoch
  /// Sleeps until then; false: stop.
  std::function<bool(double until_s)> wait;
  std::function<void(const std::string&)> print;  ///< to stdout
  std::function<void(const std::string&)> log;    ///< one line
  std::function<std::string(HostId)> host_name;   ///< %h
};

class Engine {
 public:
  /// `plugins` are open unless `dry_run`. What is given must outlive the
  /// engine.
  Engine(const Program& program, Source& source, const Plugins& plugins,
         EngineOptions options, EngineWorld world);

  /// Until `wait` says stop or a limit is reached.
  void run();

  std::uint64_t missed() const { return missed_; }

 private:
  void want_metrics();
  void tick(const Schedule::Tick& due);
  void end_moves(double now_s);
  void end_move(std::uint64_t move, MoveState state, const std::string& reason,
                double now_s);
  void carry_out(const Rule& rule, const Outcome& outcome, double now_s);
  void ask(const Rule& rule, const Decision& decision, double now_s);
  void fire(const Firing& firing, double now_s);
  void show_values(const Schedule::Tick& due);

  const Program& program_;
  Source& source_;
  const Plugins& plugins_;
  EngineOptions options_;
  EngineWorld world_;
  Decider decider_;
  std::unique_ptr<ActionWorker> worker_;
  std::uint64_t missed_ = 0;
  std::map<std::uint64_t, std::string> moving_;  ///< texts of moves at hand
  std::map<std::uint64_t, double> rehearsed_;    ///< dry run: when they "end"
};

}  // namespace balance
