// How the agent gives up what it started with: everything has been loaded, and
// from then on it is an ordinary user that keeps a capability or two.
#pragma once

#include <string>
#include <vector>

#include <sys/capability.h>

#include "base/result.h"

namespace netstat {

using Capabilities = std::vector<cap_value_t>;

/// What a source ("walk", "task_file", "diag", "proc") needs all the time. What
/// BPF programs tell is open to who holds their descriptors, even to switch
/// volumes on and off.
Capabilities capabilities_for(const std::string& source);

/// Becomes `user` with its groups, and keeps `kept`, as far as it has that; the
/// rest is given up for good, for all programs that this process might still
/// start, too. Only as root, before there is a second thread. After an error
/// the process must end: it may be anything between.
base::Result<void> become(const std::string& user, const Capabilities& kept);

/// As many descriptors as may be had: the agent holds one for each process
/// that it watches.
void raise_descriptor_limit();

}  // namespace netstat
