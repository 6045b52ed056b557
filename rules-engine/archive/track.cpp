#include "archive/track.h"

#include <algorithm>
#include <map>
#include <string>

namespace balance {
namespace {

std::size_t bytes_of(const Sample* sample) {
  if (sample == nullptr) return 0;
  std::size_t bytes =
      sizeof *sample + 8 * (sample->numbers.size() + sample->naturals.size() +
                            sample->integers.size());
  for (const std::string& text : sample->texts)
    bytes += sizeof text + text.size();
  return bytes;
}

}  // namespace

Track::Track(const Form& form, bool exact) : form_(form), exact_(exact) {
  lanes_.push_back(std::make_unique<Lane>(form_, exact_, pool_));
}

void Track::add(double at, const pmValueSet& set, Rosters& rosters) {
  if (forked() && set.numval > 0) guess_layout(set);
  Lane::Record record{at, pool_.get(), 0};
  if (!decode(form_, set, rosters, layout_, *record.sample)) {
    pool_.put(std::move(record.sample));
    record.sample = nullptr;
  }
  record.bytes = sizeof record + bytes_of(record.sample.get());
  place(std::move(record));
}

void Track::add_mark(double at) {
  place({at, nullptr, sizeof(Lane::Record)});
}

/// Decoding is quick with what the lane's last record was decoded with.
void Track::guess_layout(const pmValueSet& set) {
  for (const auto& lane : lanes_) {
    if (lane->closed() || !lane->layout) continue;
    const std::vector<int>& recorded = lane->layout->recorded;
    const auto has = [&](int instance) {
      return std::find(recorded.begin(), recorded.end(), instance) !=
             recorded.end();
    };
    if (!has(set.vlist[0].inst) && !has(set.vlist[set.numval - 1].inst))
      continue;
    layout_ = lane->layout;
    return;
  }
  know_all();
}

/// The next record may end any lane: the numbers that it does not have may be
/// given to others from then on.
void Track::know_all() {
  std::map<int, std::string> names;
  for (const auto& lane : lanes_) {
    if (!lane->layout) continue;
    const Roster& roster = *lane->layout->roster;
    for (std::size_t i = 0; i < roster.instances.size(); ++i)
      names.emplace(roster.instances[i], roster.names[i]);
  }
  if (names.empty()) return;
  auto roster = std::make_shared<Roster>();
  for (auto& [instance, name] : names) {
    roster->instances.push_back(instance);
    roster->names.push_back(std::move(name));
  }
  auto layout = std::make_shared<Layout>();
  layout->roster = std::move(roster);
  layout_ = std::move(layout);
}

void Track::place(Lane::Record record) {
  if (!forked() &&
      (!record.populated() || lanes_.front()->takes(*record.sample->roster)))
    return lanes_.front()->add(std::move(record));
  if (!record.populated()) return place_in_all(std::move(record));
  place_in_lane(std::move(record)).layout = layout_;
}

Lane& Track::place_in_lane(Lane::Record record) {
  Lane* home = nullptr;
  for (const auto& lane : lanes_) {
    if (lane->closed()) continue;
    if (!lane->takes(*record.sample->roster))
      lane->pass();
    else if (home == nullptr)
      home = lane.get();
    else
      lane->join(record);
  }
  if (home == nullptr) {
    // Alone, it did not keep its own up to date.
    if (!forked()) lanes_.front()->layout = nullptr;
    for (const auto& lane : lanes_)
      if (!lane->closed()) lane->doubt(record.at);
    lanes_.push_back(std::make_unique<Lane>(form_, exact_, pool_));
    home = lanes_.back().get();
  }
  home->add(std::move(record));
  return *home;
}

void Track::place_in_all(Lane::Record record) {
  know_all();
  give_up();
  Lane* home = nullptr;
  for (const auto& lane : lanes_) {
    lane->layout = nullptr;
    if (lane->closed()) continue;
    if (home == nullptr)
      home = lane.get();
    else
      lane->join(record);
  }
  // The lane of the record before was not in doubt.
  home->add(std::move(record));
}

void Track::give_up() {
  for (const auto& lane : lanes_) lane->give_up();
}

std::size_t Track::bytes() const {
  std::size_t bytes = 0;
  for (const auto& lane : lanes_) bytes += lane->bytes();
  return bytes;
}

std::size_t Track::records_ahead() const {
  std::size_t records = 0;
  for (const auto& lane : lanes_) records += lane->records_ahead();
  return records;
}

void Track::advance(double t) {
  for (const auto& lane : lanes_) lane->advance(t);
  if (forked())
    std::erase_if(lanes_, [](const auto& lane) { return lane->over(); });
}

bool Track::lacks_next(double t) const {
  return std::any_of(lanes_.begin(), lanes_.end(),
                     [t](const auto& lane) { return lane->lacks_next(t); });
}

std::shared_ptr<const Sample> Track::at(double t, double now_s, bool marked) {
  std::shared_ptr<const Sample> out =
      forked() ? merged(t, now_s) : lanes_.front()->at(t, now_s);
  // A rate over the mark would be one over two runs of the logger: for one
  // time a counter has no value, so that nobody computes it.
  const bool silent =
      !exact_ && form_.semantics == PM_SEM_COUNTER &&
      (form_.kind == Sample::Kind::texts || (marked && had_values_));
  if (silent) out = nullptr;
  had_values_ = out != nullptr && out->size() > 0;
  return out;
}

std::shared_ptr<const Sample> Track::merged(double t, double now_s) {
  std::shared_ptr<const Sample> empty;
  parts_.clear();
  for (const auto& lane : lanes_) {
    auto part = lane->at(t, now_s);
    if (!part) continue;
    if (part->size() == 0)
      empty = std::move(part);
    else
      parts_.push_back(std::move(part));
  }
  std::shared_ptr<const Sample> out = empty;
  if (parts_.size() == 1) out = parts_.front();
  if (parts_.size() > 1) {
    std::shared_ptr<Sample> all = pool_.get();
    merge_.of(parts_, *all);
    pool_.put(all);
    out = std::move(all);
  }
  parts_.clear();
  return out;
}

}  // namespace balance
