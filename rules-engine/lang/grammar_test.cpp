#include "lang/grammar.h"

#include <gtest/gtest.h>

#include <tao/pegtl/contrib/analyze.hpp>

namespace balance::lang {
namespace {

TEST(Grammar, HasNoRuleThatLoopsOrIsLeftRecursive) {
  EXPECT_EQ(tao::pegtl::analyze<grammar::statement>(1), 0U);
}

}  // namespace
}  // namespace balance::lang
