#include "agent/program.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <vector>

#include <fmt/format.h>
#include <syslog.h>

namespace agent {
namespace {

void take_option(const Program& program, int letter, const std::string& name,
                 const char* value, CommandLine& line) {
  if (letter == 'A')
    line.show_all = true;
  else if (letter == 'a')
    line.access = value;
  else if (letter == 0 && name == "help")
    line.help = true;
  else if (letter == 0 && name == "export")
    line.export_to = value;
  else
    program.take_option(letter, name, value);
}

/// False, after a message, if the command line is wrong.
bool read_options(int argc, char** argv, const Program& program,
                  pmdaInterface& dispatch, CommandLine& line) {
  pmdaOptions options{};
  options.short_options = program.short_options;
  options.long_options = program.long_options;
  for (int c = 0; (c = pmdaGetOptions(argc, argv, &options, &dispatch)) != EOF;)
    take_option(program, c,
                c == 0 ? program.long_options[options.index].long_opt : "",
                options.optarg, line);
  if (options.optind != argc) ++options.errors;
  if (options.username != nullptr) line.user = options.username;
  if (line.help || options.errors != 0) pmdaUsageMessage(&options);
  return options.errors == 0;
}

int export_table(const Table& table, const std::string& folder) {
  if (export_files(table, folder)) return 0;
  std::fprintf(stderr, "%s: cannot write to %s: %s\n", pmGetProgname(),
               folder.c_str(), std::strerror(errno));
  return 1;
}

int start(int argc, char** argv, const Program& program) {
  pmSetProgname(argv[0]);
  // libpcp_pmda hangs on it what it needs for the life of the process.
  static pmdaInterface dispatch;
  static std::string log = fmt::format("{}.log", program.table.name);
  pmdaDaemon(&dispatch, PMDA_INTERFACE_7, pmGetProgname(), program.table.domain,
             log.data(), nullptr);
  CommandLine line;
  if (!read_options(argc, argv, program, dispatch, line)) return 1;
  if (line.help) return 0;
  if (!line.export_to.empty())
    return export_table(program.table, line.export_to);
  pmdaOpenLog(&dispatch);
  return program.run(dispatch, line);
}

}  // namespace

int run_program(int argc, char** argv, const Program& program) try {
  return start(argc, argv, program);
} catch (const std::exception& error) {
  pmNotifyErr(LOG_CRIT, "%s", error.what());
  return 1;
}

base::Result<Access> load_access(const Table& table, const CommandLine& line,
                                 const std::string& shipped) {
  const std::string path =
      line.access.empty()
          ? fmt::format("{}/{}/access", pmGetConfig("PCP_SYSCONF_DIR"),
                        table.name)
          : line.access;
  std::vector<std::string> unknown;
  auto access = read_access(path, shipped, unknown);
  for (const std::string& complaint : unknown)
    pmNotifyErr(LOG_WARNING, "%s", complaint.c_str());
  return access;
}

std::string user_of(const CommandLine& line) {
  if (!line.user.empty()) return line.user;
  char* name = nullptr;
  pmGetUsername(&name);
  return name;
}

int serve(pmdaInterface& dispatch, const Table& table, Agent& agent) {
  set_up(dispatch, table, agent);
  if (dispatch.status != 0) {
    pmNotifyErr(LOG_ERR, "cannot start: %s", pmErrStr(dispatch.status));
    return 1;
  }
  pmdaConnect(&dispatch);
  pmdaMain(&dispatch);
  return 0;
}

int refuse(const base::Error& error) {
  pmNotifyErr(LOG_ERR, "%s", error.text.c_str());
  return 1;
}

}  // namespace agent
