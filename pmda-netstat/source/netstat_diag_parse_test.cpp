// The kernel's messages: recorded ones, made ones, and broken ones.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/tcp.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>

#include "host/file.h"
#include "source/diag_parse.h"

namespace netstat {
namespace {

constexpr std::uint32_t kSequence = 7;  // of the recorded ones

/// Bytes that grow by structs, aligned as netlink wants.
class Bytes {
 public:
  template <class T>
  Bytes& add(const T& value) {
    const auto at = text_.size();
    text_.resize(at + sizeof value);
    std::memcpy(text_.data() + at, &value, sizeof value);
    text_.resize(NLMSG_ALIGN(text_.size()));
    return *this;
  }
  template <class T>
  Bytes& attribute(int type, const T& value) {
    nlattr head{};
    head.nla_len = sizeof head + sizeof value;
    head.nla_type = static_cast<std::uint16_t>(type);
    return add(head).add(value);
  }
  Bytes& message(int type, int flags, std::uint32_t sequence,
                 const std::string& payload) {
    nlmsghdr head{};
    head.nlmsg_len = static_cast<std::uint32_t>(sizeof head + payload.size());
    head.nlmsg_type = static_cast<std::uint16_t>(type);
    head.nlmsg_flags = static_cast<std::uint16_t>(flags);
    head.nlmsg_seq = sequence;
    add(head);
    text_ += payload;
    text_.resize(NLMSG_ALIGN(text_.size()));
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

Message message_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

std::string recorded(const std::string& name) {
  return mosix::read_file(NETSTAT_CORPUS "/diag/" + name).value();
}

std::vector<DiagSocket> parse_all(const std::string& datagram, int protocol) {
  std::vector<Message> payloads;
  EXPECT_TRUE(split_dump(message_of(datagram), kSequence, payloads));
  std::vector<DiagSocket> found;
  for (const auto payload : payloads) {
    const auto socket =
        protocol == NETSTAT_UNIX
            ? parse_unix(payload)
            : parse_inet(payload, static_cast<std::uint8_t>(protocol));
    if (socket) found.push_back(*socket);
  }
  return found;
}

std::string int_text(int number) {
  return Bytes().add(number).text();
}

inet_diag_msg inet_message(int state) {
  inet_diag_msg message{};
  message.idiag_family = AF_INET;
  message.idiag_state = static_cast<std::uint8_t>(state);
  message.id.idiag_sport = htons(80);
  message.id.idiag_dport = htons(5000);
  message.id.idiag_cookie[0] = 5;
  message.id.idiag_cookie[1] = 6;
  message.idiag_inode = 77;
  return message;
}

tcp_info some_info() {
  tcp_info info{};
  info.tcpi_rtt = 30;
  info.tcpi_total_retrans = 2;
  info.tcpi_bytes_received = 101;
  info.tcpi_bytes_sent = 1300;
  info.tcpi_bytes_retrans = 300;
  return info;
}

TEST(DiagParse, ReadsARecordedListOfBothFamilies) {
  const auto found = parse_all(recorded("tcp_dump"), NETSTAT_TCP);
  ASSERT_EQ(found.size(), 4U);
  struct Expected {
    int family, state, local_port, remote_port;
    std::uint64_t in, out;
  };
  constexpr Expected kExpected[] = {
      {AF_INET, 1, 50000, 8080, 200, 1000},
      {AF_INET, 1, 8080, 50000, 1000, 200},
      {AF_INET6, 5, 50001, 8081, 0, 30},
      {AF_INET6, 8, 8081, 50001, 30, 0},
  };
  for (const auto& expected : kExpected) {
    const auto it =
        std::find_if(found.begin(), found.end(), [&](const auto& f) {
          return f.socket.local_port == expected.local_port;
        });
    ASSERT_NE(it, found.end());
    const auto& socket = it->socket;
    EXPECT_EQ(socket.family, expected.family);
    EXPECT_EQ(socket.state, expected.state);
    EXPECT_EQ(socket.remote_port, expected.remote_port);
    EXPECT_EQ(socket.in_bytes, expected.in);
    EXPECT_EQ(socket.out_bytes, expected.out);
    EXPECT_EQ(socket.protocol, NETSTAT_TCP);
    EXPECT_EQ(socket.local[15], 1);
    EXPECT_EQ(socket.local[12], expected.family == AF_INET ? 127 : 0);
    EXPECT_EQ(socket.local[11], expected.family == AF_INET ? 0xff : 0);
    EXPECT_GT(socket.inode, 0U);
    EXPECT_GT(it->cookie, 0U);
  }
}

TEST(DiagParse, ReadsARecordedListOfUdp) {
  const auto found = parse_all(recorded("udp_dump"), NETSTAT_UDP);
  ASSERT_EQ(found.size(), 2U);
  for (const auto& [socket, cookie] : found) {
    EXPECT_EQ(socket.flags, 0);
    EXPECT_EQ(socket.remote_port, socket.local_port == 5354 ? 5353 : 0);
  }
}

TEST(DiagParse, ReadsARecordedListOfUnix) {
  const auto found = parse_all(recorded("unix_dump"), NETSTAT_UNIX);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].socket.peer_inode, found[1].socket.inode);
  EXPECT_EQ(found[1].socket.peer_inode, found[0].socket.inode);
  EXPECT_EQ(found[0].socket.state, 1);
}

TEST(DiagParse, ReadsARecordedEnd) {
  const auto datagram = recorded("destroyed");
  std::vector<Message> payloads;
  ASSERT_TRUE(split_tidings(message_of(datagram), payloads));
  ASSERT_EQ(payloads.size(), 1U);
  const auto found = parse_destroyed(payloads[0]);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->socket.local_port, 50000);
  EXPECT_EQ(found->socket.out_bytes, 1000U);
  EXPECT_EQ(found->socket.in_bytes, 200U);
  EXPECT_EQ(found->socket.inode, 0U);
}

TEST(DiagParse, TakesTheFinFromTheBytesReceived) {
  struct Case {
    int state;
    std::uint64_t in;
  };
  constexpr Case kCases[] = {{1, 101}, {2, 101}, {4, 101}, {5, 101},
                             {8, 100}, {9, 100}, {11, 100}};
  for (const auto& c : kCases) {
    const auto payload = Bytes()
                             .add(inet_message(c.state))
                             .attribute(INET_DIAG_INFO, some_info())
                             .text();
    const auto found = parse_inet(message_of(payload), NETSTAT_TCP);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->socket.in_bytes, c.in) << "state " << c.state;
    EXPECT_EQ(found->socket.out_bytes, 1000U);
    EXPECT_EQ(found->socket.retrans, 2U);
    EXPECT_EQ(found->socket.rtt_us, 30U);
    EXPECT_EQ(found->socket.local_port, 80);
    EXPECT_EQ(found->cookie, 0x600000005U);
  }
}

