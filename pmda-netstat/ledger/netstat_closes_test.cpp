// Which process is charged with what, when connections end.
#include <gtest/gtest.h>

#include "ledger/scene.h"

namespace netstat {
namespace {

const auto kA = process(10);
const auto kB = process(11, 200);

TEST(Closes, TellTheLastBytes) {
  const struct {
    const char* name;
    netstat_close close;
    const char* a;
    const char* b;
    const char* totals;
  } kRows[] = {
      {"closer", closed(tcp(1, 15, 27), NETSTAT_OWNER_CLOSER, kA), "15/27 1",
       "0/0 0", "15/27, 0/0, 1"},
      {"another closed it", closed(tcp(1, 15, 27), NETSTAT_OWNER_CLOSER, kB),
       "10/20 0", "5/7 1", "15/27, 0/0, 1"},
      {"sampled owner", closed(tcp(1, 15, 27)), "15/27 1", "0/0 0",
       "15/27, 0/0, 1"},
      {"sampled owner, not the opener",
       closed(tcp(1, 15, 27), NETSTAT_OWNER_OPENER, kB), "15/27 1", "0/0 0",
       "15/27, 0/0, 1"},
      {"lower than sampled", closed(tcp(1, 3, 27)), "10/27 1", "0/0 0",
       "10/27, 0/0, 1"},
      {"without an inode", closed(tcp(0, 15, 27)), "15/27 1", "0/0 0",
       "15/27, 0/0, 1"},
      {"never seen", closed(tcp(2, 5, 7), NETSTAT_OWNER_CLOSER, kB), "10/20 0",
       "5/7 1", "15/27, 0/0, 1"},
      {"never seen, opener", closed(tcp(2, 5, 7), NETSTAT_OWNER_OPENER, kB),
       "10/20 0", "5/7 1", "15/27, 0/0, 1"},
      {"never seen, process gone",
       closed(tcp(2, 5, 7), NETSTAT_OWNER_CLOSER, process(99)), "10/20 0",
       "0/0 0", "15/27, 0/0, 1"},
      {"never seen, no inode",
       closed(between(tcp(0, 5, 7), "10.0.0.1", 1, "10.0.0.9", 2)), "10/20 0",
       "0/0 0", "10/20, 5/7, 1"},
      {"of another namespace",
       closed(between(tcp(0, 5, 7), "10.0.0.1", 1, "10.0.0.9", 2, 77)),
       "10/20 0", "0/0 0", "10/20, 0/0, 0"},
  };
  for (const bool between_samples : {false, true}) {
    for (const auto& row : kRows) {
      SCOPED_TRACE(row.name);
      Scene s;
      const bool stays = row.close.socket.inode == 2 ||
                         std::string_view(row.totals).ends_with(" 0") ||
                         row.close.socket.local_port == 1;
      s.holds(kA, {tcp(1, 10, 20)});
      s.holds(kB, {udp(3)});
      s.sample();
      if (between_samples)
        s.ledger.apply(std::span(&row.close, 1));
      else
        s.closes = {row.close};
      s.holds(kB, {udp(3)});
      if (stays) s.holds(kA, {tcp(1, 10, 20)});
      s.sample();
      EXPECT_EQ(s.books_of(10), row.a);
      EXPECT_EQ(s.books_of(11), row.b);
      EXPECT_EQ(s.totals(), row.totals);
      EXPECT_EQ(s.row(1) != nullptr, stays);
    }
  }
}

TEST(Closes, OfASocketInThisReadingAreNotCountedTwice) {
  for (const auto owner :
       {NETSTAT_OWNER_UNKNOWN, NETSTAT_OWNER_OPENER, NETSTAT_OWNER_CLOSER}) {
    for (const bool seen_before : {false, true}) {
      SCOPED_TRACE(owner);
      SCOPED_TRACE(seen_before);
      Scene s;
      s.holds(kA, {tcp(9)});
      if (seen_before) s.holds(kA, {tcp(1, 1, 1)});
      s.sample();
      s.holds(kA, {tcp(9), tcp(1, 10, 20)});
      s.closes = {closed(tcp(1, 15, 27), owner, kA)};
      s.sample();
      EXPECT_EQ(s.books_of(10), "15/27 1");
      EXPECT_EQ(s.row(1), nullptr);
      // Reset by its peer: the process holds it still.
      s.holds(kA, {tcp(9), tcp(1, 15, 27, kClosed)});
      s.sample();
      EXPECT_EQ(s.books_of(10), "15/27 1");
      EXPECT_EQ(s.row(1), nullptr);
    }
  }
}

TEST(Closes, WithoutInodeOfASocketInThisReading) {
  Scene s;
  s.sample();
  s.holds(kA, {tcp(1, 10, 20)});
  s.closes = {closed(tcp(0, 15, 27))};
  s.sample();
  EXPECT_EQ(s.books_of(10), "15/27 1");
  EXPECT_EQ(s.totals(), "15/27, 0/0, 1");
  EXPECT_EQ(s.row(1), nullptr);
}

TEST(Closes, BeforeTheFirstSampleAreNotCounted) {
  Scene s;
  s.lives(kA);
  const auto close = closed(tcp(1, 5, 7), NETSTAT_OWNER_CLOSER, kA);
  s.ledger.apply(std::span(&close, 1));
  s.sample();
  EXPECT_EQ(s.totals(), "0/0, 0/0, 0");
}

// Nobody may ask for samples for a long time.
TEST(Closes, DoNotPileUpBetweenSamples) {
  constexpr std::uint64_t kKept = 65'536;
  Scene s;
  s.lives(kA);
  s.sample();
  std::vector<netstat_close> closes;
  for (std::uint64_t inode = 1; inode <= kKept + 10; ++inode)
    closes.push_back(closed(tcp(inode, 1, 1), NETSTAT_OWNER_CLOSER, kA));
  s.ledger.apply(closes);
  EXPECT_EQ(s.books_of(10), "65546/65546 65546");
  // Those that are still known are not counted again.
  s.ledger.apply(std::span(closes).last(kKept));
  EXPECT_EQ(s.books_of(10), "65546/65546 65546");
  s.ledger.apply(std::span(closes).first(10));
  EXPECT_EQ(s.books_of(10), "65556/65556 65556");
  s.dies(10);
  s.ledger.apply(std::span(closes).last(1));
  EXPECT_EQ(s.books_of(10), "gone");
}

TEST(Closes, ComeLongAfterTheProcessLetGo) {
  Scene s;
  s.holds(kA, {tcp(1, 10, 20), tcp(9)});
  s.sample();
  s.holds(kA, {tcp(9)});
  s.sample();
  EXPECT_EQ(s.row(1), nullptr);
  EXPECT_EQ(s.books_of(10), "10/20 0");  // its end is to come
  s.holds(kA, {tcp(9)});
  s.sample(200);
  s.holds(kA, {tcp(9)});
  s.closes = {closed(tcp(1, 10, 50))};
  s.sample();
  EXPECT_EQ(s.books_of(10), "10/50 1");
  s.holds(kA, {tcp(9)});
  s.closes = {closed(tcp(1, 10, 50)),  // told twice
              closed(tcp(1, 10, 50), NETSTAT_OWNER_CLOSER, kA)};
  s.sample();
  EXPECT_EQ(s.books_of(10), "10/50 1");
  EXPECT_EQ(s.totals(), "10/50, 0/0, 1");
}

TEST(Closes, OfASocketWhoseProcessIsGoneGoToTheTotals) {
  Scene s;
  s.holds(kA, {tcp(1, 10, 20)});
  s.sample();
  s.dies(10);
  s.sample();
  EXPECT_EQ(s.books_of(10), "gone");
  s.closes = {closed(tcp(1, 10, 50))};
  s.sample();
  EXPECT_EQ(s.totals(), "10/50, 0/0, 1");
}

TEST(Closes, ThatNobodyTellsOfAreCountedInTheEnd) {
  Scene s;
  s.holds(kA, {tcp(1, 10, 20), tcp(2, 0, 0, kSynSentState),
               tcp(3, 0, 0, kSynSentState), tcp(9)});
  s.sample();
  s.holds(kA, {tcp(1, 10, 20), tcp(2, 0, 0, kSynSentState), tcp(3), tcp(9)});
  s.sample();
  s.holds(kA, {tcp(9)});
  s.sample();
  s.holds(kA, {tcp(9)});
  s.sample(301);
  EXPECT_EQ(s.books_of(10), "10/20 2");  // the attempt is no connection
}

TEST(Closes, SocketsInStateCloseAreEndedConnections) {
  Scene s;
  const auto attempt =
      between(tcp(2, 0, 0, kSynSentState), "10.0.0.1", 2, "10.0.0.9", 9);
  auto refused = attempt;
  refused.state = kClosed;
  s.holds(kA, {tcp(1, 10, 20), attempt});
  s.sample();
  const auto third =
      between(tcp(3, 4, 5, kClosed), "10.0.0.1", 3, "10.0.0.9", 9);
  auto forgot_its_ends = between(tcp(1, 0, 0, kClosed), "0.0.0.0", 0, "::", 0);
  s.holds(kA, {forgot_its_ends, refused, third,
               between(tcp(4, 0, 0, kClosed), "::", 0, "::", 0)});
  s.sample();
  EXPECT_TRUE(s.ledger.connections().empty());
  EXPECT_EQ(s.books_of(10), "14/25 2");
  for (int i = 0; i < 400; ++i) {  // longer than such are remembered
    s.holds(kA, {forgot_its_ends, third});
    s.sample();
  }
  s.closes = {closed(tcp(0, 10, 20)), closed(third)};  // told late
  s.sample();
  EXPECT_EQ(s.books_of(10), "14/25 2");
  EXPECT_EQ(s.totals(), "14/25, 0/0, 2");
}

TEST(Closes, OfUnknownOwnerWaitForAReading) {
  const struct {
    const char* name;
    int samples_without;
    const char* a;
    const char* totals;
  } kRows[] = {{"at once", 0, "5/7 1", "5/7, 0/0, 1"},
               {"later", 2, "5/7 1", "5/7, 0/0, 1"},
               {"too late", 4, "0/0 0", "0/0, 5/7, 1"}};
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.name);
    Scene s;
    s.holds(kA, {tcp(9)});
    s.sample();
    s.closes = {closed(tcp(1, 5, 7))};
    for (int i = 0; i < row.samples_without; ++i) {
      s.holds(kA, {tcp(9)});
      s.sample();
    }
    s.holds(kA, {tcp(9), tcp(1, 5, 7, kClosed)});
    s.sample();
    EXPECT_EQ(s.books_of(10), row.a);
    EXPECT_EQ(s.totals(), row.totals);
    EXPECT_EQ(s.row(1), nullptr);
  }
}

