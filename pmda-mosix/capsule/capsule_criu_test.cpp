// A real job moves between real capsules with criu ($MOSIX_CRIU, else the one
// in PATH): the program of a move as mosixd plays it, with its stdio exact.
#include <csignal>

#include "capsule/test_capsule.h"

namespace mosix {
namespace {

using test::Reader;
using test::TestCapsule;
namespace fs = std::filesystem;

std::string find_criu() {
  if (const char* named = std::getenv("MOSIX_CRIU")) return named;
  for (const char* path : {"/usr/sbin/criu", "/usr/bin/criu"})
    if (access(path, X_OK) == 0) return path;
  return {};
}

/// "" if criu can dump and restore here as far as it knows.
std::string missing() {
  if (geteuid() != 0) return "needs root";
  if (test::cgroup_base().empty()) return "needs cgroup2";
  if (find_criu().empty()) return "needs criu";
  auto check = spawn({.argv = {find_criu(), "check"}});
  if (!check || wait_exit(*check, 20000).value_or(1) != 0)
    return "criu check fails";
  return {};
}

class CapsuleCriuTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const auto why = missing(); !why.empty()) GTEST_SKIP() << why;
  }

  void start(const std::string& script, Message fields = Message::object()) {
    fields["argv"] = {"sh", "-c", script};
    job_ = std::make_unique<TestCapsule>("copy0", fields);
    ASSERT_EQ(job_->started(), 0);
    ASSERT_TRUE(job_->accept());
    job_->send({{"op", "go"}});
    ASSERT_TRUE(job_->take("started", client_).is_object());
  }
  bool pump(const std::function<bool()>& until) {
    return job_->pump(client_, [&] {
      reader_.take(client_);
      return until();
    });
  }

  Message criu(const TestCapsule& capsule, const std::string& what,
               const std::vector<std::string>& more) {
    std::ofstream(images_.path("hook.json"))
        << Message{{"cgroup", capsule.cgroup().path()}};
    std::vector<std::string> argv{find_criu(),
                                  what,
                                  "-D",
                                  images_.path(),
                                  "-o",
                                  what + ".log",
                                  "-v2",
                                  "--network-lock",
                                  "skip",
                                  "--manage-cgroups=ignore",
                                  "--action-script",
                                  MOSIX_BIN "/mosix-hook"};
    argv.insert(argv.end(), more.begin(), more.end());
    std::vector<std::string> env{"MOSIX_HOOK_DIR=" + images_.path()};
    if (what == "restore")
      env.push_back("LD_PRELOAD=" MOSIX_BIN "/libmosix-exitkill.so");
    return {{"op", "criu"},
            {"what", what},
            {"cwd", images_.path()},
            {"argv", argv},
            {"env", env}};
  }

  /// Up to the point where the frozen job's fate is open.
  void dump_and_drain() {
    for (const auto& entry : fs::directory_iterator(images_.path()))
      fs::remove(entry.path());
    job_->send(criu(*job_, "dump", {"-t", "1000", "--timeout", "10"}));
    ASSERT_TRUE(pump([&] { return fs::exists(images_.path("frozen")); }))
        << read_file(images_.path("dump.log")).value_or("no log");
    job_->send({{"op", "drain"}});
    baggage_ = job_->take("baggage", client_);
    ASSERT_TRUE(baggage_.is_object());
  }
  void decide(const std::string& what) {
    std::ofstream(images_.path("decision.new")) << what;
    fs::rename(images_.path("decision.new"), images_.path("decision"));
  }
  std::unique_ptr<TestCapsule> empty_capsule(const std::string& cid) {
    auto capsule = std::make_unique<TestCapsule>(
        cid, Message{{"mode", "restore"}, {"root_pid", 1000}});
    EXPECT_TRUE(capsule->accept());
    EXPECT_EQ(capsule->hello()["state"], "empty");
    return capsule;
  }
  /// criu's end in the new capsule.
  Message restore(TestCapsule& capsule) {
    // As between nodes, the baggage goes through a frame.
    capsule.send(baggage_);
    std::vector<std::string> more{"-d"};
    for (std::size_t i = 0; i < 3; ++i) {
      more.push_back("--inherit-fd");
      more.push_back(fmt::format("fd[{}]:{}", 100 + i,
                                 baggage_["pipes"][i].get<std::string>()));
    }
    capsule.send(criu(capsule, "restore", more));
    ClientEnd nobody;
    return capsule.take("criu_exit", nobody);
  }
  void move(const std::string& cid) {
    dump_and_drain();
    auto target = empty_capsule(cid);
    const Message restored = restore(*target);
    ASSERT_TRUE(restored.is_object());
    ASSERT_EQ(restored["status"], 0) << restored["error"];
    ASSERT_EQ(target->cgroup().freeze_flag(), true);
    ASSERT_EQ(target->cgroup().events()->frozen, true);
    decide("gone");
    const Message dumped = job_->take("criu_exit", client_);
    ASSERT_TRUE(dumped.is_object());
    EXPECT_EQ(dumped["status"], 0) << dumped["error"];
    job_->send({{"op", "close"}});
    ASSERT_TRUE(job_->cgroup().wait_empty(CgroupPart::init, 10000));
    job_ = std::move(target);
    ASSERT_TRUE(job_->cgroup().thaw());
    client_.restart();
  }
  /// Feeds numbered lines into a job that copies stdin to stdout.
  void feed() {
    while (client_.in.room() > 20000 && fed_ < kLines) {
      std::string part;
      for (int i = 0; i < 2000 && fed_ < kLines; ++i)
        part += std::to_string(fed_++) + "\n";
      sent_ += part;
      client_.in.append(part);
    }
    if (fed_ == kLines) client_.in.finish();
  }

  static constexpr int kLines = 600000;
  TestDir images_;
  std::unique_ptr<TestCapsule> job_;
  ClientEnd client_;
  Reader reader_;
  Message baggage_;
  std::string sent_;
  int fed_ = 0;
};

