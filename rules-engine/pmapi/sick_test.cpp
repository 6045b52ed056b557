// Hosts that are sick, against pmcds of the test's own. libpcp lets go of
// nothing by itself here: its time-outs are longer than the tests may take.
#include "pmapi/live_test.h"
#include "pmapi/relay_for_test.h"

namespace balance::live_test {
namespace {

/// Host 0 is well; host 1 is behind a link.
class SickTest : public LiveTest {
 protected:
  void SetUp() override {
    LiveTest::SetUp();
    if (pmcds_.empty()) return;
    setenv("PMCD_REQUEST_TIMEOUT", "60", 1);
    setenv("PMCD_CONNECT_TIMEOUT", "60", 1);
    const std::string own = folder_ / "link";
    link_ = std::make_unique<Relay>(own, pmcds_[1]->socket());
    open({pmcds_[0]->host(), "unix:" + own});
  }
  void TearDown() override {
    link_.reset();
    LiveTest::TearDown();
  }

  /// Takes `ticks` times; host 0 must have an answer of its own each time.
  void expect_others_go_on(int ticks) {
    for (int i = 0; i < ticks; ++i) {
      const double from_s = now_s();
      const Snapshot snapshot = source_->take(from_s);
      const Sample* other = snapshot.find("pmcd.numagents", 0);
      ASSERT_NE(other, nullptr);
      EXPECT_GE(other->received_s, from_s);
      std::this_thread::sleep_for(milliseconds(100));
    }
  }
  /// When what is known of host 1 was asked for; asks nothing. 0: no value.
  double known_since_s() {
    source_->due({});
    const Snapshot snapshot = source_->take(now_s());
    source_->due(wanted_);
    const Sample* sample = snapshot.find("pmcd.numagents", 1);
    return sample == nullptr ? 0 : sample->received_s;
  }

  std::unique_ptr<Relay> link_;
};

TEST_F(SickTest, ACutLinkDelaysNobodyAndIsFoundWhenItIsBack) {
  ASSERT_TRUE(answers(0, 0));
  ASSERT_TRUE(answers(1, 0));
  link_->cut();
  const double cut_s = now_s();
  source_->take(cut_s);  // the first tick waits its patience
  expect_others_go_on(30);
  EXPECT_LT(known_since_s(), cut_s + 0.5);
  link_->heal();
  EXPECT_TRUE(answers(1, now_s()));
}

TEST_F(SickTest, ALinkThatIsDownAtTheStartIsFoundWhenItIsUp) {
  link_->cut();
  ASSERT_TRUE(answers(0, 0));
  expect_others_go_on(20);
  link_->heal();
  EXPECT_TRUE(answers(1, now_s()));
}

TEST_F(SickTest, TwoHungHostsDelayNobody) {
  Pmcd third(folder_ / "c", (folder_ / "root").string());
  const HostId id = source_->add_host(third.host());
  source_->want("pmcd.numagents", id);
  for (const HostId host : {HostId{0}, HostId{1}, id})
    ASSERT_TRUE(answers(host, 0));
  pmcds_[1]->signal(SIGSTOP);
  third.signal(SIGSTOP);
  source_->take(now_s());
  const auto begun = steady_clock::now();
  expect_others_go_on(10);
  // Ten ticks that each waited would take six seconds, or twelve.
  EXPECT_LT(steady_clock::now() - begun, milliseconds(4000));
  pmcds_[1]->signal(SIGCONT);
  third.signal(SIGCONT);
  EXPECT_TRUE(answers(1, now_s()));
  EXPECT_TRUE(answers(id, now_s()));
}

TEST_F(SickTest, ALateAnswerIsAsOldAsItsQuestion) {
  ASSERT_TRUE(answers(1, 0));
  pmcds_[1]->signal(SIGSTOP);
  source_->take(now_s());
  const double asked_s = now_s();
  std::this_thread::sleep_for(milliseconds(1000));
  const double before_s = known_since_s();
  EXPECT_LT(before_s, asked_s);
  pmcds_[1]->signal(SIGCONT);
  // The answer comes, and no new question is asked.
  double after_s = before_s;
  for (int i = 0; i < 100 && after_s == before_s; ++i) {
    std::this_thread::sleep_for(milliseconds(50));
    after_s = known_since_s();
  }
  EXPECT_GT(after_s, before_s);
  EXPECT_LE(after_s, asked_s);
}

TEST_F(SickTest, AnAnswerThatWasReplacedIsDropped) {
  ASSERT_TRUE(answers(1, 0));
  link_->cut();
  const double cut_s = now_s();
  source_->take(cut_s);
  std::this_thread::sleep_for(milliseconds(500));
  link_->heal();
  const double healed_s = now_s();
  ASSERT_TRUE(answers(1, healed_s));
  const double newest_s = known_since_s();
  EXPECT_GE(newest_s, healed_s);
  link_->heal_all();
  for (int i = 0; i < 10; ++i) {
    std::this_thread::sleep_for(milliseconds(50));
    EXPECT_EQ(known_since_s(), newest_s);
  }
}

TEST_F(SickTest, ASickHostHasOnlySoManyConnections) {
  ASSERT_TRUE(answers(1, 0));
  // A slow machine may have had another one made, which ends by now.
  int before = 0;
  do {
    before = link_->accepted();
    std::this_thread::sleep_for(milliseconds(500));
  } while (link_->accepted() != before);
  link_->cut();
  for (int i = 0; i < 100; ++i) {
    source_->take(now_s());
    std::this_thread::sleep_for(milliseconds(100));
  }
  // Five, with the one that was there.
  EXPECT_EQ(link_->accepted() - before, 4);
}

TEST_F(SickTest, NobodyWaitsForAHungHostAtTheEnd) {
  ASSERT_TRUE(answers(1, 0));
  pmcds_[1]->signal(SIGSTOP);
  source_->take(now_s());
  const auto begun = steady_clock::now();
  source_.reset();
  // libpcp would hold its thread for a minute.
  EXPECT_LT(steady_clock::now() - begun, std::chrono::seconds(20));
}

}  // namespace
}  // namespace balance::live_test
