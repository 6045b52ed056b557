// traffic churn: connections and processes that come and go.
#include <iterator>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "traffic_commands.h"

namespace traffic {

namespace {

constexpr End kEnds[] = {End::kClose, End::kReset, End::kUnread,
                         End::kShutdown};
// So many short-lived processes at once, at most.
constexpr int kShortLived = 64;

class Churn {
 public:
  explicit Churn(const ChurnOptions& options)
      : options_(options),
        gang_(processes(), options.common.limit),
        listener_(
            serve_at(Protocol::kTcp, Address(Protocol::kTcp, "127.0.0.1", 0))),
        address_(Protocol::kTcp, "127.0.0.1", port_of(listener_)) {}

  int go() {
    if (fcntl(listener_, F_SETFL, O_NONBLOCK) != 0) die("O_NONBLOCK");
    for (std::uint64_t i = 0; i < options_.servers; ++i)
      gang_.start("server", [this](Account& account) { serve(account); });
    for (std::uint64_t i = 0; i < options_.clients; ++i)
      gang_.start("client", [this](Account& account) { be_client(account); });
    // Its account is that of all those that it starts.
    if (options_.processes > 0)
      gang_.start("gone", [this](Account& account) { spawn(account); });
    close(listener_);
    const std::uint64_t clients = processes() - options_.servers;
    gang_.await(clients);
    gang_.shared().stop = true;
    gang_.await(options_.servers);
    return report_and_end(gang_, Protocol::kTcp, options_.common);
  }

 private:
  std::size_t processes() const {
    return options_.servers + options_.clients +
           (options_.processes > 0 ? 1 : 0);
  }

  void serve(Account& account) {
    for (;;) {
      // Asked before: a connection that came before the stop is served.
      const bool last = gang_.shared().stop;
      pollfd ready{listener_, POLLIN, 0};
      poll(&ready, 1, 100);
      const int socket = accept_from(listener_);
      if (socket < 0 && last) break;
      if (socket < 0) continue;
      answer(options_.talk, socket, account);
      see_end(socket);
    }
    close(listener_);
  }

  /// The connections end in all ways, one after another.
  void connect_and_ask(std::uint64_t number, Account& account) {
    Talk talk = options_.talk;
    talk.end = kEnds[number % std::size(kEnds)];
    ask_and_end(talk, connect_to(Protocol::kTcp, address_), account,
                gang_.shared());
  }

  void be_client(Account& account) {
    close(listener_);
    Pace pace(options_.rate);
    const std::uint64_t end = now_us() + duration();
    for (std::uint64_t i = 0; now_us() < end; ++i) {
      pace.pass();
      connect_and_ask(i, account);
    }
  }

  void spawn(Account& account);

  std::uint64_t duration() const {
    return static_cast<std::uint64_t>(options_.seconds * 1e6);
  }

  ChurnOptions options_;
  Gang gang_;
  int listener_;
  Address address_;
};

void Churn::spawn(Account& account) {
  close(listener_);
  Pace pace(options_.processes);
  const std::uint64_t end = now_us() + duration();
  int alive = 0;
  const auto reap = [&alive](int how) {
    int status = 0;
    while (alive > 0 && waitpid(-1, &status, how) > 0) {
      if (status != 0) _exit(1);
      --alive;
      if (how == 0) return;
    }
  };
  for (std::uint64_t i = 0; now_us() < end; ++i) {
    pace.pass();
    reap(WNOHANG);
    if (alive == kShortLived) reap(0);
    const pid_t pid = fork();
    if (pid < 0) die("fork");
    if (pid == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      alarm(options_.common.limit);
      connect_and_ask(i, account);
      _exit(0);
    }
    ++alive;
  }
  while (alive > 0) reap(0);
}

}  // namespace

int churn(const ChurnOptions& options) {
  return Churn(options).go();
}

}  // namespace traffic
