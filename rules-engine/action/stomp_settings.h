// Where pmie's `stomp` action sends its messages.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"

namespace balance {

struct StompSettings {
  std::string host;
  int port = 0;
  std::string username;
  std::string password;
  std::chrono::seconds timeout{2};  ///< for each answer of the server
  std::string topic = "PMIE";
};

/// Lines NAME=VALUE; a value ends at the first blank, anything else is passed
/// over, as pmie does. Names: host or hostname, port, user or username,
/// password or passcode, timeout, topic. The last two may be missing.
base::Result<StompSettings> parse_stomp_settings(const std::string& text);
base::Result<StompSettings> read_stomp_settings(const std::string& path);

}  // namespace balance
