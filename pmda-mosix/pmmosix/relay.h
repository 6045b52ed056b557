// The client's side of a job's stdio: between our own descriptors 0, 1, 2 and
// the streams of a ClientEnd.
#pragma once

#include <vector>

#include <poll.h>

#include "capsule/client_end.h"

namespace mosix {

class Relay {
 public:
  /// `no_input`: the job's stdin is empty.
  Relay(ClientEnd& end, bool no_input);

  /// What to wait for: three entries, for 0, 1 and 2.
  std::vector<pollfd> wanted();
  /// When to look again though nothing came: a terminal that we may not read in
  /// the background.
  std::optional<Time> wake_at(Time now) const;
  /// Reads and writes what `ready` (of wanted()) allows.
  void pump(const std::vector<pollfd>& ready);

 private:
  void read_input();
  void write_output(InStream& stream, int fd);
  bool may_read() const;

  ClientEnd& end_;
  bool in_background_ = false;
  bool out_closed_ = false;
};

}  // namespace mosix
