// The standing channels to the other nodes: for each an ssh whose far end is
// mosix-peer, joined to the mosixd there. We send over our own channels and
// hear the others over theirs; a message that is sent while a channel is down
// is lost, and whoever needs an answer asks again.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "mosixd/config.h"
#include "mosixd/loop.h"

namespace mosix {

class Links {
 public:
  using OnChange = std::function<void(int node, bool up)>;

  Links(Loop& loop, const Config& config, const std::vector<NodeEntry>& entries,
        int self, OnChange on_change);
  ~Links();

  bool up(int node) const;
  /// False if the channel is down.
  bool send(int node, const Message& message);
  /// Dials what is down; to be called about once a second.
  void tick(std::int64_t now_ms);

  /// The command line of an ssh to that node that runs `words` there (as the
  /// peer program's command), over the channel's own connection.
  std::vector<std::string> command(int node,
                                   const std::vector<std::string>& words) const;

 private:
  struct Link;
  void dial(Link& link);
  void drop(Link& link, const std::string& why);
  std::string control_path(int node) const;

  Loop& loop_;
  const Config& config_;
  OnChange on_change_;
  std::map<int, std::unique_ptr<Link>> links_;
};

}  // namespace mosix
