#include "tools/replay.h"

#include <cstdio>

#include "action/text_action.h"
#include "archive/archive_source.h"
#include "tools/progress.h"

namespace balance {
namespace {

int fail(const RunRequest& request, const std::string& text) {
  std::fprintf(stderr, "%s: %s\n", request.command.program.c_str(),
               text.c_str());
  return 1;
}

/// The records of `--exact`, from the start of the window on.
std::function<std::optional<double>()> records(ArchiveSource& source,
                                               const RunRequest& request,
                                               double begin_s) {
  constexpr double kBefore_s = 1e-6;
  const double start_s = request.window.start_s;
  return [&source, start_s, first = start_s > begin_s]() mutable {
    if (first) source.take(start_s - kBefore_s);
    first = false;
    return source.next_s();
  };
}

}  // namespace

int run_replay(const RunRequest& request, const ArchiveSet& archives) {
  const CommandLine& command = request.command;
  ArchiveOptions options;
  options.exact = command.exact;
  const auto source =
      ArchiveSource::open(archives, request.program.hosts, options);
  if (!source) return fail(request, source.error().text);
  Session session(request);
  if (const auto recorded = session.record(archives.archives().front().host);
      !recorded)
    return fail(request, recorded.error().text);
  const auto host_name = [&source](HostId host) {
    return (*source)->host_name(host);
  };
  EngineWorld world = session.world(host_name);
  world.connection = [&](HostId host) {
    const auto at = archives.find(request.program.hosts[host]);
    return at ? archives.archives()[*at].name : "";
  };
  const SignalActions on_signal = session.signal_actions();
  Progress progress(request.window.start_s, request.window.end_s);
  world.now_s = [&] { return request.window.start_s; };
  const auto print = [&progress](const std::string& text) {
    progress.make_way();
    std::fputs(text.c_str(), stdout);
  };
  world.print = print;
  world.log = [&progress](const std::string& text) {
    progress.hide();
    log_line(text);
  };
  unsigned ticks = 0;
  world.wait = [&](double until_s) {
    progress.at(until_s);
    // A tick is shorter than the question whether a signal has come.
    constexpr unsigned kTicks = 64;
    return ++ticks % kTicks != 0 || sleep_until(0, on_signal);
  };
  world.act = [&](const Firing& firing, double now_s) {
    print(archive_line(firing, now_s, command.action_format));
    return true;
  };
  if (command.exact)
    world.next_record_s = records(**source, request, archives.begin_s());
  Engine engine(request.program, **source, request.plugins,
                session.options(host_name), std::move(world));
  engine.run();
  progress.hide();
  std::fflush(stdout);
  if (!(*source)->error().empty()) return fail(request, (*source)->error());
  session.say_end();
  return 0;
}

}  // namespace balance
