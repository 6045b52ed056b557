#include "base/stable_hash.h"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(StableHash, NeverChanges) {
  EXPECT_EQ(stable_hash(""), 0xcbf29ce484222325U);
  EXPECT_EQ(stable_hash("a"), 0xaf63dc4c8601ec8cU);
  EXPECT_EQ(stable_hash("foobar"), 0x85944171f73967e8U);
  EXPECT_EQ(instance_of_name("a"), 0x0601ec8c);
  EXPECT_GE(instance_of_name("\xff\xff"), 0);
}

}  // namespace
}  // namespace base
