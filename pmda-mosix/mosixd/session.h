// Who is at the other end of a connection to mosixd's socket.
#pragma once

#include <memory>
#include <string>

#include <sys/types.h>

#include "mosixd/loop.h"

namespace mosix {

enum class Role {
  tool,     ///< asks and gets answers: pmmosix, the agent, a plugin
  client,   ///< `pmmosix run`
  capsule,  ///< the init of a job's capsule
  peer,     ///< the end of another node's channel
};

struct Session {
  Session(Loop& loop, int fd) : stream(loop, fd) {}

  Stream stream;
  Role role = Role::tool;
  pid_t pid = 0;
  uid_t uid = 0;
  std::string job;  ///< client: its job
  std::string cid;  ///< capsule: which
  int node = 0;     ///< peer: which
};

}  // namespace mosix
