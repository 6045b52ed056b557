// pmdanetstat: the PMDA of the network behaviour of processes.
#include <cstdio>
#include <cstdlib>
#include <exception>

#include <fmt/format.h>
#include <syslog.h>
#include <unistd.h>

#include "agent/program.h"
#include "ledger/pidfd_liveness.h"
#include "pmda/choose.h"
#include "pmda/netstat_agent.h"
#include "pmda/privileges.h"

namespace netstat {
namespace {

/// What holds if there is no access file, in its syntax.
constexpr char kShippedAccess[] = "read pcp pmbalance\n";
constexpr std::chrono::seconds kInterval{1};

struct CommandLine {
  std::string access;
  std::string export_to;
  std::string user;
  Wishes wishes;
  bool show_all = false;
  bool help = false;
};

pmLongOptions g_long_options[] = {
    PMDA_OPTIONS_HEADER("Options"),
    {"no-access-checks", 0, 'A', nullptr, "show processes to everybody"},
    {"access", 1, 'a', "FILE", "who may see processes and store values"},
    PMDAOPT_DEBUG,
    PMDAOPT_DOMAIN,
    PMDAOPT_LOGFILE,
    PMDAOPT_USERNAME,
    {"source", 1, 0, "NAME", "auto, walk, task_file, diag or proc"},
    {"closes", 1, 0, "NAME", "auto, bpf, multicast or none"},
    {"no-volume", 0, 0, nullptr, "never count UDP and UNIX"},
    {"export", 1, 0, "FOLDER",
     "write pmns, root_netstat, help and domain.h there and exit"},
    {"help", 0, 0, nullptr, "show this text and exit"},
    PMDA_OPTIONS_END};

/// `letter` is 0 for an option that has none; then `name` tells which it is.
void take_option(int letter, const std::string& name, const char* value,
                 CommandLine& line) {
  if (letter == 'A') line.show_all = true;
  if (letter == 'a') line.access = value;
  if (letter != 0) return;
  if (name == "help") line.help = true;
  if (name == "source") line.wishes.source = value;
  if (name == "closes") line.wishes.closes = value;
  if (name == "no-volume") line.wishes.volumes = false;
  if (name == "export") line.export_to = value;
}

/// False, after a message, if the command line is wrong.
bool read_options(int argc, char** argv, pmdaInterface& dispatch,
                  CommandLine& line) {
  pmdaOptions options{};
  options.short_options = "Aa:D:d:l:U:";
  options.long_options = g_long_options;
  for (int c = 0; (c = pmdaGetOptions(argc, argv, &options, &dispatch)) != EOF;)
    take_option(c, c == 0 ? g_long_options[options.index].long_opt : "",
                options.optarg, line);
  if (options.optind != argc) ++options.errors;
  if (options.username != nullptr) line.user = options.username;
  if (line.help || options.errors != 0) pmdaUsageMessage(&options);
  return options.errors == 0;
}

/// Whoever is not root goes on with what it has.
base::Result<void> drop_privileges(const std::string& user,
                                   const Feeds& feeds) {
  raise_descriptor_limit();
  if (geteuid() != 0) return {};
  char* name = nullptr;
  pmGetUsername(&name);
  return become(user.empty() ? name : user,
                capabilities_for(feeds.source->name()));
}

int refuse(const base::Error& error) {
  pmNotifyErr(LOG_ERR, "%s", error.text.c_str());
  return 1;
}

int run(pmdaInterface& dispatch, const CommandLine& line) {
  const agent::Table table = netstat_table();
  auto access = agent::load_access(table, line.access, kShippedAccess);
  if (!access) return refuse(access.error());
  auto feeds = choose(line.wishes, real_makers(), [](const std::string& text) {
    pmNotifyErr(LOG_INFO, "not used: %s", text.c_str());
  });
  if (!feeds) return refuse(feeds.error());
  const auto dropped = drop_privileges(line.user, *feeds);
  if (!dropped) return refuse(dropped.error());
  pmNotifyErr(LOG_INFO, "source %s, closes %s, volumes %s",
              feeds->source->name(),
              feeds->closes ? feeds->closes->name() : "none",
              feeds->volumes ? "on demand" : "none");
  PidfdLiveness liveness;
  Sampler sampler(std::move(*feeds), liveness, kInterval);
  NetstatAgent netstat(sampler, {std::move(*access), line.show_all});
  return agent::serve(dispatch, table, netstat);
}

int start(int argc, char** argv) {
  pmSetProgname(argv[0]);
  // libpcp_pmda hangs on it what it needs for the life of the process.
  static pmdaInterface dispatch;
  char log[] = "netstat.log";
  pmdaDaemon(&dispatch, PMDA_INTERFACE_7, pmGetProgname(), kDomain, log,
             nullptr);
  CommandLine line;
  if (!read_options(argc, argv, dispatch, line)) return 1;
  if (line.help) return 0;
  if (!line.export_to.empty())
    return agent::export_or_complain(netstat_table(), line.export_to);
  pmdaOpenLog(&dispatch);
  return run(dispatch, line);
}

}  // namespace
}  // namespace netstat

int main(int argc, char** argv) try {
  return netstat::start(argc, argv);
} catch (const std::exception& error) {
  pmNotifyErr(LOG_CRIT, "%s", error.what());
  return 1;
}
