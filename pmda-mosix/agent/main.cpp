// pmdamosix: the PMDA of the Mosix API.
#include <unistd.h>

#include "agent/mosix_agent.h"
#include "agent/program.h"

namespace mosix {
namespace {

/// Half of what pmcd allows an agent for an answer, by far: it waits 5 s.
constexpr int kTimeout_ms = 500;

struct OwnOptions {
  std::string socket;
  bool unsafe_stores = false;
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

void take_option(int letter, const std::string& name, const char* value,
                 OwnOptions& own) {
  if (letter == 's') own.socket = value;
  if (letter == 0 && name == "unsafe-remote-stores") own.unsafe_stores = true;
}

int run(pmdaInterface& dispatch, const agent::CommandLine& line,
        const agent::Table& table, const OwnOptions& own) {
  auto access = agent::load_access(table, line, kShippedAccess);
  if (!access) return agent::refuse(access.error());
  // Nothing is left that needs root: mosixd decides by itself what it does for
  // whom.
  if (geteuid() == 0) pmSetProcessIdentity(agent::user_of(line).c_str());
  MosixAgent mosix(Source(make_criu_api(own.socket, kTimeout_ms)),
                   {std::move(*access), line.show_all, own.unsafe_stores});
  return agent::serve(dispatch, table, mosix);
}

}  // namespace
}  // namespace mosix

int main(int argc, char** argv) {
  mosix::OwnOptions own;
  agent::Program program{
      mosix::mosix_table(), "Aa:D:d:l:s:U:", mosix::g_long_options,
      [&](int letter, const std::string& name, const char* value) {
        mosix::take_option(letter, name, value, own);
      },
      [&](pmdaInterface& dispatch, const agent::CommandLine& line) {
        return mosix::run(dispatch, line, program.table, own);
      }};
  return agent::run_program(argc, argv, program);
}
