#include "testing/series_gen.h"

#include <functional>
#include <limits>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "testing/dice.h"

namespace balance::testing {
namespace {

enum Domain : std::uint32_t { kProcesses = 7, kDisks = 8, kConnections = 9 };

/// The instances of a domain on one host.
class Instances {
 public:
  explicit Instances(Domain domain) : domain_(domain) {}

  void step(Dice& dice, unsigned troubles) {
    if (there_.empty() || ((troubles & kBirths) && dice.one_in(3)))
      change(dice, troubles);
    if (roster_ == nullptr || dice.one_in(4)) renew();
  }

  const std::shared_ptr<const Roster>& roster() const { return roster_; }

 private:
  void change(Dice& dice, unsigned troubles) {
    const bool first = there_.empty();
    if (first) generation_ = 0;
    for (int id = 1; id <= 4; ++id) {
      if (!first && !dice.one_in(3)) continue;
      const bool gone = there_.erase(id) > 0;
      if (gone && !((troubles & kReuse) && dice.one_in(2))) continue;
      if (gone) ++generation_;
      if (!gone && first && dice.one_in(3)) continue;
      there_[id] = name(id, (troubles & kDoubles) != 0 && dice.one_in(3));
    }
    renew();
  }

  std::string name(int id, bool doubled) const {
    const int word = doubled ? 1 : id;
    const char letter = static_cast<char>('a' + generation_ % 4);
    switch (domain_) {
      case kProcesses:
        return fmt::format("{:06} {}", word, letter);
      case kDisks:
        if (id == 4) return fmt::format("000001 {}", letter);
        return fmt::format("sd{}", static_cast<char>('a' + word - 1));
      case kConnections:
        break;
    }
    if (id == 4) return "000002";
    return fmt::format("{:06}/tcp/{}", word < 3 ? 1 : 3, letter);
  }

  void renew() {
    auto made = std::make_shared<Roster>();
    for (const auto& [id, name] : there_) {
      made->instances.push_back(id);
      made->names.push_back(name);
    }
    roster_ = std::move(made);
  }

  Domain domain_;
  int generation_ = 0;
  std::map<int, std::string> there_;
  std::shared_ptr<const Roster> roster_;
};

/// How a metric's samples are made.
struct Recipe {
  const char* metric;
  Domain domain;  ///< of instances
  bool instances;
  Sample::Kind kind;
  bool counter;
  double scale;
};
constexpr Recipe kRecipes[] = {
    {"load", kProcesses, false, Sample::Kind::numbers, false, 1},
    {"cpu", kProcesses, true, Sample::Kind::numbers, false, 1},
    {"disk", kDisks, true, Sample::Kind::numbers, false, 1024},
    {"ticks", kProcesses, true, Sample::Kind::naturals, true, 0.001},
    {"bytes.in", kProcesses, false, Sample::Kind::naturals, true, 1},
    {"sent", kConnections, true, Sample::Kind::numbers, true, 1},
    {"drift", kDisks, true, Sample::Kind::integers, true, 1},
    {"name", kProcesses, false, Sample::Kind::texts, false, 1},
    {"mode", kProcesses, true, Sample::Kind::texts, false, 1},
};

class HostSeries {
 public:
  HostSeries(std::uint64_t seed, unsigned troubles)
      : dice_(seed), troubles_(troubles) {}

  using Put = std::function<void(const char*, std::shared_ptr<const Sample>)>;

  void step(double now_s, const Put& put) {
    if (down_ > 0) {
      --down_;
      last_.clear();
      return;
    }
    for (auto& [domain, instances] : instances_)
      instances.step(dice_, troubles_);
    if (trouble(kDown, 12)) down_ = dice_.below(4);
    for (const Recipe& recipe : kRecipes) {
      std::shared_ptr<const Sample>& last = last_[recipe.metric];
      if (trouble(kMissing, 10)) {
        last = nullptr;
        continue;
      }
      if (last == nullptr || !trouble(kStale, 10)) last = sample(recipe, now_s);
      put(recipe.metric, last);
    }
  }

 private:
  bool trouble(Trouble which, std::size_t one_in) {
    return dice_.one_in(one_in) && (troubles_ & which) != 0;
  }

