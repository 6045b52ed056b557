// -d: pmie's commands for trying out rules, from a terminal or a file.
#pragma once

#include <functional>
#include <istream>
#include <map>
#include <string>

#include "tools/rule_files.h"
#include "tools/seen_instances.h"
#include "tools/time_window.h"

namespace balance {

class Interactive {
 public:
  struct World {
    std::function<LoadedRules(const Sources&)> load;
    std::function<void(const Program&, const TimeWindow&, Observer&)> run;
    std::function<void(const std::string&)> print;  ///< to stdout
    std::function<void(const std::string&)> error;  ///< to stderr
    std::function<double()> now_s;  ///< live only: runs begin now
    /// Until rules were evaluated, its instances are those that are listed.
    ListingWorld hosts;
  };

  /// `program`: the name in the prompt. `window`: of the first run. `whole`:
  /// what there is, for `S`.
  Interactive(std::string program, const TimeWindow& window,
              const TimeWindow& whole, World world);

  /// Adds a rule file to those that are loaded; false if it cannot be read.
  bool load(const std::string& path);
  /// Obeys until `q` or the end of `in`.
  void obey(std::istream& in);

 private:
  /// False: quit.
  bool obey_line(const std::string& line, std::istream& in);
  void add(const std::shared_ptr<const base::SourceFile>& source);
  void load_text(std::istream& in);
  std::string text_of(const ListingParts& parts) const;
  /// The rule of that name, or all; none: there is no such rule.
  std::vector<const Listed*> find(const std::string& name) const;
  void list(const std::string& name);
  void list_bindings(const std::string& name);
  void run(const std::string& interval);
  void set_start(const std::string& time);
  bool set_length(const std::string& interval);

  std::string program_;
  World world_;
  TimeWindow window_, whole_;
  double length_s_;
  Sources sources_;
  LoadedRules rules_;
  std::map<SeenInstances::Metric, std::vector<std::string>> seen_;
};

}  // namespace balance
