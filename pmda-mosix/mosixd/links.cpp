#include "mosixd/links.h"

#include <cerrno>

#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "mosixd/child_process.h"

namespace mosix {
namespace {
/// Between two tries to reach a node.
constexpr std::int64_t kRedial_ms = 1000;
/// Until the other mosixd has answered. ssh itself gives up sooner if the node
/// is down; what is slow then is the shell there that runs our command.
constexpr std::int64_t kWelcome_ms = 15000;
}  // namespace

struct Links::Link {
  int node = 0;
  std::string host;
  bool up = false;
  bool complained = false;  ///< one line in the log for each time it is down
  std::int64_t dialled_ms = -kRedial_ms;
  std::unique_ptr<ChildProcess> ssh;
  std::unique_ptr<Stream> stream;
};

Links::Links(Loop& loop, const Config& config,
             const std::vector<NodeEntry>& entries, int self,
             OnChange on_change)
    : loop_(loop), config_(config), on_change_(std::move(on_change)) {
  for (const NodeEntry& entry : entries) {
    if (entry.id == self) continue;
    auto link = std::make_unique<Link>();
    link->node = entry.id;
    link->host = entry.host;
    links_[entry.id] = std::move(link);
  }
}

Links::~Links() = default;

bool Links::up(int node) const {
  const auto link = links_.find(node);
  return link != links_.end() && link->second->up;
}

bool Links::send(int node, const Message& message) {
  if (!up(node)) return false;
  links_.at(node)->stream->send(message);
  return true;
}

std::string Links::control_path(int node) const {
  return fmt::format("{}/ssh-{}", config_.run_dir, node);
}

std::vector<std::string> Links::command(
    int node, const std::vector<std::string>& words) const {
  std::vector<std::string> argv{config_.ssh,
                                "-T",
                                "-oBatchMode=yes",
                                "-oConnectTimeout=3",
                                "-oServerAliveInterval=1",
                                "-oServerAliveCountMax=3",
                                "-oStrictHostKeyChecking=yes",
                                "-oControlPath=" + control_path(node)};
  if (!config_.ssh_key.empty()) {
    argv.push_back("-oIdentitiesOnly=yes");
    argv.push_back("-oIdentityFile=" + config_.ssh_key);
  }
  if (!config_.known_hosts.empty())
    argv.push_back("-oUserKnownHostsFile=" + config_.known_hosts);
  for (const std::string& option : config_.ssh_options)
    argv.push_back("-o" + option);
  argv.push_back("-l");
  argv.push_back(config_.ssh_user);
  argv.push_back("--");
  argv.push_back(links_.at(node)->host);
  argv.insert(argv.end(), words.begin(), words.end());
  return argv;
}

void Links::dial(Link& link) {
  // The far end of the master connection's socket must not be left over from a
  // master that was killed.
  unlink(control_path(link.node).c_str());
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) return;
  SpawnOptions options;
  options.argv = command(link.node, {"channel"});
  options.argv.insert(options.argv.begin() + 1, "-oControlMaster=yes");
  options.in = ends[1];
  options.out = ends[1];
  auto ssh = ChildProcess::start(
      loop_, options, [this, &link](int) { drop(link, "ssh has ended"); });
  close(ends[1]);
  if (!ssh) {
    close(ends[0]);
    return drop(link, ssh.error().text);
  }
  link.ssh = std::move(*ssh);
  link.stream = std::make_unique<Stream>(loop_, ends[0]);
  link.stream->on_close(
      [this, &link](const std::string& why) { drop(link, why); });
  link.stream->on_message([this, &link](const Message& message) {
    if (op_of(message) != "welcome" || link.up) return;
    link.up = true;
    link.complained = false;
    base::log_info("node {} ({}): channel is up", link.node, link.host);
    on_change_(link.node, true);
  });
}

void Links::drop(Link& link, const std::string& why) {
  const bool was_up = link.up;
  link.up = false;
  link.stream.reset();
  link.ssh.reset();
  if (!link.complained)
    base::log_warning("node {} ({}): channel is down: {}", link.node, link.host,
                      why);
  link.complained = true;
  if (was_up) on_change_(link.node, false);
}

void Links::tick(std::int64_t now_ms) {
  for (auto& [node, link] : links_) {
    const std::int64_t since_ms = now_ms - link->dialled_ms;
    if (link->ssh && !link->up && since_ms > kWelcome_ms)
      drop(*link, "its mosixd does not answer; is the shell of " +
                      config_.ssh_user + " there slow to start?");
    if (link->ssh || since_ms < kRedial_ms) continue;
    link->dialled_ms = now_ms;
    dial(*link);
  }
}

}  // namespace mosix
