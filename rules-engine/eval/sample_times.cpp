#include "eval/sample_times.h"

#include <algorithm>

#include "eval/column.h"

namespace balance {

void SampleTimes::add(HostId host, double taken_s) {
  latest_s_[host] = std::max(latest_s_[host], taken_s);
}

void SampleTimes::add(const SampleTimes& others) {
  for (std::size_t host = 0; host < latest_s_.size(); ++host)
    latest_s_[host] = std::max(latest_s_[host], others.latest_s_[host]);
}

std::optional<double> SampleTimes::of(HostId host) const {
  const double latest_s =
      host == kNoHost ? *std::max_element(latest_s_.begin(), latest_s_.end())
                      : latest_s_[host];
  if (latest_s == kNone_s) return std::nullopt;
  return latest_s;
}

}  // namespace balance
