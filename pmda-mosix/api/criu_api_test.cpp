#include <cerrno>
#include <filesystem>
#include <mutex>
#include <optional>

#include <gtest/gtest.h>

#include "api/fake_mosixd.h"
#include "api/snapshot.h"

namespace mosix {
namespace {

/// A time-out that a healthy answer never meets, however busy the machine is.
constexpr int kPatient_ms = 20000;
constexpr int kHasty_ms = 50;

class CriuApiTest : public testing::Test {
 protected:
  CriuApiTest() {
    std::string pattern = testing::TempDir() + "mosixd.XXXXXX";
    dir_ = mkdtemp(pattern.data());
    path_ = dir_ + "/sock";
  }
  ~CriuApiTest() override {
    fake_.reset();
    std::filesystem::remove_all(dir_);
  }

  void serve(FakeMosixd::Answer answer) {
    fake_.reset();
    fake_.emplace(path_, [this, answer](const Message& message) {
      {
        const std::lock_guard hold(mutex_);
        asked_.push_back(message);
      }
      return answer(message);
    });
  }
  std::vector<Message> asked() {
    const std::lock_guard hold(mutex_);
    return asked_;
  }
  std::unique_ptr<Api> api(int timeout_ms = kPatient_ms) {
    return make_criu_api(path_, timeout_ms);
  }

  std::string dir_;
  std::string path_;
  std::optional<FakeMosixd> fake_;

 private:
  std::mutex mutex_;
  std::vector<Message> asked_;
};

std::string ok(const Message&) {
  return encode({{"op", "ok"}, {"id", "r1"}});
}

std::string status(const Message&) {
  Snapshot all;
  all.driver = "criu";
  all.nodes.resize(3);
  return encode(to_message(all));
}

MigrateCall move_of(int pid) {
  MigrateCall call;
  call.pid = pid;
  return call;
}

TEST_F(CriuApiTest, FetchesASnapshotOverAndOver) {
  serve(status);
  auto mosix = api();
  for (int i = 0; i < 3; ++i) {
    auto all = mosix->snapshot();
    ASSERT_TRUE(all) << all.error().text;
    EXPECT_EQ(all->driver, "criu");
    EXPECT_EQ(all->nodes.size(), 3u);
  }
}

TEST_F(CriuApiTest, AsksAsTheProtocolSays) {
  serve(ok);
  auto mosix = api();
  EXPECT_EQ(mosix
                ->migrate({.id = "i",
                           .job = "1:2:3",
                           .to = 2,
                           .by = "rule",
                           .automatic = true})
                .value(),
            "r1");
  MigrateCall home = move_of(77);
  home.to = kHome;
  home.uid = 5;
  ASSERT_TRUE(mosix->migrate(home));
  ASSERT_TRUE(mosix->lock(77, true, 5));
  ASSERT_TRUE(mosix->set("share", 0.5, "me", -1));
  ASSERT_TRUE(mosix->lease("a.rules", "me"));
  const auto all = asked();
  ASSERT_EQ(all.size(), 5u);
  EXPECT_EQ(all[0], (Message{{"op", "migrate"},
                             {"id", "i"},
                             {"job", "1:2:3"},
                             {"to", 2},
                             {"by", "rule"},
                             {"automatic", true},
                             {"uid", -1}}));
  EXPECT_EQ(all[1]["pid"], 77);
  EXPECT_FALSE(all[1].contains("job"));
  EXPECT_EQ(all[1]["uid"], 5);
  EXPECT_FALSE(text_of(all[1]["id"]).empty()) << "chosen by the driver";
  EXPECT_EQ(all[2],
            (Message{{"op", "lock"}, {"pid", 77}, {"on", true}, {"uid", 5}}));
  EXPECT_EQ(all[3], (Message{{"op", "set"},
                             {"name", "share"},
                             {"value", 0.5},
                             {"by", "me"},
                             {"uid", -1}}));
  EXPECT_EQ(all[4], (Message{{"op", "lease"},
                             {"rules", bytes_of("a.rules")},
                             {"engine", bytes_of("me")}}));
}

TEST_F(CriuApiTest, ReadsOneRequest) {
  serve([](const Message& message) {
    Request row;
    row.id = text_of(message.at("id"));
    row.state = RequestState::done;
    Message answer = to_message(row);
    answer["op"] = "request";
    return encode(answer);
  });
  auto row = api()->request("r5");
  ASSERT_TRUE(row) << row.error().text;
  EXPECT_EQ(row->id, "r5");
  EXPECT_EQ(row->state, RequestState::done);
}

TEST_F(CriuApiTest, PassesErrorsOnWithTheirErrno) {
  serve([](const Message&) {
    return encode({{"op", "error"}, {"errno", EBUSY}, {"text", "in flight"}});
  });
  auto mosix = api();
  auto moved = mosix->migrate(move_of(1));
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().code, EBUSY);
  EXPECT_EQ(moved.error().text, "in flight");
  EXPECT_EQ(mosix->snapshot().error().code, EBUSY);
  EXPECT_EQ(mosix->lock(1, true, -1).error().code, EBUSY);
  EXPECT_EQ(mosix->set("x", 1, "", -1).error().code, EBUSY);
  EXPECT_EQ(mosix->request("x").error().code, EBUSY);
  EXPECT_EQ(mosix->lease("x", "me").error().code, EBUSY);
}

TEST_F(CriuApiTest, SaysThatNobodyListens) {
  auto mosix = api();
  EXPECT_EQ(mosix->snapshot().error().code, ENOTCONN);
  serve(status);
  EXPECT_TRUE(mosix->snapshot()) << "the daemon has come up";
}

TEST_F(CriuApiTest, ConnectsAgainAfterARestart) {
  serve(status);
  auto mosix = api();
  ASSERT_TRUE(mosix->snapshot());
  serve(status);
  EXPECT_TRUE(mosix->snapshot()) << "without an error in between";
  fake_.reset();
  EXPECT_FALSE(mosix->snapshot());
  serve(status);
  EXPECT_TRUE(mosix->snapshot());
}

TEST_F(CriuApiTest, AsksAgainWithTheSameIdAfterALostAnswer) {
  int asked_for = 0;  // of the daemon's thread alone
  serve([&](const Message& message) -> std::optional<std::string> {
    if (++asked_for == 2) return std::nullopt;
    return ok(message);
  });
  auto mosix = api();
  ASSERT_TRUE(mosix->migrate(move_of(1)));
  ASSERT_TRUE(mosix->migrate(move_of(2)));
  const auto all = asked();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[1], all[2]);
  EXPECT_NE(all[0]["id"], all[1]["id"]);
}

