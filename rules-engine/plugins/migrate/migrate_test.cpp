#include "plugins/migrate/migrate.h"

#include <cerrno>

#include <gtest/gtest.h>

#include "action/plugin.h"
#include "plugins/migrate/clauses.h"

namespace balance {
namespace {

/// Answers what a test told it to.
class FakeApi : public mosix::Api {
 public:
  base::Result<mosix::Snapshot> snapshot() override {
    return mosix::Snapshot{};
  }
  base::Result<std::string> migrate(const mosix::MigrateCall& call) override {
    calls.push_back(call);
    if (refusal != 0) return base::fail(refusal, "refused by the test");
    return call.id;
  }
  base::Result<mosix::Request> request(const std::string& id) override {
    asked_for = id;
    if (state == kGone) return base::fail(ENOENT, "gone");
    mosix::Request out;
    out.state = static_cast<mosix::RequestState>(state);
    out.reason = reason;
    return out;
  }
  base::Result<void> lock(int, bool, long) override { return {}; }
  base::Result<void> set(const std::string&, double, const std::string&,
                         long) override {
    return {};
  }

  base::Result<void> lease(const std::string& rules,
                           const std::string& engine) override {
    leases.push_back(engine + " " + rules);
    if (refusal != 0) return base::fail(refusal, "refused by the test");
    return {};
  }

  static constexpr int kGone = -1;
  std::vector<mosix::MigrateCall> calls;
  std::vector<std::string> leases;
  std::string asked_for, reason;
  int refusal = 0;
  int state = static_cast<int>(mosix::RequestState::queued);
};

class MigrateTest : public testing::Test {
 protected:
  MigrateTest() {
    auto owned = std::make_unique<FakeApi>();
    api_ = owned.get();
    migrate_ = std::make_unique<Migrate>(std::move(owned), "test");
    decision_.move = 7;
    decision_.rule = "offload";
    decision_.job = "1:1000:5";
    decision_.target_host = "node2";
    decision_.target_node = 2;
  }
  pmb_outcome act() {
    pmb_outcome outcome{};
    migrate_->act(decision_, outcome);
    return outcome;
  }
  pmb_outcome poll() {
    pmb_outcome outcome{};
    migrate_->poll(7, outcome);
    return outcome;
  }

  FakeApi* api_ = nullptr;
  std::unique_ptr<Migrate> migrate_;
  pmb_decision decision_{};
};

TEST_F(MigrateTest, AsksInTheNameOfTheRule) {
  EXPECT_EQ(act().state, PMB_ASKED);
  ASSERT_EQ(api_->calls.size(), 1U);
  const mosix::MigrateCall& call = api_->calls[0];
  EXPECT_EQ(call.id, "test-7");
  EXPECT_EQ(call.job, "1:1000:5");
  EXPECT_EQ(call.to, 2);
  EXPECT_EQ(call.by, "rule offload");
  EXPECT_TRUE(call.automatic);
}

TEST_F(MigrateTest, FollowsTheRequestToItsEnd) {
  using enum mosix::RequestState;
  const struct {
    mosix::RequestState state;
    pmb_state expected;
  } table[] = {{queued, PMB_ASKED},    {frozen, PMB_ASKED},
               {shipped, PMB_ASKED},   {committed, PMB_ASKED},
               {undecided, PMB_ASKED}, {done, PMB_DONE},
               {refused, PMB_REFUSED}, {failed, PMB_FAILED}};
  for (const auto& row : table) {
    act();
    api_->state = static_cast<int>(row.state);
    api_->reason = "because";
    const pmb_outcome outcome = poll();
    EXPECT_EQ(outcome.state, row.expected);
    EXPECT_EQ(api_->asked_for, "test-7");
    EXPECT_STREQ(outcome.reason, row.expected == PMB_ASKED ? "" : "because");
  }
}

TEST_F(MigrateTest, ARefusalEndsTheMove) {
  api_->refusal = EBUSY;
  const pmb_outcome outcome = act();
  EXPECT_EQ(outcome.state, PMB_REFUSED);
  EXPECT_STREQ(outcome.reason, "refused by the test");
}

TEST_F(MigrateTest, AfterSilenceTheRequestIsFollowedAndNotRepeated) {
  api_->refusal = ETIMEDOUT;
  EXPECT_EQ(act().state, PMB_ASKED);
  EXPECT_EQ(poll().state, PMB_ASKED);
  EXPECT_EQ(api_->calls.size(), 1U);
  api_->state = static_cast<int>(mosix::RequestState::done);
  EXPECT_EQ(poll().state, PMB_DONE);
}

TEST_F(MigrateTest, ARequestThatIsForgottenHasFailed) {
  act();
  api_->state = FakeApi::kGone;
  EXPECT_EQ(poll().state, PMB_ASKED) << "mosixd may be about to come back";
  int polls = 1;
  while (polls < 1000 && poll().state == PMB_ASKED) ++polls;
  EXPECT_LT(polls, 1000);
}

TEST_F(MigrateTest, WithoutJobOrNodeNothingIsAsked) {
  decision_.job = "";
  EXPECT_EQ(act().state, PMB_REFUSED);
  decision_.job = "1:1000:5";
  decision_.target_node = PMB_NODE_UNKNOWN;
  EXPECT_EQ(act().state, PMB_REFUSED);
  EXPECT_TRUE(api_->calls.empty());
}

TEST_F(MigrateTest, IsReadyWhileItHasTheLease) {
  EXPECT_EQ(migrate_->ready("a.rules"), "");
  api_->refusal = EBUSY;
  EXPECT_EQ(migrate_->ready("b.rules"), "refused by the test");
  EXPECT_EQ(api_->leases,
            (std::vector<std::string>{"test a.rules", "test b.rules"}));
}

TEST_F(MigrateTest, AsksForALeaseByANameThatCanBeOne) {
  const std::string longer(1000, 'x');
  for (const std::string& rules :
       {std::string(), std::string("a\nb"), longer, longer + "y"})
    EXPECT_EQ(migrate_->ready(rules), "");
  ASSERT_EQ(api_->leases.size(), 4U);
  EXPECT_EQ(api_->leases[0], "test -");
  EXPECT_EQ(api_->leases[1], "test a?b");
  EXPECT_LT(api_->leases[2].size(), 200U);
  EXPECT_NE(api_->leases[2], api_->leases[3]);
}

TEST(MigrateClauses, AreWordsThatAPluginMayHave) {
  pmb_action action{};
  action.version = PMB_VERSION;
  action.word = "migrate";
  action.clauses = migrate_clauses().data();
  action.n_clauses = migrate_clauses().size();
  action.open = [](char*, size_t) -> void* { return nullptr; };
  action.act = [](void*, const pmb_decision*, pmb_outcome*) {};
  action.poll = [](void*, uint64_t, pmb_outcome*) {};
  action.close = [](void*) {};
  const auto made = Plugin::make(&action);
  EXPECT_TRUE(made.has_value()) << made.error().text;
}

}  // namespace
}  // namespace balance
