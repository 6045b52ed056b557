// The rows with what only the books know of them.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "ledger/ledger.h"
#include "ledger/rates.h"

namespace netstat {

using Time = std::chrono::steady_clock::time_point;

struct Process : ProcessRow {
  Flow flow;
  std::uint32_t seen = 0;  ///< number of the last sample that had it
  bool watched = false;
  bool gone = false;

  bool is(const netstat_process& other) const {
    return process.pid == other.pid && process.start_ticks == other.start_ticks;
  }
};

struct Peer : PeerRow {
  Process* process = nullptr;
  Flow flow;
  Time last_active{};
  bool gone = false;
};

struct Connection : ConnectionRow {
  Process* process = nullptr;    ///< the owner
  Peer* with = nullptr;          ///< the row of its remote address
  Connection* other = nullptr;   ///< the other end
  Connection* same = nullptr;    ///< next with the same ends, elsewhere
  Process* candidate = nullptr;  ///< the youngest other holder in this sample
  Bytes fresh;                   ///< moved, and charged to nobody yet
  Flow flow;
  std::uint32_t seen = 0;  ///< number of the last sample that had it
  std::uint32_t held = 0;  ///< number of the last one where its owner had it
  bool connected = false;  ///< see was_connected()
  bool gone = false;
};

/// Younger processes are the likelier owners: a child works for its parent.
inline bool younger(const Process& a, const Process& b) {
  return a.process.start_ticks != b.process.start_ticks
             ? a.process.start_ticks > b.process.start_ticks
             : a.process.pid > b.process.pid;
}

inline Bytes& operator+=(Bytes& sum, const Bytes& bytes) {
  sum.in += bytes.in;
  sum.out += bytes.out;
  return sum;
}
inline Bytes bytes_of(const netstat_socket& s) {
  return {s.in_bytes, s.out_bytes};
}
/// What came on top of `before`; a counter that is lower now tells nothing.
inline Bytes gained(const Bytes& before, const Bytes& now) {
  return {now.in - std::min(now.in, before.in),
          now.out - std::min(now.out, before.out)};
}
inline void raise(netstat_socket& s, const Bytes& to) {
  s.in_bytes = std::max<std::uint64_t>(s.in_bytes, to.in);
  s.out_bytes = std::max<std::uint64_t>(s.out_bytes, to.out);
}

/// Where the books are.
struct Page {
  std::uint32_t number = 0;  ///< of the sample
  Time now{};                ///< its time
  std::uint64_t generation = 0;
  Totals totals;
  Rates rates;
  bool volumes_on = false;       ///< UDP and UNIX are counted
  bool volumes_were_on = false;  ///< … and were at the last sample

  void turn(const Sample& sample) {
    ++number;
    now = sample.time;
    totals.ownerless = sample.reading.ownerless;
    volumes_were_on = std::exchange(volumes_on, sample.volumes_on);
    rates.start(now);
  }
};

/// The id of the next row. They are never used again, as long as there are any.
inline int next_id(int& last) {
  last = last == std::numeric_limits<int>::max() ? 1 : last + 1;
  return last;
}

/// What the public lists show, in the order of `key`, and the rows that left in
/// this step: they stay until its end, since others may still point to them.
template <class Row, class Public, auto key>
class Shelf {
 public:
  const std::vector<const Public*>& list() const { return list_; }
  bool has_leavers() const { return !leavers_.empty(); }

  template <class Function>
  void each(Function function) {
    for (const Public* row : list_)  // none of them is const
      function(static_cast<Row&>(const_cast<Public&>(*row)));
  }
  void add(const Row& row) {
    sorted_ = sorted_ && (list_.empty() || before(list_.back(), &row));
    list_.push_back(&row);
  }
  void leave(std::unique_ptr<Row> row) {
    row->gone = true;
    leavers_.push_back(std::move(row));
  }
  /// Ends the step.
  void tidy() {
    if (!leavers_.empty())
      std::erase_if(list_, [](const Public* row) {
        return static_cast<const Row*>(row)->gone;
      });
    leavers_.clear();
    if (!sorted_) std::sort(list_.begin(), list_.end(), before);
    sorted_ = true;
  }

 private:
  static bool before(const Public* a, const Public* b) {
    return key(*a) < key(*b);
  }

  std::vector<const Public*> list_;
  std::vector<std::unique_ptr<Row>> leavers_;
  bool sorted_ = true;
};

inline constexpr auto kById = [](const auto& row) { return row.id; };
inline constexpr auto kByPid = [](const ProcessRow& row) {
  return row.process.pid;
};

}  // namespace netstat
