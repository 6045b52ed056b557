// The tick: fetch, evaluate, decide, hand over what is to be done.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "action/text_worker.h"
#include "action/worker.h"
#include "engine/observer.h"
#include "engine/report.h"
#include "engine/schedule.h"
#include "engine/wants.h"
#include "eval/decider.h"

namespace balance {

struct EngineOptions {
  bool dry_run = false;  ///< decide, do not act; always so with archives
  bool archive = false;  ///< says it in pmie's way: "migrate CTIME: …"
  bool explain = false;  ///< say why each candidate was or was not taken
  ValueFormat show = {};
  std::optional<double> begin_s = {};         ///< of the first tick; else now
  std::optional<double> end_s = {};           ///< the last tick is not later
  std::optional<std::uint64_t> samples = {};  ///< so many ticks at the most
  std::uint64_t seed = 0;
  std::string rules = {};        ///< name of the set of rules, for plugins
  std::vector<Move> moves = {};  ///< of an earlier engine, all ended
};

/// Rule files that were read anew.
struct Reload {
  /// Null: they have errors, and the rules at hand go on.
  const Program* program = nullptr;
};

/// What the engine wants of the world.
struct EngineWorld {
  std::function<double()> now_s;  ///< seconds since the epoch
  /// Sleeps until then; false: stop.
  std::function<bool(double until_s)> wait;
  std::function<void(const std::string&)> print;  ///< to stdout
  std::function<void(const std::string&)> log;    ///< one line
  std::function<std::string(HostId)> host_name;   ///< %h
  std::function<std::string(HostId)> connection;  ///< %c; absent: as written
  /// Executes a text action; whether it succeeded.
  std::function<bool(const Firing&, double now_s)> act;
  /// Accepts text actions that take long, or says why not, see
  /// TextWorker::submit(); absent: `act` executes them.
  std::function<std::string(TextJob)> hand_over;
  std::function<std::vector<TextDone>()> take_done;
  /// At the end: waits for those that were handed over.
  std::function<void()> drain;
  /// The record of moves has changed.
  std::function<void(const std::vector<Move>&)> keep;
  /// Whether the actions of a rule may be carried out. Absent: yes.
  std::function<bool(const Rule&)> may_act;
  /// Rules read anew since the last call. The program before may go with the
  /// next call.
  std::function<std::optional<Reload>()> reload;
  /// When to evaluate all rules next, instead of each at its delta: the times
  /// of records. Nothing: the end.
  std::function<std::optional<double>()> next_record_s;
  std::vector<Observer*> observers;
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
  Decider::Options decider_options();
  void take_reload();
  void use(const Program& program);
  std::optional<Schedule::Tick> next();
  void tick(const Schedule::Tick& due);
  void evaluate(const Task& task, const Snapshot& snapshot);
  void end_moves(double now_s);
  void end_move(std::uint64_t move, MoveState state, const std::string& reason,
                double now_s);
  void end_texts();
  void carry_out(const Rule& rule, const Outcome& outcome, double now_s);
  void ask(const Rule& rule, const Decision& decision, double now_s);
  bool fire(const Firing& firing);
  bool hand_over(const Action& action, const Firing& about);
  void tell_fired(const Firing& firing, bool success);
  void show_values(const Task& task, double now_s);
  void tell_observers(std::size_t task, Observer::Tick tick,
                      const Snapshot& snapshot);
  void say_doubts();
  void say_who_waits();

  const Program* program_;
  Source& source_;
  const Plugins& plugins_;
  EngineOptions options_;
  EngineWorld world_;
  std::unique_ptr<Decider> decider_;
  std::unique_ptr<Wants> wants_;
  std::optional<Schedule> schedule_;
  std::vector<std::size_t> due_;  ///< the tasks that the source fetches for
  std::unique_ptr<ActionWorker> worker_;
  std::uint64_t missed_ = 0;
  double now_s_ = 0;                             ///< of the tick at hand
  std::map<std::uint64_t, std::string> moving_;  ///< texts of moves at hand
  std::map<std::uint64_t, double> rehearsed_;    ///< dry run: when they "end"
  std::map<std::string, std::string> waits_;     ///< by word: as last said
  bool moves_changed_ = false;
  std::set<std::uint32_t> late_;  ///< numbers of actions not accepted: said
};

}  // namespace balance
