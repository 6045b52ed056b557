// A real capsule, without criu. Needs root and cgroup2.
#include <sys/wait.h>

#include "capsule/test_capsule.h"

namespace mosix {
namespace {

using test::Reader;
using test::TestCapsule;

class CapsuleTest : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root";
    if (test::cgroup_base().empty()) GTEST_SKIP() << "needs cgroup2";
  }

  void start(const Message& fields) {
    capsule_ = std::make_unique<TestCapsule>("c0ffee", fields);
    ASSERT_EQ(capsule_->started(), 0);
    ASSERT_TRUE(capsule_->accept());
    ASSERT_EQ(capsule_->hello()["state"], "gated");
    capsule_->send({{"op", "go"}});
  }
  void shell(const std::string& script, Message fields = Message::object()) {
    fields["argv"] = {"sh", "-c", script};
    start(fields);
  }
  bool pump(const std::function<bool()>& until) {
    return capsule_->pump(client_, [&] {
      reader_.take(client_);
      return until();
    });
  }
  bool finish() {
    return pump([&] { return client_.finished(); });
  }
  bool shows(const std::string& text) {
    return pump([&] { return reader_.out.find(text) != std::string::npos; });
  }

  std::unique_ptr<TestCapsule> capsule_;
  ClientEnd client_;
  Reader reader_;
};

TEST_F(CapsuleTest, RelaysStdioAndStatus) {
  const struct {
    std::string script, in, out, err;
    int status;
  } rows[] = {
      {"exit 7", "", "", "", 0x700},
      {"printf 'a\\n'; printf b >&2", "", "a\n", "b", 0},
      {"cat; echo end", "some\ninput", "some\ninputend\n", "", 0},
      {"kill -KILL $$", "", "", "", SIGKILL},
      {"exec </dev/null; echo done", std::string(300000, 'x'), "done\n", "", 0},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.script);
    client_ = ClientEnd();
    reader_ = Reader();
    shell(row.script);
    client_.in.append(row.in);
    client_.in.finish();
    ASSERT_TRUE(finish());
    EXPECT_EQ(reader_.out, row.out);
    EXPECT_EQ(reader_.err, row.err);
    EXPECT_EQ(client_.status(), row.status);
    capsule_.reset();
  }
}

TEST_F(CapsuleTest, MuchGoesThroughBothWays) {
  shell("cat");
  std::string sent;
  for (int i = 0; i < 300000; ++i) sent += std::to_string(i) + "\n";
  std::size_t done = 0;
  ASSERT_TRUE(pump([&] {
    const auto part = sent.substr(done, client_.in.room());
    client_.in.append(part);
    done += part.size();
    if (done == sent.size()) client_.in.finish();
    return client_.finished();
  }));
  EXPECT_TRUE(reader_.out == sent);
}

TEST_F(CapsuleTest, TheJobIsTheCallers) {
  shell(
      "id -u; id -g; id -G; umask; pwd; ulimit -n; ulimit -c; echo $$ $PPID; "
      "ps -o sid= -p $$; echo $HOME; ls /proc/self/fd | wc -l; "
      "grep SigIgn /proc/self/status; echo again > /dev/stdout",
      {{"uid", 12345},
       {"gid", 54321},
       {"groups", {7, 54321}},
       {"umask", 077},
       {"cwd", "/usr"},
       {"env", {"PATH=/usr/bin:/bin", "HOME=/nowhere"}},
       {"limits", {{"nofile", {64, 128}}, {"core", {0, 0}}}}});
  ASSERT_TRUE(finish());
  EXPECT_EQ(reader_.out,
            "12345\n54321\n54321 7\n0077\n/usr\n64\n0\n1000 1\n   1000\n"
            "/nowhere\n4\nSigIgn:\t0000000000000000\nagain\n")
      << reader_.err;
}

TEST_F(CapsuleTest, SaysWhyAProgramDoesNotStart) {
  const TestDir dir;
  dir.put("plain", "no program");
  const struct {
    Message fields;
    int code;
  } rows[] = {
      {{{"argv", {"no-such-program"}}}, ENOENT},
      {{{"argv", {"/no/such/program"}}}, ENOENT},
      {{{"argv", {dir.path("plain")}}}, EACCES},
      {{{"argv", {"true"}}, {"env", {"PATH=/nowhere"}}}, ENOENT},
      {{{"argv", {"true"}}, {"cwd", "/no/such/folder"}}, ENOENT},
      {{{"argv", {"true"}}, {"uid", 12345}, {"cwd", dir.path()}}, EACCES},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.fields.dump());
    start(row.fields);
    const Message failed = capsule_->take("exec_failed", client_);
    ASSERT_TRUE(failed.is_object());
    EXPECT_EQ(failed["errno"], row.code) << failed["text"];
    capsule_.reset();
  }
}

