// Ends of TCP connections, as the kernel's multicast groups tell them.
#include <gtest/gtest.h>
#include <poll.h>

#include "source/multicast.h"
#include "source/net_namespace.h"
#include "source/test_children.h"

namespace netstat {
namespace {

/// Other programs' connections may end meanwhile: tests look for their ports.
std::vector<netstat_close> of_port(const std::vector<netstat_close>& closes,
                                   std::uint64_t port) {
  std::vector<netstat_close> found;
  for (const auto& close : closes)
    if (close.socket.local_port == port || close.socket.remote_port == port)
      found.push_back(close);
  return found;
}

/// The kernel tells from a worker: waits until `wanted` ends of a port are
/// there, for 5 seconds at the most.
std::vector<netstat_close> wait_for(Closes& closes, std::uint64_t port,
                                    std::size_t wanted) {
  std::vector<netstat_close> all;
  for (int i = 0; i < 500 && of_port(all, port).size() < wanted; ++i) {
    const auto read = closes.read(all);
    EXPECT_TRUE(read) << read.error().text;
    usleep(10'000);
  }
  return of_port(all, port);
}

/// One that ends with FINs, not with a RST.
Connection lasting_connection(int family = AF_INET) {
  const Fd from = listener(family);
  Connection made;
  made.client = connected(family, SOCK_STREAM, port_of(from.get()));
  made.server = accepted(from);
  return made;
}

class MulticastTest : public testing::Test {
 protected:
  std::shared_ptr<Cookies> cookies_ = std::make_shared<Cookies>();
  std::unique_ptr<Closes> make() {
    auto closes = make_multicast_closes(cookies_);
    if (!closes) ADD_FAILURE() << closes.error().text;
    return closes ? std::move(*closes) : nullptr;
  }
};

TEST_F(MulticastTest, TellsBothEndsWithTheirBytes) {
  const auto closes = make();
  EXPECT_STREQ(closes->name(), "multicast");
  for (const int family : {AF_INET, AF_INET6}) {
    auto made = lasting_connection(family);
    const auto port = port_of(made.server.get());
    const auto client_port = port_of(made.client.get());
    move(made.client, made.server, 70'001);
    move(made.server, made.client, 13);
    made = {};
    const auto found = wait_for(*closes, port, 2);
    ASSERT_EQ(found.size(), 2U);
    for (const auto& close : found) {
      const auto& socket = close.socket;
      const bool client = socket.local_port == client_port;
      EXPECT_EQ(close.owner, NETSTAT_OWNER_UNKNOWN);
      EXPECT_EQ(socket.inode, 0U);
      EXPECT_EQ(socket.family, family);
      EXPECT_EQ(socket.protocol, NETSTAT_TCP);
      EXPECT_EQ(socket.netns, own_net_namespace());
      EXPECT_EQ(socket.flags, NETSTAT_HAS_BYTES | NETSTAT_HAS_TCP);
      EXPECT_EQ(socket.out_bytes, client ? 70'001U : 13U);
      // A FIN that was received cannot be told from a byte.
      const auto in_bytes = client ? 13U : 70'001U;
      EXPECT_GE(socket.in_bytes, in_bytes);
      EXPECT_LE(socket.in_bytes, in_bytes + 1);
    }
  }
  EXPECT_EQ(closes->lost().closes, 0U);
}

// The kernel has cleared the counters of the end that reset the connection, and
// its addresses.
TEST_F(MulticastTest, TellsAnEndThatResetIfAReadingSawIt) {
  const auto closes = make();
  const auto source = make_diag_source(cookies_);
  ASSERT_TRUE(source) << source.error().text;
  auto made = connection();
  move(made.client, made.server, 5);
  const auto inode = inode_of(made.client.get());
  Reading reading;
  ASSERT_TRUE((*source)->read(reading));
  made = {};
  std::vector<netstat_close> all;
  const auto its = [&] {
    return std::find_if(all.begin(), all.end(), [&](const auto& close) {
      return close.socket.inode == inode;
    });
  };
  for (int i = 0; i < 500 && its() == all.end(); ++i) {
    ASSERT_TRUE(closes->read(all));
    usleep(10'000);
  }
  ASSERT_NE(its(), all.end());
  EXPECT_EQ(its()->socket.flags, 0);
}

TEST_F(MulticastTest, KnowsTheInodesThatAReadingSaw) {
  const auto closes = make();
  const auto source = make_diag_source(cookies_);
  ASSERT_TRUE(source) << source.error().text;
  auto made = lasting_connection();
  const auto port = port_of(made.server.get());
  std::vector<std::uint64_t> inodes = {inode_of(made.client.get()),
                                       inode_of(made.server.get())};
  Reading reading;
  ASSERT_TRUE((*source)->read(reading));
  made = {};
  // It is gone from this one; ends are read after it.
  ASSERT_TRUE((*source)->read(reading));
  std::vector<std::uint64_t> told;
  for (const auto& close : wait_for(*closes, port, 2))
    told.push_back(close.socket.inode);
  std::sort(inodes.begin(), inodes.end());
  std::sort(told.begin(), told.end());
  EXPECT_EQ(told, inodes);
}

TEST_F(MulticastTest, TellsNothingOfWhatWasNoConnection) {
  const auto closes = make();
  Fd from = listener(AF_INET);
  const auto port = port_of(from.get());
  from.reset();
  Fd refused(socket(AF_INET, SOCK_STREAM, 0));
  const auto [address, size] = loopback(AF_INET, port);
  EXPECT_LT(
      connect(refused.get(), reinterpret_cast<const sockaddr*>(&address), size),
      0);
  // What comes after them is told after them.
  auto last = lasting_connection();
  const auto last_port = port_of(last.server.get());
  std::vector<netstat_close> all;
  last = {};
  for (int i = 0; i < 500 && of_port(all, last_port).size() < 2; ++i) {
    ASSERT_TRUE(closes->read(all));
    usleep(10'000);
  }
  EXPECT_EQ(of_port(all, last_port).size(), 2U);
  EXPECT_TRUE(of_port(all, port).empty());
}

TEST_F(MulticastTest, CountsWhatNobodyRead) {
  constexpr std::size_t kConnections = 500;
  const auto closes = make_multicast_closes(cookies_, 4096);
  ASSERT_TRUE(closes) << closes.error().text;
  const Fd from = listener(AF_INET);
  const auto port = port_of(from.get());
  for (std::size_t i = 0; i < kConnections; ++i) {
    const Fd client = connected(AF_INET, SOCK_STREAM, port);
    const Fd server = accepted(from);
  }
  // Until the kernel's worker is through.
  std::vector<netstat_close> all;
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE((*closes)->read(all));
    if (of_port(all, port).size() + (*closes)->lost().closes >=
        2 * kConnections)
      break;
    usleep(10'000);
  }
  EXPECT_GE((*closes)->lost().closes, 1U);
  EXPECT_GE(of_port(all, port).size() + (*closes)->lost().closes,
            2 * kConnections);
  // It works again.
  auto last = lasting_connection();
  const auto last_port = port_of(last.server.get());
  last = {};
  EXPECT_EQ(wait_for(**closes, last_port, 2).size(), 2U);
}

TEST_F(MulticastTest, WakesItsReaderOnceASecond) {
  const auto closes = make();
  pollfd poll_for{closes->fd(), POLLIN, 0};
  EXPECT_EQ(poll(&poll_for, 1, 5000), 1);
  std::vector<netstat_close> all;
  ASSERT_TRUE(closes->read(all));
  EXPECT_EQ(poll(&poll_for, 1, 0), 0);
}

}  // namespace
}  // namespace netstat
