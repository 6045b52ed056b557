#include "traffic_exchange.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <string>

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

namespace traffic {

namespace {

/// Bytes to send, in memory and in a file.
std::array<char, kMaxChunk> data{};

int data_file() {
  static const int file = [] {
    const int made = memfd_create("traffic", MFD_CLOEXEC);
    if (made < 0 || ftruncate(made, kMaxChunk) != 0) die("memfd");
    return made;
  }();
  return file;
}

/// Up to kWindow messages, that together have `size` bytes.
ssize_t send_many(int socket, std::size_t size, std::size_t chunk) {
  std::array<mmsghdr, kWindow> messages{};
  std::array<iovec, kWindow> parts{};
  unsigned count = 0;
  for (std::size_t left = size; left > 0; ++count) {
    const std::size_t part = std::min(left, chunk);
    parts[count] = {data.data(), part};
    messages[count].msg_hdr.msg_iov = &parts[count];
    messages[count].msg_hdr.msg_iovlen = 1;
    left -= part;
  }
  const int sent = sendmmsg(socket, messages.data(), count, MSG_NOSIGNAL);
  ssize_t bytes = sent < 0 ? -1 : 0;
  for (int i = 0; i < sent; ++i)
    bytes += messages[static_cast<std::size_t>(i)].msg_len;
  return bytes;
}

ssize_t send_once(int socket, Call call, std::size_t size, std::size_t chunk) {
  switch (call) {
    case Call::kSend:
      return send(socket, data.data(), size, MSG_NOSIGNAL);
    case Call::kWrite:
      return write(socket, data.data(), size);
    case Call::kSendfile: {
      off_t start = 0;
      return sendfile(socket, data_file(), &start, size);
    }
    case Call::kSendmmsg:
      return send_many(socket, size, chunk);
  }
  return -1;
}

/// Waits until the server has read enough of what was sent before.
void keep_window(std::uint64_t datagrams, Shared& shared) {
  const std::uint64_t last =
      shared.datagrams_sent.fetch_add(datagrams) + datagrams;
  while (shared.datagrams_received + kWindow < last) sleep_us(20);
}

void send_all(const Talk& talk, int socket, Account& account, Shared& shared) {
  const std::size_t most =
      talk.chunk * (talk.call == Call::kSendmmsg ? kWindow : 1);
  for (std::uint64_t left = talk.bytes; left > 0;) {
    const auto size =
        static_cast<std::size_t>(std::min<std::uint64_t>(left, most));
    if (!is_stream(talk.protocol))
      keep_window((size + talk.chunk - 1) / talk.chunk, shared);
    const ssize_t sent = send_once(socket, talk.call, size, talk.chunk);
    if (sent <= 0) die("send");
    left -= static_cast<std::uint64_t>(sent);
    account.out += static_cast<std::uint64_t>(sent);
  }
}

void send_plain(int socket, std::uint64_t bytes, std::size_t chunk,
                Account& account) {
  while (bytes > 0) {
    const auto size =
        static_cast<std::size_t>(std::min<std::uint64_t>(bytes, chunk));
    const ssize_t sent = send(socket, data.data(), size, MSG_NOSIGNAL);
    if (sent <= 0) die("send");
    bytes -= static_cast<std::uint64_t>(sent);
    account.out += static_cast<std::uint64_t>(sent);
  }
}

void receive(int socket, std::uint64_t bytes, Account& account) {
  std::array<char, kMaxChunk> buffer;
  while (bytes > 0) {
    const ssize_t got = recv(socket, buffer.data(),
                             std::min<std::uint64_t>(bytes, buffer.size()), 0);
    if (got < 0) die("receive");
    if (got == 0) {
      errno = ECONNABORTED;
      die("receive");
    }
    bytes -= static_cast<std::uint64_t>(got);
    account.in += static_cast<std::uint64_t>(got);
  }
}

/// Waits until so many bytes lie there to be read, and leaves them.
void await_unread(int socket, std::uint64_t bytes, Account& account) {
  for (int there = 0; static_cast<std::uint64_t>(there) < bytes;) {
    if (ioctl(socket, SIOCINQ, &there) != 0) die("SIOCINQ");
    if (static_cast<std::uint64_t>(there) < bytes) sleep_us(20);
  }
  account.in += bytes;
}

}  // namespace

void ask(const Talk& talk, int socket, Account& account, Shared& shared) {
  ++account.conns;
  if (is_stream(talk.protocol)) receive(socket, 1, account);
  send_all(talk, socket, account, shared);
  if (talk.end == End::kShutdown && shutdown(socket, SHUT_WR) != 0)
    die("shutdown");
  if (talk.end == End::kUnread)
    await_unread(socket, talk.reply, account);
  else
    receive(socket, talk.reply, account);
}

void ask_and_end(const Talk& talk, int socket, Account& account,
                 Shared& shared) {
  ask(talk, socket, account, shared);
  if (talk.life_us > 0) sleep_us(talk.life_us);
  if (talk.end == End::kShutdown)
    see_end(socket);
  else
    close_with(socket, talk.end);
}

void answer(const Talk& talk, int socket, Account& account) {
  ++account.conns;
  send_plain(socket, 1, talk.chunk, account);
  receive(socket, talk.bytes, account);
  send_plain(socket, talk.reply, talk.chunk, account);
}

void see_end(int socket) {
  char none = 0;
  const ssize_t got = recv(socket, &none, 1, 0);
  if (got > 0 || (got < 0 && errno != ECONNRESET)) die("end");
  close(socket);
}

void answer_datagrams(const Talk& talk, int socket, std::uint64_t clients,
                      Account& account, Shared& shared) {
  std::array<char, kMaxChunk> buffer;
  std::map<std::string, std::uint64_t> received;
  while (clients > 0) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    auto* const address = reinterpret_cast<sockaddr*>(&from);
    const ssize_t got =
        recvfrom(socket, buffer.data(), buffer.size(), 0, address, &size);
    if (got < 0) die("recvfrom");
    ++shared.datagrams_received;
    account.in += static_cast<std::uint64_t>(got);
    const std::string name(reinterpret_cast<const char*>(&from), size);
    if ((received[name] += static_cast<std::uint64_t>(got)) < talk.bytes)
      continue;
    received.erase(name);
    --clients;
    ++account.conns;
    for (std::uint64_t left = talk.reply; left > 0;) {
      const ssize_t sent =
          sendto(socket, buffer.data(),
                 std::min<std::uint64_t>(left, talk.chunk), 0, address, size);
      if (sent <= 0) die("sendto");
      left -= static_cast<std::uint64_t>(sent);
      account.out += static_cast<std::uint64_t>(sent);
    }
  }
}

}  // namespace traffic
