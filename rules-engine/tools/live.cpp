#include "tools/live.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>

#include <pcp/pmapi.h>
#include <signal.h>
#include <syslog.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/engine.h"
#include "pmapi/live_source.h"

namespace balance {
namespace {

/// A tick waits at most this long for hosts that answered the last time.
constexpr std::chrono::milliseconds kPatience{1000};

/// False when a signal says stop.
bool sleep_until(double until_s) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  for (;;) {
    const double left_s = std::max(0.0, until_s - base::wall_clock_s());
    timespec timeout{};
    timeout.tv_sec = static_cast<time_t>(left_s);
    timeout.tv_nsec = static_cast<long>((left_s - std::floor(left_s)) * 1e9);
    if (sigtimedwait(&signals, nullptr, &timeout) > 0) return false;
    if (errno != EAGAIN && errno != EINTR) return false;
    if (base::wall_clock_s() >= until_s) return true;
  }
}

std::uint64_t host_seed() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  std::uint64_t seed = 0;
  for (const char c : name) seed = seed * 31 + static_cast<unsigned char>(c);
  return seed;
}

double shortest_delta_s(const Program& program) {
  double out = 60;
  for (const Rule& rule : program.rules) out = std::min(out, rule.delta_s);
  return out;
}

EngineOptions engine_options(const CommandLine& command) {
  EngineOptions out;
  out.dry_run = command.dry_run;
  out.explain = command.explain;
  out.values = command.values;
  out.times = command.times;
  out.runtime_s = command.runtime_s;
  out.samples = command.samples;
  out.seed = host_seed();
  return out;
}

}  // namespace

int run_live(const Program& program, const Plugins& plugins,
             const CommandLine& command) {
  if (!command.dry_run)
    for (const auto& plugin : plugins)
      if (const auto opened = plugin->open(); !opened) {
        pmNotifyErr(LOG_ERR, "%s", opened.error().text.c_str());
        return 1;
      }
  std::vector<std::string> hosts = program.hosts;
  hosts.front() = command.host;
  const auto quarter = std::chrono::milliseconds(
      static_cast<long>(shortest_delta_s(program) * 250));
  LiveSource source(hosts, std::min(kPatience, quarter));
  EngineWorld world;
  world.now_s = base::wall_clock_s;
  world.wait = sleep_until;
  world.print = [](const std::string& text) {
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
  };
  world.log = [](const std::string& text) {
    pmNotifyErr(LOG_INFO, "%s", text.c_str());
  };
  world.host_name = [&source](HostId host) { return source.host_name(host); };
  Engine engine(program, source, plugins, engine_options(command),
                std::move(world));
  engine.run();
  pmNotifyErr(LOG_INFO, "evaluator exiting");
  return 0;
}

}  // namespace balance