  std::shared_ptr<const Sample> sample(const Recipe& recipe, double now_s) {
    auto out = std::make_shared<Sample>();
    out->kind = recipe.kind;
    out->counter = recipe.counter;
    out->instances = recipe.instances;
    out->scale = recipe.scale;
    out->received_s = now_s;
    out->taken_s = now_s - 0.25 * static_cast<double>(dice_.below(3));
    if (recipe.instances) {
      out->domain = recipe.domain;
      out->roster = instances_.at(recipe.domain).roster();
    } else if (trouble(kOdd, 20)) {
      out->roster = std::make_shared<Roster>();
    }
    if (recipe.counter && recipe.kind == Sample::Kind::naturals)
      out->wrap = wrap_;
    for (std::size_t i = 0; i < out->size(); ++i) fill(recipe, *out, i);
    return out;
  }

  void fill(const Recipe& recipe, Sample& out, std::size_t i) {
    const auto key = std::pair{recipe.metric, out.roster->instances[i]};
    switch (recipe.kind) {
      case Sample::Kind::texts: {
        constexpr const char* kTexts[] = {"on", "off", "", "on "};
        out.texts.emplace_back(dice_.of(kTexts));
        return;
      }
      case Sample::Kind::naturals:
        out.naturals.push_back(gain(naturals_[key]));
        return;
      case Sample::Kind::integers:
        out.integers.push_back(static_cast<std::int64_t>(gain(naturals_[key])));
        return;
      case Sample::Kind::numbers:
        out.numbers.push_back(recipe.counter
                                  ? doubles_[key] +=
                                    0.5 * static_cast<double>(dice_.below(5))
                                  : number());
        return;
    }
  }

  /// A counter that goes on; now and then it goes back, or far up.
  std::uint64_t& gain(std::uint64_t& counter) {
    if (!trouble(kBack, 8)) return counter += dice_.below(6);
    if (dice_.one_in(3)) return counter -= 20;
    return counter += std::numeric_limits<std::uint64_t>::max() /
                      (dice_.one_in(2) ? 2 : 64);
  }

  double number() {
    constexpr double kNumbers[] = {0, 1, 2, 0.5, 3, -1, 7, 1.25};
    if (!trouble(kOdd, 10)) return dice_.of(kNumbers);
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const double odd[] = {no_number(),
                          kInfinity,
                          -kInfinity,
                          1e300,
                          std::numeric_limits<double>::quiet_NaN(),
                          no_number()};
    return dice_.of(odd);
  }

  Dice dice_;
  unsigned troubles_;
  double wrap_ = dice_.one_in(3) ? 4294967296.0 : 0;
  std::map<Domain, Instances> instances_ = {
      {kProcesses, Instances(kProcesses)},
      {kDisks, Instances(kDisks)},
      {kConnections, Instances(kConnections)}};
  std::size_t down_ = 0;
  std::map<std::string, std::shared_ptr<const Sample>> last_;
  std::map<std::pair<std::string, int>, std::uint64_t> naturals_;
  std::map<std::pair<std::string, int>, double> doubles_;
};

}  // namespace

std::vector<Snapshot> generate_series(const SeriesPlan& plan,
                                      const std::vector<std::string>& hosts) {
  constexpr double kStart_s = 1'700'000'000;
  const auto feeds = std::make_shared<Feeds>();
  std::vector<Snapshot> out;
  for (std::size_t k = 0; k < plan.ticks; ++k)
    out.emplace_back(kStart_s + static_cast<double>(k) * plan.every_s, feeds);
  for (std::size_t h = 0; h < hosts.size(); ++h) {
    // The same for a host whatever others there are.
    std::uint64_t seed = plan.seed;
    for (const char c : hosts[h]) seed = seed * 31 + static_cast<unsigned>(c);
    HostSeries series(seed, plan.troubles);
    for (Snapshot& each : out)
      series.step(each.now_s(), [&](const char* metric, auto sample) {
        each.put(metric, static_cast<HostId>(h), std::move(sample));
      });
  }
  return out;
}

}  // namespace balance::testing
