#include <gtest/gtest.h>

#include "capsule/ack_clock.h"
#include "capsule/in_stream.h"
#include "capsule/out_stream.h"

namespace mosix {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Time kStart{seconds(1000)};

std::string all_sent(OutStream& stream, Time now) {
  std::string sent;
  while (auto piece = stream.next(now))
    sent += piece->end ? "$" : std::string(piece->data);
  return sent;
}

TEST(OutStream, SendsOnceThenWaits) {
  OutStream stream;
  stream.append("hello");
  EXPECT_EQ(all_sent(stream, kStart), "hello");
  EXPECT_EQ(all_sent(stream, kStart + milliseconds(1999)), "");
  EXPECT_EQ(stream.wake_at(), kStart + seconds(2));
  stream.acknowledged(5, false, kStart);
  EXPECT_TRUE(stream.settled());
  EXPECT_EQ(stream.wake_at(), std::nullopt);
}

TEST(OutStream, SendsAgainAfterSilence) {
  OutStream stream;
  stream.append("hello");
  all_sent(stream, kStart);
  stream.acknowledged(2, false, kStart + seconds(1));
  EXPECT_EQ(all_sent(stream, kStart + milliseconds(2500)), "");
  EXPECT_EQ(all_sent(stream, kStart + seconds(3)), "llo");
}

TEST(OutStream, GoesBackOnSyncOnly) {
  OutStream stream;
  stream.append("hello");
  all_sent(stream, kStart);
  stream.acknowledged(1, false, kStart);
  EXPECT_EQ(all_sent(stream, kStart), "");
  stream.acknowledged(1, true, kStart);
  EXPECT_EQ(all_sent(stream, kStart), "ello");
  // An old acknowledgement does not bring back what is gone.
  stream.acknowledged(0, true, kStart);
  EXPECT_EQ(all_sent(stream, kStart), "ello");
}

TEST(OutStream, TheEndIsAcknowledgedToo) {
  OutStream stream;
  stream.append("hi");
  stream.finish();
  EXPECT_EQ(all_sent(stream, kStart), "hi$");
  stream.acknowledged(2, true, kStart);
  EXPECT_EQ(all_sent(stream, kStart), "$");
  stream.acknowledged(3, true, kStart);
  EXPECT_EQ(all_sent(stream, kStart), "");
  EXPECT_EQ(stream.off(), 2u);
}

TEST(OutStream, IgnoresAcknowledgementsOfWhatWasNeverThere) {
  OutStream stream(10, "abc", false);
  stream.acknowledged(14, true, kStart);
  EXPECT_EQ(stream.off(), 10u);
  EXPECT_EQ(stream.pending(), "abc");
}

TEST(OutStream, WindowIsBounded) {
  OutStream stream;
  EXPECT_EQ(stream.room(), OutStream::kWindow);
  stream.append(std::string(OutStream::kWindow - 1, 'x'));
  EXPECT_EQ(stream.room(), 1u);
  stream.append("yz");
  EXPECT_EQ(stream.room(), 0u);
  stream.discard();
  EXPECT_GT(stream.room(), 0u);
  EXPECT_TRUE(stream.settled());
  EXPECT_EQ(stream.off(), OutStream::kWindow + 1);
}

TEST(InStream, TakesWhatIsNewOnce) {
  InStream stream;
  EXPECT_EQ(stream.accept(0, "abc"), Brought::news);
  EXPECT_EQ(stream.accept(0, "abc"), Brought::nothing);
  EXPECT_EQ(stream.accept(4, "efg"), Brought::gap);
  EXPECT_EQ(stream.accept(1, "bcdef"), Brought::news);
  EXPECT_EQ(stream.pending(), "abcdef");
  EXPECT_EQ(stream.expected(), 6u);
  EXPECT_EQ(stream.taken(), 0u);
  stream.consume(2);
  EXPECT_EQ(stream.taken(), 2u);
  stream.put_back("b");
  EXPECT_EQ(stream.pending(), "bcdef");
  EXPECT_EQ(stream.taken(), 1u);
}

TEST(InStream, EndsAfterItsBytes) {
  InStream stream;
  EXPECT_EQ(stream.accept_end(2), Brought::gap);
  stream.accept(0, "ab");
  EXPECT_EQ(stream.accept_end(2), Brought::news);
  EXPECT_EQ(stream.taken(), 0u);
  EXPECT_FALSE(stream.complete());
  stream.consume(2);
  EXPECT_TRUE(stream.complete());
  EXPECT_EQ(stream.taken(), 3u);
  stream.accept(2, "late");
  EXPECT_TRUE(stream.complete());
}

TEST(InStream, DiscardedBytesCountAsTaken) {
  InStream stream;
  stream.accept(0, "ab");
  stream.discard();
  stream.accept(2, "cd");
  EXPECT_EQ(stream.taken(), 4u);
  EXPECT_TRUE(stream.pending().empty());
}

TEST(AckClock, WaitsABitForMore) {
  AckClock clock;
  clock.note(10, false, kStart);
  EXPECT_FALSE(clock.due(kStart));
  EXPECT_EQ(clock.wake_at(), kStart + AckClock::kDelay);
  clock.note(20, false, kStart + milliseconds(50));
  EXPECT_TRUE(clock.due(kStart + AckClock::kDelay));
  EXPECT_FALSE(clock.sent(kStart + AckClock::kDelay));
  EXPECT_EQ(clock.wake_at(), std::nullopt);
}

TEST(AckClock, MuchIsToldAtOnce) {
  AckClock clock;
  clock.note(AckClock::kBytes, false, kStart);
  EXPECT_TRUE(clock.due(kStart));
}

TEST(AckClock, AGapAsksOnceNotForEveryPieceBehindIt) {
  AckClock clock;
  clock.came(Brought::gap, kStart);
  EXPECT_TRUE(clock.due(kStart));
  EXPECT_TRUE(clock.sent(kStart));
  clock.came(Brought::gap, kStart + milliseconds(1));
  EXPECT_FALSE(clock.due(kStart + milliseconds(1)));
  clock.came(Brought::gap, kStart + seconds(1));
  EXPECT_TRUE(clock.due(kStart + seconds(1)));
}

TEST(AckClock, ShowsLifeWhileTheReaderIsSlow) {
  AckClock clock;
  clock.note(0, true, kStart);
  EXPECT_FALSE(clock.due(kStart));
  EXPECT_TRUE(clock.due(kStart + AckClock::kKeepAlive));
  clock.sent(kStart + AckClock::kKeepAlive);
  EXPECT_EQ(clock.wake_at(), kStart + 2 * AckClock::kKeepAlive);
}

}  // namespace
}  // namespace mosix
