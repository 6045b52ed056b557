// Values written as text: the source of rule tests.
//
//   load :node1 : 2 3x4 _     cpu :node1 '001001 a' : 0.5 0.9
//
// METRIC :HOST ['INSTANCE'] : VALUES, one for each evaluation; 3x4 is 3 four
// times, _ is no value (of all metrics of a host: the host is down). Values are
// instantaneous unless `counter` stands before. A metric has an instance domain
// if any of its series has an instance, a domain of its own; the instance is
// the number that the name begins with.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "eval/snapshot.h"

namespace balance {

class Series : public Source {
 public:
  /// `hosts` as the program numbers them; evaluation k is at k * delta_s.
  Series(std::vector<std::string> hosts, double delta_s)
      : hosts_(std::move(hosts)), delta_s_(delta_s) {}

  /// Adds the series of a text.
  base::Result<void> add(std::string_view text);

  void want(const std::string&, HostId) override {}
  Snapshot take(double now_s) override;

 private:
  std::shared_ptr<Feeds> feeds_ = std::make_shared<Feeds>();
  using Values = std::vector<std::optional<double>>;
  struct Metric {
    bool counter = false;
    bool instances = false;
    /// By host and name of the instance ("" for none).
    std::map<std::pair<HostId, std::string>, Values> series;
  };

  base::Result<HostId> host(std::string_view name) const;
  std::shared_ptr<Sample> sample(const Metric& metric, HostId host,
                                 std::size_t k) const;
  bool alive(HostId host, std::size_t k) const;
  bool exists(HostId host, std::string_view word, std::size_t k) const;

  std::vector<std::string> hosts_;
  double delta_s_;
  std::map<std::string, Metric> metrics_;
};

}  // namespace balance
