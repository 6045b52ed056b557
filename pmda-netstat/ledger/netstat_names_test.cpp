#include <gtest/gtest.h>

#include "ledger/names.h"
#include "ledger/scene.h"

namespace netstat {
namespace {

TEST(Names, Addresses) {
  const struct {
    const char* address;
    const char* text;
  } kRows[] = {{"10.0.0.1", "10.0.0.1"},
               {"::ffff:10.0.0.1", "10.0.0.1"},
               {"0.0.0.0", "0.0.0.0"},
               {"2001:db8::1", "2001:db8::1"},
               {"::1", "::1"},
               {"::", "::"},
               {"::10.0.0.1", "::10.0.0.1"}};
  for (const auto& row : kRows) {
    std::uint8_t addr[16];
    set_address(addr, row.address);
    EXPECT_EQ(address_text(addr), row.text);
  }
}

TEST(Names, Connections) {
  const auto v6 = between(tcp(7), "2001:db8::1", 5000, "2001:db8::2", 443);
  const struct {
    netstat_socket socket;
    const char* text;
  } kRows[] = {
      {tcp(7), "tcp/10.0.0.1:5000-10.0.0.2:80/7"},
      {v6, "tcp/[2001:db8::1]:5000-[2001:db8::2]:443/7"},
      {udp(8), "udp/10.0.0.1:5000-10.0.0.2:80/8"},
      {between(udp(9), "0.0.0.0", 53, "0.0.0.0", 0), "udp/0.0.0.0:53-*/9"},
      {between(udp(9), "::", 53, "::", 0), "udp/[::]:53-*/9"},
      {local(21, 22), "unix/21-22"},
      {local(21, 0), "unix/21-0"}};
  for (const auto& row : kRows)
    EXPECT_EQ(connection_text(row.socket), row.text);
}

TEST(Names, States) {
  auto s = tcp(1);
  const struct {
    int state;
    const char* text;
  } kRows[] = {{1, "ESTABLISHED"}, {2, "SYN_SENT"},   {4, "FIN_WAIT1"},
               {7, "CLOSE"},       {8, "CLOSE_WAIT"}, {12, "NEW_SYN_RECV"},
               {0, "UNKNOWN"},     {13, "UNKNOWN"},   {255, "UNKNOWN"}};
  for (const auto& row : kRows) {
    s.state = static_cast<std::uint8_t>(row.state);
    EXPECT_STREQ(state_text(s), row.text);
  }
  s = udp(1);
  s.state = kClosed;
  EXPECT_STREQ(state_text(s), "UNCONNECTED");
}

TEST(Names, Protocols) {
  EXPECT_STREQ(protocol_text(tcp(1)), "tcp");
  EXPECT_STREQ(protocol_text(udp(1)), "udp");
  EXPECT_STREQ(protocol_text(local(1, 2)), "unix");
  EXPECT_STREQ(protocol_text({}), "unknown");
}

TEST(Names, Processes) {
  EXPECT_EQ(process_name(process(1234, 1, "my job")), "001234 my job");
  EXPECT_EQ(process_name(process(1234567, 1, "a\nb\x7f")), "1234567 a?b?");
  netstat_process full = process(1);
  std::memset(full.comm, 'x', sizeof full.comm);  // no zero at its end
  EXPECT_EQ(process_name(full), "000001 " + std::string(16, 'x'));
}

}  // namespace
}  // namespace netstat
