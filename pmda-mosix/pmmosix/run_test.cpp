// `pmmosix run` against a mosixd and a job that this test plays.
#include <csignal>
#include <functional>
#include <memory>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "api/wire.h"
#include "capsule/capsule_end.h"
#include "host/fd.h"
#include "host/spawn.h"
#include "host/test_dir.h"

namespace mosix {
namespace {

using Clock = std::chrono::steady_clock;

class RunTest : public testing::Test {
 protected:
  void SetUp() override {
    signal(SIGPIPE, SIG_IGN);
    listen_again();
  }
  void TearDown() override {
    if (client_.pid != 0) kill(client_.pid, SIGKILL);
    if (client_.pid != 0) (void)wait_exit(client_, 5000);
  }

  void listen_again() {
    const std::string path = dir_.path("sock");
    unlink(path.c_str());
    listener_.reset(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(bind(listener_.get(), reinterpret_cast<sockaddr*>(&address),
                   sizeof address),
              0);
    ASSERT_EQ(listen(listener_.get(), 8), 0);
  }
  Message accept() {
    pollfd wait{listener_.get(), POLLIN, 0};
    if (poll(&wait, 1, 10000) != 1) return {};
    mosixd_ =
        Connection(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    return mosixd_.receive(10000).value_or(Message());
  }
  void vanish() {
    mosixd_.close();
    listener_.reset();
  }
  void running() {
    (void)mosixd_.send({{"op", "running"}, {"job", "1:50:9"}, {"pid", 50}});
  }

  /// Starts the client; its stdio are the far ends of in_, out_, err_.
  void start(std::vector<std::string> options = {}) {
    int in[2], out[2], err[2];
    ASSERT_EQ(
        pipe2(in, O_CLOEXEC) | pipe2(out, O_CLOEXEC) | pipe2(err, O_CLOEXEC),
        0);
    in_.reset(in[1]);
    out_.reset(out[0]);
    err_.reset(err[0]);
    for (const Fd* fd : {&in_, &out_, &err_})
      fcntl(fd->get(), F_SETFL, O_NONBLOCK);
    SpawnOptions spawning;
    spawning.argv = {MOSIX_BIN "/pmmosix", "--socket", dir_.path("sock"),
                     "run"};
    spawning.argv.insert(spawning.argv.end(), options.begin(), options.end());
    spawning.argv.insert(spawning.argv.end(), {"--", "prog", "-x", "a b"});
    spawning.cwd = dir_.path();
    spawning.in = in[0];
    spawning.out = out[1];
    spawning.err = err[1];
    auto client = spawn(spawning);
    close(in[0]);
    close(out[1]);
    close(err[1]);
    ASSERT_TRUE(client);
    client_ = std::move(*client);
  }

  static void drain(const Fd& fd, std::string& into) {
    char chunk[65536];
    for (ssize_t n; fd && (n = read(fd.get(), chunk, sizeof chunk)) > 0;)
      into.append(chunk, static_cast<std::size_t>(n));
  }

  /// One round of everything: frames, our ends of the client's stdio, and the
  /// job, which copies its stdin to its stdout.
  void round() {
    const auto now = Clock::now();
    if (echo_) {
      const auto count = std::min(job_.in.pending().size(), job_.out.room());
      job_.out.append(job_.in.pending().substr(0, count));
      job_.in.consume(count);
    }
    while (auto frame = job_.next(now)) (void)mosixd_.send(*frame);
    for (const auto& signal : job_.take_signals()) signals_.push_back(signal);
    const auto n = write(in_.get(), input_.data(), input_.size());
    if (n > 0) input_.erase(0, static_cast<std::size_t>(n));
    if (input_.empty() && end_input_) in_.reset();
    drain(out_, output_);
    drain(err_, errors_);
    auto message = mosixd_.receive(5);
    if (message) job_.handle(*message, now);
  }
  bool until(const std::function<bool()>& done) {
    const auto deadline = Clock::now() + std::chrono::seconds(20);
    while (!done()) {
      if (Clock::now() > deadline) return false;
      round();
    }
    return true;
  }
  void end_job(int status) {
    job_.out.finish();
    job_.err.finish();
    job_.exited(status);
  }
  /// The client's wait status, -1 if it does not end.
  int status() {
    std::optional<int> status;
    until([&] {
      status = try_wait(client_.pid).value_or(std::optional<int>(-1));
      return status.has_value();
    });
    drain(out_, output_);
    drain(err_, errors_);
    client_.pid = 0;
    return status.value_or(-1);
  }

  TestDir dir_;
  Fd listener_;
  Connection mosixd_;
  Child client_;
  Fd in_, out_, err_;
  CapsuleEnd job_;
  bool echo_ = true;
  bool end_input_ = false;
  std::string input_, output_, errors_;
  std::vector<JobSignal> signals_;
};

TEST_F(RunTest, TellsWhatToRun) {
  setenv("MOSIX_TEST_VALUE", "a\xff b", 1);
  start({"-L"});
  const Message run = accept();
  ASSERT_EQ(op_of(run), "run");
  std::vector<std::string> argv;
  for (const Message& item : run["argv"]) argv.push_back(text_of(item));
  EXPECT_EQ(argv, (std::vector<std::string>{"prog", "-x", "a b"}));
  EXPECT_EQ(text_of(run["cwd"]), dir_.path());
  EXPECT_EQ(run["lock"], true);
  EXPECT_TRUE(run["umask"].is_number());
  std::string value;
  for (const Message& item : run["env"])
    if (text_of(item).starts_with("MOSIX_TEST_VALUE=")) value = text_of(item);
  EXPECT_EQ(value, "MOSIX_TEST_VALUE=a\xff b");
}

TEST_F(RunTest, RelaysExactlyAndEndsAsTheJobDid) {
  const struct {
    int status, expected;
  } rows[] = {{0, 0}, {0x700, 0x700}, {SIGTERM, SIGTERM}, {SIGSEGV, SIGSEGV}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.status);
    job_ = CapsuleEnd();
    output_.clear();
    start();
    ASSERT_EQ(op_of(accept()), "run");
    running();
    for (int i = 0; i < 200000; ++i) input_ += std::to_string(i) + "\n";
    const std::string sent = input_;
    end_input_ = true;
    job_.err.append("to stderr\n");
    ASSERT_TRUE(until([&] { return job_.in.complete(); }));
    end_job(row.status);
    EXPECT_EQ(status(), row.expected);
    EXPECT_TRUE(output_ == sent);
    EXPECT_NE(errors_.find("to stderr\n"), std::string::npos);
  }
}

TEST_F(RunTest, TellsOfTheEndOfStdoutBeforeTheJobEnds) {
  start();
  accept();
  running();
  job_.out.append("all");
  job_.out.finish();
  char byte = 0;
  ASSERT_TRUE(until(
      [&] { return output_ == "all" && read(out_.get(), &byte, 1) == 0; }));
  end_job(0);
  EXPECT_EQ(status(), 0);
}

TEST_F(RunTest, HandsSignalsOn) {
  start();
  accept();
  running();
  job_.out.append("x");
  ASSERT_TRUE(until([&] { return output_ == "x"; }));
  std::vector<JobSignal> expected;
  for (const int signo : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGRTMIN + 3}) {
    kill(client_.pid, signo);
    expected.push_back({signo, false});
    ASSERT_TRUE(until([&] { return signals_.size() == expected.size(); }));
  }
  EXPECT_EQ(signals_, expected);
  end_job(SIGINT);
  EXPECT_EQ(status(), SIGINT);
}

TEST_F(RunTest, TheTerminalsSignalsAreForTheGroup) {
  const Fd terminal(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_TRUE(terminal);
  ASSERT_EQ(grantpt(terminal.get()) | unlockpt(terminal.get()), 0);
  const Fd slave(open(ptsname(terminal.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_TRUE(slave);
  SpawnOptions spawning;
  spawning.argv = {"setsid",   "--ctty",          MOSIX_BIN "/pmmosix",
                   "--socket", dir_.path("sock"), "run",
                   "prog"};
  spawning.in = slave.get();
  spawning.new_session = false;
  auto client = spawn(spawning);
  ASSERT_TRUE(client);
  client_ = std::move(*client);
  accept();
  running();
  // A line that comes through shows that it reads the terminal.
  input_.clear();
  ASSERT_EQ(write(terminal.get(), "line\n", 5), 5);
  echo_ = false;
  ASSERT_TRUE(until([&] { return job_.in.pending() == "line\n"; }));
  ASSERT_EQ(write(terminal.get(), "\x03", 1), 1);
  ASSERT_TRUE(until([&] { return !signals_.empty(); }));
  EXPECT_EQ(signals_, (std::vector<JobSignal>{{SIGINT, true}}));
  end_job(0x8200);
  EXPECT_EQ(status(), 0x8200);
}

TEST_F(RunTest, ComesAgainWhenMosixdDoes) {
  start({"-v"});
  accept();
  running();
  for (int i = 0; i < 100000; ++i) input_ += std::to_string(i) + "\n";
  const std::string sent = input_;
  end_input_ = true;
  for (int restart = 1; restart <= 3; ++restart) {
    const auto goal = sent.size() * static_cast<std::size_t>(restart) / 5;
    ASSERT_TRUE(until([&] { return output_.size() > goal; }));
    vanish();
    usleep(150000);
    listen_again();
    const Message attach = accept();
    ASSERT_EQ(op_of(attach), "attach");
    EXPECT_EQ(attach["job"], "1:50:9");
    running();
    job_.restart();
  }
  ASSERT_TRUE(until([&] { return job_.in.complete(); }));
  end_job(0x300);
  EXPECT_EQ(status(), 0x300);
  EXPECT_TRUE(output_ == sent);
  EXPECT_NE(errors_.find("connected again"), std::string::npos);
}

TEST_F(RunTest, ABrokenStdoutIsTheJobsSigpipe) {
  start();
  accept();
  running();
  out_.reset();
  job_.out.append(std::string(100000, 'x'));
  ASSERT_TRUE(until([&] { return !signals_.empty(); }));
  EXPECT_EQ(signals_, (std::vector<JobSignal>{{SIGPIPE, true}}));
  // A job that goes on all the same is not held up.
  ASSERT_TRUE(until([&] { return job_.out.settled(); }));
  end_job(0x200);
  EXPECT_EQ(status(), 0x200);
}

TEST_F(RunTest, SaysWhatWentWrong) {
  const struct {
    Message answer;
    int status;
    std::string text;
  } rows[] = {
      {{{"op", "error"}, {"errno", ENOENT}, {"text", "prog: not there"}},
       127 << 8,
       "pmmosix: prog: not there\n"},
      {{{"op", "error"}, {"errno", EACCES}, {"text", "prog: no"}},
       126 << 8,
       "pmmosix: prog: no\n"},
      {{{"op", "error"}, {"errno", EPERM}, {"text", "only root"}},
       1 << 8,
       "pmmosix: only root\n"},
  };
  for (const auto& row : rows) {
    errors_.clear();
    start();
    accept();
    (void)mosixd_.send(row.answer);
    EXPECT_EQ(status(), row.status);
    EXPECT_EQ(errors_, row.text);
  }
}

TEST_F(RunTest, ALostJobIsReported) {
  start({"-n"});
  accept();
  running();
  ASSERT_TRUE(until([&] { return job_.in.complete(); }));  // because of -n
  (void)mosixd_.send({{"op", "lost"}, {"text", "node 2 is gone"}});
  EXPECT_EQ(status(), 1 << 8);
  EXPECT_EQ(errors_, "pmmosix: lost: node 2 is gone\n");
}

TEST_F(RunTest, AJobThatNobodyKnowsEndsTheClient) {
  start();
  accept();
  running();
  job_.out.append("x");
  ASSERT_TRUE(until([&] { return output_ == "x"; }));
  vanish();
  listen_again();
  ASSERT_EQ(op_of(accept()), "attach");
  (void)mosixd_.send({{"op", "error"}, {"errno", ESRCH}, {"text", "no job"}});
  EXPECT_EQ(status(), 1 << 8);
  EXPECT_EQ(errors_, "pmmosix: job 1:50:9: no job\n");
}

TEST_F(RunTest, WithoutMosixdItSaysSo) {
  vanish();
  start();
  EXPECT_EQ(status(), 1 << 8);
  EXPECT_NE(errors_.find("mosixd does not answer"), std::string::npos);
}

}  // namespace
}  // namespace mosix
