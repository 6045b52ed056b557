// pmbalance: evaluates rules over the metrics of many hosts and acts on them.
#include <cstdio>
#include <exception>

#include <pcp/pmapi.h>
#include <signal.h>
#include <syslog.h>

#include "tools/live.h"
#include "tools/options.h"
#include "tools/rule_files.h"

namespace {

using balance::CommandLine;

/// Before any thread is made: all inherit it, and the main one waits for them.
void block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
}

bool open_log(const CommandLine& command) {
  if (command.log_file.empty()) return true;
  int status = 0;
  pmOpenLog(command.program.c_str(), command.log_file.c_str(), stderr, &status);
  return status == 1;
}

int run(int argc, char** argv) {
  const CommandLine command = balance::read_command_line(argc, argv);
  if (command.then == CommandLine::Then::exit_good) return 0;
  if (command.then == CommandLine::Then::exit_bad) return 1;
  const auto plugins = balance::load_plugins(command.plugin_folder);
  if (!plugins) {
    std::fprintf(stderr, "%s: %s\n", command.program.c_str(),
                 plugins.error().text.c_str());
    return 1;
  }
  const balance::LoadedRules rules = balance::load_rules(command, *plugins);
  std::fputs(rules.messages.c_str(), stderr);
  std::fputs(rules.dump.c_str(), stdout);
  if (!rules.program) return 1;
  if (command.then == CommandLine::Then::check || !command.dump.empty())
    return 0;
  if (!open_log(command)) {
    std::fprintf(stderr, "%s: cannot open log file %s\n",
                 command.program.c_str(), command.log_file.c_str());
    return 1;
  }
  block_signals();
  return balance::run_live(*rules.program, *plugins, command);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", pmGetProgname(), error.what());
    return 1;
  }
}
