// -d: pmie's commands for trying out rules, from a terminal or a file.
#pragma once

#include <functional>
#include <istream>
#include <string>

#include "tools/rule_files.h"
#include "tools/time_window.h"

namespace balance {

class Interactive {
 public:
  struct World {
    std::function<LoadedRules(const Sources&)> load;
    std::function<void(const Program&, const TimeWindow&)> run;
    std::function<void(const std::string&)> print;  ///< to stdout
    std::function<void(const std::string&)> error;  ///< to stderr
    std::function<double()> now_s;  ///< live only: runs begin now
  };

  /// `program`: the name in the prompt. `window`: of the first run; its end
  /// bounds what `S` may be.
  Interactive(std::string program, const TimeWindow& window, World world);

  /// Adds a rule file to those that are loaded.
  void load(const std::string& path);
  /// Obeys until `q` or the end of `in`.
  void obey(std::istream& in);

 private:
  /// False: quit.
  bool obey_line(const std::string& line, std::istream& in);
  void add(const std::shared_ptr<const base::SourceFile>& source);
  void load_text(std::istream& in);
  void list(const std::string& name);
  void list_bindings(const std::string& name);
  void run(const std::string& interval);
  void set_start(const std::string& time);
  bool set_length(const std::string& interval);
  void say_undefined(const std::string& name);

  std::string program_;
  World world_;
  TimeWindow window_;
  double length_s_;
  Sources sources_;
  LoadedRules rules_;
};

}  // namespace balance
