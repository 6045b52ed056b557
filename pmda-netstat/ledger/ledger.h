// The books: connections, processes and peers, with counters that go on for the
// life of a process, whatever opens and closes meanwhile. Pure bookkeeping: no
// system call, no clock of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bpf/record.h"
#include "ledger/liveness.h"
#include "source/source.h"

namespace netstat {

/// The intensity of a row follows its rate with this time constant: after a
/// change of the rate, 63 % of the way in one, 95 % in three. What came after
/// the first sample began at 0 (so a short burst does not look like a steady
/// stream); what was there at the first sample begins with its rate at the
/// second.
inline constexpr double kIntensitySeconds = 10;

struct Bytes {
  std::uint64_t in = 0;
  std::uint64_t out = 0;
};

/// What is known of a rate: nothing before two samples, and for a connection
/// nothing while its bytes are not known (NETSTAT_HAS_BYTES).
using Intensity = std::optional<double>;  // bytes a second, both directions

/// A process that holds a socket or held one since it is known.
struct ProcessRow {
  netstat_process process{};
  std::string name;  ///< "001234 command", as in proc.*
  Bytes tcp;         ///< of all its connections, closed ones included
  Bytes udp;         ///< since counting was switched on first
  Bytes unix_bytes;  ///< the same
  Intensity intensity;
  std::uint32_t connections = 0;  ///< rows of connections that it has now
  std::uint32_t peers = 0;        ///< different remote addresses of these
  std::uint64_t closed = 0;       ///< TCP connections that ended
};

/// A socket with a process. One row, even if several processes hold it: the
/// youngest of those that held it when it was first seen; when that one lets it
/// go, another (with a new row). A process is charged with what moved while it
/// was the owner, as far as samples tell: what moved since the last one goes to
/// the owner in this one. All bytes that a connection has moved when it is seen
/// first are its owner's. UDP and UNIX bytes are their caller's, whoever owns
/// the row. A TCP connection in state CLOSE has ended: it has no row.
struct ConnectionRow {
  int id = 0;  ///< of the instance; increasing, never used again
  std::string name;
  netstat_socket
      socket{};  ///< in_bytes, out_bytes: only with NETSTAT_HAS_BYTES
                 ///< (set for UDP and UNIX while they are counted)
  const ProcessRow* owner = nullptr;
  const ConnectionRow* peer = nullptr;  ///< the other end, if on this node,
                                        ///< whose peer is this
  Intensity intensity;
};

/// A process and an address that it talks to over TCP or UDP, closed
/// connections included. Dropped when it has had no connection and moved
/// nothing for 10 minutes, or when there are more than 65,536 rows (the longest
/// idle).
struct PeerRow {
  int id = 0;  ///< of the instance; increasing, never used again
  std::string name;
  const ProcessRow* owner = nullptr;
  std::uint8_t addr[16] = {};
  Bytes bytes;
  Intensity intensity;
  std::uint32_t connections = 0;  ///< it has now
};

struct Totals {
  Bytes counted;       ///< by all processes, those that are gone included
  Bytes unattributed;  ///< of connections of which no process was ever known
  /// TCP connections that ended, each once, told of or not (one that nobody
  /// holds any more and of which nothing is heard for 5 minutes has ended). Not
  /// those in network namespaces that no reading has shown.
  std::uint64_t closes = 0;
  std::uint64_t ownerless = 0;  ///< sockets without a process, in the reading
  std::uint64_t peers_dropped = 0;  ///< idle rows of peers given up for room
};

/// What a sample consists of. `closes` must have been read after `reading` was
/// made, `volumes` too.
struct Sample {
  const Reading& reading;
  std::span<const netstat_close> closes;
  std::span<const netstat_volume> volumes;  ///< empty if never switched on
  bool volumes_on = false;
  std::chrono::steady_clock::time_point time;  ///< when `reading` was made
};

class Ledger {
 public:
  explicit Ledger(Liveness& liveness);
  ~Ledger();

  void apply(const Sample& sample);
  /// Ends of connections between two samples, when too many wait to be read;
  /// read before the next reading is begun. Before the first sample nothing is
  /// counted.
  void apply(std::span<const netstat_close> closes);

  /// Rows by increasing id (processes: pid). Row pointers hold until the next
  /// apply(); names and ids for the life of the row.
  const std::vector<const ConnectionRow*>& connections() const;
  const std::vector<const ProcessRow*>& processes() const;
  const std::vector<const PeerRow*>& peers() const;
  const Totals& totals() const;
  /// Changes whenever a row comes, goes or changes its name.
  std::uint64_t generation() const;

  /// Entries of the last sample's volumes whose sockets are no more. They must
  /// be dropped (Volumes::forget) before volumes are read again: the next entry
  /// of the same process and socket counts from zero (the same values at the
  /// next sample, as after a failed read, count nothing).
  const std::vector<netstat_volume>& finished_volumes() const;

 private:
  struct Books;
  std::unique_ptr<Books> books_;
};

/// "10.0.0.1" or "2001:db8::1"; an IPv4 address in its mapped form as IPv4.
std::string address_text(const std::uint8_t (&addr)[16]);
/// The last part of a connection's name: PROTO/LOCAL-REMOTE/INODE, with
/// "10.0.0.1:80" and "[2001:db8::1]:80", or unix/INODE-PEERINODE.
std::string connection_text(const netstat_socket& socket);
/// The command of a process, whatever fills its room.
std::string_view command_of(const netstat_process& process);
const char* protocol_text(const netstat_socket& socket);  ///< "tcp", "udp" …
const char* state_text(const netstat_socket& socket);     ///< "ESTABLISHED" …

}  // namespace netstat
