// The program itself, against a mosixd that answers from a table.
#include <algorithm>
#include <cstdio>
#include <deque>
#include <mutex>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "api/fake_mosixd.h"
#include "api/snapshot.h"
#include "host/file.h"
#include "host/spawn.h"
#include "host/test_dir.h"

namespace mosix {
namespace {

class PmmosixTest : public testing::Test {
 protected:
  PmmosixTest()
      : mosixd_(dir_.path("sock"), [this](const Message& m) {
          return std::optional<std::string>(encode(answer(m)));
        }) {
    snapshot_.driver = "criu";
    snapshot_.self.id = 1;
    snapshot_.self.host = "one";
    Node two;
    two.id = 2;
    two.host = "two";
    snapshot_.nodes = {snapshot_.self, two};
    request_.job = "1:77:5";
    request_.to = 2;
  }

  struct Run {
    int status = -1;
    std::string out, err;
  };
  Run run(std::vector<std::string> arguments) {
    hand_over();
    SpawnOptions options;
    options.argv = {MOSIX_BIN "/pmmosix", "--socket", dir_.path("sock")};
    options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
    auto out = open_file(dir_.path("out"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    auto err = open_file(dir_.path("err"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    options.out = out->get();
    options.err = err->get();
    Run run;
    auto child = spawn(options);
    if (child) run.status = WEXITSTATUS(wait_exit(*child, 20000).value_or(-1));
    run.out = read_file(dir_.path("out")).value_or("");
    run.err = read_file(dir_.path("err")).value_or("");
    hand_over();
    return run;
  }
  /// What this thread wrote is mosixd's to read from now on, and the other way
  /// round.
  void hand_over() { const std::lock_guard<std::mutex> guard(mutex_); }

  Message answer(const Message& message) {
    const std::lock_guard<std::mutex> guard(mutex_);
    const std::string op = op_of(message);
    if (op == "status") return to_message(snapshot_);
    if (op == "request") {
      // The move goes on each time that it is looked at.
      if (states_.size() > 1) states_.pop_front();
      if (states_.empty())
        return {{"op", "error"}, {"errno", ENOENT}, {"text", "no request"}};
      request_.state = states_.front();
      Message row = to_message(request_);
      row["op"] = "request";
      return row;
    }
    asked_ = message;
    if (!refusal_.is_null()) return refusal_;
    return {{"op", "ok"}, {"id", "id-1"}, {"text", "it runs here again"}};
  }

  TestDir dir_;
  std::mutex mutex_;
  Snapshot snapshot_;
  Request request_;
  std::deque<RequestState> states_;
  Message asked_;
  Message refusal_;
  FakeMosixd mosixd_;
};

TEST_F(PmmosixTest, FollowsAMove) {
  using enum RequestState;
  const struct {
    std::deque<RequestState> states;
    std::vector<std::string> more;
    int status;
    std::string out;
  } rows[] = {
      {{queued, frozen, done}, {}, 0, "moved to node 2"},
      {{queued, frozen, failed}, {}, 1, "rolled back: because\n"},
      {{refused}, {}, 1, "refused: because\n"},
      {{undecided}, {"--wait", "0.2"}, 1, "waiting: undecided: because\n"},
      {{queued}, {"--no-wait"}, 0, "waiting: queued"},
      {{}, {"--no-wait"}, 0, "waiting: queued"},
  };
  request_.reason = "because";
  for (const auto& row : rows) {
    states_ = row.states;
    std::vector<std::string> arguments{"migrate", "77", "two"};
    arguments.insert(arguments.end(), row.more.begin(), row.more.end());
    const Run ended = run(arguments);
    EXPECT_EQ(ended.status, row.status) << ended.err;
    EXPECT_EQ(ended.out.substr(0, row.out.size()), row.out);
    EXPECT_EQ(asked_["pid"], 77);
    EXPECT_EQ(asked_["to"], 2);
    EXPECT_EQ(asked_["automatic"], false);
  }
}

TEST_F(PmmosixTest, NamesJobsAndNodes) {
  using enum RequestState;
  const struct {
    std::string subject, node;
    std::string job;
    int to;
  } rows[] = {{"1:77:5", "home", "1:77:5", 0},
              {"1:77:5", "best", "1:77:5", -1},
              {"1:77:5", "7", "1:77:5", 7}};
  for (const auto& row : rows) {
    states_ = {done};
    EXPECT_EQ(run({"migrate", row.subject, row.node}).status, 0);
    EXPECT_EQ(asked_["job"], row.job);
    EXPECT_EQ(asked_["to"], row.to);
  }
}

TEST_F(PmmosixTest, SetsWhatTheCommandsSay) {
  const struct {
    std::string command, name;
    double value;
  } rows[] = {
      {"block", "block", 1}, {"noblock", "block", 0}, {"stay", "stay", 1},
      {"nostay", "stay", 0}, {"lstay", "lstay", 1},   {"nolstay", "lstay", 0},
      {"quiet", "quiet", 1}, {"noquiet", "quiet", 0}, {"expel", "expel", 1},
      {"bring", "bring", 1}, {"on", "enabled", 1},    {"off", "enabled", 0}};
  for (const auto& row : rows) {
    EXPECT_EQ(run({row.command}).status, 0) << row.command;
    EXPECT_EQ(op_of(asked_), "set");
    EXPECT_EQ(asked_["name"], row.name);
    EXPECT_EQ(asked_["value"], row.value);
  }
  EXPECT_EQ(run({"lock", "77"}).status, 0);
  EXPECT_EQ(asked_["on"], true);
  EXPECT_EQ(run({"unlock", "77"}).status, 0);
  EXPECT_EQ(asked_["on"], false);
}

TEST_F(PmmosixTest, Resolves) {
  const Run ended = run({"resolve", "1:77:5", "--target-dead", "--force"});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.out, "it runs here again\n");
  EXPECT_EQ(asked_["dead"], "target");
  EXPECT_EQ(asked_["force"], true);
  EXPECT_EQ(run({"resolve", "1:77:5", "--source-dead"}).status, 0);
  EXPECT_EQ(asked_["dead"], "source");
  EXPECT_EQ(asked_["force"], false);
}

TEST_F(PmmosixTest, ErrorsAreOneLine) {
  refusal_ = {{"op", "error"}, {"errno", EPERM}, {"text", "not yours"}};
  const struct {
    std::vector<std::string> arguments;
    int status;
    std::string err;
  } rows[] = {
      {{"migrate", "77", "2"}, 1, "pmmosix: not yours\n"},
      {{"migrate", "77", "nowhere"}, 1, "pmmosix: nowhere: no such node\n"},
      {{"migrate", "x", "2"}, 1, "pmmosix: x: neither a pid nor a job\n"},
      {{"lock", "77"}, 1, "pmmosix: not yours\n"},
      {{"off"}, 1, "pmmosix: not yours\n"},
      {{"resolve", "1:2:3", "--target-dead"}, 1, "pmmosix: not yours\n"},
      {{"resolve", "1:2:3"},
       2,
       "pmmosix: resolve: --target-dead or --source-dead?\n"},
      {{"run"}, 2, "pmmosix: run: no program is named\n"},
  };
  for (const auto& row : rows) {
    const Run ended = run(row.arguments);
    EXPECT_EQ(ended.status, row.status) << row.err;
    EXPECT_EQ(ended.err, row.err);
    EXPECT_EQ(ended.out, "");
  }
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{}, {"fly"}, {"migrate"}, {"lock", "x"}}) {
    const Run ended = run(wrong);
    EXPECT_EQ(ended.status, 2);
    EXPECT_EQ(ended.err.substr(0, 9), "pmmosix: ");
    EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1);
  }
}

TEST_F(PmmosixTest, ShowsTables) {
  for (const char* command : {"ps", "nodes", "status", "requests"}) {
    const Run plain = run({command});
    EXPECT_EQ(plain.status, 0) << plain.err;
    EXPECT_FALSE(plain.out.empty());
    const Run json = run({command, "--json"});
    EXPECT_FALSE(Message::parse(json.out, nullptr, false).is_discarded());
  }
}

}  // namespace
}  // namespace mosix
