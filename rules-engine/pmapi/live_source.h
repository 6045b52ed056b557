// Live hosts, side by side: a thread and a connection for each, one fetch for
// each tick.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
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
  /// hosts that answered, or refused, in that time when they were asked last;
  /// it waits for no others. What comes later is seen by the next tick, with
  /// its age. `silent`: those of the hosts that are known not to answer.
  LiveSource(const std::vector<std::string>& hosts,
             std::chrono::milliseconds patience,
             const std::set<std::string>& silent = {});
  /// Waits at most `patience` for the connections to end.
  ~LiveSource() override;

  /// From the next tick on.
  void set_patience(std::chrono::milliseconds patience);
  /// The number of a further host: a new one with each call.
  HostId add_host(const std::string& host);
  /// Ends the connections that no host of these numbers uses, and forgets what
  /// was wanted of other hosts. They keep their numbers: what is wanted of one
  /// later connects it again.
  void keep_only(const std::set<HostId>& hosts);

  FeedId want(const std::string& metric, HostId host) override;
  /// Holds until the next call. Of what is not due, and has not failed since,
  /// the last sample stays. A new connection reads all that is wanted.
  void due(const std::vector<FeedId>& feeds) override;
  Snapshot take(double now_s) override;

  /// Its last answer was one.
  bool answers(HostId host) const;
  /// As its pmcd calls it; as written if it has not answered yet.
  std::string host_name(HostId host) const;

 private:
  struct Connection {
    std::string host;
    bool silent = false;
    std::unique_ptr<HostReader> reader;      ///< null: nothing is wanted
    std::vector<std::vector<FeedId>> feeds;  ///< of each sample of the reader
    std::vector<std::size_t> due;            ///< which of them
  };
  struct Place {
    std::size_t connection;
    std::size_t sample;
  };

  std::chrono::milliseconds patience_;
  std::shared_ptr<Feeds> feeds_ = std::make_shared<Feeds>();
  std::vector<Connection> connections_;
  std::vector<std::size_t> of_host_;  ///< which connection
  std::map<std::string, std::size_t> by_name_;
  std::vector<std::optional<Place>> wanted_;  ///< by feed
  bool all_due_ = true;
};

}  // namespace balance
