#include "publish/mmv_text.h"

#include <gtest/gtest.h>

#include "publish/live_metrics.h"

namespace balance {
namespace {

TEST(FitText, CutsNoCharacterApart) {
  EXPECT_EQ(fit_text("short"), "short");
  EXPECT_EQ(fit_text(std::string(254, 'x')), std::string(254, 'x'));
  EXPECT_EQ(fit_text(std::string(255, 'x')), std::string(251, 'x') + "...");
  std::string umlauts = "x";  // characters of two bytes, at odd places
  for (int i = 0; i < 200; ++i) umlauts += "ä";
  const std::string fit = fit_text(umlauts);
  EXPECT_EQ(fit.size(), 254U);
  EXPECT_EQ(fit, umlauts.substr(0, 251) + "...");
}

TEST(FitHelp, KeepsWholeSentences) {
  const std::string first = std::string(100, 'a') + ".";
  const std::string second = std::string(100, 'b') + ".";
  const std::string third = std::string(100, 'c') + ".";
  EXPECT_EQ(fit_help(first + " " + second), first + " " + second);
  EXPECT_EQ(fit_help(first + "\n" + second + " " + third),
            first + "\n" + second);
  EXPECT_EQ(fit_help(std::string(300, 'a')).size(), kMmvText);
}

TEST(FitHelp, LeavesSomethingOfEachMetric) {
  for (const agent::MetricRow* row : live_metrics()) {
    const std::string help = fit_help(row->help);
    EXPECT_TRUE(help.ends_with('.')) << row->name << ": " << help;
    EXPECT_FALSE(help.ends_with("...")) << row->name;
  }
}

}  // namespace
}  // namespace balance
