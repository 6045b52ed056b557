#include "tools/live.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <pcp/pmapi.h>
#include <syslog.h>

#include "action/text_actions.h"
#include "action/text_worker.h"
#include "base/clock.h"
#include "eval/policy.h"
#include "pmapi/live_source.h"
#include "program/actions.h"
#include "program/renumber.h"
#include "publish/live_publisher.h"
#include "tools/moves_file.h"
#include "tools/reloader.h"
#include "tools/stats_file.h"

namespace balance {
namespace {

/// A tick waits at most this long for hosts that answered the last time.
constexpr std::chrono::milliseconds kPatience{1000};

/// A command that hangs shall not hold up those that wait behind it for ever.
constexpr std::chrono::minutes kShellDeadline{5};

std::chrono::milliseconds patience_of(const Program& program) {
  const double quarter_ms = shortest_delta_s(program) * 250;
  if (quarter_ms >= static_cast<double>(kPatience.count())) return kPatience;
  return std::chrono::milliseconds(static_cast<long>(quarter_ms));
}

std::vector<std::string> host_specs(const Program& program,
                                    const std::string& default_host) {
  std::vector<std::string> out = program.hosts;
  out.front() = default_host;
  return out;
}

std::string setting(const char* name) {
  const char* value = pmGetOptionalConfig(name);
  return value == nullptr ? "" : value;
}

void print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

void log_error(const base::Error& error) {
  pmNotifyErr(LOG_ERR, "%s", error.text.c_str());
}

TextActions::Options action_options(const CommandLine& command) {
  TextActions::Options out;
  out.print = print;
  out.log = log_line;
  out.setting = setting;
  out.shell_deadline = kShellDeadline;
  out.stomp_file = command.stomp_file;
  return out;
}

bool open_all(const Plugins& plugins) {
  for (const auto& plugin : plugins)
    if (const auto opened = plugin->open(); !opened) {
      log_error(opened.error());
      return false;
    }
  return true;
}

class LiveRun {
 public:
  explicit LiveRun(const RunRequest& request)
      : request_(request),
        command_(request.command),
        program_(&request.program),
        session_(request),
        quick_(action_options(request.command)),
        slow_(slow_options()),
        source_(host_specs(request.program, request.command.host),
                patience_of(request.program), request.silent) {}

  int run();

 private:
  TextActions::Options slow_options() {
    TextActions::Options out = action_options(command_);
    out.stopping = [this] { return stopped_.load(); };
    return out;
  }
  bool prepare();
  void publish();
  EngineOptions options();
  EngineWorld world();
  void add_actions(EngineWorld& world);
  bool act(const Firing& firing, double now_s);
  void start_reloader();
  std::optional<Reload> reload();
  Reload judge(Reloader::Result& result);
  void check_hosts_that_came();
  void judge_check(const LoadedRules& rules);
  void find_unseen(const std::set<std::string>& unreachable);
  Reload use(Program fresh);
  void keep(const std::vector<Move>& moves);
  void drain();
  bool wait(double until_s);
  std::string host_name(HostId host) const { return source_.host_name(host); }

