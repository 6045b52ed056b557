// pmdanetstat: the PMDA of the network behaviour of processes.
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

void take_option(const std::string& name, const char* value, Wishes& wishes) {
  if (name == "source") wishes.source = value;
  if (name == "closes") wishes.closes = value;
  if (name == "no-volume") wishes.volumes = false;
}

/// Whoever is not root goes on with what it has.
base::Result<void> drop_privileges(const agent::CommandLine& line,
                                   const Feeds& feeds) {
  raise_descriptor_limit();
  if (geteuid() != 0) return {};
  return become(agent::user_of(line), capabilities_for(feeds.source->name()));
}

int run(pmdaInterface& dispatch, const agent::CommandLine& line,
        const agent::Table& table, const Wishes& wishes) {
  auto access = agent::load_access(table, line, kShippedAccess);
  if (!access) return agent::refuse(access.error());
  auto feeds = choose(wishes, real_makers(), [](const std::string& text) {
    pmNotifyErr(LOG_INFO, "not used: %s", text.c_str());
  });
  if (!feeds) return agent::refuse(feeds.error());
  const auto dropped = drop_privileges(line, *feeds);
  if (!dropped) return agent::refuse(dropped.error());
  pmNotifyErr(LOG_INFO, "source %s, closes %s, volumes %s",
              feeds->source->name(),
              feeds->closes ? feeds->closes->name() : "none",
              feeds->volumes ? "on demand" : "none");
  PidfdLiveness liveness;
  Sampler sampler(std::move(*feeds), liveness, kInterval);
  NetstatAgent netstat(sampler, {std::move(*access), line.show_all});
  return agent::serve(dispatch, table, netstat);
}

}  // namespace
}  // namespace netstat

int main(int argc, char** argv) {
  netstat::Wishes wishes;
  agent::Program program{
      netstat::netstat_table(), "Aa:D:d:l:U:", netstat::g_long_options,
      [&](int, const std::string& name, const char* value) {
        netstat::take_option(name, value, wishes);
      },
      [&](pmdaInterface& dispatch, const agent::CommandLine& line) {
        return netstat::run(dispatch, line, program.table, wishes);
      }};
  return agent::run_program(argc, argv, program);
}
