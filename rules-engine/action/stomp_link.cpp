#include "action/stomp_link.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace balance {
namespace {

using Clock = std::chrono::steady_clock;

/// What the server says about an error, in one line.
std::string complaint(const StompFrame& frame) {
  std::string out = frame.body.substr(0, frame.body.find('\n'));
  for (const std::string& header : frame.headers)
    if (header.starts_with("message:")) out = header.substr(8);
  std::replace_if(
      out.begin(), out.end(),
      [](char c) { return static_cast<unsigned char>(c) < ' '; }, '?');
  return out.substr(0, 200);
}

}  // namespace

StompLink::StompLink(StompSettings settings, std::chrono::milliseconds retry)
    : settings_(std::move(settings)), retry_(retry) {}

StompSocket::Time StompLink::deadline() const {
  return Clock::now() + settings_.timeout;
}

base::Result<void> StompLink::connect() {
  if (socket_.is_open()) return {};
  if (Clock::now() < next_attempt_)
    return base::fail(0, "not connected, and the last attempt was just now");
  next_attempt_ = Clock::now() + retry_;
  auto out = greet();
  if (!out) {
    socket_.close();
    out.error().text = fmt::format("STOMP server {}:{}: {}", settings_.host,
                                   settings_.port, out.error().text);
  }
  return out;
}

base::Result<void> StompLink::greet() {
  if (const auto found = socket_.look_up(settings_); !found) return found;
  if (const auto open = socket_.connect(deadline()); !open) return open;
  // As pmie: STOMP 1.0, the version that a server takes without being asked.
  const StompFrame hello{
      "CONNECT",
      {"login:" + settings_.username, "passcode:" + settings_.password},
      {}};
  if (const auto sent = socket_.write(hello, deadline()); !sent) return sent;
  if (const auto answer = expect("CONNECTED", {}); !answer) return answer;
  return deliver("INFO: PMIE: Established initial connection");
}

base::Result<void> StompLink::send(const std::string& text) {
  if (text.find('\0') != std::string::npos)
    return base::fail(0, "a STOMP message cannot have a NUL");
  if (!socket_.alive()) socket_.close();
  if (const auto open = connect(); !open) return open;
  auto out = deliver(text);
  if (!out) socket_.close();
  return out;
}

/// A message without its length in front, which is a text message to JMS.
base::Result<void> StompLink::deliver(const std::string& text) {
  const std::string receipt = fmt::format("{}", ++receipts_);
  const StompFrame message{
      "SEND",
      {"destination:/topic/" + settings_.topic, "receipt:" + receipt},
      text};
  if (const auto sent = socket_.write(message, deadline()); !sent) return sent;
  return expect("RECEIPT", "receipt-id:" + receipt);
}

/// Waits for a frame, with that header if one is named. Others are passed over,
/// but an ERROR ends the wait.
base::Result<void> StompLink::expect(const std::string& command,
                                     const std::string& header) {
  const auto until = deadline();
  for (;;) {
    const auto frame = socket_.read(until);
    if (!frame) return tl::make_unexpected(frame.error());
    if (frame->command == "ERROR") return base::fail(0, complaint(*frame));
    if (frame->command != command) continue;
    const auto& headers = frame->headers;
    if (header.empty() ||
        std::find(headers.begin(), headers.end(), header) != headers.end())
      return {};
  }
}

}  // namespace balance