TEST(DiagParse, NeverGoesBelowZero) {
  tcp_info info{};
  info.tcpi_bytes_retrans = 1;
  const auto payload =
      Bytes().add(inet_message(8)).attribute(INET_DIAG_INFO, info).text();
  const auto found = parse_inet(message_of(payload), NETSTAT_TCP);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->socket.in_bytes, 0U);
  EXPECT_EQ(found->socket.out_bytes, 0U);
}

TEST(DiagParse, HasNoBytesIfTheKernelTellsTooLittle) {
  std::array<char, offsetof(tcp_info, tcpi_bytes_sent)> old{};
  for (const auto& payload :
       {Bytes().add(inet_message(1)).text(),
        Bytes().add(inet_message(1)).attribute(INET_DIAG_INFO, old).text(),
        Bytes().add(inet_message(1)).attribute(99, some_info()).text()}) {
    const auto found = parse_inet(message_of(payload), NETSTAT_TCP);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->socket.flags, 0);
  }
}

TEST(DiagParse, RefusesWhatIsTooShortOrOfAnotherFamily) {
  auto other = inet_message(1);
  other.idiag_family = AF_UNIX;
  const auto foreign = Bytes().add(other).text();
  const auto whole = Bytes().add(inet_message(1)).text();
  EXPECT_FALSE(parse_inet(message_of(foreign), NETSTAT_TCP));
  EXPECT_FALSE(parse_destroyed(message_of(foreign)));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto part = whole.substr(0, size);
    EXPECT_FALSE(parse_inet(message_of(part), NETSTAT_UDP)) << size;
    EXPECT_FALSE(parse_destroyed(message_of(part))) << size;
  }
  unix_diag_msg alone{};
  alone.udiag_family = AF_UNIX;
  const auto without_peer = Bytes().add(alone).text();
  for (std::size_t size = 0; size <= without_peer.size(); ++size)
    EXPECT_FALSE(parse_unix(message_of(without_peer.substr(0, size))));
}