  const RunRequest& request_;
  const CommandLine& command_;
  const Program* program_;
  std::unique_ptr<Program> own_;     ///< what `program_` is after a reload
  std::unique_ptr<Program> before_;  ///< the engine may still look at it
  Session session_;
  TextActions quick_;  ///< of the thread that evaluates
  TextActions slow_;   ///< of the text worker's thread
  LiveSource source_;
  SignalActions signals_;
  /// Hosts whose metrics could not be looked up when the rules were read.
  std::set<HostId> unseen_;
  std::set<std::string> wrong_;  ///< rules that do not act
  std::string moves_file_;
  bool keep_failed_ = false;
  std::atomic<bool> stopped_ = false;
  std::unique_ptr<Reloader> reloader_;
  std::unique_ptr<TextWorker> worker_;
};

bool LiveRun::prepare() {
  if (!command_.dry_run && !open_all(request_.plugins)) return false;
  if (!command_.dry_run)
    if (const auto ready = slow_.prepare(*program_); !ready)
      return log_error(ready.error()), false;
  if (const auto recorded = session_.record(""); !recorded)
    return log_error(recorded.error()), false;
  if (request_.daemon != nullptr) publish();
  return true;
}

/// pmcd.pmie.* and mmv.pmbalance.*; an engine that cannot be shown there works
/// all the same. Without pmdammv its folder is not there.
void LiveRun::publish() {
  StatsFile::Facts facts;
  facts.config = request_.config;
  facts.log = request_.daemon->log_path();
  facts.host = [this] { return host_name(0); };
  const std::string folder = std::string(pmGetConfig("PCP_TMP_DIR")) + "/pmie";
  auto file = StatsFile::open(folder, *program_, std::move(facts));
  if (file) session_.observe(std::move(*file));
  if (command_.agent) return;
  auto live = LivePublisher::open(rules_name(command_), *program_, log_line);
  if (live)
    session_.observe(std::move(*live));
  else if (command_.daemon && live.error().code != ENOENT)
    log_line("not shown as metrics: " + live.error().text);
}

EngineOptions LiveRun::options() {
  EngineOptions out =
      session_.options([this](HostId host) { return host_name(host); });
  if (command_.dry_run) return out;
  moves_file_ = command_.ledger_file;
  if (moves_file_.empty() && command_.daemon)
    moves_file_ = default_moves_file(out.rules);
  if (moves_file_.empty()) return out;
  auto moves = read_moves(moves_file_, base::wall_clock_s());
  if (moves)
    out.moves = std::move(*moves);
  else
    log_error(moves.error());
  return out;
}

EngineWorld LiveRun::world() {
  EngineWorld out =
      session_.world([this](HostId host) { return host_name(host); });
  signals_ = session_.signal_actions();
  out.connection = [this](HostId host) {
    return host == 0 ? command_.host : program_->hosts[host];
  };
  out.now_s = base::wall_clock_s;
  out.print = print;
  out.wait = [this](double until_s) { return wait(until_s); };
  add_actions(out);
  if (!moves_file_.empty())
    out.keep = [this](const std::vector<Move>& moves) { keep(moves); };
  if (request_.load) {
    start_reloader();
    out.reload = [this] { return reload(); };
    out.may_act = [this](const Rule& rule) {
      return !wrong_.contains(rule.name);
    };
  }
  return out;
}

void LiveRun::add_actions(EngineWorld& world) {
  world.act = [this](const Firing& firing, double now_s) {
    return act(firing, now_s);
  };
  if (command_.dry_run) return;
  worker_ = std::make_unique<TextWorker>(TextWorker::World{
      [this](const Firing& firing, double now_s) {
        return slow_.execute(firing, static_cast<std::time_t>(now_s));
      },
      [this] { slow_.reap(); }});
  world.hand_over = [this](TextJob job) {
    return worker_->submit(std::move(job));
  };
  world.take_done = [this] { return worker_->take_done(); };
  world.drain = [this] { drain(); };
}

bool LiveRun::act(const Firing& firing, double now_s) {
  const bool prints = firing.action->kind == Action::Kind::print;
  if (!command_.dry_run || prints)
    return quick_.execute(firing, static_cast<std::time_t>(now_s));
  print(archive_line(firing, now_s, command_.action_format));
  return true;
}

bool LiveRun::wait(double until_s) {
  quick_.reap();
  stopped_ = !sleep_until(until_s, signals_);
  return !stopped_;
}

/// As pmie, which waits for its commands: the program ends after them.
void LiveRun::drain() {
  constexpr double kLook_s = 0.05;
  while (!stopped_ && !worker_->is_idle()) wait(base::wall_clock_s() + kLook_s);
}

void LiveRun::keep(const std::vector<Move>& moves) {
  const auto kept = write_moves(moves_file_, moves);
  if (!kept && !keep_failed_) log_error(kept.error());
  keep_failed_ = !kept;
}

void LiveRun::start_reloader() {
  find_unseen(request_.silent);
  reloader_ = std::make_unique<Reloader>(request_.sources,
                                         Reloader::World{request_.load, wake});
  const auto reopen = signals_.hang_up;
  signals_.hang_up = [this, reopen] {
    reopen();
    reloader_->ask(program_->hosts);
  };
}

std::optional<Reload> LiveRun::reload() {
  check_hosts_that_came();
  auto result = reloader_->take();
  if (!result) return std::nullopt;
  std::optional<Reload> out;
  if (result->checked)
    judge_check(result->rules);
  else
    out = judge(*result);
  if (result->again) reloader_->ask(program_->hosts);
  return out;
}

/// What could not be checked when the rules were read is checked when the host
/// answers for the first time.
void LiveRun::check_hosts_that_came() {
  const auto came = [this](HostId host) { return source_.answers(host); };
  if (std::none_of(unseen_.begin(), unseen_.end(), came)) return;
  if (reloader_->check(program_->hosts)) std::erase_if(unseen_, came);
}

/// Warnings were said, or are about hosts that are still away.
void LiveRun::judge_check(const LoadedRules& rules) {
  if (rules.program || rules.wrong == wrong_) return;
  std::fputs(rules.messages.c_str(), stderr);
  wrong_ = rules.wrong;
  log_line(fmt::format("these rules do not act: {}", fmt::join(wrong_, ", ")));
}

void LiveRun::find_unseen(const std::set<std::string>& unreachable) {
  unseen_.clear();
  for (HostId host = 0; host < program_->hosts.size(); ++host)
    if (unreachable.contains(program_->hosts[host])) unseen_.insert(host);
}

Reload LiveRun::judge(Reloader::Result& result) {
  if (result.unchanged) {
    log_line("the rule files have not changed");
    return {program_};
  }
  std::fputs(result.rules.messages.c_str(), stderr);
  if (!result.rules.program || result.rules.program->tasks.empty()) {
    log_line("the rule files have errors, or no rules: the old rules go on");
    return {};
  }
  log_line("the rule files were read anew");
  const Reload out = use(std::move(*result.rules.program));
  find_unseen(result.rules.unreachable);
  return out;
}

Reload LiveRun::use(Program fresh) {
  wrong_.clear();
  auto next = std::make_unique<Program>(std::move(fresh));
  keep_numbers(*next, *program_);
  for (std::size_t i = program_->hosts.size(); i < next->hosts.size(); ++i)
    source_.add_host(next->hosts[i]);
  source_.keep_only(hosts_of_program(*next));
  source_.set_patience(patience_of(*next));
  if (worker_) worker_->keep(action_ids(*next));
  before_ = std::move(own_);
  own_ = std::move(next);
  program_ = own_.get();
  return Reload{program_};
}

int LiveRun::run() {
  if (!prepare()) return 1;
  EngineOptions engine_options = options();
  Engine engine(request_.program, source_, request_.plugins,
                std::move(engine_options), world());
  if (request_.daemon != nullptr) request_.daemon->ready();
  engine.run();
  // As pmie: who stops it knows that it ends.
  if (!stopped_) session_.say_end();
  return 0;
}

}  // namespace

int run_live(const RunRequest& request) {
  return LiveRun(request).run();
}

}  // namespace balance
