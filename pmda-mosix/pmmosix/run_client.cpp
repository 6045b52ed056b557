#include "pmmosix/run_client.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>

#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capsule/client_end.h"
#include "capsule/frames.h"
#include "capsule/link.h"
#include "pmmosix/relay.h"
#include "pmmosix/signals.h"

namespace mosix {
namespace {

constexpr auto kStart = std::chrono::seconds(60);
constexpr auto kLastWords = std::chrono::seconds(2);

Time now() {
  return std::chrono::steady_clock::now();
}

template <class... Args>
int complain(int status, fmt::format_string<Args...> format, Args&&... args) {
  fmt::print(stderr, "pmmosix: {}\n",
             fmt::format(format, std::forward<Args>(args)...));
  return status;
}

std::vector<std::string> environment() {
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry)
    out.emplace_back(*entry);
  return out;
}

/// Where the job is to start; none, with a message, if that is no place.
std::optional<std::string> start_folder(const RunOptions& options) {
  if (!options.cwd.empty() && chdir(options.cwd.c_str()) < 0) {
    complain(1, "{}: {}", options.cwd, std::strerror(errno));
    return std::nullopt;
  }
  std::error_code error;
  const auto folder = std::filesystem::current_path(error);
  if (!error) return folder.string();
  complain(1, "working directory: {}", error.message());
  return std::nullopt;
}

Message run_message(const RunOptions& options, const std::string& folder) {
  const mode_t mask = umask(0);
  umask(mask);
  return {{"op", "run"},
          {"argv", list_of_bytes(options.argv)},
          {"env", list_of_bytes(environment())},
          {"cwd", bytes_of(folder)},
          {"umask", mask},
          {"lock", options.lock}};
}

class RunClient {
 public:
  explicit RunClient(const RunOptions& options)
      : options_(options), link_(options.socket) {}

  int run() {
    if (const int status = start(); status != 0) return status;
    relay_.emplace(end_, options_.no_input);
    signals_.emplace();
    while (!over_) step();
    return *over_;
  }

 private:
  int start();
  std::optional<Message> first_answer();
  void step();
  void connect();
  void take(const Message& message);
  void attached(const Message& message);
  void finish();
  void wait();

  const RunOptions& options_;
  Link link_;
  ClientEnd end_;
  std::optional<Relay> relay_;
  std::optional<ForwardedSignals> signals_;
  std::string job_;
  bool attached_ = false;
  std::optional<Time> lost_at_;  ///< the connection
  std::optional<int> over_;
};

/// Until the job runs a signal ends this process alone, which ends the job.
int RunClient::start() {
  const std::string& program = options_.argv.front();
  if (program.empty()) return complain(127, "'': {}", std::strerror(ENOENT));
  const auto folder = start_folder(options_);
  if (!folder) return 1;
  if (!link_.try_connect(now()))
    return complain(1, "mosixd does not answer at {}: {}", options_.socket,
                    std::strerror(link_.error()));
  link_.send(run_message(options_, *folder));
  const auto answer = first_answer();
  if (!answer) return complain(1, "mosixd did not start the job");
  if (op_of(*answer) == "running") {
    attached(*answer);
    return 0;
  }
  const std::string text = frames::bytes(*answer, "text");
  const auto code = frames::number(*answer, "errno");
  const int status = code == ENOENT ? 127 : code == EACCES ? 126 : 1;
  return complain(status, "{}",
                  text.empty() ? "the job was not started" : text);
}

std::optional<Message> RunClient::first_answer() {
  const auto deadline = now() + kStart;
  while (link_.up() && now() < deadline) {
    link_.flush();
    pollfd ready{link_.fd(), link_.poll_events(), 0};
    poll(&ready, 1, 100);
    if ((ready.revents & ~POLLOUT) != 0) link_.fill();
    if (auto message = link_.next()) return message;
  }
  return std::nullopt;
}

void RunClient::attached(const Message& message) {
  attached_ = true;
  lost_at_.reset();
  const bool first = job_.empty();
  job_ = frames::bytes(message, "job");
  if (!first) end_.restart();
  if (options_.verbose)
    complain(0, "job {}, pid {}{}", job_, frames::number(message, "pid"),
             first ? "" : ", connected again");
}

void RunClient::step() {
  while (auto message = link_.next()) {
    take(*message);
    if (over_) return;
  }
  if (!link_.up()) connect();
  if (over_) return;
  if (attached_ && link_.up()) {
    while (!link_.congested()) {
      auto frame = end_.next(now());
      if (!frame) break;
      link_.send(*frame);
    }
  }
  link_.flush();
  if (end_.status() && end_.finished()) return finish();
  wait();
}

void RunClient::connect() {
  attached_ = false;
  if (!lost_at_) lost_at_ = now();
  if (link_.try_connect(now())) {
    link_.send({{"op", "attach"}, {"job", job_}});
  } else if (now() - *lost_at_ > options_.patience) {
    over_ = complain(1, "mosixd does not answer: {}; job {} may still run",
                     std::strerror(link_.error()), job_);
  }
}

void RunClient::take(const Message& message) {
  const std::string op = op_of(message);
  const std::string text = frames::bytes(message, "text");
  if (op == "running") {
    attached(message);
  } else if (op == "error") {
    over_ = complain(1, "job {}: {}", job_, text);
  } else if (op == "lost") {
    over_ = complain(1, "lost: {}", text);
  } else if (op == "notice") {
    if (options_.verbose) complain(0, "{}", text);
  } else {
    end_.handle(message, now());
  }
}

void RunClient::wait() {
  auto fds = relay_->wanted();
  auto wake = frames::earlier(link_.retry_at(), relay_->wake_at(now()));
  if (attached_) wake = frames::earlier(wake, end_.wake_at());
  fds.push_back({link_.fd(), link_.poll_events(), 0});
  fds.push_back({signals_->fd(), POLLIN, 0});
  if (poll(fds.data(), fds.size(), frames::timeout_ms(wake, now())) < 0) return;
  if ((fds[3].revents & ~POLLOUT) != 0) link_.fill();
  if (fds[4].revents != 0)
    signals_->read([&](int signo, bool group) { end_.signal(signo, group); });
  relay_->pump(fds);
}

/// The acknowledgement of the end should reach mosixd, which then forgets the
/// job; if it cannot, mosixd sees that this process is gone.
void RunClient::finish() {
  const auto deadline = now() + kLastWords;
  while (link_.up() && !link_.idle() && now() < deadline) {
    pollfd ready{link_.fd(), POLLOUT, 0};
    poll(&ready, 1, 100);
    link_.flush();
  }
  const int status = *end_.status();
  if (WIFSIGNALED(status)) die_by(WTERMSIG(status));
  over_ = WEXITSTATUS(status);
}

}  // namespace

int run_job(const RunOptions& options) {
  return RunClient(options).run();
}

}  // namespace mosix
