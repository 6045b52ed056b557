// What stored values ask for, and whether they may.
#pragma once

#include <optional>
#include <string>

#include "agent/value.h"
#include "api/api.h"

namespace mosix {

/// "ID JOB NODE" of mosix.control.request.
struct RequestText {
  std::string id;
  std::string job;
  int to = kBest;
};

/// Nothing if the text is malformed: three words; an ID of up to 128 printable
/// ASCII characters, a JOB of three numbers with colons, and for NODE a number
/// from 0 to 65535, -1, `home` or `best`.
std::optional<RequestText> parse_request(const std::string& text);

/// A stored finite number from 0 on.
std::optional<double> parse_weight(const agent::Value& value);
/// A stored destination: a node id, kHome or kBest.
std::optional<int> parse_destination(const agent::Value& value);

}  // namespace mosix
