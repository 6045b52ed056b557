// mosixd: the node daemon behind the criu driver of the Mosix API.
#include <csignal>
#include <iostream>

#include <unistd.h>

#include <CLI/CLI.hpp>

#include "base/log.h"
#include "mosixd/config.h"
#include "mosixd/daemon.h"

namespace {

using namespace mosix;

/// The entry that is this machine; ENXIO with a word on what to do if none is.
base::Result<int> find_self(const Config& config,
                            const std::vector<NodeEntry>& entries) {
  char name[256] = "";
  gethostname(name, sizeof name - 1);
  for (const NodeEntry& entry : entries) {
    if (config.node != 0 ? entry.id == config.node : entry.host == name)
      return entry.id;
  }
  return base::fail(
      ENXIO, config.node != 0
                 ? fmt::format("{}: no node {}", config.nodes, config.node)
                 : fmt::format("{}: no node has this machine's name, {}; set "
                               "`node` in the configuration",
                               config.nodes, name));
}

int complain(const std::string& text) {
  std::cerr << "mosixd: " << text << '\n';
  return 1;
}

void stop_on(Loop& loop, ev_signal& watcher, int signo) {
  watcher.data = &loop;
  ev_signal_init(
      &watcher,
      [](struct ev_loop*, ev_signal* got, int) {
        static_cast<Loop*>(got->data)->stop();
      },
      signo);
  ev_signal_start(loop.raw(), &watcher);
}

int serve(const Config& config, const std::vector<NodeEntry>& entries,
          int self) {
  signal(SIGPIPE, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  umask(077);
  Daemon daemon(config, entries, self);
  ev_signal terminate{};
  ev_signal interrupt{};
  stop_on(daemon.loop(), terminate, SIGTERM);
  stop_on(daemon.loop(), interrupt, SIGINT);
  auto started = daemon.start();
  if (!started) return complain(started.error().text);
  base::log_info("node {} is ready", self);
  daemon.run();
  base::log_info("ends; its jobs go on");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "The node daemon: keeps this node's jobs, moves them with CRIU, and "
      "tells the other nodes. It stays in the foreground and logs to stderr; "
      "SIGTERM ends it and leaves its jobs running.",
      "mosixd"};
  std::string path = "/etc/pcp/mosix/mosixd.conf";
  bool check = false;
  bool verbose = false;
  app.add_option("-c,--config", path, "configuration file")
      ->capture_default_str();
  app.add_flag("-C,--check", check, "check the configuration and end");
  app.add_flag("-v,--verbose", verbose, "log more");
  app.set_version_flag("-V,--version", "mosixd " MOSIX_VERSION);
  CLI11_PARSE(app, argc, argv);
  base::log_open("mosixd", verbose);
  auto config = read_config(path);
  if (!config) return complain(config.error().text);
  auto entries = read_nodes(config->nodes);
  if (!entries) return complain(entries.error().text);
  auto self = find_self(*config, *entries);
  if (!self) return complain(self.error().text);
  if (check) return 0;
  if (geteuid() != 0) return complain("must be run as root");
  return serve(*config, *entries, *self);
}
