// What agents that take stores have in common: values as clients give them, and
// answers.
#pragma once

#include <optional>
#include <string>

#include "agent/value.h"
#include "base/result.h"

namespace agent {

/// A stored 0 or 1.
std::optional<bool> parse_switch(const Value& value);

/// The refusal of a value that a metric cannot have.
base::Result<void> bad_value();

/// For the log: on one line, and not long.
std::string value_text(const Value& value);

/// An error as a PMDA's callbacks return it.
int pcp_error(const base::Error& error);

}  // namespace agent
