#include "archive/lane.h"

#include <algorithm>

#include "archive/between.h"

namespace balance {
namespace {

/// A lane that is in doubt has this many records of the metric to show itself,
/// or more if its records are known to lie far apart.
constexpr std::size_t kPatience = 8;

bool share(const std::vector<int>& a, const std::vector<int>& b) {
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i] == b[j]) return true;
    if (a[i] < b[j])
      ++i;
    else
      ++j;
  }
  return false;
}

}  // namespace

bool Lane::takes(const Roster& roster) const {
  const Record& record = last();
  return !record.populated() || record.sample->roster.get() == &roster ||
         share(record.sample->roster->instances, roster.instances);
}

void Lane::push(Record record) {
  bytes_ += record.bytes;
  ahead_.push_back(std::move(record));
}

void Lane::add(Record record) {
  gap_ = std::max(gap_, passed_);
  passed_ = 0;
  patience_ = 0;
  push(std::move(record));
}

void Lane::join(const Record& record) {
  add(record);
  closed_ = true;
}

void Lane::pass() {
  ++passed_;
  if (patience_ == 1)
    give_up();
  else if (patience_ > 1)
    --patience_;
}

void Lane::doubt(double at) {
  if (patience_ > 0) return;
  patience_ = std::max(kPatience, 2 * gap_);
  doubted_at_ = at;
}

void Lane::give_up() {
  if (patience_ == 0) return;
  patience_ = 0;
  push({doubted_at_, nullptr, sizeof(Record)});
  closed_ = true;
}

void Lane::advance(double t) {
  while (first_ < ahead_.size() && ahead_[first_].at <= t) {
    if (prior_.sample) pool_.put(std::move(prior_.sample));
    prior_ = std::move(ahead_[first_++]);
    bytes_ -= prior_.bytes;
  }
  if (first_ == ahead_.size()) {
    ahead_.clear();
    first_ = 0;
  } else if (first_ > ahead_.size() / 2) {
    ahead_.erase(ahead_.begin(),
                 ahead_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
}

bool Lane::lacks_next(double t) const {
  if (!prior_.sample || !ahead_.empty()) return false;
  return holds() ? patience_ > 0 && doubted_at_ <= t : prior_.at < t;
}

std::shared_ptr<const Sample> Lane::at(double t, double now_s) {
  if (!prior_.sample) return nullptr;
  return holds() || prior_.at == t ? stamped(now_s) : between(t, now_s);
}

std::shared_ptr<const Sample> Lane::between(double t, double now_s) {
  if (ahead_.empty() || !ahead_[first_].sample) return nullptr;
  const Record& next = ahead_[first_];
  overlap_.of(prior_.sample->roster, next.sample->roster);
  const bool counter = form_.semantics == PM_SEM_COUNTER;
  if (!counter && overlap_.all_of_first()) return stamped(now_s);
  std::shared_ptr<Sample> out = pool_.get();
  if (counter)
    interpolate(*prior_.sample, *next.sample, overlap_, form_.type,
                {t - prior_.at, next.at - prior_.at}, *out);
  else
    select(*prior_.sample, overlap_, *out);
  out->taken_s = now_s;
  out->received_s = now_s;
  pool_.put(out);
  return out;
}

/// The values of the last record; a copy if somebody still has them with the
/// stamp of another time.
std::shared_ptr<const Sample> Lane::stamped(double now_s) {
  if (!SamplePool::alone(prior_.sample)) {
    std::shared_ptr<Sample> copy = pool_.get();
    *copy = *prior_.sample;
    pool_.put(std::move(prior_.sample));
    prior_.sample = std::move(copy);
  }
  prior_.sample->taken_s = exact_ ? prior_.at : now_s;
  prior_.sample->received_s = now_s;
  return prior_.sample;
}

}  // namespace balance
