// `rate`: the seconds are those between the samples.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "eval/evaluator.h"
#include "eval/program_builder.h"

namespace balance {
namespace {

constexpr double kDelta_s = 10;

/// A value of a host, and when it was taken by the clock there.
struct Seen {
  double taken_s;
  std::uint64_t value;
};
using Hosts = std::vector<std::optional<Seen>>;

/// `value` as it is, `counter` the same as a counter.
Snapshot snapshot_of(double now_s, const Hosts& hosts) {
  Snapshot out(now_s);
  for (std::size_t h = 0; h < hosts.size(); ++h) {
    if (!hosts[h]) continue;
    Sample sample;
    sample.taken_s = hosts[h]->taken_s;
    sample.received_s = now_s;
    sample.numbers = {static_cast<double>(hosts[h]->value)};
    const auto host = static_cast<HostId>(h + 1);
    out.put("value", host, std::make_shared<Sample>(sample));
    sample.counter = true;
    sample.kind = Sample::Kind::naturals;
    sample.naturals = {hosts[h]->value};
    out.put("counter", host, std::make_shared<Sample>(sample));
  }
  return out;
}

/// What a column says at each of the evaluations; `?` is no value.
class Evaluations {
 public:
  explicit Evaluations(const std::vector<Hosts>& series) : series_(series) {}

  std::string of(const Program& program, Slot slot) const {
    Evaluator evaluator(program);
    std::string out;
    double now_s = 100;
    for (const Hosts& hosts : series_) {
      evaluator.run(program.tasks[0], snapshot_of(now_s, hosts));
      out += out.empty() ? "" : " |";
      for (const double x : evaluator.column(slot).numbers)
        out += has_number(x) ? fmt::format(" {:g}", x) : " ?";
      now_s += kDelta_s;
    }
    return out;
  }

 private:
  const std::vector<Hosts>& series_;
};

// node2 has a clock of its own, and is once not there.
const std::vector<Hosts> kSeries = {
    {Seen{100.25, 10}, Seen{5000.5, 100}},
    {Seen{110.75, 31}, Seen{5010.5, 150}},
    {Seen{110.75, 31}, Seen{5018.5, 190}},  // node1: the same sample again
    {Seen{128.75, 67}, std::nullopt},
    {Seen{138.75, 77}, Seen{5040.5, 500}},
    {Seen{148.75, 57}, Seen{5050.5, 510}},
};

TEST(Rate, OfACounterAsItIsIsTheCounter) {
  ProgramBuilder b({"node1", "node2"}, kDelta_s);
  b.begin("rates");
  const Slot counter = b.fetch("counter");
  const Slot rate = b.op(Op::rate, b.fetch("value"));
  b.value(rate);
  const Evaluations all(kSeries);
  EXPECT_EQ(all.of(b.program(), counter), " ? ? | 2 5 | 2 5 | 2 ? | 1 ? | ? 1");
  EXPECT_EQ(all.of(b.program(), rate), " ? ? | 2 5 | 2 5 | 2 ? | 1 ? | -2 1")
      << "it may be negative";
}

TEST(Rate, OfAnExpressionIsOverTheLatestOfItsSamples) {
  ProgramBuilder b({"node1", "node2"}, kDelta_s);
  b.begin("rates");
  const Slot value = b.fetch("value");
  const Slot twice = b.op(Op::rate, b.op(Op::add, value, value));
  const Slot second = b.op(Op::rate, b.op(Op::rate, value));
  const Slot before = b.op(Op::rate, b.fetch("value", {1}, 1));
  b.value(twice);
  const Evaluations all(kSeries);
  EXPECT_EQ(all.of(b.program(), twice),
            " ? ? | 4 10 | 4 10 | 4 ? | 2 ? | -4 2");
  EXPECT_EQ(all.of(b.program(), second),
            " ? ? | ? ? | ? 0 | 0 ? | -0.1 ? | -0.3 ?");
  EXPECT_EQ(all.of(b.program(), before), " ? | ? | 2 | 2 | 2 | 1")
      << "`@1` has the times of the samples before";
}

TEST(Rate, OfOneValueOfSeveralHostsIsOverTheLatestOfAll) {
  const std::vector<Hosts> series = {{Seen{99, 10}, Seen{100, 0}},
                                     {Seen{111, 40}, Seen{108, 3}},
                                     {Seen{119, 40}, Seen{120, 9}}};
  ProgramBuilder b({"node1", "node2"}, kDelta_s);
  b.begin("rates");
  const Slot sum =
      b.op(Op::rate, b.collapse(Op::sum, Over::host, b.fetch("value")));
  b.value(sum);
  EXPECT_EQ(Evaluations(series).of(b.program(), sum), " ? | 3 | 0.666667");
}

TEST(Rate, OfWhatHasNoSampleIsOverOurTime) {
  ProgramBuilder b({"node1"}, kDelta_s);
  b.begin("rates");
  const Slot fallback =
      b.op(Op::rate, b.op(Op::fallback, b.fetch("value"), b.number(30)));
  const Slot constant = b.op(Op::rate, b.number(7));
  b.value(fallback);
  const std::vector<Hosts> series = {
      {Seen{96, 2}}, {std::nullopt}, {std::nullopt}, {Seen{119, 1}}};
  const Evaluations all(series);
  EXPECT_EQ(all.of(b.program(), fallback), " ? | 2 | 0 | ?")
      << "the clock of node1 is behind ours";
  EXPECT_EQ(all.of(b.program(), constant), " ? | 0 | 0 | 0");
}

}  // namespace
}  // namespace balance
