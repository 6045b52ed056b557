// What an engine is about, for SIGUSR1.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "engine/observer.h"

namespace balance {

class StateDump : public Observer {
 public:
  /// `program` must outlive it.
  StateDump(const Program& program,
            std::function<std::string(HostId)> host_name)
      : program_(&program), host_name_(std::move(host_name)) {}

  /// Hosts, tasks, the rules of each with their last values, moves under way;
  /// one line each.
  std::string text() const;

  void use(const Program& program) override;
  void evaluated(const Task& task, const Evaluator& columns,
                 const Tick& tick) override;
  void decided(const Decision& decision, double now_s) override;
  void fired(const Firing& firing, bool success, double now_s) override;
  void ended(std::uint64_t move, MoveState state, const std::string& reason,
             double now_s) override;

 private:
  std::string task_text(std::size_t task) const;

  const Program* program_;
  std::function<std::string(HostId)> host_name_;
  const Evaluator* columns_ = nullptr;
  std::map<std::size_t, Tick> ticks_;  ///< by task: the last one
  std::map<std::uint64_t, std::string> moving_;
  std::uint64_t evaluations_ = 0, missed_ = 0, fired_ = 0, decided_ = 0;
};

}  // namespace balance
