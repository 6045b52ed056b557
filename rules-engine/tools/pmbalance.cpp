// pmbalance: evaluates rules over the metrics of many hosts and acts on them.
#include <chrono>
#include <cstdio>
#include <exception>
#include <iostream>

#include <fmt/format.h>
#include <pcp/pmapi.h>

#include "base/clock.h"
#include "pmapi/metadata.h"
#include "record/logger_config.h"
#include "tools/interactive.h"
#include "tools/live.h"
#include "tools/replay.h"
#include "tools/rule_files.h"
#include "tools/run_tests.h"

namespace {

using namespace balance;

constexpr double kPatience_s = 1;
/// At the start, for each host that rules name.
constexpr std::chrono::seconds kHostPatience{1};

class Pmbalance {
 public:
  Pmbalance(int argc, char** argv) : command_(read_command_line(argc, argv)) {}

  int run();

 private:
  /// For messages of our own: "pmbalance: TEXT". The answer is the status.
  int fail(const std::string& text) const;
  bool live() const { return !archives_; }
  bool open_plugins();
  bool open_sources();
  void set_zone() const;
  base::Result<TimeWindow> window() const;
  bool needs_metrics() const;
  LoadedRules load(const Sources& sources, check::Metrics* metrics,
                   std::vector<std::string> hosts = {""}) const;
  LoadedRules load(const Sources& sources) const {
    return load(sources, metrics_.get());
  }
  LoadedRules load_anew(const Sources& sources,
                        const std::vector<std::string>& hosts) const;
  bool waits_for_host(const LoadedRules& rules) const;
  int run_files();
  int evaluate(const Program& program, const TimeWindow& window,
               const std::string& config, Observer* observer = nullptr,
               Sources sources = {});
  int interact();
  void print_logger_config(const Program& program) const;

