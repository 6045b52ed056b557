#include "api/job_name.h"

#include <gtest/gtest.h>

namespace mosix {
namespace {

TEST(JobName, HasThreeNumbers) {
  const auto name = parse_job_name("2:4711:18446744073709551615");
  ASSERT_TRUE(name.has_value());
  EXPECT_EQ(name->home, 2);
  EXPECT_EQ(name->pid, 4711);
  EXPECT_EQ(name->start_ms, 18446744073709551615u);
}

TEST(JobName, IsNothingElse) {
  for (const char* text : {"",
                           ":",
                           "::",
                           "1:2",
                           "1:2:",
                           ":2:3",
                           "1::3",
                           "1:2:3:4",
                           "1:2:3:",
                           "a:2:3",
                           "1:2:3x",
                           "1:-2:3",
                           "1:2:-3",
                           "+1:2:3",
                           " 1:2:3",
                           "1:2:3\n",
                           "../1:2:3",
                           "1/2:3:4",
                           "99999999999:2:3",
                           "1:2:18446744073709551616"})
    EXPECT_FALSE(parse_job_name(text).has_value()) << text;
}

}  // namespace
}  // namespace mosix
