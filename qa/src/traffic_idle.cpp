// traffic idle: processes with sockets that do nothing.
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "traffic_commands.h"

namespace traffic {

namespace {

/// No TIME_WAIT stays of it.
void end_with_reset(int socket) {
  const linger reset{1, 0};
  if (setsockopt(socket, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) != 0)
    die("SO_LINGER");
}

void open_pairs(std::uint64_t pairs, Account& account) {
  const int listener =
      serve_at(Protocol::kTcp, Address(Protocol::kTcp, "127.0.0.1", 0));
  const Address address(Protocol::kTcp, "127.0.0.1", port_of(listener));
  for (std::uint64_t i = 0; i < pairs; ++i) {
    end_with_reset(connect_to(Protocol::kTcp, address));
    end_with_reset(accept_from(listener));
    account.conns += 2;
  }
  close(listener);
}

}  // namespace

int idle(const IdleOptions& options) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);

  Gang gang(options.processes, options.common.limit);
  for (std::uint64_t i = 0; i < options.processes; ++i)
    gang.start("idle", [&](Account& account) {
      open_pairs(options.sockets / 2, account);
    });
  gang.await(options.processes);
  return report_and_end(gang, Protocol::kTcp, options.common);
}

}  // namespace traffic
