// Bytes through UDP and UNIX sockets.
#include <gtest/gtest.h>

#include "ledger/scene.h"

namespace netstat {
namespace {

const auto kA = process(10);
const auto kB = process(11, 200);
const auto kUdp = udp(1);
const auto kUnix = local(2, 3);

std::string bytes(const Bytes& b) {
  return std::to_string(b.in) + "/" + std::to_string(b.out);
}
std::string bytes(const netstat_socket& s) {
  return bytes(Bytes{s.in_bytes, s.out_bytes}) +
         (s.flags & NETSTAT_HAS_BYTES ? "" : " unknown");
}

TEST(Volumes, AreChargedToTheCaller) {
  Scene s;
  s.holds(kA, {kUdp, kUnix});
  s.holds(kB, {kUnix});
  s.sample();
  EXPECT_EQ(bytes(s.row(1)->socket), "0/0 unknown");
  s.volumes_on = true;
  s.volumes = {volume(kA, kUdp, 10, 20), volume(kA, kUnix, 1, 2),
               volume(kB, kUnix, 3, 4)};
  s.holds(kA, {kUdp, kUnix});
  s.holds(kB, {kUnix});
  s.sample();
  EXPECT_EQ(bytes(s.row(1)->socket), "10/20");
  EXPECT_EQ(bytes(s.row(2)->socket), "4/6");
  EXPECT_EQ(s.row(2)->owner->process.pid, 11u);
  EXPECT_EQ(bytes(s.process_row(10)->udp), "10/20");
  EXPECT_EQ(bytes(s.process_row(10)->unix_bytes), "1/2");
  EXPECT_EQ(bytes(s.process_row(11)->unix_bytes), "3/4");
  EXPECT_EQ(bytes(s.process_row(10)->tcp), "0/0");
  EXPECT_EQ(bytes(s.peer("000010/10.0.0.2")->bytes), "10/20");
  EXPECT_EQ(s.totals(), "14/26, 0/0, 0");
  s.volumes_on = false;
  s.holds(kA, {kUdp, kUnix});
  s.holds(kB, {kUnix});
  s.sample();
  EXPECT_EQ(bytes(s.row(1)->socket), "10/20 unknown");
  EXPECT_EQ(s.totals(), "14/26, 0/0, 0");
}

TEST(Volumes, ARowMadeLaterHasThemAll) {
  Scene s;
  s.volumes_on = true;
  s.holds(kA, {udp(9)});
  s.volumes = {volume(kA, kUdp, 10, 20)};
  s.sample();
  s.volumes = {volume(kA, kUdp, 11, 21), volume(kB, kUdp, 1, 0)};
  s.lives(kB);
  s.holds(kA, {udp(9), kUdp});
  s.sample();
  EXPECT_EQ(bytes(s.row(1)->socket), "12/21");
  s.holds(kB, {kUdp});  // passed on
  s.sample();
  EXPECT_EQ(bytes(s.row(1)->socket), "12/21");
  EXPECT_EQ(s.row(1)->owner->process.pid, 11u);
}

TEST(Volumes, OfProcessesWithoutSockets) {
  Scene s;
  s.volumes_on = true;
  s.lives(kA);
  s.volumes = {volume(kA, kUnix, 1, 2), volume(process(99), kUnix, 5, 5)};
  s.sample();
  EXPECT_EQ(bytes(s.process_row(10)->unix_bytes), "1/2");
  EXPECT_EQ(s.process_row(99), nullptr);
  EXPECT_EQ(s.totals(), "6/7, 0/0, 0");
}

TEST(Volumes, FinishWhenTheirSocketIsGoneAndNothingMoves) {
  Scene s;
  s.volumes_on = true;
  const auto finished = [&] { return s.ledger.finished_volumes().size(); };
  s.volumes = {volume(kA, kUdp, 10, 20)};
  s.holds(kA, {kUdp, udp(9)});
  s.sample();
  EXPECT_EQ(finished(), 0u);
  s.holds(kA, {udp(9)});
  s.sample();
  EXPECT_EQ(finished(), 0u);  // it was in the last reading
  s.holds(kA, {udp(9)});
  s.volumes = {volume(kA, kUdp, 10, 21)};
  s.sample();
  EXPECT_EQ(finished(), 0u);  // it moved
  s.holds(kA, {udp(9)});
  s.sample();
  ASSERT_EQ(finished(), 1u);
  EXPECT_EQ(s.ledger.finished_volumes()[0].inode, 1u);
  s.volumes.clear();
  s.holds(kA, {udp(9)});
  s.sample();
  EXPECT_EQ(finished(), 0u);
  for (const std::uint64_t again : {3u, 30u}) {  // made anew, from zero
    s.volumes = {volume(kA, kUdp, again, 0)};
    for (int i = 0; i < 2; ++i) {
      s.holds(kA, {udp(9)});
      s.sample();
    }
    EXPECT_EQ(finished(), 1u);
  }
  EXPECT_EQ(bytes(s.process_row(10)->udp), "43/21");
}

TEST(Volumes, AFinishedEntryThatStaysIsNotCountedAgain) {
  Scene s;
  s.volumes_on = true;
  s.lives(kA);
  s.volumes = {volume(kA, kUnix, 10, 20)};
  for (int i = 0; i < 5; ++i) s.sample();
  EXPECT_EQ(s.ledger.finished_volumes().size(), 1u);
  EXPECT_EQ(s.totals(), "10/20, 0/0, 0");
  s.volumes.clear();
  s.sample();
  s.volumes = {volume(kA, kUnix, 10, 20)};  // as much again
  s.sample();
  EXPECT_EQ(s.totals(), "20/40, 0/0, 0");
}

TEST(Volumes, OfAFinishedSocketAreInNoRow) {
  Scene s;
  s.volumes_on = true;
  s.lives(kA);
  s.volumes = {volume(kA, kUnix, 10, 20)};
  for (int i = 0; i < 3; ++i) s.sample();
  s.volumes.clear();
  s.holds(kA, {kUnix});
  s.sample();
  EXPECT_EQ(bytes(s.row(kUnix.inode)->socket), "0/0");
}

TEST(Volumes, NewEntriesAreNotFinished) {
  Scene s;
  s.volumes_on = true;
  for (int i = 0; i < 5; ++i) s.sample();
  s.lives(kA);
  s.volumes = {volume(kA, kUdp, 0, 0)};
  s.sample();
  EXPECT_TRUE(s.ledger.finished_volumes().empty());
}

TEST(Volumes, ALowerCounterWasMadeAnew) {
  Scene s;
  s.volumes_on = true;
  for (const std::uint64_t in : {10u, 4u, 5u}) {
    s.volumes = {volume(kA, kUdp, in, 20)};
    s.holds(kA, {kUdp});
    s.sample();
  }
  EXPECT_EQ(bytes(s.process_row(10)->udp), "15/40");
}

}  // namespace
}  // namespace netstat
