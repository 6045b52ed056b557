#include "base/process_name.h"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(ProcessName, BeginsWithThePid) {
  EXPECT_EQ(process_name(42, "cat"), "000042 cat");
  EXPECT_EQ(process_name(4194304, "a b"), "4194304 a b");
  EXPECT_EQ(process_name(1, "x\n\x1b[2J"), "000001 x??[2J");
  EXPECT_EQ(process_name(1, "caf\xc3\xa9"), "000001 caf\xc3\xa9");
}

}  // namespace
}  // namespace base
