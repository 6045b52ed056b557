#include "mosixd/leases.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace mosix {
namespace {

constexpr std::int64_t kStart = 1'000'000;
/// Others have been listened to.
constexpr std::int64_t kReady = kStart + Leases::kListen_ms;

Lease lease(std::string engine, int node = 1, std::int64_t since_s = 100) {
  Lease out;
  out.rules = "a.rules";
  out.engine = std::move(engine);
  out.node = node;
  out.host = fmt::format("node{}", node);
  out.pid = 77;
  out.since_s = since_s;
  return out;
}

class LeasesTest : public testing::Test {
 protected:
  LeasesTest() { leases_.start(kStart); }

  /// The errno of the answer, 0 for yes.
  int ask(const Lease& wanted, std::int64_t now_ms,
          const std::string& off = "") {
    const auto answer = leases_.ask(wanted, off, now_ms);
    why_ = answer ? "" : answer.error().text;
    return answer ? 0 : answer.error().code;
  }
  std::string holder(std::int64_t now_ms) {
    const auto all = leases_.all(now_ms);
    return all.size() == 1 ? all[0].engine
                           : fmt::format("{} of them", all.size());
  }

  Leases leases_;
  std::string why_;
};

TEST_F(LeasesTest, OneEngineHasItUntilItNoLongerRenews) {
  EXPECT_EQ(ask(lease("first"), kReady), 0);
  EXPECT_EQ(ask(lease("second"), kReady + 100), EBUSY);
  EXPECT_TRUE(
      why_.starts_with("pmbalance on node1 (pid 77) acts on a.rules "
                       "since "))
      << why_;
  EXPECT_TRUE(
      why_.ends_with("this one takes over 5 seconds after that one has "
                     "ended"))
      << why_;
  const std::int64_t last = kReady + 3000;
  EXPECT_EQ(ask(lease("first", 1, 103), last), 0);
  EXPECT_EQ(leases_.own(last).at(0).since_s, 100) << "renewed, not new";
  EXPECT_EQ(ask(lease("second"), last + Leases::kLapse_ms), EBUSY);
  EXPECT_EQ(ask(lease("second"), last + Leases::kLapse_ms + 1), 0);
  EXPECT_EQ(ask(lease("first"), last + Leases::kLapse_ms + 2), EBUSY);
}

TEST_F(LeasesTest, SetsOfRulesAndOwnersAreApart) {
  Lease other_rules = lease("second");
  other_rules.rules = "b.rules";
  Lease of_user = lease("third");
  of_user.uid = 1000;
  EXPECT_EQ(ask(lease("first"), kReady), 0);
  EXPECT_EQ(ask(other_rules, kReady), 0);
  EXPECT_EQ(ask(of_user, kReady), 0);
  EXPECT_EQ(leases_.all(kReady).size(), 3U);
}

TEST_F(LeasesTest, AnEngineElsewhereIsKnown) {
  leases_.heard(2, {lease("far", 2)}, kReady);
  EXPECT_EQ(ask(lease("near", 1, 50), kReady), EBUSY)
      << "older or not: it acts already";
  EXPECT_TRUE(why_.starts_with("pmbalance on node2 (pid 77)")) << why_;
  EXPECT_EQ(holder(kReady), "far");
  leases_.heard(2, {}, kReady + 1000);
  EXPECT_EQ(ask(lease("near"), kReady + 1000), 0) << "it has ended";
}

TEST_F(LeasesTest, WhatALostNodeSaidLapses) {
  leases_.heard(2, {lease("far", 2)}, kReady);
  EXPECT_EQ(ask(lease("near"), kReady + Leases::kHearsay_ms), EBUSY);
  EXPECT_EQ(ask(lease("near"), kReady + Leases::kHearsay_ms + 1), 0);
}

TEST_F(LeasesTest, OfTwoThatBothHaveItTheOlderKeepsIt) {
  const struct {
    int node;
    std::int64_t since_s;
    int expected;
  } table[] = {{2, 99, EBUSY}, {2, 100, 0}, {2, 101, 0}, {0, 100, EBUSY}};
  for (const auto& row : table) {
    Leases leases;
    leases.start(kStart);
    ASSERT_TRUE(leases.ask(lease("near"), "", kReady));
    leases.heard(row.node, {lease("far", row.node, row.since_s)}, kReady);
    EXPECT_EQ(leases.all(kReady).at(0).engine,
              row.expected == 0 ? "near" : "far");
    const auto answer = leases.ask(lease("near"), "", kReady + 500);
    EXPECT_EQ(answer ? 0 : answer.error().code, row.expected)
        << row.node << " " << row.since_s;
    EXPECT_EQ(leases.own(kReady + 500).size(), row.expected == 0 ? 1U : 0U);
  }
}

TEST_F(LeasesTest, AfterAStartItListensFirst) {
  EXPECT_EQ(ask(lease("near"), kStart), EAGAIN);
  EXPECT_EQ(ask(lease("other"), kReady - 1), EBUSY) << "who asks first";
  EXPECT_EQ(ask(lease("near"), kReady - 1), EAGAIN);
  EXPECT_EQ(ask(lease("near"), kReady), 0);
}

TEST_F(LeasesTest, TellsOfEnginesOnlyWhenAllHaveAskedAgain) {
  EXPECT_EQ(ask(lease("near"), kStart + 1), EAGAIN);
  EXPECT_FALSE(leases_.tells(kStart + Leases::kGather_ms - 1));
  EXPECT_TRUE(leases_.tells(kStart + Leases::kGather_ms));
  EXPECT_EQ(leases_.own(kStart + Leases::kGather_ms).size(), 1U)
      << "though it does not act yet";
}

TEST_F(LeasesTest, WhoeverActedBeforeAStartGoesOn) {
  EXPECT_EQ(ask(lease("near"), kStart), EAGAIN);
  leases_.heard(2, {lease("far", 2, 99)}, kStart + 1);
  EXPECT_EQ(ask(lease("near"), kStart + 2), EBUSY);
  EXPECT_TRUE(leases_.own(kStart + 2).empty());
}

TEST_F(LeasesTest, SwitchedOffNobodyActs) {
  EXPECT_EQ(ask(lease("near"), kReady, "off by root"), ECANCELED);
  EXPECT_EQ(why_, "off by root");
  EXPECT_EQ(holder(kReady), "0 of them");
  EXPECT_EQ(ask(lease("near"), kReady), 0);
  EXPECT_EQ(ask(lease("near"), kReady + 4000, "off by root"), ECANCELED);
  EXPECT_EQ(ask(lease("other"), kReady + 8000), EBUSY)
      << "a switch is no reason for another one to take over";
  EXPECT_EQ(ask(lease("near"), kReady + 8000), 0);
}

TEST_F(LeasesTest, NodesSpeakForThemselvesOnly) {
  leases_.heard(2, {lease("far", 3)}, kReady);
  EXPECT_EQ(ask(lease("near"), kReady), 0);
}

TEST_F(LeasesTest, NamesAndNumbersAreBounded) {
  for (const std::string& name :
       {std::string(), std::string("a\nb"), std::string(201, 'x')}) {
    Lease bad = lease("near");
    bad.rules = name;
    EXPECT_EQ(ask(bad, kReady), EINVAL) << name;
    bad = lease(name);
    EXPECT_EQ(ask(bad, kReady), EINVAL) << name;
  }
  for (std::size_t i = 0; i <= Leases::kMost; ++i) {
    Lease wanted = lease("near");
    wanted.rules = fmt::format("{}.rules", i);
    EXPECT_EQ(ask(wanted, kReady), i < Leases::kMost ? 0 : ENOSPC);
  }
}

}  // namespace
}  // namespace mosix
