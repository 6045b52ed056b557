// Smoothed rates.
#include <cmath>

#include <gtest/gtest.h>

#include "ledger/scene.h"

namespace netstat {
namespace {

const auto kA = process(10);

/// Of the newest rate, in a sample `seconds` long.
double weight(double seconds) {
  return 1 - std::exp(-seconds / kIntensitySeconds);
}

double of(const Intensity& intensity) {
  return intensity.value_or(-1);
}

TEST(Intensity, OfWhatWasThereAtTheFirstSample) {
  Scene s;
  s.holds(kA, {tcp(1, 1'000'000, 0)});
  s.sample();
  EXPECT_FALSE(s.row(1)->intensity);
  EXPECT_FALSE(s.process_row(10)->intensity);
  EXPECT_FALSE(s.peer("000010/10.0.0.2")->intensity);
  s.holds(kA, {tcp(1, 1'000'200, 200)});
  s.sample(2);
  EXPECT_DOUBLE_EQ(of(s.row(1)->intensity), 200);
  EXPECT_DOUBLE_EQ(of(s.process_row(10)->intensity), 200);
  EXPECT_DOUBLE_EQ(of(s.peer("000010/10.0.0.2")->intensity), 200);
  s.holds(kA, {tcp(1, 1'000'200, 200)});
  s.sample(3);
  EXPECT_DOUBLE_EQ(of(s.row(1)->intensity), 200 * (1 - weight(3)));
}

TEST(Intensity, OfWhatCameLaterBeginsAtZero) {
  Scene s;
  s.sample();
  s.holds(kA, {tcp(1, 100, 0)});
  s.sample(2);
  EXPECT_DOUBLE_EQ(of(s.row(1)->intensity), 50 * weight(2));
  EXPECT_DOUBLE_EQ(of(s.process_row(10)->intensity), 50 * weight(2));
  EXPECT_DOUBLE_EQ(of(s.peer("000010/10.0.0.2")->intensity), 50 * weight(2));
}

TEST(Intensity, FollowsTheRateWithItsTimeConstant) {
  for (const double step : {0.1, 1.0, 5.0}) {
    Scene s;
    s.holds(kA, {tcp(1)});
    s.sample(step);
    double out = 0;
    s.holds(kA, {tcp(1)});
    s.sample(step);
    for (double t = 0; t < kIntensitySeconds - step / 2; t += step) {
      out += 1000 * step;
      s.holds(kA, {tcp(1, 0, static_cast<std::uint64_t>(out + 0.5))});
      s.sample(step);
    }
    EXPECT_NEAR(of(s.row(1)->intensity), 632, 1);
  }
}

TEST(Intensity, FadesToNothing) {
  Scene s;
  s.holds(kA, {tcp(1)});
  s.sample();
  s.holds(kA, {tcp(1, 1000, 0)});
  s.sample();
  for (int i = 0; i < 200; ++i) {
    s.holds(kA, {tcp(1, 1000, 0)});
    s.sample();
  }
  EXPECT_EQ(of(s.row(1)->intensity), 0);
}

TEST(Intensity, OfProcessesHasClosedConnections) {
  Scene s;
  s.lives(kA);
  s.sample();
  const auto close = closed(tcp(1, 40, 0), NETSTAT_OWNER_CLOSER, kA);
  s.ledger.apply(std::span(&close, 1));
  s.closes = {closed(tcp(2, 60, 0), NETSTAT_OWNER_CLOSER, kA)};
  s.sample(1);
  EXPECT_DOUBLE_EQ(of(s.process_row(10)->intensity), 100 * weight(1));
  EXPECT_DOUBLE_EQ(of(s.peer("000010/10.0.0.2")->intensity), 100 * weight(1));
}

TEST(Intensity, GoesOnWithANewOwner) {
  Scene s;
  s.holds(kA, {tcp(1)});
  s.sample();
  s.holds(kA, {tcp(1, 1000, 0)});
  s.sample();
  s.holds(process(11), {tcp(1, 1000, 0)});
  s.sample();
  EXPECT_DOUBLE_EQ(of(s.row(1)->intensity), 1000 * (1 - weight(1)));
}

TEST(Intensity, OfVolumesIsKnownWhileTheyAreCounted) {
  Scene s;
  const auto step = [&](std::uint64_t out) {
    s.volumes = {volume(kA, udp(1), 0, out)};
    s.holds(kA, {udp(1)});
    s.sample();
    return of(s.row(1)->intensity);
  };
  EXPECT_EQ(step(0), -1);
  EXPECT_EQ(step(0), -1);
  s.volumes_on = true;
  EXPECT_EQ(step(500), -1);  // since some time in this sample
  EXPECT_DOUBLE_EQ(step(600), 100);
  s.volumes_on = false;
  EXPECT_EQ(step(600), -1);
}

TEST(Intensity, OfTwoSamplesAtOneTime) {
  Scene s;
  s.holds(kA, {tcp(1)});
  s.sample();
  s.holds(kA, {tcp(1, 100, 0)});
  s.sample(0);
  EXPECT_FALSE(s.row(1)->intensity);
  s.holds(kA, {tcp(1, 200, 0)});
  s.sample(1);
  EXPECT_DOUBLE_EQ(of(s.row(1)->intensity), 200);
}

}  // namespace
}  // namespace netstat
