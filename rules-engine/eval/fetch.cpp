#include "eval/fetch.h"

#include <algorithm>
#include <utility>

#include "eval/element_states.h"
#include "eval/kernels/kernels.h"
#include "eval/rates.h"

namespace balance {
namespace {

std::size_t find_name(const Roster& roster, std::string_view wanted) {
  for (std::size_t i = 0; i < roster.names.size(); ++i)
    if (base::means_instance(wanted, roster.names[i])) return i;
  return kNotThere;
}

}  // namespace

std::shared_ptr<const Sample> fresh(const Snapshot& snapshot, FeedId feed,
                                    double delta_s) {
  const Sample* sample = snapshot.at(feed);
  if (sample == nullptr || !is_fresh(*sample, snapshot.now_s(), delta_s))
    return nullptr;
  return snapshot.share(feed);
}

const Sample* fresh(const Snapshot& snapshot, const std::string& metric,
                    HostId host, double delta_s) {
  const auto feed = snapshot.feeds()->find(metric, host);
  return feed ? fresh(snapshot, *feed, delta_s).get() : nullptr;
}

Fetch::Fetch(MetricUse use, Type type) : use_(std::move(use)), type_(type) {
  for (const HostId host : use_.hosts) {
    const bool twice =
        std::any_of(parts_.begin(), parts_.end(),
                    [&](const Part& part) { return part.host == host; });
    if (!twice) parts_.emplace_back().host = host;
  }
}

void Fetch::find_feeds(const Snapshot& snapshot) {
  if (feeds_ == snapshot.feeds() && feeds_known_ == feeds_->size()) return;
  feeds_ = snapshot.feeds();
  for (Part& part : parts_) part.feed = feeds_->add(use_.name, part.host);
  feeds_known_ = feeds_->size();
}

void Fetch::run(const Snapshot& snapshot, double delta_s, Column& out) {
  find_feeds(snapshot);
  bool same = index_ != nullptr;
  for (Part& part : parts_) {
    auto sample = fresh(snapshot, part.feed, delta_s);
    // A singular metric without a value says as much as no sample.
    if (sample && !sample->instances && sample->size() == 0) sample = nullptr;
    // A sample that is seen again is no new one: its rates hold on.
    if (sample != part.now) {
      part.before = std::move(part.now);
      part.now = std::move(sample);
      // Of others nothing is remembered: who made the sample may use it again.
      if (is_rate(part))
        take_rates(part);
      else
        part.before = nullptr;
    }
    same = same && same_instances(part);
  }
  if (!same) make_index();
  out.type = type_;
  if (type_ == Type::number) {
    reuse(out, index_);
  } else {
    out.index = index_;
    resize(out);
  }
  bool complete = true;
  for (std::size_t h = 0; h < parts_.size(); ++h) {
    const std::size_t at = index_->starts[h];
    if (type_ == Type::text)
      texts(parts_[h], out.texts.data() + at);
    else if (!numbers(parts_[h], out.numbers.data() + at))
      complete = false;
  }
  out.complete = complete && type_ == Type::number;
}

void Fetch::add_times(SampleTimes& out) const {
  for (const Part& part : parts_)
    if (part.now) out.add(part.host, part.now->taken_s);
}

bool Fetch::is_rate(const Part& part) const {
  return type_ == Type::number && !use_.instant && part.now &&
         part.now->counter;
}

void Fetch::take_rates(Part& part) {
  // A sample taken at the same time is the same one, read again.
  if (part.before && part.before->taken_s == part.now->taken_s &&
      part.before->roster == part.now->roster &&
      part.rates.size() == part.now->size())
    return;
  part.rates_complete = false;
  if (part.before && part.before->taken_s < part.now->taken_s)
    part.rates_complete = counter_rates(*part.before, *part.now, part.rates);
  else
    part.rates.assign(part.now->size(), no_number());
}

bool Fetch::same_instances(const Part& part) const {
  if (!part.now) return part.roster == nullptr;
  return part.roster == part.now->roster &&
         part.instances == part.now->instances &&
         part.domain == part.now->domain;
}

void Fetch::make_index() {
  auto made = std::make_shared<Index>();
  made->listed = use_.instances.size() > 1;
  made->starts.push_back(0);
  for (Part& part : parts_) {
    made->hosts.push_back(part.host);
    part.roster = part.now ? part.now->roster : nullptr;
    if (part.now) {
      part.instances = part.now->instances;
      part.domain = part.now->domain;
    }
    if (!use_.instances.empty()) {
      add_chosen(part, *made);
    } else if (part.now) {
      add_keys(part, *made);
    } else {
      made->keys.push_back({.host = part.host});
      made->names.emplace_back();
    }
    made->end_host();
    if (part.roster) made->owners.push_back(part.roster);
  }
  index_ = std::move(made);
}

void Fetch::add_keys(Part& part, Index& index) {
  const Roster& roster = *part.roster;
  index.keys.reserve(index.keys.size() + roster.instances.size());
  index.names.reserve(index.names.size() + roster.instances.size());
  for (std::size_t i = 0; i < roster.instances.size(); ++i) {
    index.keys.push_back(part.instances
                             ? Key{part.host, part.domain, roster.instances[i]}
                             : Key{.host = part.host});
    index.names.push_back(roster.names[i]);
  }
}

/// The instances that the text names. A single one is a value of the host.
void Fetch::add_chosen(Part& part, Index& index) {
  int absent = kNoInstance;
  const bool alone = use_.instances.size() == 1;
  part.chosen.clear();
  for (const std::string& wanted : use_.instances) {
    const std::size_t at =
        part.roster ? find_name(*part.roster, wanted) : kNotThere;
    part.chosen.push_back(at);
    const int instance =
        at == kNotThere ? --absent : part.roster->instances[at];
    // `listed` ones of a host that has never answered may be instances.
    index.keys.push_back(alone || (part.now && !part.instances)
                             ? Key{.host = part.host}
                             : Key{part.host, part.domain, instance});
    index.names.push_back(wanted);
  }
}

bool Fetch::number(const Part& part, std::size_t at, double& out) const {
  out = no_number();
  if (at == kNotThere) return false;
  const double x = is_rate(part) ? part.rates[at] : part.now->number(at);
  if (!has_number(x)) return false;
  out = x * part.now->scale;
  return true;
}

/// True if all have a value.
bool Fetch::numbers(Part& part, double* out) {
  if (!part.now) {
    std::fill_n(out, std::max<std::size_t>(use_.instances.size(), 1),
                no_number());
    return false;
  }
  const Sample& now = *part.now;
  if (!use_.instances.empty()) {
    bool complete = true;
    for (const std::size_t at : part.chosen)
      complete = number(part, at, *out++) && complete;
    return complete;
  }
  const kernels::Table& loops = kernels::table();
  const bool rate = is_rate(part);
  const bool plain = rate || now.kind == Sample::Kind::numbers;
  const double* from = rate ? part.rates.data() : now.numbers.data();
  if (plain &&
      (rate ? part.rates_complete : !loops.any_missing(from, now.size()))) {
    loops.scale(from, now.scale, out, now.size());
    return true;
  }
  bool complete = true;
  for (std::size_t i = 0; i < now.size(); ++i)
    complete = number(part, i, out[i]) && complete;
  return complete;
}

void Fetch::texts(const Part& part, std::optional<std::string>* out) const {
  if (!part.now || part.now->kind != Sample::Kind::texts) return;
  if (use_.instances.empty()) {
    for (const std::string& text : part.now->texts) *out++ = text;
    return;
  }
  for (const std::size_t at : part.chosen) {
    if (at != kNotThere) *out = part.now->texts[at];
    ++out;
  }
}

}  // namespace balance