TEST_F(CapsuleCriuTest, StdioIsExactOverMoves) {
  start("cat; exit 6");
  for (int round = 1; round <= 4; ++round) {
    const auto goal = static_cast<std::size_t>(round) * 500000;
    ASSERT_TRUE(pump([&] {
      feed();
      return reader_.out.size() > goal;
    }));
    ASSERT_NO_FATAL_FAILURE(move(fmt::format("copy{}", round)));
  }
  ASSERT_TRUE(pump([&] {
    feed();
    return client_.finished();
  }));
  EXPECT_TRUE(reader_.out == sent_);
  EXPECT_EQ(client_.status(), 0x600);
}

TEST_F(CapsuleCriuTest, FullPipesMoveToo) {
  // A job that does not read while it moves, with a client that does not read.
  start("printf X; sleep 1; head -c 50; exec cat");
  const std::string input(200000, 'i');
  client_.in.append(input);
  client_.in.finish();
  ASSERT_TRUE(pump([&] { return reader_.out == "X"; }));
  ASSERT_NO_FATAL_FAILURE(move("copy1"));
  ASSERT_TRUE(pump([&] { return client_.finished(); }));
  EXPECT_EQ(reader_.out.size(), 1 + input.size());
}

TEST_F(CapsuleCriuTest, ATreeMovesWithItsSignals) {
  start(
      "trap 'echo $$ usr1' USR1; sleep 100 & echo ready; "
      "while :; do sleep 0.05; done");
  ASSERT_TRUE(pump([&] { return reader_.out == "ready\n"; }));
  ASSERT_NO_FATAL_FAILURE(dump_and_drain());
  client_.signal(SIGUSR1, false);  // while nobody can take it
  auto target = empty_capsule("copy1");
  ASSERT_EQ(restore(*target)["status"], 0);
  decide("gone");
  ASSERT_TRUE(job_->take("criu_exit", client_).is_object());
  job_ = std::move(target);
  EXPECT_EQ(reader_.out, "ready\n");
  ASSERT_TRUE(job_->cgroup().thaw());
  client_.restart();
  ASSERT_TRUE(pump([&] { return reader_.out == "ready\n1000 usr1\n"; }));
  client_.signal(SIGTERM, true);
  ASSERT_TRUE(pump([&] { return client_.finished(); }));
  EXPECT_EQ(client_.status(), SIGTERM);
}

TEST_F(CapsuleCriuTest, AGivenUpMoveLosesNothing) {
  start("exec cat");
  for (int round = 1; round <= 3; ++round) {
    const auto goal = static_cast<std::size_t>(round) * 700000;
    ASSERT_TRUE(pump([&] {
      feed();
      return reader_.out.size() > goal;
    }));
    ASSERT_NO_FATAL_FAILURE(dump_and_drain());
    decide("go-on");
    const Message dumped = job_->take("criu_exit", client_);
    ASSERT_TRUE(dumped.is_object());
    EXPECT_NE(dumped["status"], 0);
    EXPECT_EQ(job_->cgroup().events()->frozen, true);
    job_->send({{"op", "resume"}});
    ASSERT_TRUE(job_->take("resumed", client_).is_object());
    ASSERT_TRUE(job_->cgroup().thaw());
  }
  ASSERT_TRUE(pump([&] {
    feed();
    return client_.finished();
  }));
  EXPECT_TRUE(reader_.out == sent_);
}

TEST_F(CapsuleCriuTest, WhatCannotBeHeldDoesNotRun) {
  const TestDir proof;
  start(fmt::format("while :; do sleep 0.02; : >{}; done", proof.path("ran")));
  ASSERT_NO_FATAL_FAILURE(dump_and_drain());
  auto target = empty_capsule("copy1");
  fs::remove(proof.path("ran"));
  Message command = criu(*target, "restore", {"-d"});
  // The hook will not find this cgroup.
  std::ofstream(images_.path("hook.json")) << Message{{"cgroup", "/no/such"}};
  target->send(baggage_);
  target->send(command);
  ClientEnd nobody;
  const Message restored = target->take("criu_exit", nobody);
  ASSERT_TRUE(restored.is_object());
  EXPECT_NE(restored["status"], 0);
  EXPECT_NE(restored["error"].get<std::string>().find("/no/such"),
            std::string::npos)
      << restored["error"];
  EXPECT_TRUE(target->cgroup().wait_empty(CgroupPart::job, 10000));
  EXPECT_FALSE(fs::exists(proof.path("ran")));
  decide("go-on");
}

}  // namespace
}  // namespace mosix
