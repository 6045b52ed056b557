// pmmosix: runs jobs that may migrate, shows them, moves them, and administers
// the node.
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "api/api.h"
#include "pmmosix/ask.h"
#include "pmmosix/run_client.h"
#include "pmmosix/show.h"

namespace mosix {
namespace {

constexpr int kTimeout_ms = 10000;

/// What the command line said.
struct Line {
  std::string socket = default_socket();
  bool json = false;
  RunOptions run;
  std::string subject;
  std::string node;
  double wait_s = 60;
  bool no_wait = false;
  int pid = 0;
  std::size_t count = 20;
  bool target_dead = false;
  bool source_dead = false;
  bool force = false;
};

int complain(const base::Error& error) {
  fmt::print(stderr, "pmmosix: {}\n", error.text);
  return 1;
}

/// Of a command line that is wrong.
template <class... Args>
int misuse(fmt::format_string<Args...> format, Args&&... args) {
  fmt::print(stderr, "pmmosix: {}\n",
             fmt::format(format, std::forward<Args>(args)...));
  return 2;
}

std::unique_ptr<Api> open_api(const Line& line) {
  return make_criu_api(line.socket, kTimeout_ms);
}

int show(const Line& line, const std::string& part,
         const std::function<std::string(const Snapshot&)>& text) {
  auto snapshot = open_api(line)->snapshot();
  if (!snapshot) return complain(snapshot.error());
  const std::string shown =
      line.json ? show_json(*snapshot, part) : text(*snapshot);
  if (std::fputs(shown.c_str(), stdout) >= 0 && std::fflush(stdout) == 0)
    return 0;
  return complain({errno, fmt::format("stdout: {}", std::strerror(errno))});
}

int run_migrate(const Line& line) {
  auto api = open_api(line);
  auto call = parse_subject(line.subject);
  if (!call) return complain(call.error());
  auto node = parse_node(line.node, *api);
  if (!node) return complain(node.error());
  call->to = *node;
  auto request = migrate(*api, *call, line.no_wait ? 0 : line.wait_s);
  if (!request && request.error().code == ENOENT) {
    fmt::print("not known yet\n");
    return 1;
  }
  if (!request) return complain(request.error());
  fmt::print("{}\n", outcome(*request));
  if (line.no_wait && !is_final(request->state)) return 0;
  return request->state == RequestState::done ? 0 : 1;
}

int run_lock(const Line& line, bool on) {
  auto done = open_api(line)->lock(line.pid, on, -1);
  return done ? 0 : complain(done.error());
}

int run_set(const Line& line, const std::string& name, double value) {
  auto done = open_api(line)->set(name, value, asker(), -1);
  return done ? 0 : complain(done.error());
}

int run_resolve(const Line& line) {
  auto done = resolve(line.socket, line.subject,
                      line.target_dead ? "target" : "source", line.force);
  if (!done) return complain(done.error());
  fmt::print("{}\n", *done);
  return 0;
}

using Handler = std::function<int()>;

/// The subcommands that set something of the node: name, what, value, help.
struct Setting {
  const char* command;
  const char* name;
  double value;
  const char* help;
};
constexpr Setting kSettings[] = {
    {"block", "block", 1, "Take no guests from now on"},
    {"noblock", "block", 0, "Take guests again"},
    {"stay", "stay", 1, "No automatic moves away from here"},
    {"nostay", "stay", 0, "Undo stay"},
    {"lstay", "lstay", 1, "No automatic moves of local jobs"},
    {"nolstay", "lstay", 0, "Undo lstay"},
    {"quiet", "quiet", 1, "Say nothing of this node's load to others"},
    {"noquiet", "quiet", 0, "Undo quiet"},
    {"expel", "expel", 1, "Send all guests away"},
    {"bring", "bring", 1, "Call all jobs of this home back"},
    {"on", "enabled", 1, "Allow migrations"},
    {"off", "enabled", 0, "Refuse every migration at once"},
};

void add_run(CLI::App& app, Line& line,
             std::map<CLI::App*, Handler>& handlers) {
  auto* run = app.add_subcommand("run", "Start a job that may migrate");
  run->add_flag("-L,--lock", line.run.lock, "No automatic migration of it");
  run->add_flag("-n,--no-input", line.run.no_input, "Its stdin is empty");
  run->add_flag("-v,--verbose", line.run.verbose, "Say what happens to it");
  run->add_option("-w,--working-directory", line.run.cwd,
                  "Folder to start it in");
  run->prefix_command();
  handlers[run] = [&line, run] {
    auto argv = run->remaining();
    if (!argv.empty() && argv.front().starts_with('-'))
      return misuse(
          "run: there is no option {} (a program of that name "
          "goes after --)",
          argv.front());
    argv.insert(argv.end(), line.run.argv.begin(), line.run.argv.end());
    line.run.argv = std::move(argv);
    if (line.run.argv.empty()) return misuse("run: no program is named");
    line.run.socket = line.socket;
    return run_job(line.run);
  };
}

void add_shows(CLI::App& app, Line& line,
               std::map<CLI::App*, Handler>& handlers) {
  const auto add = [&](const char* name, const char* help, std::string part,
                       std::function<std::string(const Snapshot&)> text) {
    auto* command = app.add_subcommand(name, help);
    command->add_flag("-j,--json", line.json, "As JSON");
    handlers[command] = [&line, part, text] { return show(line, part, text); };
    return command;
  };
  add("ps", "List the jobs that this node knows", "procs", show_processes);
  add("nodes", "List the nodes", "nodes", show_nodes);
  add("status", "Show this node", "", show_status);
  auto* requests =
      add("requests", "List the last requests to move", "requests",
          [&line](const Snapshot& s) { return show_requests(s, line.count); });
  requests->add_option("-c,--count", line.count, "How many")
      ->check(CLI::Range(0, 1000));
}

void add_moves(CLI::App& app, Line& line,
               std::map<CLI::App*, Handler>& handlers) {
  auto* move = app.add_subcommand("migrate", "Move a job");
  move->add_option("job", line.subject, "pid, or job as ps shows it")
      ->required();
  move->add_option("node", line.node, "node id or host, home, or best")
      ->required();
  auto* wait = move->add_option("-w,--wait", line.wait_s,
                                "Seconds to wait for the outcome (60)");
  wait->check(CLI::Range(0.0, 1e6));
  move->add_flag("--no-wait", line.no_wait, "Return at once")->excludes(wait);
  handlers[move] = [&line] { return run_migrate(line); };

  const auto add_lock = [&](const char* name, bool on, const char* help) {
    auto* command = app.add_subcommand(name, help);
    command->add_option("pid", line.pid, "pid of the job here")
        ->required()
        ->check(CLI::Range(1, INT_MAX));
    handlers[command] = [&line, on] { return run_lock(line, on); };
  };
  add_lock("lock", true, "Exempt a job from automatic moves");
  add_lock("unlock", false, "Undo lock");

  auto* word = app.add_subcommand(
      "resolve", "Decide a move whose other node is really dead");
  word->add_option("job", line.subject, "job as ps shows it")->required();
  auto* target = word->add_flag("--target-dead", line.target_dead,
                                "Here is the source: run it here again");
  auto* source = word->add_flag("--source-dead", line.source_dead,
                                "Here is the target: run the copy held here");
  target->excludes(source);
  word->add_flag("--force", line.force, "Although work may be done twice");
  handlers[word] = [&line] {
    if (line.target_dead || line.source_dead) return run_resolve(line);
    return misuse("resolve: --target-dead or --source-dead?");
  };
}

/// What follows "--" is the job's command line, and none of CLI11's business.
std::vector<std::string> take_command(int& argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) != "--") continue;
    std::vector<std::string> command(argv + i + 1, argv + argc);
    argc = i;
    return command;
  }
  return {};
}

