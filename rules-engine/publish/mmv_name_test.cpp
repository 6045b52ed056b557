#include "publish/mmv_name.h"

#include <filesystem>
#include <fstream>
#include <set>

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include "publish/mmv_headers.h"

namespace balance {
namespace {

TEST(MetricWord, IsOne) {
  const struct {
    const char* rules;
    const char* word;
  } table[] = {{"algorithm2.rules", "algorithm2"},
               {"load balance.rules", "load_balance"},
               {"a.b-c", "a_b_c"},
               {"2nd.rules", "r2nd"},
               {"", "r"},
               {".rules", "r"},
               {"\xc3\xa4", "r__"}};
  for (const auto& row : table) EXPECT_EQ(metric_word(row.rules), row.word);
  EXPECT_EQ(metric_word(std::string(100, 'x')).size(), 40U);
}

class MmvNameTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "mmv.XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void put(const std::string& file, int process, const char* magic = "MMV") {
    mmv_disk_header_t header{};
    std::copy_n(magic, 4, header.magic);
    header.process = process;
    std::ofstream(folder_ + "/" + file, std::ios::binary)
        .write(reinterpret_cast<const char*>(&header), sizeof header);
  }
  std::string choose(const std::string& rules) {
    return choose_mmv_name(folder_, rules).file;
  }

  std::string folder_;
};

constexpr int kLiving = 1;
constexpr int kNobody = 0x3ffffff;

TEST_F(MmvNameTest, OneEngineHasThePlainName) {
  EXPECT_EQ(choose("a.rules"), "pmbalance");
  put("pmbalance", kNobody);
  EXPECT_EQ(choose("a.rules"), "pmbalance") << "of an engine that has ended";
  put("pmbalance", getpid());
  EXPECT_EQ(choose("a.rules"), "pmbalance") << "our own";
  put("pmbalance", kLiving, "XYZ");
  EXPECT_EQ(choose("a.rules"), "pmbalance") << "no such file at all";
}

TEST_F(MmvNameTest, FurtherOnesAreNamedByTheirRules) {
  put("pmbalance", kLiving);
  EXPECT_EQ(choose("a.rules"), "pmbalance.a");
  put("pmbalance.a", kLiving);
  EXPECT_EQ(choose("a.rules"), "pmbalance.a_2");
  EXPECT_EQ(choose("b.rules"), "pmbalance.b");
}

TEST_F(MmvNameTest, ANameHasAlwaysTheSameCluster) {
  EXPECT_EQ(choose_mmv_name(folder_, "a").cluster, 1024);
  put("pmbalance", kLiving);
  std::set<int> clusters;
  for (const char* rules : {"a", "b", "c", "algorithm1", "algorithm2"}) {
    const MmvName name = choose_mmv_name(folder_, rules);
    EXPECT_GT(name.cluster, 1024);
    EXPECT_LT(name.cluster, 2048);
    clusters.insert(name.cluster);
  }
  EXPECT_EQ(clusters.size(), 5U);
}

TEST_F(MmvNameTest, WithoutFolderTheNameIsThePlainOne) {
  EXPECT_EQ(choose_mmv_name("/nowhere", "a").file, "pmbalance");
}

}  // namespace
}  // namespace balance