TEST(Closes, TheHolderComesBeforeTheOpener) {
  for (const bool holder : {false, true}) {
    Scene s;
    s.holds(kA, {tcp(9)});
    s.holds(kB, {udp(3)});
    s.sample();
    const auto close = closed(tcp(1, 5, 7), NETSTAT_OWNER_OPENER, kB);
    s.ledger.apply(std::span(&close, 1));
    s.holds(kA, {tcp(9)});
    s.holds(kB, {udp(3)});
    if (holder) s.holds(kA, {tcp(1, 5, 7, kClosed)});
    s.sample();
    EXPECT_EQ(s.books_of(10), holder ? "5/7 1" : "0/0 0");
    EXPECT_EQ(s.books_of(11), holder ? "0/0 0" : "5/7 1");
  }
}

TEST(Closes, ARecordMayStillTellWhoClosedAWaitingOne) {
  Scene s;
  s.holds(kA, {tcp(9)});
  s.sample();
  s.holds(kA, {tcp(9)});
  s.closes = {closed(tcp(1, 5, 7)),
              closed(tcp(1, 6, 7), NETSTAT_OWNER_CLOSER, kA)};
  s.sample();
  EXPECT_EQ(s.books_of(10), "6/7 1");
  EXPECT_EQ(s.totals(), "6/7, 0/0, 1");
}

