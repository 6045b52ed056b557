#include "archive/merge.h"

#include <algorithm>

#include "archive/between.h"

namespace balance {

bool Merge::same_rosters(const Parts& parts) const {
  return std::equal(parts.begin(), parts.end(), rosters_.begin(),
                    rosters_.end(), [](const auto& part, const auto& roster) {
                      return part->roster == roster;
                    });
}

void Merge::arrange(const Parts& parts) {
  rosters_.clear();
  places_.clear();
  for (std::uint32_t part = 0; part < parts.size(); ++part) {
    rosters_.push_back(parts[part]->roster);
    std::uint32_t position = 0;
    for (const int instance : rosters_.back()->instances)
      places_.push_back({instance, part, position++});
  }
  std::sort(places_.begin(), places_.end(), [](const auto& a, const auto& b) {
    return a.instance < b.instance;
  });
  auto made = std::make_shared<Roster>();
  made->instances.reserve(places_.size());
  made->names.reserve(places_.size());
  for (const Place& place : places_) {
    made->instances.push_back(place.instance);
    made->names.push_back(rosters_[place.part]->names[place.position]);
  }
  all_ = std::move(made);
}

template <class T>
void Merge::gather(const Parts& parts, std::vector<T> Sample::*values,
                   Sample& out) const {
  std::vector<T>& to = out.*values;
  to.clear();
  if (((*parts.front()).*values).empty()) return;
  to.reserve(places_.size());
  for (const Place& place : places_)
    to.push_back(((*parts[place.part]).*values)[place.position]);
}

void Merge::of(const Parts& parts, Sample& out) {
  if (!same_rosters(parts)) arrange(parts);
  copy_head(*parts.front(), out);
  out.roster = all_;
  gather(parts, &Sample::numbers, out);
  gather(parts, &Sample::naturals, out);
  gather(parts, &Sample::integers, out);
  gather(parts, &Sample::texts, out);
  out.taken_s = parts.front()->taken_s;
  out.received_s = parts.front()->received_s;
  for (const auto& part : parts)
    out.taken_s = std::max(out.taken_s, part->taken_s);
}

}  // namespace balance
