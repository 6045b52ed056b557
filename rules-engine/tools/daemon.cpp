#include "tools/daemon.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <pcp/pmapi.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "action/text_action.h"
#include "base/clock.h"

namespace balance {
namespace {

sigset_t our_signals() {
  sigset_t out;
  sigemptyset(&out);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2})
    sigaddset(&out, signal);
  return out;
}

std::string default_user() {
  constexpr const char* kOwn = "pmbalance";
  if (getpwnam(kOwn) != nullptr) return kOwn;
  char* user = nullptr;
  pmGetUsername(&user);
  return user;
}

/// Only root can become another; whoever else asks for it is told so by libpcp.
void take_user(const CommandLine& command) {
  if (geteuid() != 0 && command.user.empty()) return;
  const std::string user = command.user.empty() ? default_user() : command.user;
  pmSetProcessIdentity(user.c_str());
}

void ignore_terminal() {
  for (const int signal : {SIGTTOU, SIGTTIN, SIGTSTP})
    ::signal(signal, SIG_IGN);
}

/// The head of the log, as pmie writes it.
void write_head(const CommandLine& command) {
  std::fprintf(stderr, "%s: PID = %d, via %s%s%s\n\n", command.program.c_str(),
               getpid(), command.host.c_str(),
               command.primary ? " [primary]" : "",
               command.note.empty() ? "" : (" " + command.note).c_str());
}

}  // namespace

base::Result<std::unique_ptr<Daemon>> Daemon::start(
    const CommandLine& command) {
  std::unique_ptr<Daemon> out(new Daemon(command));
  if (command.daemon) {
    take_user(command);
    ignore_terminal();
  }
  if (!command.log_file.empty())
    if (const auto opened = out->open_log(); !opened)
      return tl::make_unexpected(opened.error());
  if (command.daemon || command.one_stream) join_streams();
  if (command.daemon && !command.systemd) setsid();
  return out;
}

Daemon::~Daemon() {
  if (!pid_file_.empty()) unlink(pid_file_.c_str());
  if (command_.systemd) notify_service_manager("STOPPING=1");
}

base::Result<void> Daemon::open_log() {
  int status = 0;
  pmOpenLog(command_.program.c_str(), command_.log_file.c_str(), stderr,
            &status);
  if (status != 1)
    return base::fail(0, "cannot open log file " + command_.log_file);
  log_path_ = absolute_path(command_.log_file);
  if (command_.archives.empty()) write_head(command_);
  return {};
}

void Daemon::ready() {
  if (command_.primary) write_pid_file();
  if (command_.systemd)
    notify_service_manager(fmt::format("READY=1\nMAINPID={}", getpid()));
}

void Daemon::write_pid_file() {
  pid_file_ =
      fmt::format("{}/{}.pid", pmGetConfig("PCP_RUN_DIR"), command_.program);
  unlink(pid_file_.c_str());
  std::ofstream out(pid_file_);
  out << getpid() << '\n';
  out.close();
  if (out) return;
  pmNotifyErr(LOG_WARNING, "cannot write %s: %s", pid_file_.c_str(),
              std::strerror(errno));
  pid_file_.clear();
}

/// pmOpenLog() would say at the end, for each call, that the log is finished.
void Daemon::reopen_log() {
  if (log_path_.empty()) return;
  const int fd =
      open(log_path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) {
    pmNotifyErr(LOG_ERR, "cannot open log file %s: %s", log_path_.c_str(),
                std::strerror(errno));
    return;
  }
  const std::string now = ctime_text(std::time(nullptr));
  std::fprintf(stderr, "\nLog rotated %s\n", now.c_str());
  std::fflush(stdout);
  std::fflush(stderr);
  dup2(fd, fileno(stderr));
  if (command_.daemon || command_.one_stream) dup2(fd, fileno(stdout));
  close(fd);
  std::fprintf(stderr, "Log for %s rotated %s\n\n", command_.program.c_str(),
               now.c_str());
  write_head(command_);
}

void join_streams() {
  std::fflush(stdout);
  std::setvbuf(stderr, nullptr, _IOLBF, 0);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  dup2(fileno(stderr), fileno(stdout));
}

std::string absolute_path(const std::string& path) {
  char* real = realpath(path.c_str(), nullptr);
  std::string out = real == nullptr ? "" : real;
  std::free(real);
  return out;
}

void notify_service_manager(const std::string& state) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  if (path == nullptr || std::strlen(path) >= sizeof(address.sun_path)) return;
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path, path);
  // systemd's sign of a name that is in no file system.
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) +
                                           std::strlen(path));
  sendto(fd, state.data(), state.size(), MSG_NOSIGNAL,
         reinterpret_cast<const sockaddr*>(&address), size);
  close(fd);
}

void block_signals() {
  const sigset_t signals = our_signals();
  sigprocmask(SIG_BLOCK, &signals, nullptr);
}

void unblock_signals() {
  const sigset_t signals = our_signals();
  sigprocmask(SIG_UNBLOCK, &signals, nullptr);
}

void wake() {
  kill(getpid(), SIGUSR2);
}

bool sleep_until(double until_s, const SignalActions& actions) {
  const sigset_t signals = our_signals();
  for (;;) {
    const double left_s = std::max(0.0, until_s - base::wall_clock_s());
    timespec timeout{};
    timeout.tv_sec = static_cast<time_t>(left_s);
    timeout.tv_nsec = static_cast<long>((left_s - std::floor(left_s)) * 1e9);
    const int signal = sigtimedwait(&signals, nullptr, &timeout);
    if (signal == SIGTERM || signal == SIGINT) return false;
    if (signal == SIGHUP && actions.hang_up) actions.hang_up();
    if (signal == SIGUSR1 && actions.dump) actions.dump();
    if (signal == SIGUSR2) return true;
    if (signal < 0 && errno != EAGAIN && errno != EINTR) return false;
    if (signal < 0 && base::wall_clock_s() >= until_s) return true;
  }
}

}  // namespace balance
