// Which rows there are, whose they are, and what they count.
#include <gtest/gtest.h>

#include "ledger/scene.h"

namespace netstat {
namespace {

const auto kA = process(10);
const auto kB = process(11, 200);
const auto kC = process(12, 300);

TEST(Rows, FirstSightChargesAllAndDeltasFollow) {
  Scene s;
  s.holds(kA, {tcp(1, 10, 20)});
  s.sample();
  const auto* row = s.row(1);
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->name, "000010/tcp/10.0.0.1:5000-10.0.0.2:80/1");
  EXPECT_EQ(row->owner, s.process_row(10));
  EXPECT_EQ(s.process_row(10)->name, "000010 job");
  EXPECT_EQ(s.process_row(10)->connections, 1u);
  EXPECT_EQ(s.process_row(10)->peers, 1u);
  EXPECT_EQ(s.books_of(10), "10/20 0");
  auto now = tcp(1, 110, 20);
  now.rtt_us = 5;
  now.retrans = 6;
  now.state = 8;
  s.holds(kA, {now});
  s.sample();
  EXPECT_EQ(s.row(1), row);
  EXPECT_EQ(row->socket.in_bytes, 110u);
  EXPECT_EQ(row->socket.rtt_us, 5u);
  EXPECT_EQ(row->socket.retrans, 6u);
  EXPECT_EQ(row->socket.state, 8);
  EXPECT_EQ(s.books_of(10), "110/20 0");
  const auto* peer = s.peer("000010/10.0.0.2");
  ASSERT_NE(peer, nullptr);
  EXPECT_EQ(peer->bytes.in, 110u);
  EXPECT_EQ(peer->bytes.out, 20u);
  EXPECT_EQ(peer->connections, 1u);
  EXPECT_EQ(s.totals(), "110/20, 0/0, 0");
}

TEST(Rows, CountersNeverGoBack) {
  Scene s;
  s.holds(kA, {tcp(1, 10, 20)});
  s.sample();
  s.holds(kA, {tcp(1, 5, 21)});
  s.sample();
  EXPECT_EQ(s.row(1)->socket.in_bytes, 10u);
  EXPECT_EQ(s.books_of(10), "10/21 0");
}

TEST(Rows, SocketsWithoutBytesCountNothing) {
  Scene s;
  auto socket = tcp(1);
  socket.flags = 0;
  for (int i = 0; i < 3; ++i) {
    s.holds(kA, {socket});
    s.sample();
  }
  EXPECT_FALSE(s.row(1)->socket.flags & NETSTAT_HAS_BYTES);
  EXPECT_FALSE(s.row(1)->intensity);
  EXPECT_EQ(s.books_of(10), "0/0 0");
}

TEST(Rows, TheYoungestHolderIsTheOwner) {
  for (const bool reverse : {false, true}) {
    Scene s;
    const auto socket = tcp(1, 10, 20);
    s.holds(reverse ? kB : kA, {socket});
    s.holds(reverse ? kA : kB, {socket});
    s.sample();
    EXPECT_EQ(s.row(1)->owner->process.pid, 11u);
    EXPECT_EQ(s.ledger.connections().size(), 1u);
    EXPECT_EQ(s.books_of(10), "0/0 0");
    EXPECT_EQ(s.books_of(11), "10/20 0");
    EXPECT_EQ(s.process_row(10)->connections, 0u);
  }
}

TEST(Rows, AnOwnerStaysUntilItLetsGo) {
  Scene s;
  s.holds(kA, {tcp(1, 10, 20)});
  s.sample();
  const int id = s.row(1)->id;
  s.holds(kB, {tcp(1, 15, 20)});  // younger, but not when it was seen first
  s.holds(kA, {tcp(1, 15, 20)});
  s.sample();
  EXPECT_EQ(s.row(1)->id, id);
  EXPECT_EQ(s.books_of(10), "15/20 0");
  s.holds(kB, {tcp(1, 16, 20)});
  s.holds(kC, {tcp(1, 16, 20)});
  s.sample();
  EXPECT_GT(s.row(1)->id, id);
  EXPECT_EQ(s.row(1)->name, "000012/tcp/10.0.0.1:5000-10.0.0.2:80/1");
  EXPECT_EQ(s.ledger.connections().size(), 1u);
  EXPECT_EQ(s.books_of(10), "15/20 0");
  EXPECT_EQ(s.books_of(11), "0/0 0");
  EXPECT_EQ(s.books_of(12), "1/0 0");
  EXPECT_EQ(s.process_row(10)->connections, 0u);
  EXPECT_EQ(s.process_row(10)->peers, 0u);
  EXPECT_EQ(s.totals(), "16/20, 0/0, 0");
}

TEST(Rows, PassedOnAndClosedInOneSample) {
  const struct {
    netstat_close close;
    const char* a;
    const char* b;
  } kRows[] = {
      {closed(tcp(1, 20, 20)), "10/20 0", "10/0 1"},
      {closed(tcp(1, 20, 20), NETSTAT_OWNER_CLOSER, kB), "10/20 0", "10/0 1"},
      {closed(tcp(1, 20, 20), NETSTAT_OWNER_OPENER, kA), "10/20 0", "10/0 1"}};
  for (const auto& row : kRows) {
    Scene s;
    s.holds(kA, {tcp(1, 10, 20), udp(5)});
    s.sample();
    s.holds(kA, {udp(5)});
    s.holds(kB, {tcp(1, 15, 20)});
    s.closes = {row.close};
    s.sample();
    EXPECT_EQ(s.books_of(10), row.a);
    EXPECT_EQ(s.books_of(11), row.b);
    EXPECT_EQ(s.row(1), nullptr);
    EXPECT_EQ(s.totals(), "20/20, 0/0, 1");
  }
}

TEST(Rows, ASocketThatWasNowhereForAWhileIsNotCountedAgain) {
  Scene s;
  s.holds(kA, {tcp(1, 10, 20), udp(5)});
  s.sample();
  s.holds(kA, {udp(5)});
  s.sample();
  s.holds(kA, {udp(5)});
  s.holds(kB, {tcp(1, 12, 20)});  // it was on its way to B
  s.sample();
  EXPECT_EQ(s.books_of(10), "10/20 0");
  EXPECT_EQ(s.books_of(11), "2/0 0");
  EXPECT_EQ(s.totals(), "12/20, 0/0, 0");
}

TEST(Rows, AHolderMayComeInParts) {
  Scene s;
  for (int i = 0; i < 2; ++i) {
    s.holds(kA, {tcp(1, 1, 0)});
    s.holds(kB, {udp(5)});
    s.holds(kA, {between(tcp(2, 2, 0), "10.0.0.1", 1, "10.0.0.2", 2)});
    s.sample();
  }
  EXPECT_EQ(s.books_of(10), "3/0 0");
  EXPECT_EQ(s.process_row(10)->connections, 2u);
  EXPECT_EQ(s.process_row(10)->peers, 1u);
}

TEST(Rows, ASocketListedTwiceIsOne) {
  Scene s;
  s.holds(kA, {tcp(1), udp(2)});
  s.sample();
  s.holds(kA, {tcp(1), tcp(1)});
  s.sample();
  EXPECT_EQ(s.ledger.connections().size(), 1u);
  EXPECT_EQ(s.row(2), nullptr);
}

TEST(Rows, AReusedPidIsAnotherProcess) {
  Scene s;
  const auto reused = process(10, 500, "other");
  s.holds(kA, {tcp(1, 10, 20)});
  s.sample();
  s.holds(reused, {tcp(2, 1, 1)});
  s.sample();
  EXPECT_EQ(s.books_of(10), "1/1 0");
  EXPECT_EQ(s.process_row(10)->name, "000010 other");
  EXPECT_EQ(s.ledger.processes().size(), 1u);
  EXPECT_EQ(s.ledger.connections().size(), 1u);
  EXPECT_EQ(s.ledger.peers().size(), 1u);
  EXPECT_EQ(s.totals(), "11/21, 0/0, 0");
}

TEST(Rows, AReusedPidIsAnotherProcessInRecordsToo) {
  Scene s;
  const auto reused = process(10, 500, "other");
  s.holds(kA, {tcp(1, 10, 20), local(8, 9)});
  s.sample();
  // The reading still had the old one, its record came later.
  s.holds(kA, {tcp(1, 11, 20), local(8, 9), tcp(3, 1, 0)});
  s.lives(reused);
  s.closes = {closed(tcp(2, 1, 1), NETSTAT_OWNER_CLOSER, reused)};
  s.sample();
  EXPECT_EQ(s.books_of(10), "1/1 1");
  EXPECT_TRUE(s.ledger.connections().empty());
  EXPECT_EQ(s.totals(), "13/21, 0/0, 1");
  s.holds(reused, {udp(5)});
  s.closes = {closed(tcp(1, 12, 20)),  // the orphan of the old one
              closed(tcp(7, 5, 5), NETSTAT_OWNER_CLOSER, kA)};
  s.sample();
  EXPECT_EQ(s.books_of(10), "1/1 1");
  EXPECT_EQ(s.totals(), "19/26, 0/0, 3");
}

TEST(Rows, ExecRenamesAProcess) {
  Scene s;
  s.holds(kA, {tcp(1)});
  s.sample();
  const auto generation = s.ledger.generation();
  const auto* row = s.row(1);
  s.holds(process(10, 100, "after"), {tcp(1)});
  s.sample();
  EXPECT_EQ(s.process_row(10)->name, "000010 after");
  EXPECT_GT(s.ledger.generation(), generation);
  EXPECT_EQ(s.row(1), row);
}

TEST(Rows, GenerationIsStillIfNothingComesOrGoes) {
  Scene s;
  std::uint64_t generation = 0;
  for (unsigned i = 0; i < 5; ++i) {
    s.holds(kA, {tcp(1, 10 * i), udp(2)});
    s.sample();
    if (i == 0) generation = s.ledger.generation();
    EXPECT_EQ(s.ledger.generation(), generation);
  }
}

TEST(Rows, ProcessesStayWhileTheyLive) {
  Scene s;
  s.holds(kA, {tcp(1, 10, 20)});
  s.sample();
  EXPECT_TRUE(s.liveness.watched.empty());
  s.sample();
  EXPECT_EQ(s.books_of(10), "10/20 0");
  EXPECT_EQ(s.process_row(10)->connections, 0u);
  EXPECT_EQ(s.liveness.watched.count(10), 1u);
  s.holds(kA, {tcp(2, 1, 1)});
  s.sample();
  EXPECT_EQ(s.books_of(10), "11/21 0");
  EXPECT_TRUE(s.liveness.watched.empty());
  s.sample();
  s.dies(10);
  s.sample();
  EXPECT_EQ(s.books_of(10), "gone");
  EXPECT_TRUE(s.ledger.peers().empty());
  EXPECT_EQ(s.totals(), "11/21, 0/0, 0");
  EXPECT_EQ(s.liveness.strays, 0);
}

TEST(Rows, ProcessesThatAreGoneWithTheirSocketsLeaveAtOnce) {
  Scene s;
  s.holds(kA, {tcp(1, 10, 20)});
  s.sample();
  s.dies(10);
  s.sample();
  EXPECT_TRUE(s.ledger.processes().empty());
  EXPECT_TRUE(s.ledger.connections().empty());
  EXPECT_TRUE(s.ledger.peers().empty());
  EXPECT_TRUE(s.liveness.watched.empty());
}

TEST(Rows, AreSorted) {
  Scene s;
  s.holds(kC, {tcp(3)});
  s.holds(kA, {tcp(1)});
  s.sample();
  s.holds(kB, {tcp(2)});
  s.holds(kC, {tcp(3)});
  s.sample();
  ASSERT_EQ(s.ledger.processes().size(), 3u);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(s.ledger.processes()[i]->process.pid, 10 + i);
  ASSERT_EQ(s.ledger.connections().size(), 2u);
  EXPECT_LT(s.ledger.connections()[0]->id, s.ledger.connections()[1]->id);
}

TEST(Rows, OwnerlessSocketsAreReported) {
  Scene s;
  s.reading.ownerless = 4;
  s.sample();
  EXPECT_EQ(s.ledger.totals().ownerless, 4u);
  s.sample();
  EXPECT_EQ(s.ledger.totals().ownerless, 0u);
}

TEST(Peers, AreDroppedWhenIdle) {
  Scene s;
  s.holds(kA, {tcp(1, 10, 20), local(2, 3)});
  s.sample();
  s.holds(kA, {local(2, 3)});
  s.closes = {closed(tcp(1, 10, 20))};
  s.sample();
  ASSERT_NE(s.peer("000010/10.0.0.2"), nullptr);
  EXPECT_EQ(s.peer("000010/10.0.0.2")->connections, 0u);
  EXPECT_EQ(s.process_row(10)->peers, 0u);
  const int id = s.peer("000010/10.0.0.2")->id;
  s.holds(kA, {local(2, 3)});
  s.sample(590);
  EXPECT_NE(s.peer("000010/10.0.0.2"), nullptr);
  s.holds(kA, {local(2, 3)});
  s.sample(20);
  EXPECT_EQ(s.peer("000010/10.0.0.2"), nullptr);
  EXPECT_EQ(s.ledger.totals().peers_dropped, 0u);
  s.holds(kA, {local(2, 3), tcp(4, 1, 1)});
  s.sample();
  ASSERT_NE(s.peer("000010/10.0.0.2"), nullptr);
  EXPECT_GT(s.peer("000010/10.0.0.2")->id, id);
  EXPECT_EQ(s.peer("000010/10.0.0.2")->bytes.in, 1u);
}

TEST(Peers, AreIdleSinceTheirLastConnection) {
  Scene s;
  s.holds(kA, {udp(1), local(2, 3)});
  s.sample();
  s.holds(kA, {udp(1), local(2, 3)});
  s.sample(1000);
  s.holds(kA, {local(2, 3)});
  s.sample();
  EXPECT_NE(s.peer("000010/10.0.0.2"), nullptr);
}

TEST(Peers, AreDroppedWhenThereAreTooMany) {
  Scene s;
  s.lives(kA);
  const auto talk = [&](unsigned first, unsigned count) {
    for (unsigned i = first; i < first + count; ++i) {
      auto socket = tcp(1 + i, 1, 1);
      socket.remote[12] = 11;
      std::memcpy(socket.remote + 13, &i, 3);
      s.closes.push_back(closed(socket, NETSTAT_OWNER_CLOSER, kA));
    }
    s.holds(kA, {tcp(900'000, 1, 1)});
    s.sample();
  };
  talk(0, 0);
  talk(0, 10);
  talk(10, 65'535);
  EXPECT_EQ(s.ledger.peers().size(), 65'536u);
  EXPECT_EQ(s.ledger.totals().peers_dropped, 10u);
  EXPECT_NE(s.peer("000010/10.0.0.2"), nullptr);  // has a connection
  EXPECT_EQ(s.peer("000010/11.0.0.0"), nullptr);  // oldest
  EXPECT_NE(s.peer("000010/11.10.0.0"), nullptr);
}

}  // namespace
}  // namespace netstat
