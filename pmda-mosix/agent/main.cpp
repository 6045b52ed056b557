// pmdamosix: the PMDA of the Mosix API.
#include <cstdio>
#include <cstdlib>
#include <exception>

#include <unistd.h>

#include "agent/mosix_agent.h"
#include "agent/program.h"

namespace mosix {
namespace {

/// Half of what pmcd allows an agent for an answer, by far: it waits 5 s.
constexpr int kTimeout_ms = 500;

struct CommandLine {
  std::string socket;
  std::string access;
  std::string export_to;
  std::string user;
  bool show_all = false;
  bool unsafe_stores = false;
  bool help = false;
};

pmLongOptions g_long_options[] = {
    PMDA_OPTIONS_HEADER("Options"),
    {"no-access-checks", 0, 'A', nullptr, "show processes to everybody"},
    {"access", 1, 'a', "FILE", "who may see processes and store values"},
    PMDAOPT_DEBUG,
    PMDAOPT_DOMAIN,
    PMDAOPT_LOGFILE,
    {"socket", 1, 's', "PATH", "socket of mosixd"},
    PMDAOPT_USERNAME,
    {"unsafe-remote-stores", 0, 0, nullptr,
     "let clients store of whom nothing is known"},
    {"export", 1, 0, "FOLDER",
     "write pmns, root_mosix, help and domain.h there and exit"},
    {"help", 0, 0, nullptr, "show this text and exit"},
    PMDA_OPTIONS_END};

/// `letter` is 0 for an option that has none; then `name` tells which it is.
void take_option(int letter, const std::string& name, const char* value,
                 CommandLine& line) {
  if (letter == 'A') line.show_all = true;
  if (letter == 'a') line.access = value;
  if (letter == 's') line.socket = value;
  if (letter != 0) return;
  if (name == "help") line.help = true;
  if (name == "unsafe-remote-stores") line.unsafe_stores = true;
  if (name == "export") line.export_to = value;
}

/// False, after a message, if the command line is wrong.
bool read_options(int argc, char** argv, pmdaInterface& dispatch,
                  CommandLine& line) {
  pmdaOptions options{};
  options.short_options = "Aa:D:d:l:s:U:";
  options.long_options = g_long_options;
  for (int c = 0; (c = pmdaGetOptions(argc, argv, &options, &dispatch)) != EOF;)
    take_option(c, c == 0 ? g_long_options[options.index].long_opt : "",
                options.optarg, line);
  if (options.optind != argc) ++options.errors;
  if (options.username != nullptr) line.user = options.username;
  if (line.help || options.errors != 0) pmdaUsageMessage(&options);
  return options.errors == 0;
}

/// Nothing is left that needs root: mosixd decides by itself what it does for
/// whom.
void drop_privileges(const std::string& user) {
  if (geteuid() != 0) return;
  char* name = nullptr;
  pmGetUsername(&name);
  pmSetProcessIdentity(user.empty() ? name : user.c_str());
}

int run(pmdaInterface& dispatch, const CommandLine& line) {
  const agent::Table table = mosix_table();
  auto access = agent::load_access(table, line.access, kShippedAccess);
  if (!access) {
    pmNotifyErr(LOG_ERR, "%s", access.error().text.c_str());
    return 1;
  }
  drop_privileges(line.user);
  MosixAgent mosix(Source(make_criu_api(line.socket, kTimeout_ms)),
                   {std::move(*access), line.show_all, line.unsafe_stores});
  return agent::serve(dispatch, table, mosix);
}

int start(int argc, char** argv) {
  pmSetProgname(argv[0]);
  // libpcp_pmda hangs on it what it needs for the life of the process.
  static pmdaInterface dispatch;
  char log[] = "mosix.log";
  pmdaDaemon(&dispatch, PMDA_INTERFACE_7, pmGetProgname(), kDomain, log,
             nullptr);
  CommandLine line;
  if (!read_options(argc, argv, dispatch, line)) return 1;
  if (line.help) return 0;
  if (!line.export_to.empty())
    return agent::export_or_complain(mosix_table(), line.export_to);
  pmdaOpenLog(&dispatch);
  return run(dispatch, line);
}

}  // namespace
}  // namespace mosix

int main(int argc, char** argv) try {
  return mosix::start(argc, argv);
} catch (const std::exception& error) {
  pmNotifyErr(LOG_CRIT, "%s", error.what());
  return 1;
}
