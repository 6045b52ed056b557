// Samples that are used again when nobody else has them any more.
#pragma once

#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "eval/snapshot.h"

namespace balance {

class SamplePool {
 public:
  /// Its vectors have what they had before, and their capacity.
  std::shared_ptr<Sample> get() {
    for (std::shared_ptr<Sample>& sample : retired_) {
      if (!alone(sample)) continue;
      std::shared_ptr<Sample> out = std::move(sample);
      sample = std::move(retired_.back());
      retired_.pop_back();
      return out;
    }
    return std::make_shared<Sample>();
  }
  /// Others may still have it.
  void put(std::shared_ptr<Sample> sample) {
    if (retired_.size() < kMost) retired_.push_back(std::move(sample));
  }
  /// Nobody else has it: it may be changed.
  static bool alone(const std::shared_ptr<Sample>& sample) {
    if (sample.use_count() != 1) return false;
    // What the last other owner read, it read before this.
    std::atomic_thread_fence(std::memory_order_acquire);
    return true;
  }
  std::size_t size() const { return retired_.size(); }

 private:
  /// The snapshots of a tick and the one before, and what is being read.
  static constexpr std::size_t kMost = 4;
  std::vector<std::shared_ptr<Sample>> retired_;
};

}  // namespace balance