TEST(Closes, ASocketMayConnectAgain) {
  const auto second = between(tcp(1, 3, 4), "10.0.0.1", 6000, "10.0.0.3", 80);
  for (const bool told : {false, true}) {
    SCOPED_TRACE(told);
    Scene s;
    s.holds(kA, {tcp(1, 10, 20)});
    s.sample();
    const int first_id = s.row(1)->id;
    if (told) s.closes = {closed(tcp(1, 11, 20), NETSTAT_OWNER_CLOSER, kA)};
    s.holds(kA, {second});
    s.sample();
    ASSERT_NE(s.row(1), nullptr);
    EXPECT_GT(s.row(1)->id, first_id);
    EXPECT_EQ(s.row(1)->name, "000010/tcp/10.0.0.1:6000-10.0.0.3:80/1");
    EXPECT_EQ(s.books_of(10), told ? "14/24 1" : "13/24 0");
  }
}

TEST(Closes, TheSamePortsAgainAreANewConnection) {
  Scene s;
  s.holds(kA, {tcp(1, 10, 20)});
  s.sample();
  const auto close = closed(tcp(1, 10, 20), NETSTAT_OWNER_CLOSER, kA);
  s.ledger.apply(std::span(&close, 1));
  EXPECT_EQ(s.row(1), nullptr);
  EXPECT_EQ(s.books_of(10), "10/20 1");
  s.holds(kA, {tcp(1, 3, 4)});
  s.sample();
  EXPECT_NE(s.row(1), nullptr);
  EXPECT_EQ(s.books_of(10), "13/24 1");
}

TEST(Closes, MakeRowsOfProcessesThatLive) {
  Scene s;
  s.sample();
  s.lives(kA);
  s.closes = {closed(tcp(1, 5, 7), NETSTAT_OWNER_CLOSER, kA)};
  s.sample();
  EXPECT_EQ(s.books_of(10), "5/7 1");
  ASSERT_NE(s.peer("000010/10.0.0.2"), nullptr);
  EXPECT_EQ(s.peer("000010/10.0.0.2")->bytes.out, 7u);
  EXPECT_EQ(s.liveness.watched.count(10), 1u);
  s.dies(10);
  s.sample();
  EXPECT_EQ(s.books_of(10), "gone");
  EXPECT_TRUE(s.ledger.peers().empty());
  EXPECT_EQ(s.totals(), "5/7, 0/0, 1");
}

TEST(Closes, ManyAreRememberedWithinBounds) {
  Scene s;
  s.sample();
  s.lives(kA);
  for (std::uint64_t i = 1; i <= 70'000; ++i)
    s.closes.push_back(closed(tcp(i, 1, 1), NETSTAT_OWNER_CLOSER, kA));
  for (std::uint64_t i = 70'001; i <= 90'000; ++i)
    s.closes.push_back(closed(tcp(i, 0, 1), NETSTAT_OWNER_OPENER, kA));
  s.sample();
  EXPECT_EQ(s.books_of(10), "70000/90000 90000");
}

}  // namespace
}  // namespace netstat
