// Live hosts, side by side: a thread and a connection for each, one fetch for
// each tick.
#pragma once

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "eval/snapshot.h"

namespace balance {

class HostReader;

class LiveSource : public Source {
 public:
  /// `hosts` as pmNewContext takes them, numbered as in the program; one that
  /// is there twice has one connection. `patience` bounds what a tick waits for
  /// hosts that answered, or refused, the last time; it waits for no others.
  /// What comes later is seen by the next tick, with its age. `silent`: those
  /// of the hosts that are known not to answer.
  LiveSource(const std::vector<std::string>& hosts,
             std::chrono::milliseconds patience,
             const std::set<std::string>& silent = {});
  ~LiveSource() override;

  void want(const std::string& metric, HostId host) override;
  Snapshot take(double now_s) override;

  /// As its pmcd calls it; as written if it has not answered yet.
  std::string host_name(HostId host) const;

 private:
  struct Connection {
    std::unique_ptr<HostReader> reader;
    std::vector<std::vector<FeedId>> feeds;  ///< of each sample of the reader
  };

  std::chrono::milliseconds patience_;
  std::shared_ptr<Feeds> feeds_ = std::make_shared<Feeds>();
  std::vector<Connection> connections_;
  std::vector<std::size_t> of_host_;  ///< which connection
};

}  // namespace balance
