// What passes a connection of `traffic`: one byte of the server, as soon as its
// process has the connection for good; the client's bytes; the answer; the end.
// With datagrams, only the client's bytes and the answer.
#pragma once

#include <cstddef>
#include <cstdint>

#include "traffic_gang.h"
#include "traffic_sockets.h"

namespace traffic {

enum class Call { kSend, kWrite, kSendfile, kSendmmsg };

struct Talk {
  Protocol protocol = Protocol::kTcp;
  std::uint64_t bytes = 0;    // of the client, through each connection
  std::uint64_t reply = 0;    // of the server
  std::size_t chunk = 8192;   // a call or a datagram carries at most so many
  Call call = Call::kSend;    // how the client sends
  End end = End::kClose;      // what the client does
  std::uint64_t life_us = 0;  // it waits so long before the end
};

inline constexpr std::size_t kMaxChunk = 65536;
/// So many datagrams are on the way at most: no buffer is too small for them.
inline constexpr std::uint64_t kWindow = 8;

/// The client's side, without the end.
void ask(const Talk& talk, int socket, Account& account, Shared& shared);
/// ask() and the end. Closes the socket.
void ask_and_end(const Talk& talk, int socket, Account& account,
                 Shared& shared);

/// The server's side of a stream, without the end.
void answer(const Talk& talk, int socket, Account& account);
/// Waits until the client ends the connection, and closes the socket.
void see_end(int socket);

/// The server's side of so many clients that send datagrams.
void answer_datagrams(const Talk& talk, int socket, std::uint64_t clients,
                      Account& account, Shared& shared);

}  // namespace traffic