TEST_F(CriuApiTest, GivesUpAfterTheTimeOutAndTakesNoLateAnswer) {
  bool late = true;  // of the daemon's thread alone
  serve([&late](const Message& message) {
    if (!late) return status(message);
    late = false;
    std::this_thread::sleep_for(std::chrono::milliseconds(4 * kHasty_ms));
    return encode({{"op", "status"}, {"driver", "too late"}});
  });
  EXPECT_EQ(api(kHasty_ms)->snapshot().error().code, ETIMEDOUT);
  auto mosix = api(kHasty_ms);
  base::Result<Snapshot> all = mosix->snapshot();
  for (int i = 0; i < 100 && !all; ++i) {
    EXPECT_EQ(all.error().code, ETIMEDOUT);
    all = mosix->snapshot();
  }
  ASSERT_TRUE(all);
  EXPECT_EQ(all->driver, "criu");
}

TEST_F(CriuApiTest, HalfAFrameIsNoAnswer) {
  serve([](const Message& message) {
    const std::string frame = status(message);
    return frame.substr(0, frame.size() / 2);
  });
  EXPECT_EQ(api(kHasty_ms)->snapshot().error().code, ETIMEDOUT);
}

TEST_F(CriuApiTest, GarbageIsAnErrorAndIsForgotten) {
  const std::vector<std::string> table{
      "HTTP/1.1 200 OK\r\n\r\n",
      std::string("\x01\0\0\0\xff", 5),
      encode({{"op", "weather"}}),
      encode({{"op", "status"}}),
      encode({{"op", "error"}}),
      encode({{"op", "error"}, {"errno", "EBUSY"}, {"text", "x"}}),
      encode({{"op", "error"}, {"errno", 0}, {"text", "x"}}),
  };
  for (const auto& bytes : table) {
    bool first = true;
    serve([&](const Message& message) {
      return std::exchange(first, false) ? bytes : status(message);
    });
    auto mosix = api();
    auto all = mosix->snapshot();
    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().code, EPROTO) << bytes;
    EXPECT_TRUE(mosix->snapshot()) << bytes;
  }
}

TEST_F(CriuApiTest, AHungDaemonNeverBlocksIt) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path_.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(listen(fd, 1), 0);
  auto mosix = api(kHasty_ms);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(mosix->snapshot().error().code, ETIMEDOUT);
  close(fd);
}

TEST(DefaultSocket, MayBeChosenByTheEnvironment) {
  setenv("MOSIX_SOCKET", "/somewhere/sock", 1);
  EXPECT_EQ(default_socket(), "/somewhere/sock");
  setenv("MOSIX_SOCKET", "", 1);
  EXPECT_TRUE(default_socket().ends_with("/mosixd.sock"));
  unsetenv("MOSIX_SOCKET");
}

}  // namespace
}  // namespace mosix
