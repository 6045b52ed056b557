#include "mosixd/settings.h"

#include <cmath>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace mosix {
namespace {

struct SettingsTest : testing::Test {
  std::string path =
      testing::TempDir() + "settings-" + std::to_string(getpid());
  void TearDown() override { std::filesystem::remove(path); }
};

TEST_F(SettingsTest, KeepsWhatWasSet) {
  {
    Settings settings;
    ASSERT_TRUE(settings.open(path));
    EXPECT_DOUBLE_EQ(settings.threshold, 1.3);
    EXPECT_TRUE(settings.set("threshold", 2.5, "x"));
    EXPECT_TRUE(settings.set("block", 1, "x"));
    EXPECT_TRUE(settings.set("enabled", 0, "root"));
  }
  Settings settings;
  ASSERT_TRUE(settings.open(path));
  EXPECT_DOUBLE_EQ(settings.threshold, 2.5);
  EXPECT_TRUE(settings.admin.block);
  EXPECT_FALSE(settings.enabled);
  EXPECT_EQ(settings.enabled_by.substr(0, 8), "root at ");
}

TEST_F(SettingsTest, RefusesWhatMakesNoSense) {
  Settings settings;
  ASSERT_TRUE(settings.open(path));
  for (const auto& [name, value] : {std::pair{"threshold", -1.0},
                                    {"share", NAN},
                                    {"share", INFINITY},
                                    {"block", 2.0},
                                    {"enabled", 0.5},
                                    {"colour", 1.0}})
    EXPECT_EQ(settings.set(name, value, "x").error().code, EINVAL) << name;
  EXPECT_FALSE(std::filesystem::exists(path)) << "nothing was changed";
}

TEST_F(SettingsTest, SaysThatItsFileIsDamaged) {
  std::ofstream(path) << "{";
  Settings settings;
  const auto opened = settings.open(path);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().text.find("damaged"), std::string::npos);
}

}  // namespace
}  // namespace mosix
