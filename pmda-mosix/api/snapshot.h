// The structures of the Mosix API as messages (WIRE.md), and back. Decoders
// pass over fields they do not know, and refuse (EPROTO) fields of another type
// and fields that are missing.
#pragma once

#include <set>
#include <string>

#include "api/api.h"
#include "api/wire.h"

namespace mosix {

Message to_message(const Node& node);
Message to_message(const Process& process);
Message to_message(const Task& task);
Message to_message(const Request& request);
Message to_message(const Lease& lease);
/// The answer to `status`.
Message to_message(const Snapshot& snapshot);

/// The names of a user's jobs.
std::set<std::string> jobs_of(const Snapshot& snapshot, long uid);

base::Result<Node> node_from(const Message& message);
base::Result<Process> process_from(const Message& message);
base::Result<Task> task_from(const Message& message);
base::Result<Request> request_from(const Message& message);
base::Result<Lease> lease_from(const Message& message);
base::Result<Snapshot> snapshot_from(const Message& message);

}  // namespace mosix
