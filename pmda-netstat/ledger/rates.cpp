#include "ledger/rates.h"

#include <cmath>

namespace netstat {

namespace {
/// Bytes a second that are none: a rate fades for ever, and very small numbers
/// are slow to reckon with.
constexpr double kNothing = 1e-3;
}  // namespace

void Rates::start(std::chrono::steady_clock::time_point time) {
  const std::chrono::duration<double> passed =
      last_ ? time - *last_ : std::chrono::seconds(0);
  seconds_ = passed.count() > 0 ? passed.count() : 0;
  weight_ = 1 - std::exp(-seconds_ / kIntensitySeconds);
  first_ = !last_;
  last_ = time;
}

void Rates::born(Intensity& intensity, Flow& flow) const {
  if (first_) return;
  intensity = 0;
  flow.known = true;
}

void Rates::step(Intensity& intensity, Flow& flow, bool counted) const {
  if (!counted) {
    intensity.reset();
    flow = {};
    return;
  }
  if (!flow.known) {
    flow = {0, true};
    return;
  }
  if (seconds_ <= 0) return;
  const double rate = static_cast<double>(flow.moved) / seconds_;
  flow.moved = 0;
  if (!intensity) {
    intensity = rate;
    return;
  }
  *intensity += weight_ * (rate - *intensity);
  if (*intensity < kNothing) *intensity = 0;
}

}  // namespace netstat
