#include "tools/live.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include <pcp/pmapi.h>
#include <signal.h>
#include <syslog.h>

#include "action/text_actions.h"
#include "base/clock.h"
#include "pmapi/live_source.h"
#include "tools/stats_file.h"

namespace balance {
namespace {

/// A tick waits at most this long for hosts that answered the last time.
constexpr std::chrono::milliseconds kPatience{1000};

double shortest_delta_s(const Program& program) {
  double out = 60;
  for (const Task& task : program.tasks) out = std::min(out, task.delta_s);
  return out;
}

bool stop_is_pending() {
  sigset_t pending;
  sigpending(&pending);
  return sigismember(&pending, SIGTERM) == 1 ||
         sigismember(&pending, SIGINT) == 1;
}

std::string setting(const char* name) {
  const char* value = pmGetOptionalConfig(name);
  return value == nullptr ? "" : value;
}

void print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

TextActions::Options action_options(const CommandLine& command) {
  TextActions::Options out;
  out.print = print;
  out.log = log_line;
  out.setting = setting;
  out.stopping = stop_is_pending;
  out.stomp_file = command.stomp_file;
  return out;
}

bool open_all(const Plugins& plugins) {
  for (const auto& plugin : plugins)
    if (const auto opened = plugin->open(); !opened) {
      pmNotifyErr(LOG_ERR, "%s", opened.error().text.c_str());
      return false;
    }
  return true;
}

/// pmcd.pmie.*; an engine that cannot be shown there works all the same.
void publish(const RunRequest& request, const LiveSource& source,
             Session& session) {
  StatsFile::Facts facts;
  facts.config = request.config;
  facts.log = request.daemon->log_path();
  facts.host = [&source] { return source.host_name(0); };
  const std::string folder = std::string(pmGetConfig("PCP_TMP_DIR")) + "/pmie";
  auto file = StatsFile::open(folder, request.program, std::move(facts));
  if (file) session.observe(std::move(*file));
}

}  // namespace

int run_live(const RunRequest& request) {
  const CommandLine& command = request.command;
  if (!command.dry_run && !open_all(request.plugins)) return 1;
  TextActions actions(action_options(command));
  if (!command.dry_run)
    if (const auto ready = actions.prepare(request.program); !ready) {
      pmNotifyErr(LOG_ERR, "%s", ready.error().text.c_str());
      return 1;
    }
  std::vector<std::string> hosts = request.program.hosts;
  hosts.front() = command.host;
  const auto quarter = std::chrono::milliseconds(
      static_cast<long>(shortest_delta_s(request.program) * 250));
  LiveSource source(hosts, std::min(kPatience, quarter), request.silent);
  Session session(request);
  if (const auto recorded = session.record(""); !recorded) {
    pmNotifyErr(LOG_ERR, "%s", recorded.error().text.c_str());
    return 1;
  }
  if (request.daemon != nullptr) publish(request, source, session);
  const auto host_name = [&source](HostId host) {
    return source.host_name(host);
  };
  EngineWorld world = session.world(host_name);
  world.connection = [&hosts](HostId host) { return hosts[host]; };
  const SignalActions on_signal = session.signal_actions();
  world.now_s = base::wall_clock_s;
  world.print = print;
  bool stopped = false;
  world.wait = [&](double until_s) {
    actions.reap();
    stopped = !sleep_until(until_s, on_signal);
    return !stopped;
  };
  world.act = [&](const Firing& firing, double now_s) {
    const bool prints = firing.action->kind == Action::Kind::print;
    if (!command.dry_run || prints)
      return actions.execute(firing, static_cast<std::time_t>(now_s));
    print(archive_line(firing, now_s, command.action_format));
    return true;
  };
  Engine engine(request.program, source, request.plugins,
                session.options(host_name), std::move(world));
  if (request.daemon != nullptr) request.daemon->ready();
  engine.run();
  // As pmie: who stops it knows that it ends.
  if (!stopped) session.say_end();
  return 0;
}

}  // namespace balance
