// Frames on the stream sockets between mosixd, its helpers, its clients and its
// peers: 4 bytes of length (little endian), then one CBOR map with a string
// "op". WIRE.md lists the messages.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace mosix {

using Message = nlohmann::json;

/// A frame longer than this is refused: the stream is broken or hostile.
inline constexpr std::size_t kMaxFrame = 16u << 20;

/// The frame of one message, ready to be written.
std::string encode(const Message& message);

/// Cuts a byte stream into messages.
class Decoder {
 public:
  void feed(std::string_view bytes) { buffer_.append(bytes); }
  /// The next whole message; nothing if more bytes are needed; an error
  /// (EPROTO) if the stream is not ours, after which it must be closed.
  base::Result<std::optional<Message>> next();

 private:
  std::string buffer_;
  std::size_t start_ = 0;
};

/// The string "op" of a message, "" if it has none.
std::string op_of(const Message& message);

/// Bytes as a CBOR byte string, and back (text strings are taken too).
Message bytes_of(std::string_view text);
std::string text_of(const Message& value);
/// The same of lists; none if it is no list.
Message list_of_bytes(const std::vector<std::string>& texts);
std::vector<std::string> texts_of(const Message& list);

/// A connection in blocking style, for clients.
class Connection {
 public:
  Connection() = default;
  explicit Connection(int fd) : fd_(fd) {}
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&& other) noexcept;
  ~Connection();

  /// Connects to a unix stream socket.
  static base::Result<Connection> open(const std::string& path);

  bool is_open() const { return fd_ >= 0; }
  int fd() const { return fd_; }
  void close();

  base::Result<void> send(const Message& message);
  /// Waits up to `timeout_ms` (-1: for ever) for a message. ETIMEDOUT when none
  /// came, ECONNRESET when the other side is gone.
  base::Result<Message> receive(int timeout_ms);
  /// A message that has already been read from the socket, if there is one.
  base::Result<std::optional<Message>> pending() { return decoder_.next(); }
  /// Reads what is there into the decoder without waiting; ECONNRESET at EOF.
  base::Result<void> fill();

 private:
  int fd_ = -1;
  Decoder decoder_;
};

}  // namespace mosix
