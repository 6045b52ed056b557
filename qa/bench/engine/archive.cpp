// bench_archive: writes an archive with one metric, a record a second.
//
//   bench.value  double, instant: even over 0 to 100, another number for each
//                second and instance. All instances are there all the time.
//   bench.work   64-bit counter: with --births, one instance begins and one
//                ends each second; instance I counts I * 37 % 1000 a second.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

// clang-format off
#include <pcp/pmapi.h>  // import.h needs it before
#include <pcp/import.h>
// clang-format on

#include <CLI/CLI.hpp>

namespace {

struct Shape {
  std::string path;
  int instances = 1000;
  int seconds = 600;
  bool births = false;
};

int check(int status) {
  if (status < 0) throw std::runtime_error(pmiErrStr(status));
  return status;
}

/// A cheap series without pattern (splitmix64).
class Random {
 public:
  double up_to_100() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53 * 100;
  }

 private:
  std::uint64_t state_ = 1;
};

/// A record of one metric whose values are all of eight bytes.
class Record {
 public:
  Record(pmID metric, int type, int values)
      : blocks_(static_cast<std::size_t>(values)),
        memory_(sizeof(pmValueSet) +
                sizeof(pmValue) * static_cast<std::size_t>(values)) {
    set_ = reinterpret_cast<pmValueSet*>(memory_.data());
    set_->pmid = metric;
    set_->numval = values;
    set_->valfmt = PM_VAL_DPTR;
    for (int i = 0; i < values; ++i) {
      auto& block = blocks_[static_cast<std::size_t>(i)];
      block.head.vtype = static_cast<unsigned>(type) & 0xff;
      block.head.vlen = kBlock & 0xffffff;
      set_->vlist[i].value.pval = &block.head;
    }
    result_.numpmid = 1;
    result_.vset[0] = set_;
  }

  template <typename Value>
  void put(int place, int instance, Value value) {
    static_assert(sizeof value == 8);
    set_->vlist[place].inst = instance;
    std::memcpy(blocks_[static_cast<std::size_t>(place)].head.vbuf, &value, 8);
  }

  void write(std::int64_t second) {
    result_.timestamp = {second, 0};
    check(pmiPutResult(&result_));
  }

 private:
  static constexpr unsigned kBlock = PM_VAL_HDR_SIZE + 8;
  union Block {
    pmValueBlock head;
    char room[kBlock];
  };
  std::vector<Block> blocks_;
  std::vector<char> memory_;
  pmValueSet* set_ = nullptr;
  pmResult result_{};
};

/// 2024-01-01 00:00:00 UTC.
constexpr std::int64_t kBegin = 1704067200;
const pmInDom kInstances = pmiInDom(245, 1);

/// All instances are declared first: each later one would be written again with
/// all before it.
void declare(const char* metric, pmID id, int type, int semantics,
             int instances) {
  check(pmiSetHostname("bench"));
  check(pmiSetTimezone("UTC"));
  check(pmiAddMetric(metric, id, type, kInstances, semantics,
                     pmiUnits(0, 0, 0, 0, 0, 0)));
  char name[32];
  for (int i = 0; i < instances; ++i) {
    std::snprintf(name, sizeof name, "%06d work", i);
    check(pmiAddInstance(kInstances, name, i));
  }
}

void write_steady(const Shape& shape) {
  const pmID id = pmiID(245, 0, 1);
  declare("bench.value", id, PM_TYPE_DOUBLE, PM_SEM_INSTANT, shape.instances);
  Record record(id, PM_TYPE_DOUBLE, shape.instances);
  Random random;
  for (int second = 0; second < shape.seconds; ++second) {
    for (int i = 0; i < shape.instances; ++i)
      record.put(i, i, random.up_to_100());
    record.write(kBegin + second);
  }
}

void write_births(const Shape& shape) {
  const pmID id = pmiID(245, 0, 2);
  declare("bench.work", id, PM_TYPE_U64, PM_SEM_COUNTER,
          shape.instances + shape.seconds);
  Record record(id, PM_TYPE_U64, shape.instances);
  for (int second = 0; second < shape.seconds; ++second) {
    // Instance I is there from second I - instances + 1 to second I.
    for (int i = 0; i < shape.instances; ++i) {
      const int instance = second + i;
      const int age = shape.instances - 1 - i;
      const int rate = instance * 37 % 1000;
      record.put(
          i, instance,
          static_cast<std::uint64_t>(age) * static_cast<std::uint64_t>(rate));
    }
    record.write(kBegin + second);
  }
}

}  // namespace

int main(int argc, char** argv) {
  Shape shape;
  CLI::App app("Writes an archive");
  app.add_option("archive", shape.path)->required();
  app.add_option("--instances", shape.instances, "at a time")
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--seconds", shape.seconds)->check(CLI::Range(1, 1'000'000));
  app.add_flag("--births", shape.births, "bench.work, not bench.value");
  CLI11_PARSE(app, argc, argv);
  try {
    check(pmiStart(shape.path.c_str(), 0));
    shape.births ? write_births(shape) : write_steady(shape);
    check(pmiEnd());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_archive: %s\n", error.what());
    return 1;
  }
}
