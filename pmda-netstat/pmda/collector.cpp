#include "pmda/collector.h"

#include <cerrno>

namespace netstat {

bool Collector::collect() {
  trouble_.clear();
  const auto read = feeds_.source->read(reading_);
  if (!read) {
    complain(read.error());
    return false;
  }
  time_ = std::chrono::steady_clock::now();
  read_volumes();
  read_closes();
  return true;
}

void Collector::collect_closes() {
  trouble_.clear();
  read_closes();
}

void Collector::read_closes() {
  closes_.clear();
  if (feeds_.closes == nullptr) return;
  const auto closes = feeds_.closes->read(closes_);
  if (!closes) complain(closes.error());
}

Sample Collector::sample() const {
  return {reading_, closes_, volumes_, volumes_on_, time_};
}

/// After an error the last values stay: what is missing would look like sockets
/// that are gone.
void Collector::read_volumes() {
  if (feeds_.volumes == nullptr) return;
  const std::lock_guard lock(volumes_mutex_);
  volumes_on_ = feeds_.volumes->on();
  const auto read = feeds_.volumes->read(fresh_volumes_);
  if (read)
    volumes_.swap(fresh_volumes_);
  else
    complain(read.error());
}

/// The first error is told.
void Collector::complain(const base::Error& error) {
  if (trouble_.empty()) trouble_ = error.text;
}

std::uint64_t Collector::lost_closes() const {
  return feeds_.closes == nullptr ? 0 : feeds_.closes->lost().closes;
}

std::uint64_t Collector::lost_bytes() const {
  std::uint64_t bytes = 0;
  if (feeds_.closes != nullptr) {
    const Closes::Lost lost = feeds_.closes->lost();
    bytes += lost.in_bytes + lost.out_bytes;
  }
  if (feeds_.volumes != nullptr) {
    const std::lock_guard lock(volumes_mutex_);
    bytes += feeds_.volumes->lost_bytes();
  }
  return bytes;
}

void Collector::forget(const std::vector<netstat_volume>& finished) {
  if (finished.empty()) return;
  const std::lock_guard lock(volumes_mutex_);
  for (const netstat_volume& volume : finished) feeds_.volumes->forget(volume);
}

base::Result<void> Collector::set_volumes(bool on) {
  if (feeds_.volumes == nullptr) {
    if (!on) return {};
    return base::fail(EOPNOTSUPP, feeds_.no_volumes);
  }
  const std::lock_guard lock(volumes_mutex_);
  return feeds_.volumes->set(on);
}

}  // namespace netstat
