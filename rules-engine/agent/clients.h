// Who asks: what pmcd tells of the clients behind its requests.
#pragma once

#include <map>
#include <optional>
#include <string_view>

#include <sys/types.h>

namespace agent {

struct Client {
  /// Known over a unix socket and of authenticated users; else not.
  std::optional<uid_t> uid;
};

/// The clients by their context number at pmcd. Numbers are used again, so the
/// end of each context must be told.
class Clients {
 public:
  /// One attribute (PMDA_ATTR_*) as the attribute callback gets it; others than
  /// the user's number are passed over.
  void attribute(int context, int attribute, std::string_view value);
  void end(int context) { clients_.erase(context); }

  Client at(int context) const;

 private:
  std::map<int, Client> clients_;
};

}  // namespace agent
