#include "archive/fallback.h"

#include <algorithm>

namespace balance {

void Fallback::add(const Form& form, std::vector<FeedId> feeds) {
  if (!context_) {
    auto opened = ArchiveContext::open(archive_);
    // It could be opened before: what is gone since then has no values.
    if (!opened) return;
    context_ = std::make_unique<ArchiveContext>(std::move(*opened));
  }
  Metric metric;
  metric.form = form;
  metric.feeds = std::move(feeds);
  metrics_.push_back(std::move(metric));
  ids_.push_back(form.id);
}

bool Fallback::feed(pmID id, FeedId feed) {
  const auto found = std::find(ids_.begin(), ids_.end(), id);
  if (found == ids_.end()) return false;
  metrics_[static_cast<std::size_t>(found - ids_.begin())].feeds.push_back(
      feed);
  return true;
}

void Fallback::take(double now_s, bool marked, Snapshot& snapshot) {
  if (!context_->set_mode(PM_MODE_INTERP, archive_time(now_s))) return;
  pmHighResResult* result = nullptr;
  if (pmFetchHighRes(static_cast<int>(ids_.size()), ids_.data(), &result) < 0)
    return;
  for (std::size_t i = 0; i < metrics_.size(); ++i)
    if (auto made = sample(metrics_[i], *result->vset[i], now_s, marked))
      for (const FeedId feed : metrics_[i].feeds) snapshot.put(feed, made);
  pmFreeHighResResult(result);
}

std::shared_ptr<const Sample> Fallback::sample(Metric& metric,
                                               const pmValueSet& set,
                                               double now_s, bool marked) {
  std::shared_ptr<Sample> out = metric.pool.get();
  const bool good =
      decode(metric.form, set, rosters_, metric.layout, *out) &&
      !(metric.form.semantics == PM_SEM_COUNTER && marked && metric.had_values);
  metric.had_values = good && out->size() > 0;
  out->taken_s = now_s;
  out->received_s = now_s;
  metric.pool.put(out);
  if (!good) return nullptr;
  return out;
}

}  // namespace balance
