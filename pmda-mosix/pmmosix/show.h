// What pmmosix prints of a snapshot: tables for people, JSON for programs.
#pragma once

#include <string>

#include "api/api.h"

namespace mosix {

std::string show_processes(const Snapshot& snapshot);
std::string show_nodes(const Snapshot& snapshot);
/// The last `count` requests.
std::string show_requests(const Snapshot& snapshot, std::size_t count);
std::string show_status(const Snapshot& snapshot);

/// One part of the snapshot ("procs", "nodes", "requests") as WIRE.md has it,
/// or, with "", all of it.
std::string show_json(const Snapshot& snapshot, const std::string& part);

/// What became of a request, in one line without newline: "moved …",
/// "refused: why", "rolled back: why", "waiting: …".
std::string outcome(const Request& request);

}  // namespace mosix