  const CommandLine command_;
  Plugins plugins_;
  std::optional<ArchiveSet> archives_;
  std::unique_ptr<check::Metrics> metrics_;
  std::unique_ptr<Daemon> daemon_;  ///< null: interactive
};

int Pmbalance::fail(const std::string& text) const {
  std::fprintf(stderr, "%s: %s\n", command_.program.c_str(), text.c_str());
  return 1;
}

bool Pmbalance::open_plugins() {
  auto plugins = load_plugins(command_.plugin_folder);
  if (!plugins) return fail(plugins.error().text), false;
  plugins_ = std::move(*plugins);
  return true;
}

bool Pmbalance::open_sources() {
  if (command_.archives.empty()) {
    // Who only checks wants to know; who runs will see when a host comes.
    metrics_ = command_.then == CommandLine::Then::check
                   ? live_metrics(command_.host)
                   : live_metrics(command_.host, kHostPatience);
    return true;
  }
  auto archives = ArchiveSet::open(command_.archives);
  if (!archives) return fail(archives.error().text), false;
  archives_ = std::move(*archives);
  metrics_ = archive_metrics(*archives_);
  return true;
}

/// As in pmie, a zone that cannot be had is no reason to stop.
void Pmbalance::set_zone() const {
  if (!command_.zone.empty()) {
    if (const auto set = use_zone(command_.zone); !set)
      fail("cannot set timezone to " + command_.zone + '\n' + set.error().text);
    return;
  }
  if (!command_.host_zone) return;
  const std::string source =
      live() ? command_.host : archives_->archives().front().name;
  const auto set =
      use_zone_of(live() ? PM_CONTEXT_HOST : PM_CONTEXT_ARCHIVE, source);
  if (!set)
    fail("cannot set timezone from " + source + '\n' + set.error().text);
  else if (!command_.agent)
    std::printf("%s: timezone set to local timezone from %s\n",
                command_.program.c_str(), source.c_str());
}

base::Result<TimeWindow> Pmbalance::window() const {
  if (live())
    return time_window(command_, base::wall_clock_s(), end_of_time_s());
  return time_window(command_, archives_->begin_s(), archives_->end_s());
}

/// Some of what can be asked for is about the text alone.
bool Pmbalance::needs_metrics() const {
  return !command_.pmlogger_config &&
         (command_.dump.empty() || command_.dump == "types");
}

LoadedRules Pmbalance::load(const Sources& sources, check::Metrics* metrics,
                            std::vector<std::string> hosts) const {
  LoadOptions options;
  if (needs_metrics()) options.check.metrics = metrics;
  options.check.hosts = std::move(hosts);
  options.check.delta_s = command_.delta_s;
  options.check.units_are_errors = command_.units_errors;
  // Live a metric may come later; who only checks wants to know now.
  const bool checks = command_.then == CommandLine::Then::check;
  options.check.metrics_must_exist = (!live() || checks) && !command_.partial;
  options.check.default_host_may_come = live() && !checks && !command_.agent;
  options.check.drop_absent = !live() && command_.partial;
  options.dump = command_.dump;
  options.json = command_.json;
  options.strict = command_.warnings_errors;
  options.style = checks;
  options.agent = command_.agent;
  options.listing = command_.then == CommandLine::Then::interact;
  return load_sources(sources, catalogue_of(plugins_), options);
}

/// At SIGHUP, in a thread of its own: with connections of its own.
LoadedRules Pmbalance::load_anew(const Sources& sources,
                                 const std::vector<std::string>& hosts) const {
  const auto metrics = live_metrics(command_.host, kHostPatience);
  LoadedRules out = load(sources, metrics.get(), hosts);
  out.unreachable = metrics->unreachable();
  return out;
}

void Pmbalance::print_logger_config(const Program& program) const {
  LoggerNeeds needs;
  for (const auto& plugin : plugins_)
    for (std::size_t i = 0; i < plugin->table().n_needs; ++i) {
      const pmb_need& need = plugin->table().needs[i];
      if (need.what != PMB_NEED_ROW || asks_rows(program))
        needs.metrics.emplace_back(need.metric);
    }
  needs.derived = global_derived();
  needs.default_host =
      live() ? command_.host : archives_->archives().front().host;
  std::fputs(pmlogger_config(program, needs).c_str(), stdout);
}

int Pmbalance::evaluate(const Program& program, const TimeWindow& window,
                        const std::string& config, Observer* observer,
                        Sources sources) {
  RunRequest request{program,
                     plugins_,
                     command_,
                     window,
                     config,
                     daemon_.get(),
                     metrics_->unreachable(),
                     observer,
                     std::move(sources),
                     {}};
  if (!request.sources.empty())
    request.load = [this](const Sources& anew,
                          const std::vector<std::string>& hosts) {
      return load_anew(anew, hosts);
    };
  return live() ? run_live(request) : run_replay(request, *archives_);
}

/// The reader of agent mode takes the first description of a metric for good,
/// and the pmcd that started it may not be ready.
bool Pmbalance::waits_for_host(const LoadedRules& rules) const {
  if (!command_.agent || command_.then == CommandLine::Then::check)
    return false;
  return rules.program && metrics_->unreachable().contains("");
}

int Pmbalance::run_files() {
  Sources sources;
  std::string config;
  for (const std::string& name : command_.files) {
    const std::string path = find_rule_file(name);
    auto source = read_rule_file(path);
    if (!source) return fail(source.error().text);
    if (sources.empty() && path != "-") config = absolute_path(path);
    sources.push_back(std::move(*source));
  }
  LoadedRules rules = load(sources);
  for (bool told = false; waits_for_host(rules); told = true) {
    if (!told) std::fputs(rules.messages.c_str(), stderr);
    if (!sleep_until(base::wall_clock_s() + kPatience_s, {})) return 0;
    metrics_ = live_metrics(command_.host);
    rules = load(sources);
  }
  std::fputs(rules.messages.c_str(), stderr);
  std::fputs(rules.dump.c_str(), stdout);
  if (!rules.program) return 1;
  if (command_.pmlogger_config) {
    print_logger_config(*rules.program);
    return 0;
  }
  if (command_.then == CommandLine::Then::check || !command_.dump.empty())
    return 0;
  const auto when = window();
  if (!when) return 1;
  if (!command_.agent)
    return evaluate(*rules.program, *when, config, nullptr, sources);
  AgentStream agent(*rules.program, rules.metrics, write_to_agent);
  return evaluate(*rules.program, *when, config, &agent);
}

int Pmbalance::interact() {
  Interactive::World world;
  world.load = [this](const Sources& sources) { return load(sources); };
  world.run = [this](const Program& program, const TimeWindow& when,
                     Observer& observer) {
    block_signals();
    evaluate(program, when, "", &observer);
    unblock_signals();
  };
  world.print = [](const std::string& text) {
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
  };
  world.error = [](const std::string& text) {
    std::fputs(text.c_str(), stderr);
  };
  if (live()) world.now_s = base::wall_clock_s;
  world.hosts.host_name = [this](const std::string& host) {
    return metrics_->host_name(host);
  };
  world.hosts.instances = [this](const std::string& metric,
                                 const std::string& host) {
    return metrics_->instances(metric, host);
  };
  const auto when = window();
  if (!when) return 1;
  const TimeWindow whole =
      live() ? *when : TimeWindow{archives_->begin_s(), archives_->end_s()};
  Interactive interactive(command_.program, *when, whole, std::move(world));
  for (const std::string& file : command_.files)
    if (!interactive.load(file)) return 1;
  interactive.obey(std::cin);
  return 0;
}

int Pmbalance::run() {
  if (command_.then == CommandLine::Then::exit_good) return 0;
  if (command_.then == CommandLine::Then::exit_bad) return 1;
  if (!open_plugins()) return 1;
  if (command_.then == CommandLine::Then::test)
    return run_tests(command_, plugins_);
  if (!open_sources()) return 1;
  if (command_.then != CommandLine::Then::interact) {
    auto daemon = Daemon::start(command_);
    if (!daemon) return fail(daemon.error().text);
    daemon_ = std::move(*daemon);
  } else if (command_.one_stream) {
    join_streams();
  }
  // Before any thread is made: all inherit it, and the main one waits for them.
  if (daemon_) block_signals();
  set_zone();
  // What is wrong with times is said before rules are read.
  if (const auto when = window(); !when) {
    std::fputs(when.error().text.c_str(), stderr);
    return 1;
  }
  return daemon_ ? run_files() : interact();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Pmbalance(argc, argv).run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", pmGetProgname(), error.what());
    return 1;
  }
}
