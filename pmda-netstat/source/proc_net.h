// The tables of sockets below /proc/net.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "bpf/record.h"

namespace netstat {

/// Appends the sockets of a table: tcp or udp (`protocol`), of IPv4 or IPv6
/// (`family`). TCP sockets that listen or have no descriptor are passed over.
/// EBADMSG: a line is not understood.
base::Result<void> parse_proc_net(std::string_view table, std::uint8_t protocol,
                                  std::uint8_t family,
                                  std::vector<netstat_socket>& sockets);

}  // namespace netstat
