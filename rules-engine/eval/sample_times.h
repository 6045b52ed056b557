// When samples were taken.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

#include "program/program.h"

namespace balance {

/// For each host the time of its latest sample, by the host's clock. Hosts are
/// asked at different moments and have clocks of their own, so that only times
/// of one host make seconds between them.
class SampleTimes {
 public:
  /// `hosts`: how many the program has. Without any time.
  explicit SampleTimes(std::size_t hosts) : latest_s_(hosts, kNone_s) {}

  void add(HostId host, double taken_s);
  void add(const SampleTimes& others);

  /// Nothing if there is no sample of the host. `kNoHost`: of all hosts.
  std::optional<double> of(HostId host) const;

 private:
  static constexpr double kNone_s = -std::numeric_limits<double>::infinity();

  std::vector<double> latest_s_;
};

}  // namespace balance