TEST(DiagParse, TellsConnectionsFromTheRestOfWhatIsDestroyed) {
  tcp_info unanswered{};
  unanswered.tcpi_bytes_sent = 10;  // with the SYN
  const auto refused =
      Bytes().add(inet_message(7)).attribute(INET_DIAG_INFO, unanswered).text();
  EXPECT_FALSE(parse_destroyed(message_of(refused)));
  auto message = inet_message(7);
  message.id.idiag_dport = 0;
  const auto listener =
      Bytes().add(message).attribute(INET_DIAG_INFO, some_info()).text();
  const auto found = parse_destroyed(message_of(listener));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->socket.flags, 0);
  EXPECT_EQ(found->socket.remote_port, 0);
}

struct Split {
  const char* what;
  std::string datagram;
  std::size_t payloads;
  Dump dump;
};

TEST(DiagParse, SplitsDumps) {
  const std::string text = "abcd";
  const Split cases[] = {
      {"nothing", "", 0, Dump::goes_on},
      {"two", Bytes().message(20, 2, 7, text).message(18, 2, 7, text).text(), 2,
       Dump::goes_on},
      {"the last",
       Bytes()
           .message(20, 2, 7, text)
           .message(NLMSG_DONE, 2, 7, int_text(0))
           .text(),
       1, Dump::done},
      {"behind the end",
       Bytes()
           .message(NLMSG_DONE, 2, 7, int_text(0))
           .message(20, 2, 7, text)
           .text(),
       0, Dump::done},
      {"an older dump",
       Bytes()
           .message(20, 2, 6, text)
           .message(NLMSG_DONE, 2, 6, int_text(0))
           .text(),
       0, Dump::goes_on},
      {"interrupted", Bytes().message(20, NLM_F_DUMP_INTR, 7, text).text(), 1,
       Dump::interrupted},
      {"interrupted at the end",
       Bytes()
           .message(20, 2, 7, text)
           .message(NLMSG_DONE, NLM_F_DUMP_INTR, 7, int_text(0))
           .text(),
       1, Dump::interrupted},
      {"interrupted, then done",
       Bytes()
           .message(20, NLM_F_DUMP_INTR, 7, text)
           .message(NLMSG_DONE, 2, 7, int_text(0))
           .text(),
       1, Dump::interrupted},
      {"overrun", Bytes().message(NLMSG_OVERRUN, 0, 7, "").text(), 0,
       Dump::interrupted},
      {"nothing said",
       Bytes().message(NLMSG_NOOP, 0, 7, "").message(20, 2, 7, text).text(), 1,
       Dump::goes_on},
  };
  for (const auto& c : cases) {
    std::vector<Message> payloads;
    const auto dump = split_dump(message_of(c.datagram), 7, payloads);
    ASSERT_TRUE(dump) << c.what;
    EXPECT_EQ(*dump, c.dump) << c.what;
    EXPECT_EQ(payloads.size(), c.payloads) << c.what;
  }
}

TEST(DiagParse, ReportsErrors) {
  struct Case {
    std::string datagram;
    int code;
  };
  const auto whole = Bytes().message(20, 2, 7, "abcdefgh").text();
  const Case cases[] = {
      {Bytes().message(NLMSG_ERROR, 0, 7, int_text(-ENOENT)).text(), ENOENT},
      {Bytes().message(NLMSG_ERROR, 0, 7, int_text(0)).text(), EBADMSG},
      {Bytes().message(NLMSG_ERROR, 0, 7, "").text(), EBADMSG},
      {Bytes().message(NLMSG_DONE, 0, 7, int_text(-EIO)).text(), EIO},
      {whole.substr(0, 20), EBADMSG},
      {whole.substr(0, 3), EBADMSG},
      {whole + "x", EBADMSG},
      {std::string(16, '\0'), EBADMSG},
      {std::string(64, '\xff'), EBADMSG},
  };
  for (const auto& c : cases) {
    std::vector<Message> payloads;
    const auto dump = split_dump(message_of(c.datagram), 7, payloads);
    ASSERT_FALSE(dump);
    EXPECT_EQ(dump.error().code, c.code);
  }
}

TEST(DiagParse, TakesNoAnswersForTidings) {
  const auto datagram = Bytes()
                            .message(20, 0, 0, "abcd")
                            .message(20, 0, 5, "answer")
                            .message(NLMSG_DONE, 0, 0, "")
                            .text();
  std::vector<Message> payloads;
  ASSERT_TRUE(split_tidings(message_of(datagram), payloads));
  EXPECT_EQ(payloads.size(), 1U);
  const std::string broken(17, '\1');
  EXPECT_FALSE(split_tidings(message_of(broken), payloads));
}

}  // namespace
}  // namespace netstat
