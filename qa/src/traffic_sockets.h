// Sockets of `traffic`: where, and how they end.
#pragma once

#include <string>

#include <sys/socket.h>
#include <sys/un.h>

namespace traffic {

enum class Protocol { kTcp, kUdp, kUnix, kUnixDatagram };
enum class End {
  kClose,     ///< after all is read
  kReset,     ///< the same, but with a reset
  kUnread,    ///< with data that was not read (TCP sends a reset)
  kShutdown,  ///< half closed after the last byte sent
};

const char* protocol_name(Protocol protocol);  ///< tcp, udp or unix
bool is_stream(Protocol protocol);

/// An IPv4 or IPv6 address with a port; for UNIX, an abstract name.
class Address {
 public:
  Address(Protocol protocol, const std::string& text, int port);
  const sockaddr* data() const;
  socklen_t size() const { return size_; }
  int family() const { return storage_.ss_family; }

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

/// Goes to the network namespace of a process (its pid) or of `ip netns` (its
/// name); "" stays.
void enter_network(const std::string& name);

/// A socket bound to the address, that listens if it can.
int serve_at(Protocol protocol, const Address& address);
int port_of(int socket);
int connect_to(Protocol protocol, const Address& address);
int accept_from(int listener);

/// Ends a connection that has nothing left to read, except for kUnread.
void close_with(int socket, End end);

}  // namespace traffic
