#include "api/wire.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace mosix {

using base::fail;
using base::fail_errno;
using base::Result;

std::string encode(const Message& message) {
  std::string frame(4, '\0');
  Message::to_cbor(message, nlohmann::detail::output_adapter<char>(frame));
  const std::size_t length = frame.size() - 4;
  for (std::size_t i = 0; i < 4; ++i)
    frame[i] = static_cast<char>((length >> (8 * i)) & 0xff);
  return frame;
}

Result<std::optional<Message>> Decoder::next() {
  const std::size_t have = buffer_.size() - start_;
  if (have < 4) return std::optional<Message>{};
  std::size_t length = 0;
  for (std::size_t i = 0; i < 4; ++i)
    length |= static_cast<std::size_t>(
                  static_cast<unsigned char>(buffer_[start_ + i]))
              << (8 * i);
  if (length > kMaxFrame)
    return fail(EPROTO, fmt::format("frame of {} bytes", length));
  if (have < 4 + length) return std::optional<Message>{};
  const auto begin = buffer_.begin() + static_cast<std::ptrdiff_t>(start_ + 4);
  Message message =
      Message::from_cbor(begin, begin + static_cast<std::ptrdiff_t>(length),
                         true, /*allow_exceptions=*/false);
  start_ += 4 + length;
  if (start_ > buffer_.size() / 2) {
    buffer_.erase(0, start_);
    start_ = 0;
  }
  if (!message.is_object() || op_of(message).empty())
    return fail(EPROTO, "frame is not a message");
  return std::optional<Message>{std::move(message)};
}

std::string op_of(const Message& message) {
  const auto op = message.find("op");
  if (op == message.end() || !op->is_string()) return {};
  return op->get<std::string>();
}

Message bytes_of(std::string_view text) {
  return Message::binary({text.begin(), text.end()});
}

std::string text_of(const Message& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_binary()) return {};
  const auto& bytes = value.get_binary();
  return {bytes.begin(), bytes.end()};
}

Message list_of_bytes(const std::vector<std::string>& texts) {
  Message list = Message::array();
  for (const std::string& text : texts) list.push_back(bytes_of(text));
  return list;
}

std::vector<std::string> texts_of(const Message& list) {
  std::vector<std::string> texts;
  if (!list.is_array()) return texts;
  for (const Message& item : list) texts.push_back(text_of(item));
  return texts;
}

Connection::Connection(Connection&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), decoder_(std::move(other.decoder_)) {}

Connection& Connection::operator=(Connection&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = std::exchange(other.fd_, -1);
    decoder_ = std::move(other.decoder_);
  }
  return *this;
}

Connection::~Connection() {
  close();
}

void Connection::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  decoder_ = Decoder{};
}

Result<Connection> Connection::open(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return fail(ENAMETOOLONG, fmt::format("{}: path is too long", path));
  path.copy(address.sun_path, path.size());
  Connection connection(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!connection.is_open()) return fail_errno("socket");
  if (connect(connection.fd_, reinterpret_cast<sockaddr*>(&address),
              sizeof address) < 0)
    return fail_errno(path);
  return connection;
}

Result<void> Connection::send(const Message& message) {
  const std::string frame = encode(message);
  std::size_t done = 0;
  while (done < frame.size()) {
    const ssize_t n =
        ::send(fd_, frame.data() + done, frame.size() - done, MSG_NOSIGNAL);
    if (n > 0) {
      done += static_cast<std::size_t>(n);
    } else if (errno == EAGAIN) {
      pollfd wait{fd_, POLLOUT, 0};
      poll(&wait, 1, -1);
    } else if (errno != EINTR) {
      return fail_errno("send");
    }
  }
  return {};
}

Result<void> Connection::fill() {
  std::array<char, 65536> chunk{};
  const ssize_t n = recv(fd_, chunk.data(), chunk.size(), MSG_DONTWAIT);
  if (n == 0) return fail(ECONNRESET, "connection closed");
  if (n > 0) {
    decoder_.feed({chunk.data(), static_cast<std::size_t>(n)});
    return {};
  }
  if (errno == EAGAIN || errno == EINTR) return {};
  return fail_errno("receive");
}

Result<Message> Connection::receive(int timeout_ms) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::milliseconds(timeout_ms);
  for (;;) {
    auto message = decoder_.next();
    if (!message) return tl::make_unexpected(message.error());
    if (*message) return std::move(**message);
    int wait_ms = -1;
    if (timeout_ms >= 0) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
      if (left.count() <= 0) return fail(ETIMEDOUT, "no answer");
      wait_ms = static_cast<int>(left.count());
    }
    pollfd wait{fd_, POLLIN, 0};
    if (poll(&wait, 1, wait_ms) < 0 && errno != EINTR)
      return fail_errno("poll");
    if (wait.revents != 0) {
      auto filled = fill();
      if (!filled) return tl::make_unexpected(filled.error());
    }
  }
}

}  // namespace mosix
