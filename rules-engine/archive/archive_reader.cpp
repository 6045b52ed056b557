#include "archive/archive_reader.h"

#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "pmapi/context.h"

namespace balance {
namespace {

/// libpcp's interpolation answers for so long after the last record.
constexpr double kSlop = 0.001;

std::string utc(const timespec& time) {
  return fmt::format("{:%F %T}.{:06} UTC", fmt::gmtime(time.tv_sec),
                     time.tv_nsec / 1000);
}

}  // namespace

base::Result<std::unique_ptr<ArchiveReader>> ArchiveReader::open(
    const ArchiveInfo& archive, const ArchiveOptions& options) {
  auto context = ArchiveContext::open(archive.name);
  if (!context) return base::fail(context.error().code, context.error().text);
  const auto label = context->label();
  if (!label)
    return base::fail(label.error().code,
                      fmt::format("{}: {}", archive.name, label.error().text));
  if (const auto set = context->set_mode(PM_MODE_FORW, label->begin); !set)
    return base::fail(set.error().code,
                      fmt::format("{}: {}", archive.name, set.error().text));
  return std::unique_ptr<ArchiveReader>(
      new ArchiveReader(archive, options, std::move(*context), label->begin));
}

ArchiveReader::ArchiveReader(const ArchiveInfo& archive,
                             const ArchiveOptions& options,
                             ArchiveContext context, const timespec& begin)
    : archive_(archive),
      options_(options),
      context_(std::move(context)),
      begin_(begin),
      fallback_(archive.name),
      at_(begin) {}

double ArchiveReader::clock(const timespec& time) const {
  return options_.exact ? seconds(time) : seconds_between(begin_, time);
}

void ArchiveReader::want(const std::string& metric, FeedId feed) {
  context_.use();
  const char* name = metric.c_str();
  pmID id = PM_ID_NULL;
  pmDesc desc{};
  if (pmLookupName(1, &name, &id) < 0 || pmLookupDesc(id, &desc) < 0 ||
      !readable(desc.type))
    return;
  if (const auto known = by_id_.find(id); known != by_id_.end())
    return known->second->feed(feed);
  if (fallback_.feed(id, feed)) return;
  // What a record had that is past already, only libpcp can find; of a metric
  // that changes seldom that may be all.
  const bool late = taken_ && desc.sem == PM_SEM_DISCRETE;
  if (IS_DERIVED(id) || late) return fallback_.add(form_of(desc), {feed});
  tracks_.push_back(std::make_unique<Track>(form_of(desc), options_.exact));
  tracks_.back()->feed(feed);
  by_id_[id] = tracks_.back().get();
  guesses_.clear();
}

Track* ArchiveReader::track_of(std::size_t position, pmID id) {
  if (position >= guesses_.size()) guesses_.resize(position + 1);
  Guess& guess = guesses_[position];
  if (guess.id == id) return guess.track;
  const auto found = by_id_.find(id);
  guess = {id, found == by_id_.end() ? nullptr : found->second};
  return guess.track;
}

void ArchiveReader::stop(int code) {
  ended_ = true;
  give_up();
  if (code == PM_ERR_EOL) return;
  error_ =
      fmt::format("{}: after {}: {}", archive_.name, utc(at_), pm_error(code));
}

void ArchiveReader::read() {
  pmHighResResult* record = nullptr;
  const int code = pmFetchHighResArchive(&record);
  if (code < 0) return stop(code);
  at_ = record->timestamp;
  read_to_ = clock(at_);
  keep(*record);
  pmFreeHighResResult(record);
}

void ArchiveReader::keep(const pmHighResResult& record) {
  if (record.numpmid == 0) {
    marks_.push_back(read_to_);
    for (const auto& track : tracks_) {
      ahead_ -= track->bytes();
      track->add_mark(read_to_);
      ahead_ += track->bytes();
    }
    lacking_ = 0;
    return;
  }
  // Which metrics a derived one is made of is not known: it may be any.
  bool wanted = !fallback_.empty();
  for (int k = 0; k < record.numpmid; ++k) {
    const pmValueSet& set = *record.vset[k];
    Track* track = track_of(static_cast<std::size_t>(k), set.pmid);
    if (track == nullptr) continue;
    wanted = true;
    const bool lacked = lacking_ > 0 && track->lacks_next(asked_);
    ahead_ -= track->bytes();
    track->add(read_to_, set, rosters_);
    ahead_ += track->bytes();
    if (lacked && !track->lacks_next(asked_)) --lacking_;
  }
  if (options_.exact && wanted) times_.push_back(read_to_);
}

/// Reads on until each track has what lies after `t`, or none has.
void ArchiveReader::look_ahead(double t) {
  asked_ = t;
  lacking_ = static_cast<std::size_t>(
      std::count_if(tracks_.begin(), tracks_.end(),
                    [t](const auto& track) { return track->lacks_next(t); }));
  while (lacking_ > 0 && !ended_) {
    if (ahead_ > options_.look_ahead) hand_over(t);
    if (lacking_ > 0) read();
  }
}

void ArchiveReader::give_up() {
  for (const auto& track : tracks_) {
    ahead_ -= track->bytes();
    track->give_up();
    ahead_ += track->bytes();
  }
  lacking_ = 0;
}

/// Those that are still waited for cost too much: libpcp finds their values.
void ArchiveReader::hand_over(double t) {
  // It does not give them as recorded.
  if (options_.exact) return give_up();
  for (const auto& track : tracks_) {
    if (!track->lacks_next(t)) continue;
    by_id_.erase(track->form().id);
    fallback_.add(track->form(), track->feeds());
  }
  std::erase_if(tracks_,
                [t](const auto& track) { return track->lacks_next(t); });
  guesses_.clear();
  lacking_ = 0;
}

void ArchiveReader::advance(Track& track, double t) {
  ahead_ -= track.bytes();
  track.advance(t);
  ahead_ += track.bytes();
}

/// True if there are any up to `t`.
bool ArchiveReader::pass_marks(double t) {
  bool passed = false;
  while (!marks_.empty() && marks_.front() <= t) {
    marks_.pop_front();
    passed = true;
  }
  return passed;
}

void ArchiveReader::take(double now_s, Snapshot& snapshot) {
  if (tracks_.empty() && fallback_.empty()) return;
  context_.use();
  const timespec at = archive_time(now_s);
  const double t = options_.exact ? now_s : clock(at);
  // Rates are between the times that archives can have.
  if (!options_.exact) now_s = seconds(at);
  while (!ended_ && read_to_ <= t) read();
  for (const auto& track : tracks_) advance(*track, t);
  while (!times_.empty() && times_.front() <= t) times_.pop_front();
  look_ahead(t);
  // That a lane has ended is seen only in what comes after it.
  for (const auto& track : tracks_)
    if (track->forked()) advance(*track, t);
  const bool marked = pass_marks(t);
  taken_ = true;
  if (ended_ && t > read_to_ + kSlop) return;
  for (const auto& track : tracks_)
    if (const auto sample = track->at(t, now_s, marked))
      for (const FeedId feed : track->feeds()) snapshot.put(feed, sample);
  if (!fallback_.empty()) fallback_.take(now_s, marked, snapshot);
}

std::optional<double> ArchiveReader::next_s() {
  context_.use();
  while (times_.empty() && !ended_) read();
  if (times_.empty()) return std::nullopt;
  return times_.front();
}

std::size_t ArchiveReader::records_ahead() const {
  std::size_t records = 0;
  for (const auto& track : tracks_) records += track->records_ahead();
  return records;
}

}  // namespace balance