/// A descriptor of stdio that is closed must not become that of a socket.
void fill_stdio() {
  int fd = 0;
  do {
    fd = open("/dev/null", O_RDWR | O_CLOEXEC);
  } while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd >= 0) close(fd);
}

int run(int argc, char** argv) {
  fill_stdio();
  Line line;
  line.run.argv = take_command(argc, argv);
  std::map<CLI::App*, Handler> handlers;
  CLI::App app("Runs, shows and moves the jobs of a cluster.", "pmmosix");
  app.require_subcommand(1);
  app.set_version_flag("-V,--version", "pmmosix version " MOSIX_VERSION);
  app.add_option("-s,--socket", line.socket, "mosixd's socket");
  add_run(app, line, handlers);
  add_shows(app, line, handlers);
  add_moves(app, line, handlers);
  for (const Setting& setting : kSettings) {
    auto* command = app.add_subcommand(setting.command, setting.help);
    handlers[command] = [&line, &setting] {
      return run_set(line, setting.name, setting.value);
    };
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    const auto unknown = app.remaining();
    if (app.get_subcommands().empty() && !unknown.empty())
      return misuse("{}: no such {}", unknown.front(),
                    unknown.front().starts_with('-') ? "option" : "command");
    return misuse("{}", error.what());
  }
  return handlers.at(app.get_subcommands().front())();
}

}  // namespace
}  // namespace mosix

int main(int argc, char** argv) {
  try {
    return mosix::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "pmmosix: {}\n", error.what());
    return 1;
  }
}
