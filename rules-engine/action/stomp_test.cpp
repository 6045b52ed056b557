#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "action/firing_for_test.h"
#include "action/stomp_link.h"
#include "action/text_actions.h"
#include "host/test_dir.h"

namespace balance {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using namespace std::string_literals;

/// A server on 127.0.0.1 that answers as it is told, one client at a time.
class Broker {
 public:
  enum class Manner {
    polite,      ///< CONNECTED and receipts
    silent,      ///< takes everything, says nothing
    strict,      ///< ERROR to everything
    closing,     ///< closes after each receipt
    no_receipt,  ///< CONNECTED, but no receipts
  };

  explicit Broker(Manner manner) : manner_(manner) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    auto* address = reinterpret_cast<sockaddr*>(&where);
    EXPECT_EQ(bind(listener_, address, size), 0);
    EXPECT_EQ(listen(listener_, 4), 0);
    EXPECT_EQ(getsockname(listener_, address, &size), 0);
    port_ = ntohs(where.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Broker() {
    stop_ = true;
    thread_.join();
    close(listener_);
  }

  StompSettings settings() const {
    StompSettings out;
    out.host = "127.0.0.1";
    out.port = port_;
    out.username = "joe";
    out.password = "s:ecret";
    out.timeout = seconds(10);
    return out;
  }

  void behave(Manner manner) { manner_ = manner; }

  /// All that clients have sent.
  std::vector<StompFrame> frames() {
    const std::lock_guard guard(mutex_);
    return frames_;
  }

 private:
  bool readable(int fd) const {
    pollfd watch{fd, POLLIN, 0};
    while (!stop_)
      if (poll(&watch, 1, 20) > 0) return true;
    return false;
  }

  void serve() {
    while (readable(listener_)) {
      const int client = accept(listener_, nullptr, nullptr);
      std::string text;
      std::array<char, 65536> buffer;
      while (readable(client)) {
        const ssize_t n = recv(client, buffer.data(), buffer.size(), 0);
        if (n <= 0) break;
        text.append(buffer.data(), static_cast<std::size_t>(n));
        const bool whole = std::find(buffer.begin(), buffer.begin() + n,
                                     '\0') != buffer.begin() + n;
        if (whole && !answer_all(client, text)) break;
      }
      close(client);
    }
  }

  bool answer_all(int client, std::string& text) {
    for (std::size_t end = text.find('\0'); end != std::string::npos;
         end = text.find('\0')) {
      const StompFrame frame = parse_stomp_frame(text.substr(0, end));
      text.erase(0, end + 1);
      {
        const std::lock_guard guard(mutex_);
        frames_.push_back(frame);
      }
      if (!answer(client, frame)) return false;
    }
    return true;
  }

  bool answer(int client, const StompFrame& frame) {
    const Manner manner = manner_;
    std::string text;
    if (manner == Manner::silent) return true;
    if (manner == Manner::strict)
      text = "ERROR\nmessage:go\taway\n\nbody\n\0\n"s;
    else if (frame.command == "CONNECT")
      text = "\n\nCONNECTED\r\nsession:7\r\n\r\n\0\n"s;
    else if (manner != Manner::no_receipt)
      text = "MESSAGE\n\nfor others\0\nRECEIPT\nreceipt-id:"s +
             frame.headers.back().substr(8) + "\n\n\0"s;
    // In pieces, as a network may deliver it.
    for (const char c : text) send(client, &c, 1, MSG_NOSIGNAL);
    return manner != Manner::closing || frame.body.find("last") != 0;
  }

  std::atomic<Manner> manner_;
  std::atomic<bool> stop_ = false;
  int listener_ = -1;
  int port_ = 0;
  std::mutex mutex_;
  std::vector<StompFrame> frames_;
  std::thread thread_;
};

TEST(StompSettings, AreReadAsPmieReadsThem) {
  const auto made = parse_stomp_settings(
      "# comment\n"
      "host=messages.example.com   # required\n"
      "hostname=other\tx\n"
      " port=1\n"
      "port=61616\r\n"
      "user=joe\n"
      "passcode=j0=3\n"
      "nonsense\n");
  ASSERT_TRUE(made) << made.error().text;
  EXPECT_EQ(made->host, "other");
  EXPECT_EQ(made->port, 61616);
  EXPECT_EQ(made->username, "joe");
  EXPECT_EQ(made->password, "j0=3");
  EXPECT_EQ(made->topic, "PMIE");
  EXPECT_EQ(made->timeout, seconds(2));
}

TEST(StompSettings, WhatCannotWorkIsAnError) {
  const std::string base = "host=h\nport=1\nusername=u\npassword=p\n";
  const struct {
    std::string text, reason;
  } table[] = {
      {"port=1\nusername=u\npassword=p\n", "no host"},
      {"host=h\nusername=u\npassword=p\n", "no port"},
      {"host=h\nport=1\npassword=p\n", "no username"},
      {"host=h\nport=1\nusername=u\n", "no password"},
      {base + "port=x\n", "port: 'x' is no number from 1 to 65535"},
      {base + "port=70000\n", "port: '70000' is no number from 1 to 65535"},
      {base + "timeout=0\n", "timeout: '0' is no number from 1 to 3600"},
      {base + "topic=a\x1b" + "b\n", "topic: a control character"},
  };
  for (const auto& row : table) {
    const auto made = parse_stomp_settings(row.text);
    ASSERT_FALSE(made) << row.text;
    EXPECT_EQ(made.error().text, row.reason);
  }
}

TEST(StompLink, SendsTextsToTheTopic) {
  Broker broker(Broker::Manner::polite);
  StompSettings settings = broker.settings();
  settings.topic = "ops";
  StompLink link(settings);
  ASSERT_TRUE(link.connect());
  ASSERT_TRUE(link.connect());
  EXPECT_TRUE(link.send("disk sda busy\n\nSEND\ndestination:/x\n"));
  EXPECT_TRUE(link.send(""));
  EXPECT_FALSE(link.send("a\0b"s));
  const auto frames = broker.frames();
  ASSERT_EQ(frames.size(), 4U);
  EXPECT_EQ(stomp_text(frames[0]), "CONNECT\nlogin:joe\npasscode:s:ecret\n\n");
  EXPECT_EQ(stomp_text(frames[1]),
            "SEND\ndestination:/topic/ops\nreceipt:1\n\n"
            "INFO: PMIE: Established initial connection");
  EXPECT_EQ(stomp_text(frames[2]),
            "SEND\ndestination:/topic/ops\nreceipt:2\n\n"
            "disk sda busy\n\nSEND\ndestination:/x\n");
  EXPECT_EQ(frames[3].body, "");
}

TEST(StompLink, SendsMoreThanTheNetworkTakesAtOnce) {
  Broker broker(Broker::Manner::polite);
  StompLink link(broker.settings());
  const std::string text(4 << 20, 'x');
  EXPECT_TRUE(link.send(text));
  EXPECT_TRUE(broker.frames().back().body == text);
}

TEST(StompLink, DoesNotWaitForEver) {
  for (const auto manner :
       {Broker::Manner::silent, Broker::Manner::no_receipt}) {
    Broker broker(manner);
    StompSettings settings = broker.settings();
    settings.timeout = seconds(1);
    StompLink link(settings);
    const auto open = link.connect();
    ASSERT_FALSE(open);
    EXPECT_TRUE(open.error().text.ends_with(": no answer in time"))
        << open.error().text;
  }
}

TEST(StompLink, SaysWhatTheServerSays) {
  Broker broker(Broker::Manner::strict);
  StompLink link(broker.settings());
  const auto open = link.connect();
  ASSERT_FALSE(open);
  EXPECT_TRUE(open.error().text.ends_with(": go?away")) << open.error().text;
}

TEST(StompLink, NobodyThereIsAnError) {
  StompSettings settings;
  {
    Broker broker(Broker::Manner::polite);
    settings = broker.settings();
  }
  const auto open = StompLink(settings).connect();
  ASSERT_FALSE(open);
  EXPECT_TRUE(open.error().text.ends_with(": connect: Connection refused"))
      << open.error().text;
  settings.host = "no such host";
  EXPECT_FALSE(StompLink(settings).connect());
}

TEST(StompLink, ConnectsAgainWhenTheConnectionIsGone) {
  Broker broker(Broker::Manner::closing);
  StompLink link(broker.settings(), milliseconds(0));
  ASSERT_TRUE(link.send("first"));
  ASSERT_TRUE(link.send("last of this connection"));
  // It takes a moment until the end of the connection is known here.
  std::this_thread::sleep_for(milliseconds(200));
  EXPECT_TRUE(link.send("again"));
  const auto frames = broker.frames();
  ASSERT_EQ(frames.size(), 7U);
  EXPECT_EQ(frames[4].command, "CONNECT");
  EXPECT_EQ(frames[6].body, "again");
}

TEST(StompLink, DoesNotTryAgainAtOnce) {
  Broker broker(Broker::Manner::strict);
  StompLink link(broker.settings());
  EXPECT_FALSE(link.connect());
  broker.behave(Broker::Manner::polite);
  const auto sent = link.send("x");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().text,
            "not connected, and the last attempt was just now");
  EXPECT_EQ(broker.frames().size(), 1U);
  StompLink eager(broker.settings(), milliseconds(0));
  broker.behave(Broker::Manner::strict);
  EXPECT_FALSE(eager.send("x"));
  broker.behave(Broker::Manner::polite);
  EXPECT_TRUE(eager.send("x"));
}

TEST(StompAction, ConnectsAtTheStartAndSendsItsText) {
  Broker broker(Broker::Manner::polite);
  mosix::TestDir dir;
  dir.put("stomp",
          "host=127.0.0.1\nport=" + std::to_string(broker.settings().port) +
              "\nusername=joe\npassword=pw\ntimeout=10\n");
  TextActions::Options options;
  options.log = [](const std::string& line) { ADD_FAILURE() << line; };
  options.setting = [](const char*) { return std::string(); };
  options.stomp_file = dir.path("stomp");
  TextActions actions(options);
  Firings firings;
  const Firing& firing = firings.make(Action::Kind::stomp, {"busy:", " %i"},
                                      {instance("sda"), instance("sdb")});
  Program program;
  program.rules.resize(1);
  program.rules[0].branches.resize(1);
  program.rules[0].branches[0].action = *firing.action;
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(actions.prepare(program));
  EXPECT_EQ(broker.frames().size(), 2U);
  EXPECT_TRUE(actions.execute(firing, 10));
  const auto frames = broker.frames();
  ASSERT_EQ(frames.size(), 3U);
  EXPECT_EQ(frames[2].headers.front(), "destination:/topic/PMIE");
  EXPECT_EQ(frames[2].body, "busy: sda sdb");
}

}  // namespace
}  // namespace balance
