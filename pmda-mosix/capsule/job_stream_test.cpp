// Both ends against each other over a way that loses and doubles frames, breaks
// down, and moves one of the ends.
#include <csignal>
#include <deque>
#include <random>

#include <gtest/gtest.h>

#include "capsule/capsule_end.h"
#include "capsule/client_end.h"

namespace mosix {
namespace {

using std::chrono::milliseconds;

struct Odds {
  double lose = 0;
  double twice = 0;
  double breaks = 0;  ///< a step at which all that is on its way is lost
  double moves = 0;   ///< a step at which the capsule's end is packed up
};

/// Frames on their way in one direction.
class Way {
 public:
  Way(const Odds& odds, std::mt19937& random) : odds_(odds), random_(random) {}

  void put(const Message& frame) {
    if (chance(odds_.lose)) return;
    frames_.push_back(frame);
    if (chance(odds_.twice)) frames_.push_back(frame);
  }
  std::optional<Message> get() {
    if (frames_.empty()) return std::nullopt;
    Message frame = std::move(frames_.front());
    frames_.pop_front();
    return frame;
  }
  void clear() { frames_.clear(); }
  bool full() const { return frames_.size() > 20; }
  bool chance(double p) { return std::bernoulli_distribution(p)(random_); }

 private:
  Odds odds_;
  std::mt19937& random_;
  std::deque<Message> frames_;
};

/// A job whose whole stdio is known beforehand, and what came of it.
class Simulation {
 public:
  Simulation(const Odds& odds, unsigned seed)
      : odds_(odds), random_(seed), up_(odds, random_), down_(odds, random_) {
    for (auto* text : {&input_, &output_, &errors_}) {
      text->resize(300000 + random_() % 300000);
      for (char& byte : *text) byte = static_cast<char>(random_());
    }
  }

  /// Runs until the client knows of the job's end; false if that never comes.
  bool run() {
    for (int step = 0; step < 300000; ++step) {
      now_ += milliseconds(random_() % 20);
      produce();
      exchange();
      consume();
      disturb();
      if (client_.finished()) return true;
    }
    return false;
  }

  void check() const {
    EXPECT_TRUE(job_read_ == input_);
    EXPECT_TRUE(client_read_ == output_);
    EXPECT_TRUE(client_errors_ == errors_);
    EXPECT_EQ(delivered_, sent_signals_);
    EXPECT_EQ(client_.status(), 0x300);
    EXPECT_TRUE(capsule_.in.complete());
    EXPECT_TRUE(client_.out.ended());
    EXPECT_TRUE(client_.err.ended());
  }

 private:
  void feed(OutStream& stream, const std::string& text, std::size_t& done) {
    const auto count = std::min(
        {stream.room(), text.size() - done, std::size_t{random_() % 9000}});
    stream.append(std::string_view(text).substr(done, count));
    done += count;
    if (done == text.size()) stream.finish();
  }

  void produce() {
    feed(client_.in, input_, in_done_);
    feed(capsule_.out, output_, out_done_);
    feed(capsule_.err, errors_, err_done_);
    if (!exited_ && sent_signals_.size() < 50 && up_.chance(0.01)) {
      const JobSignal signal{1 + static_cast<int>(random_() % 31),
                             random_() % 2 == 0};
      sent_signals_.push_back(signal);
      client_.signal(signal.signo, signal.group);
    }
    exited_ = out_done_ == output_.size() && err_done_ == errors_.size() &&
              capsule_.in.complete() &&
              delivered_.size() == sent_signals_.size();
    if (exited_) capsule_.exited(0x300);
  }

  void exchange() {
    while (!up_.full()) {
      auto frame = client_.next(now_);
      if (!frame) break;
      up_.put(*frame);
    }
    while (!down_.full()) {
      auto frame = capsule_.next(now_);
      if (!frame) break;
      down_.put(*frame);
    }
    for (auto n = random_() % 8; n > 0; --n)
      if (auto frame = up_.get()) capsule_.handle(*frame, now_);
    for (auto n = random_() % 8; n > 0; --n)
      if (auto frame = down_.get()) client_.handle(*frame, now_);
  }

  void take(InStream& stream, std::string& into) {
    const auto count =
        std::min(stream.pending().size(), std::size_t{random_() % 9000});
    into.append(stream.pending().substr(0, count));
    stream.consume(count);
  }

  void consume() {
    take(capsule_.in, job_read_);
    take(client_.out, client_read_);
    take(client_.err, client_errors_);
    for (const auto& signal : capsule_.take_signals())
      delivered_.push_back(signal);
    if (up_.chance(0.01)) capsule_.hold_signals(up_.chance(0.3));
  }

  void sync() {
    client_.handle({{"op", "sync"}}, now_);
    capsule_.handle({{"op", "sync"}}, now_);
  }

  void disturb() {
    if (up_.chance(odds_.breaks)) {
      up_.clear();
      down_.clear();
      sync();
    }
    if (!up_.chance(odds_.moves)) return;
    // What the job has not read comes back out of its pipe, and goes along.
    const auto unread =
        std::min(job_read_.size(), std::size_t{random_() % 999});
    if (!capsule_.in.complete()) {
      capsule_.in.put_back(
          std::string_view(job_read_).substr(job_read_.size() - unread));
      job_read_.resize(job_read_.size() - unread);
    }
    const std::string packed = encode(capsule_.baggage());
    capsule_ = CapsuleEnd::from_baggage(
        Message::from_cbor(packed.begin() + 4, packed.end()));
    sync();
  }

