#include "api/wire.h"

#include <cerrno>

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace mosix {
namespace {

TEST(Decoder, FindsMessagesInAnyCut) {
  const std::string stream =
      encode({{"op", "a"}, {"n", 1}}) +
      encode({{"op", "b"}, {"data", bytes_of("\xff\0x")}});
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    Decoder decoder;
    std::vector<std::string> ops;
    for (const auto& part : {stream.substr(0, cut), stream.substr(cut)}) {
      decoder.feed(part);
      for (;;) {
        auto message = decoder.next();
        ASSERT_TRUE(message.has_value());
        if (!*message) break;
        ops.push_back(op_of(**message));
      }
    }
    EXPECT_EQ(ops, (std::vector<std::string>{"a", "b"})) << "cut at " << cut;
  }
}

TEST(Decoder, KeepsBytesAsTheyAre) {
  const std::string data("\0\n\xff\xfe", 4);
  Decoder decoder;
  decoder.feed(encode({{"op", "x"}, {"data", bytes_of(data)}}));
  auto message = decoder.next();
  ASSERT_TRUE(message && *message);
  EXPECT_EQ(text_of((**message)["data"]), data);
}

TEST(Decoder, RefusesWhatIsNotAMessage) {
  for (const std::string& stream :
       {std::string("\xff\xff\xff\xff"), std::string("\x01\0\0\0\x01", 5),
        std::string("\x02\0\0\0\xa1\xff", 6),
        encode(Message::object()).substr(0)}) {
    Decoder decoder;
    decoder.feed(stream);
    auto message = decoder.next();
    ASSERT_FALSE(message.has_value());
    EXPECT_EQ(message.error().code, EPROTO);
  }
}

TEST(Connection, SendsAndReceives) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  Connection a(ends[0]);
  Connection b(ends[1]);
  ASSERT_TRUE(a.send({{"op", "one"}}));
  ASSERT_TRUE(a.send({{"op", "two"}}));
  EXPECT_EQ(op_of(b.receive(1000).value()), "one");
  EXPECT_EQ(op_of(b.receive(1000).value()), "two");
  EXPECT_EQ(b.receive(10).error().code, ETIMEDOUT);
  a.close();
  EXPECT_EQ(b.receive(1000).error().code, ECONNRESET);
}

}  // namespace
}  // namespace mosix
