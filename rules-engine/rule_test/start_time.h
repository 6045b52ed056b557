// The time of the first evaluation of a rule test.
#pragma once

#include <optional>
#include <span>
#include <string>

namespace balance {

/// `14:30`, `14:30:05`, `2026-11-26`, a day and a time, or seconds since the
/// epoch; without a day the first of January 1970, in the zone TZ. Nothing if
/// it is none of that.
std::optional<double> find_start_time(std::span<const std::string> words);

}  // namespace balance
