// Live hosts, side by side: a thread and a connection for each, one fetch for
// each tick.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "eval/snapshot.h"

namespace balance {

class HostReader;

class LiveSource : public Source {
 public:
  /// `hosts` as pmNewContext takes them, numbered as in the program. `patience`
  /// bounds what a tick waits for hosts that answered the last time; it waits
  /// for no others. What comes later is seen by the next tick, with its age.
  LiveSource(const std::vector<std::string>& hosts,
             std::chrono::milliseconds patience);
  ~LiveSource() override;

  void want(const std::string& metric, HostId host) override;
  Snapshot take(double now_s) override;

  /// As its pmcd calls it; as written if it has not answered yet.
  std::string host_name(HostId host) const;

 private:
  std::chrono::milliseconds patience_;
  std::shared_ptr<Feeds> feeds_ = std::make_shared<Feeds>();
  std::vector<std::unique_ptr<HostReader>> readers_;
  /// By host: the feeds of its metrics, in the order of want().
  std::vector<std::vector<FeedId>> wanted_;
};

}  // namespace balance
