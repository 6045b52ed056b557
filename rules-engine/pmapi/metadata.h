// What PMAPI tells about metrics before their first values are fetched.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "archive/archive_set.h"
#include "check/metrics.h"

namespace balance {

/// Asks pmcds, one connection for each host, made when it is asked for first;
/// waits at most PMCD_CONNECT_TIMEOUT (or, for a pmcd that hangs,
/// PMCD_REQUEST_TIMEOUT), and only once for each host. Host "" is
/// `default_host`. Any other takes no longer than `patience`: after that it
/// counts as unreachable. Of one thread.
std::unique_ptr<check::Metrics> live_metrics(
    std::string default_host,
    std::optional<std::chrono::milliseconds> patience = std::nullopt);

/// Asks archives. `archives` must outlive it. Of one thread.
std::unique_ptr<check::Metrics> archive_metrics(const ArchiveSet& archives);

}  // namespace balance
