// The file by which pmcd's own agent shows a running engine as pmcd.pmie.*, in
// the form that pmie keeps.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "engine/observer.h"

namespace balance {

/// pmie's layout on 64-bit Linux; pmdapmcd takes no file of another size.
struct PmieStats {
  char config[4097];   ///< path of the first rule file, or "<stdin>"
  char logfile[4097];  ///< its path, or "<none>"
  char default_host[65];
  float eval_expected;  ///< evaluations of expressions, per second
  std::uint32_t rules;
  std::uint32_t actions;                              ///< executed so far
  std::uint32_t eval_true, eval_false, eval_unknown;  ///< conditions so far
  std::uint32_t eval_actual;                          ///< expressions so far
  std::uint32_t version;                              ///< 1
};
static_assert(sizeof(PmieStats) == 8292);

/// Lives as long as the file, which it removes.
class StatsFile : public Observer {
 public:
  struct Facts {
    std::string config;  ///< "": standard input
    std::string log;     ///< "": none
    /// The default host as its pmcd calls it; asked again at each evaluation.
    std::function<std::string()> host;
  };

  /// The file `folder`/PID; the folder is made if it is not there.
  static base::Result<std::unique_ptr<StatsFile>> open(
      const std::string& folder, const Program& program, Facts facts);
  ~StatsFile() override;
  StatsFile(const StatsFile&) = delete;
  StatsFile& operator=(const StatsFile&) = delete;

  void use(const Program& program) override;
  void evaluated(const Task& task, const Evaluator& columns,
                 const Tick& tick) override;
  void decided(const Decision& decision, double now_s) override;
  void fired(const Firing& firing, bool success, double now_s) override;

 private:
  StatsFile(std::string path, PmieStats* stats, Facts facts);

  std::string path_;
  PmieStats* stats_;  ///< mapped
  Facts facts_;
  std::string host_;
  const Program* program_ = nullptr;
};

}  // namespace balance
