// Random archives: every value is the one that libpcp's interpolation gives.
#include <algorithm>
#include <random>
#include <set>

#include "archive/archive_test.h"

namespace balance {
namespace {

struct Series {
  std::string name;
  int number = 0;
  int type = PM_TYPE_DOUBLE;
  int semantics = PM_SEM_INSTANT;
  pmInDom domain = PM_INDOM_NULL;
  int every = 1;  ///< in which records it is
  bool churns = false;
};

/// Deterministic: the standard's distributions are not the same everywhere.
class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  int below(int n) {
    return static_cast<int>(engine_() % static_cast<unsigned>(n));
  }
  bool once_in(int n) { return below(n) == 0; }

 private:
  std::mt19937 engine_;
};

std::string value_of(const Series& series, Dice& dice, int step, int who) {
  const int jitter = dice.below(1000);
  const int goes = step * 1000 + who * 7 + jitter;
  // Now and then a counter goes back.
  const int number =
      series.semantics == PM_SEM_COUNTER && !dice.once_in(12) ? goes : jitter;
  switch (series.type) {
    case PM_TYPE_32:
      return fmt::format("{}", number - 3000);
    case PM_TYPE_U32:
      return fmt::format("{}", 4'290'000'000U + static_cast<unsigned>(number));
    case PM_TYPE_64:
      return fmt::format("{}", -9'000'000'000LL + number * 1'000'001LL);
    case PM_TYPE_U64:
      return fmt::format("{}", 9'007'199'254'740'993ULL +
                                   static_cast<unsigned long long>(number));
    case PM_TYPE_STRING:
      return fmt::format("text {}", number);
    default:
      return fmt::format("{}", number / 7.0);
  }
}

/// Instances live from `first` on for ever, or for a while if they churn.
bool alive(const Series& series, int who, int step) {
  if (series.domain == PM_INDOM_NULL) return who == 0;
  const int first = who * 3 - 6;
  return step >= first && (!series.churns || step < first + 11 + who % 5);
}

std::string name_of(const Series& series, int who) {
  return fmt::format("{:06} job", 100 * (series.number + 1) + who);
}

constexpr int kInstances = 12;

class InterpolationTest : public ArchiveTest,
                          public testing::WithParamInterface<int> {
 protected:
  std::vector<Series> choose(Dice& dice, TestArchive& archive) {
    static constexpr int kTypes[] = {
        PM_TYPE_32,    PM_TYPE_U32,    PM_TYPE_64,    PM_TYPE_U64,
        PM_TYPE_FLOAT, PM_TYPE_DOUBLE, PM_TYPE_STRING};
    static constexpr int kSemantics[] = {PM_SEM_COUNTER, PM_SEM_INSTANT,
                                         PM_SEM_DISCRETE};
    static constexpr int kEvery[] = {1, 1, 2, 3, 7};
    std::vector<Series> out;
    const int n = 2 + dice.below(8);
    for (int i = 0; i < n; ++i) {
      Series series;
      series.name = fmt::format("test.m{}", i);
      series.number = i;
      series.type = kTypes[dice.below(7)];
      series.semantics = series.type == PM_TYPE_STRING
                             ? kSemantics[1 + dice.below(2)]
                             : kSemantics[dice.below(3)];
      if (!dice.once_in(3)) series.domain = TestArchive::domain(i);
      series.every = kEvery[dice.below(5)];
      // libpcp has the last value of a discrete metric for ever.
      series.churns = series.semantics != PM_SEM_DISCRETE && dice.once_in(2);
      archive.metric(series.name, i, series.type, series.semantics,
                     series.domain);
      if (series.domain != PM_INDOM_NULL)
        for (int who = 0; who < kInstances; ++who)
          archive.instance(series.domain, 1000 * i + 31 * who % 37,
                           name_of(series, who));
      out.push_back(series);
    }
    return out;
  }

  void record(Dice& dice, TestArchive& archive,
              const std::vector<Series>& all) {
    double offset_s = 0;
    bool marked = true;
    for (int step = 0; step < 40; ++step) {
      bool any = false;
      for (const Series& series : all) {
        if (step % series.every != 0 || dice.once_in(20)) continue;
        for (int who = 0; who < kInstances; ++who) {
          if (!alive(series, who, step)) continue;
          any = true;
          archive.put(
              series.name,
              series.domain == PM_INDOM_NULL ? "" : name_of(series, who),
              value_of(series, dice, step, who));
        }
      }
      if (any) archive.write(offset_s);
      if (any) recorded_us_.insert(std::lround(offset_s * 1e6));
      if (any && !marked && dice.once_in(10)) archive.mark();
      marked = !any;
      offset_s += dice.once_in(2) ? 1 : 0.5 + dice.below(1000) / 1000.0;
    }
  }

  std::set<long> recorded_us_;
};

/// What libpcp says, in the words of shown().
std::string expected(const pmValueSet& set, const Series& series) {
  if (set.numval <= 0) return "";
  std::map<int, std::string> by_instance;
  for (int i = 0; i < set.numval; ++i) {
    pmAtomValue atom{};
    EXPECT_GE(pmExtractValue(set.valfmt, &set.vlist[i], series.type, &atom,
                             series.type),
              0);
    const bool counter = series.semantics == PM_SEM_COUNTER;
    std::string text;
    switch (series.type) {
      case PM_TYPE_32:
        text = fmt::format("{}", atom.l);
        break;
      case PM_TYPE_U32:
        text = fmt::format("{}", atom.ul);
        break;
      case PM_TYPE_64:
        text = counter ? fmt::format("{}", atom.ll)
                       : fmt::format("{}", static_cast<double>(atom.ll));
        break;
      case PM_TYPE_U64:
        text = counter ? fmt::format("{}", atom.ull)
                       : fmt::format("{}", static_cast<double>(atom.ull));
        break;
      case PM_TYPE_FLOAT:
        text = fmt::format("{}", double{atom.f});
        break;
      case PM_TYPE_DOUBLE:
        text = fmt::format("{}", atom.d);
        break;
      default:
        text = atom.cp;
        free(atom.cp);
    }
    char* name = nullptr;
    if (series.domain != PM_INDOM_NULL &&
        pmNameInDomArchive(series.domain, set.vlist[i].inst, &name) >= 0) {
      text = fmt::format("{}={}", name, text);
      free(name);
    }
    by_instance[set.vlist[i].inst] = text;
  }
  std::string out;
  for (const auto& [instance, text] : by_instance)
    out += (out.empty() ? "" : " ") + text;
  return out;
}

TEST_P(InterpolationTest, GivesWhatLibpcpGives) {
  Dice dice(static_cast<unsigned>(GetParam()));
  std::vector<Series> all;
  {
    TestArchive archive(path("a"), "one", 2 + dice.below(2));
    all = choose(dice, archive);
    record(dice, archive, all);
  }
  const int context = pmNewContext(PM_CONTEXT_ARCHIVE, path("a").c_str());
  ASSERT_GE(context, 0) << pmErrStr(context);
  const auto replay = source({path("a")});
  std::vector<pmID> ids;
  for (const Series& series : all) {
    ids.push_back(TestArchive::id(series.number));
    replay->want(series.name, 0);
  }
  static constexpr long kDeltas_us[] = {250'000,   700'000,   1'000'000,
                                        1'500'001, 3'000'000, 8'000'000};
  const long delta_us = kDeltas_us[dice.below(6)];
  long t_us = dice.once_in(2) ? 0 : dice.below(3'000'000);
  const timespec first{kBegin + t_us / 1'000'000, t_us % 1'000'000 * 1000};
  const timespec step{delta_us / 1'000'000, delta_us % 1'000'000 * 1000};
  pmUseContext(context);
  ASSERT_GE(pmSetModeHighRes(PM_MODE_INTERP, &first, &step), 0);
  for (; t_us < 60'000'000; t_us += delta_us) {
    const Snapshot snapshot =
        replay->take(kBegin + static_cast<double>(t_us) / 1e6);
    pmUseContext(context);
    pmHighResResult* result = nullptr;
    const int code =
        pmFetchHighRes(static_cast<int>(ids.size()), ids.data(), &result);
    for (std::size_t i = 0; i < all.size(); ++i) {
      // Of a string at the time of a record, libpcp may have the one before.
      if (all[i].type == PM_TYPE_STRING && recorded_us_.contains(t_us))
        continue;
      const Sample* sample = snapshot.find(all[i].name, 0);
      EXPECT_EQ(sample == nullptr ? "" : shown(sample),
                code < 0 ? "" : expected(*result->vset[i], all[i]))
          << all[i].name << " at " << t_us << " delta " << delta_us << " type "
          << all[i].type << " semantics " << all[i].semantics << " every "
          << all[i].every;
    }
    if (code >= 0) pmFreeHighResResult(result);
    if (HasFailure()) break;
  }
  pmDestroyContext(context);
}

INSTANTIATE_TEST_SUITE_P(Random, InterpolationTest, testing::Range(1, 201));

/// Two groups of a metric's instances, each in records of its own.
class GroupsTest : public ArchiveTest,
                   public testing::WithParamInterface<Series> {
 protected:
  /// One group each second, the other each five, from a little later on.
  void record(TestArchive& archive, const Series& series) {
    Dice dice(1);
    archive.metric(series.name, series.number, series.type, series.semantics,
                   series.domain);
    for (int who = 0; who < 4; ++who)
      archive.instance(series.domain, 10 - who, name_of(series, who));
    for (int t = 0; t <= 40; ++t) {
      put(archive, dice, series, t, {0, 2});
      archive.write(t);
      if (t % 5 != 0) continue;
      put(archive, dice, series, t, {1, 3});
      archive.write(t + 0.25);
    }
  }

  static void put(TestArchive& archive, Dice& dice, const Series& series, int t,
                  std::initializer_list<int> whose) {
    for (const int who : whose)
      archive.put(series.name, name_of(series, who),
                  value_of(series, dice, t, who));
  }
};

TEST_P(GroupsTest, GiveWhatLibpcpGives) {
  const Series series = GetParam();
  {
    TestArchive archive(path("a"), "one");
    record(archive, series);
  }
  const int context = pmNewContext(PM_CONTEXT_ARCHIVE, path("a").c_str());
  ASSERT_GE(context, 0) << pmErrStr(context);
  const auto replay = source({path("a")});
  replay->want(series.name, 0);
  pmID id = TestArchive::id(series.number);
  for (int t_ms = 0; t_ms <= 41'000; t_ms += 125) {
    const timespec time{kBegin + t_ms / 1000, t_ms % 1000 * 1'000'000};
    const timespec step{0, 125'000'000};
    const Snapshot snapshot = replay->take(at(t_ms / 1000.0));
    const Sample* sample = snapshot.find(series.name, 0);
    pmUseContext(context);
    ASSERT_GE(pmSetModeHighRes(PM_MODE_INTERP, &time, &step), 0);
    pmHighResResult* result = nullptr;
    const int code = pmFetchHighRes(1, &id, &result);
    const std::string right =
        code < 0 ? "" : expected(*result->vset[0], series);
    if (code >= 0) pmFreeHighResResult(result);
    ASSERT_EQ(sample == nullptr ? "" : shown(sample), right) << t_ms << " ms";
    if (t_ms == 20'500) {
      EXPECT_EQ(sample->size(), 4U);
    }
  }
  pmDestroyContext(context);
}

Series group_series(int type, int semantics) {
  return {"test.group", 1, type, semantics, TestArchive::domain(1)};
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, GroupsTest,
    testing::Values(group_series(PM_TYPE_DOUBLE, PM_SEM_INSTANT),
                    group_series(PM_TYPE_U32, PM_SEM_COUNTER),
                    group_series(PM_TYPE_64, PM_SEM_COUNTER),
                    group_series(PM_TYPE_FLOAT, PM_SEM_COUNTER)));

}  // namespace
}  // namespace balance
