#include "eval/join.h"

#include <gtest/gtest.h>

namespace balance {
namespace {

struct Element {
  HostId host;
  std::uint32_t domain;
  int instance;
  std::string name;
};

std::shared_ptr<const Index> index(std::vector<HostId> hosts,
                                   const std::vector<Element>& elements,
                                   bool listed = false) {
  auto made = std::make_shared<Index>();
  made->hosts = std::move(hosts);
  made->listed = listed;
  // The names live as long as the index.
  const auto names = std::make_shared<std::vector<Element>>(elements);
  made->owners.push_back(names);
  made->starts.push_back(0);
  for (const HostId host : made->hosts) {
    for (const Element& e : *names) {
      if (e.host != host) continue;
      made->keys.push_back({e.host, e.domain, e.instance});
      made->names.push_back(e.name);
    }
    made->end_host();
  }
  return made;
}

std::shared_ptr<const Index> per_host(std::vector<HostId> hosts) {
  std::vector<Element> elements;
  for (const HostId host : hosts)
    elements.push_back({host, 0, kNoInstance, ""});
  return index(std::move(hosts), elements);
}

/// "host/instance:left+right …", with - for no partner.
std::string text(const Join& join) {
  std::string out;
  const auto side = [](std::size_t i) {
    return i == kNoPartner ? std::string("-") : std::to_string(i);
  };
  for (std::size_t i = 0; i < join.index->keys.size(); ++i) {
    const Key& key = join.index->keys[i];
    out += out.empty() ? "" : " ";
    out += key.host == kNoHost ? "*" : std::to_string(key.host);
    if (key.has_instance()) out += '/' + std::string(join.index->names[i]);
    out += ':' + side(join.left_at(i)) + '+' + side(join.right_at(i));
  }
  return out;
}

TEST(Join, HostsMeetByIdentityOrAsWritten) {
  const struct {
    std::vector<HostId> left, right;
    std::string expected;
  } table[] = {
      {{1, 2}, {1, 2}, "1:0+0 2:1+1"},
      {{1, 2}, {2, 1}, "1:0+1 2:1+0"},
      {{1, 2}, {3}, "1:0+0 2:1+0"},
      {{3}, {1, 2}, "1:0+0 2:0+1"},
      {{1}, {2}, "1:0+0"},
      {{1, 2}, {3, 4}, "1:0+0 2:1+1"},
      {{1, 2}, {2, 3}, "1:0+- 2:1+0 3:-+1"},
      {{}, {1, 2}, "1:0+0 2:0+1"},
      {{1, 2}, {}, "1:0+0 2:1+0"},
      {{}, {}, "*:0+0"},
  };
  for (const auto& row : table) {
    const auto side = [](const std::vector<HostId>& hosts) {
      return hosts.empty() ? single_index() : per_host(hosts);
    };
    EXPECT_EQ(text(join(side(row.left), side(row.right))), row.expected);
  }
}

TEST(Join, AHostsValueMeetsEachOfItsInstances) {
  const auto fine = index({1, 2}, {{1, 7, 10, "10 a"}, {1, 7, 11, "11 b"}});
  EXPECT_EQ(text(join(fine, per_host({1, 2}))), "1/10 a:0+0 1/11 b:1+0 2:-+1");
  EXPECT_EQ(text(join(per_host({1, 2}), fine)), "1/10 a:0+0 1/11 b:0+1 2:1+-");
}

TEST(Join, InstancesOfOneDomainMeetByNumber) {
  const auto left = index({1}, {{1, 7, 10, "10 a"}, {1, 7, 11, "11 b"}});
  const auto right = index({1}, {{1, 7, 11, "11 b"}, {1, 7, 12, "12 c"}});
  EXPECT_EQ(text(join(left, right)), "1/10 a:0+- 1/11 b:1+0 1/12 c:-+1");
}

TEST(Join, InstancesOfTwoDomainsMeetByFirstWord) {
  const auto left = index({1}, {{1, 7, 10, "10 a"}, {1, 7, 11, "11 b"}});
  const auto right = index({1}, {{1, 8, 0, "11 /bin/b"}, {1, 8, 1, "12 c"}});
  EXPECT_EQ(text(join(left, right)), "1/11 b:1+0 1/12 c:-+1 1/10 a:0+-");
}

TEST(Join, AWordThatStandsTwiceMeetsNothing) {
  const auto twice = index({1}, {{1, 7, 10, "10 a"}, {1, 7, 11, "10 b"}});
  const auto once = index({1}, {{1, 8, 0, "10 x"}, {1, 8, 1, "12 y"}});
  const Join left = join(twice, once);
  EXPECT_EQ(text(left), "1/10 a:-+0 1/10 b:-+0 1/12 y:-+1");
  ASSERT_TRUE(left.same_word);
  EXPECT_EQ(left.same_word->host, 1U);
  EXPECT_EQ(left.same_word->word, "10");
  EXPECT_TRUE(join(once, twice).same_word);
  EXPECT_FALSE(join(twice, twice).same_word);
  EXPECT_FALSE(join(once, once).same_word);
}

TEST(Join, ACoarseValueMeetsEachFinerOne) {
  const auto coarse = index({1}, {{1, 7, 10, "10 a"}, {1, 7, 1, "1 b"}});
  const auto fine = index({1}, {{1, 8, 0, "10/tcp/1"}, {1, 8, 1, "10/tcp/2"}});
  EXPECT_EQ(text(join(coarse, fine)),
            "1/10/tcp/1:0+0 1/10/tcp/2:0+1 1/1 b:1+-");
  EXPECT_EQ(text(join(fine, coarse)),
            "1/10/tcp/1:0+0 1/10/tcp/2:1+0 1/1 b:-+1");
}

TEST(Join, ListedInstancesWithoutCommonNamesPairAsWritten) {
  const auto left = index({1}, {{1, 7, 1, "in"}, {1, 7, 2, "out"}}, true);
  const auto right = index({1}, {{1, 8, 1, "x"}, {1, 8, 2, "y"}}, true);
  EXPECT_EQ(text(join(left, right)), "1/in:0+0 1/out:1+1");
}

TEST(FindElement, ByNumberWordAndCoarserWord) {
  const auto at =
      index({1, 2},
            {{1, 7, 10, "10 a"}, {1, 7, 11, "11 b"}, {2, 0, kNoInstance, ""}});
  EXPECT_EQ(find_element(*at, 1, 7, 11, "11 b"), 1U);
  EXPECT_EQ(find_element(*at, 1, 7, 12, "11 b"), kNoPartner);
  EXPECT_EQ(find_element(*at, 1, 8, 99, "11 other"), 1U);
  EXPECT_EQ(find_element(*at, 1, 8, 99, "10/tcp/5"), 0U);
  EXPECT_EQ(find_element(*at, 1, 8, 99, "100 c"), kNoPartner);
  EXPECT_EQ(find_element(*at, 2, 8, 99, "11 b"), 2U);
  EXPECT_EQ(find_element(*at, 3, 8, 99, "11 b"), kNoPartner);
}

}  // namespace
}  // namespace balance
