#include "capsule/frames.h"

#include <algorithm>

namespace mosix::frames {

std::uint64_t number(const Message& message, const char* name) {
  const auto value = message.find(name);
  if (value == message.end() || !value->is_number_integer()) return 0;
  const bool negative =
      !value->is_number_unsigned() && value->get<std::int64_t>() < 0;
  return negative ? 0 : value->get<std::uint64_t>();
}

std::int64_t signed_number(const Message& message, const char* name) {
  const auto value = message.find(name);
  if (value == message.end() || !value->is_number_integer()) return 0;
  return value->get<std::int64_t>();
}

bool flag(const Message& message, const char* name) {
  const auto value = message.find(name);
  return value != message.end() && value->is_boolean() && value->get<bool>();
}

std::string bytes(const Message& message, const char* name) {
  const auto value = message.find(name);
  return value == message.end() ? std::string() : text_of(*value);
}

Brought accept(InStream& stream, const Message& message) {
  return stream.accept(number(message, "off"), bytes(message, "data"));
}

std::optional<Message> next(OutStream& stream, const std::string& op,
                            Time now) {
  const auto piece = stream.next(now);
  if (!piece) return std::nullopt;
  if (piece->end) return Message{{"op", op + "_eof"}, {"off", piece->off}};
  return Message{
      {"op", op}, {"off", piece->off}, {"data", bytes_of(piece->data)}};
}

std::optional<Time> earlier(std::optional<Time> a, std::optional<Time> b) {
  if (!a) return b;
  if (!b) return a;
  return std::min(*a, *b);
}

int timeout_ms(std::optional<Time> at, Time now) {
  if (!at) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*at - now);
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60000));
}

}  // namespace mosix::frames
