#include "compile/binding.h"

#include <gtest/gtest.h>

#include "check/check_test.h"

namespace balance {
namespace {

struct Case {
  const char* condition;
  const char* elements;  ///< "": there are none
};

constexpr Case kCases[] = {
    {"x > 1", "x > 1"},
    {"x #'a' #'b' > 1", "x #'a' #'b' > 1"},
    {"some_inst (x #'a' #'b' > 1)", "x #'a' #'b' > 1"},
    {"some_inst (x #'a' #'b' @0..2 > 1)", "x #'a' #'b' @0..2 > 1"},
    {"1 + max_inst x > 2", "max_inst x"},
    {"count_inst (x > 1) == 2", "count_inst (x > 1)"},
    // Over samples a number is the end, too, once hosts or instances are gone.
    {"count_sample (some_inst (x #'a' #'b' @0..2 > 1)) == 3",
     "count_sample (some_inst (x #'a' #'b' @0..2 > 1))"},
    {"min_sample (sum_inst x @0..2) > 3", "min_sample (sum_inst x @0..2)"},
    {"all_sample (some_inst (x #'a' #'b' @0..2 > 1))", "x #'a' #'b' @0..2 > 1"},
    {"min_sample x @0..2 > 3", "min_sample x @0..2 > 3"},
    {"$minute > 5", ""},
};

TEST(Bindings, AreAboutTheOutermostElements) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.condition);
    const check::CheckedTexts texts({std::string("a = ") + c.condition + ';'});
    ASSERT_FALSE(texts.diagnostics().has_errors())
        << texts.diagnostics().text();
    const check::Definition& a = *texts->names.at("a");
    const auto found = Bindings(*texts).of({&texts->file_of(a), a.expression});
    EXPECT_EQ(found ? found->text() : "", c.elements);
  }
}

}  // namespace
}  // namespace balance
