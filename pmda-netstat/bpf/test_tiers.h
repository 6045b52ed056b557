// A fixture for tests that hold for both iterators.
#pragma once

#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <sys/utsname.h>

#include "source/source.h"

namespace netstat::testing {

struct Tier {
  const char* name;
  base::Result<std::unique_ptr<Source>> (*make)();
  int major, minor;  // of the first kernel that it works on
};

inline bool kernel_older(const Tier& tier) {
  utsname system;
  ::uname(&system);
  int major = 0;
  int minor = 0;
  std::sscanf(system.release, "%d.%d", &major, &minor);
  return std::pair(major, minor) < std::pair(tier.major, tier.minor);
}

class BpfSource : public ::testing::TestWithParam<Tier> {
 protected:
  void SetUp() override {
    if (kernel_older(GetParam())) GTEST_SKIP() << "this kernel is too old";
    auto made = GetParam().make();
    if (!made && made.error().code == EPERM) GTEST_SKIP() << made.error().text;
    ASSERT_TRUE(made) << made.error().text;
    source_ = std::move(*made);
  }

  const Reading& read() {
    const auto done = source_->read(reading_);
    EXPECT_TRUE(done) << done.error().text;
    return reading_;
  }

  std::unique_ptr<Source> source_;
  Reading reading_;
};

inline auto both_tiers() {
  return ::testing::Values(Tier{"walk", make_walk_source, 6, 4},
                           Tier{"task_file", make_task_file_source, 5, 11});
}
inline std::string tier_name(const ::testing::TestParamInfo<Tier>& tier) {
  return tier.param.name;
}

}  // namespace netstat::testing