TEST_F(CapsuleTest, DeliversSignals) {
  shell("trap 'echo usr1' USR1; echo ready; while :; do sleep 0.05; done");
  ASSERT_TRUE(shows("ready"));
  client_.signal(SIGUSR1, false);
  ASSERT_TRUE(shows("usr1"));
  client_.signal(SIGTERM, true);
  ASSERT_TRUE(finish());
  EXPECT_EQ(client_.status(), SIGTERM);
}

TEST_F(CapsuleTest, WhatTheFirstProcessLeavesGoesWithIt) {
  shell("setsid sleep 1000 & sleep 1000 & echo on; exit 3");
  ASSERT_TRUE(finish());
  EXPECT_EQ(client_.status(), 0x300);
  EXPECT_TRUE(capsule_->cgroup().wait_empty(CgroupPart::job, 5000));
}

TEST_F(CapsuleTest, OutlivesMosixd) {
  shell("cat; exit 5");
  std::string sent;
  for (int round = 0; round < 5; ++round) {
    const std::string part(200000, static_cast<char>('a' + round));
    sent += part;
    client_.in.append(part);
    ASSERT_TRUE(pump([&] { return reader_.out.size() > sent.size() / 2; }));
    capsule_->vanish();
    capsule_->listen_again();
    ASSERT_TRUE(capsule_->accept());
    EXPECT_EQ(capsule_->hello()["state"], "running");
    client_.restart();
    ASSERT_TRUE(pump([&] { return client_.in.settled(); }));
  }
  client_.in.finish();
  ASSERT_TRUE(finish());
  EXPECT_TRUE(reader_.out == sent);
  EXPECT_EQ(client_.status(), 0x500);
}

TEST_F(CapsuleTest, RemembersAnEndThatNobodySaw) {
  shell("echo last words; exit 9");
  capsule_->vanish();
  ASSERT_TRUE(capsule_->cgroup().wait_empty(CgroupPart::job, 10000));
  capsule_->listen_again();
  ASSERT_TRUE(capsule_->accept());
  if (capsule_->hello()["state"] == "running") {
    // It connected between the end and its notice of it.
    ASSERT_TRUE(capsule_->take("exited", client_).is_object());
  } else {
    EXPECT_EQ(capsule_->hello()["state"], "exited");
    EXPECT_EQ(capsule_->hello()["status"], 0x900);
  }
  client_.restart();
  ASSERT_TRUE(finish());
  EXPECT_EQ(reader_.out, "last words\n");
  EXPECT_EQ(client_.status(), 0x900);
  capsule_->send({{"op", "close"}});
  EXPECT_TRUE(capsule_->cgroup().wait_empty(CgroupPart::init, 10000));
}

TEST_F(CapsuleTest, WithoutItsClientAJobRunsOn) {
  shell(
      "trap '' HUP; echo on; cat >/dev/null; i=0; while [ $i -lt 100000 ]; do "
      "echo $i; i=$((i+1)); "
      "done; exit 4");
  ASSERT_TRUE(shows("on"));
  capsule_->send({{"op", "client_gone"}});
  ASSERT_TRUE(pump([&] { return client_.status().has_value(); }));
  EXPECT_EQ(client_.status(), 0x400);
  EXPECT_EQ(reader_.out, "on\n");
}

TEST_F(CapsuleTest, DrainAndResumeLoseNothing) {
  // Reads slowly at first, so that its stdin is full when it is frozen.
  shell("printf X; head -c 10; sleep 0.3; exec cat");
  std::string sent(250000, '\0');
  for (std::size_t i = 0; i < sent.size(); ++i)
    sent[i] = static_cast<char>(i * 7 / 3);
  client_.in.append(sent);
  client_.in.finish();
  ASSERT_TRUE(shows("X"));
  ASSERT_TRUE(capsule_->cgroup().freeze());
  ASSERT_TRUE(capsule_->cgroup().wait_frozen(5000));
  capsule_->send({{"op", "drain"}});
  const Message baggage = capsule_->take("baggage", client_);
  ASSERT_TRUE(baggage.is_object());
  EXPECT_EQ(baggage["root_pid"], 1000);
  EXPECT_EQ(baggage["pipes"].size(), 3u);
  EXPECT_GT(text_of(baggage["in"]["pending"]).size(), 60000u);
  capsule_->send({{"op", "drain"}});
  EXPECT_EQ(capsule_->take("baggage", client_), baggage);
  // What comes now waits, and is not lost.
  client_.signal(SIGWINCH, false);
  capsule_->send({{"op", "resume"}});
  ASSERT_TRUE(capsule_->take("resumed", client_).is_object());
  ASSERT_TRUE(capsule_->cgroup().thaw());
  ASSERT_TRUE(finish());
  EXPECT_TRUE(reader_.out == "X" + sent);
}

}  // namespace
}  // namespace mosix