  Odds odds_;
  std::mt19937 random_;
  Way up_;
  Way down_;
  ClientEnd client_;
  CapsuleEnd capsule_;
  Time now_{std::chrono::hours(1)};
  std::string input_, output_, errors_;
  std::size_t in_done_ = 0, out_done_ = 0, err_done_ = 0;
  bool exited_ = false;
  std::string job_read_, client_read_, client_errors_;
  std::vector<JobSignal> sent_signals_, delivered_;
};

class JobStream : public testing::TestWithParam<Odds> {};

TEST_P(JobStream, IsExact) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    Simulation simulation(GetParam(), seed);
    ASSERT_TRUE(simulation.run());
    simulation.check();
  }
}

INSTANTIATE_TEST_SUITE_P(Ways, JobStream,
                         testing::Values(Odds{}, Odds{.lose = 0.02},
                                         Odds{.lose = 0.3}, Odds{.twice = 0.3},
                                         Odds{.breaks = 0.02},
                                         Odds{.moves = 0.02},
                                         Odds{0.05, 0.05, 0.005, 0.005}));

TEST(ClientEnd, SendsASignalAgainUntilItIsTaken) {
  const Time now{std::chrono::hours(1)};
  ClientEnd client;
  CapsuleEnd capsule;
  capsule.hold_signals(true);
  client.signal(15, true);
  auto frame = client.next(now);
  ASSERT_TRUE(frame);
  capsule.handle(*frame, now);
  EXPECT_TRUE(capsule.take_signals().empty());
  EXPECT_FALSE(client.next(now + milliseconds(1999)));
  frame = client.next(now + milliseconds(2000));
  ASSERT_TRUE(frame);
  capsule.hold_signals(false);
  capsule.handle(*frame, now);
  EXPECT_EQ(capsule.take_signals(), (std::vector<JobSignal>{{15, true}}));
}

/// What the next acknowledgement says of the client's state; none if there is
/// none.
std::optional<bool> told_state(CapsuleEnd& capsule, Time now) {
  const auto frame = capsule.next(now);
  if (!frame || op_of(*frame) != "ack") return std::nullopt;
  return frame->at("stopped").get<bool>();
}

TEST(CapsuleEnd, StopsAndGoesOnWithItsClient) {
  const Time now{std::chrono::hours(1)};
  const Message stopped{{"op", "client_state"}, {"stopped", true}};
  const Message running{{"op", "client_state"}, {"stopped", false}};
  CapsuleEnd capsule;
  capsule.hold_signals(true);
  capsule.handle(stopped, now);
  EXPECT_TRUE(capsule.take_signals().empty());
  EXPECT_NE(told_state(capsule, now + milliseconds(200)), true);
  auto moved = CapsuleEnd::from_baggage(capsule.baggage());
  moved.handle(stopped, now);
  EXPECT_EQ(moved.take_signals(), (std::vector<JobSignal>{{SIGSTOP, true}}));
  EXPECT_EQ(told_state(moved, now + milliseconds(200)), true);
  moved.handle(stopped, now + milliseconds(300));
  EXPECT_TRUE(moved.take_signals().empty());
  EXPECT_EQ(told_state(moved, now + milliseconds(300)), true)
      << "its acknowledgement was lost";
  auto back = CapsuleEnd::from_baggage(moved.baggage());
  back.handle(running, now);
  EXPECT_EQ(back.take_signals(), (std::vector<JobSignal>{{SIGCONT, true}}));
}

TEST(CapsuleEnd, TheLossOfTheClientIsHeardOnceAlsoByAStoppedJob) {
  const Time now{std::chrono::hours(1)};
  CapsuleEnd capsule;
  capsule.hold_signals(true);
  capsule.handle({{"op", "client_gone"}}, now);
  auto moved = CapsuleEnd::from_baggage(capsule.baggage());
  moved.handle({{"op", "client_gone"}}, now);
  EXPECT_EQ(moved.take_signals(),
            (std::vector<JobSignal>{{SIGHUP, true}, {SIGCONT, true}}));
}

TEST(CapsuleEnd, WithoutAClientOutputIsDroppedAndStdinEnds) {
  const Time now{std::chrono::hours(1)};
  CapsuleEnd capsule;
  capsule.handle({{"op", "in"}, {"off", 0u}, {"data", bytes_of("abc")}}, now);
  capsule.out.append("lost");
  capsule.handle({{"op", "client_gone"}}, now);
  capsule.out.append("lost too");
  EXPECT_TRUE(capsule.out.settled());
  EXPECT_EQ(capsule.in.pending(), "abc");
  capsule.in.consume(3);
  EXPECT_TRUE(capsule.in.complete());
  capsule.exited(9);
  std::optional<int> status;
  while (auto frame = capsule.next(now))
    if (op_of(*frame) == "exit") status = (*frame)["status"].get<int>();
  EXPECT_EQ(status, 9);
}

TEST(Ends, FramesOfOtherTypesDoNoHarm) {
  const Time now{std::chrono::hours(1)};
  CapsuleEnd capsule;
  ClientEnd client;
  for (const char* op : {"in", "out", "err", "in_eof", "out_eof", "signal",
                         "ack", "exit", "sync"}) {
    const Message strange{{"op", op},       {"off", "x"},   {"data", 5},
                          {"seq", nullptr}, {"out", -4},    {"in", 1e30},
                          {"status", "no"}, {"sync", "yes"}};
    capsule.handle(strange, now);
    client.handle(strange, now);
  }
  EXPECT_FALSE(capsule.handle({{"op", "other"}}, now));
  EXPECT_FALSE(client.handle({{"op", "other"}}, now));
}

}  // namespace
}  // namespace mosix
