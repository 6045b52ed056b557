// Against pmcds of its own.
#include "pmapi/live_test.h"

#include <regex>
#include <set>

namespace balance::live_test {
namespace {

TEST_F(LiveTest, ValuesCountersAndInstances) {
  ASSERT_TRUE(answers(0, 0));
  const Snapshot snapshot = source_->take(now_s());
  const Sample* agents = snapshot.find("pmcd.numagents", 0);
  ASSERT_NE(agents, nullptr);
  EXPECT_FALSE(agents->instances);
  EXPECT_FALSE(agents->counter);
  EXPECT_EQ(agents->roster, Roster::single());
  EXPECT_EQ(agents->kind, Sample::Kind::numbers);
  EXPECT_EQ(agents->numbers, std::vector<double>{1});
  const Sample* pdus = snapshot.find("pmcd.pdu_in.total", 0);
  ASSERT_NE(pdus, nullptr);
  EXPECT_TRUE(pdus->counter);
  ASSERT_EQ(pdus->kind, Sample::Kind::naturals);
  ASSERT_EQ(pdus->naturals.size(), 1U);
  EXPECT_GT(pdus->naturals[0], 0U);
  const Sample* status = snapshot.find("pmcd.agent.status", 0);
  ASSERT_NE(status, nullptr);
  EXPECT_TRUE(status->instances);
  EXPECT_EQ(status->roster->instances, std::vector<int>{2});
  EXPECT_EQ(status->roster->names, std::vector<std::string>{"pmcd"});
  EXPECT_EQ(status->numbers, std::vector<double>{0});
}

TEST_F(LiveTest, SamplesWithTheSameInstancesShareTheRoster) {
  source_->want("pmcd.agent.type", 0);
  ASSERT_TRUE(answers(0, 0));
  const Snapshot first = source_->take(now_s());
  ASSERT_TRUE(answers(0, now_s()));
  const Snapshot second = source_->take(now_s());
  const Sample* before = first.find("pmcd.agent.status", 0);
  const Sample* after = second.find("pmcd.agent.status", 0);
  const Sample* other = second.find("pmcd.agent.type", 0);
  ASSERT_TRUE(before != nullptr && after != nullptr && other != nullptr);
  EXPECT_NE(before, after);
  EXPECT_EQ(before->roster, after->roster);
  EXPECT_EQ(other->roster, after->roster);
  EXPECT_EQ(first.feeds(), second.feeds());
}

TEST_F(LiveTest, AMetricWantedLaterHasAValueAtTheNextTick) {
  ASSERT_TRUE(answers(0, 0));
  EXPECT_EQ(source_->take(now_s()).find("pmcd.version", 0), nullptr);
  source_->want("pmcd.version", 0);
  ASSERT_TRUE(answers(0, now_s()));
  const Snapshot snapshot = source_->take(now_s());
  const Sample* version = snapshot.find("pmcd.version", 0);
  ASSERT_NE(version, nullptr);
  ASSERT_EQ(version->kind, Sample::Kind::texts);
  ASSERT_EQ(version->texts.size(), 1U);
  EXPECT_NE(version->texts[0], "");
}

TEST_F(LiveTest, AHungHostDelaysNobodyAndComesBack) {
  ASSERT_TRUE(answers(0, 0));
  ASSERT_TRUE(answers(1, 0));
  pmcds_[1]->signal(SIGSTOP);
  const double hung_s = now_s();
  source_->take(now_s());  // the first tick waits its patience
  const auto begun = steady_clock::now();
  for (int i = 0; i < 5; ++i) {
    const Snapshot snapshot = source_->take(now_s());
    const Sample* other = snapshot.find("pmcd.numagents", 0);
    ASSERT_NE(other, nullptr);
    EXPECT_GE(other->received_s, hung_s);
    const Sample* stale = snapshot.find("pmcd.numagents", 1);
    EXPECT_TRUE(stale == nullptr || stale->received_s < hung_s);
  }
  // Five ticks that each waited would take two and a half seconds.
  EXPECT_LT(steady_clock::now() - begun, milliseconds(1500));
  pmcds_[1]->signal(SIGCONT);
  EXPECT_TRUE(answers(1, now_s()));
}

/// What is logged while a host that is not there is asked, and then comes.
std::string logged_of(Pmcd& pmcd, const std::set<std::string>& silent) {
  pmcd.stop();
  testing::internal::CaptureStderr();
  LiveSource source({pmcd.host()}, milliseconds(500), silent);
  source.want("pmcd.numagents", 0);
  const double from_s = now_s();
  bool answered = false;
  for (int i = 0; i < 100 && !answered; ++i) {
    if (i == 3) pmcd.start();
    const Snapshot snapshot = source.take(now_s());
    const Sample* sample = snapshot.find("pmcd.numagents", 0);
    answered = sample != nullptr && sample->received_s >= from_s;
    std::this_thread::sleep_for(milliseconds(100));
  }
  EXPECT_TRUE(answered);
  std::string text = testing::internal::GetCapturedStderr();
  // Times and pids differ.
  text = std::regex_replace(text, std::regex(R"(\[[^\]]*\] \S+ )"), "");
  return std::regex_replace(text, std::regex(R"(\S+pmcd\.socket)"), "HOST");
}

TEST_F(LiveTest, ThatAHostDoesNotAnswerIsSaidOnce) {
  ASSERT_TRUE(answers(1, 0));  // else it may leave its socket behind
  source_.reset();             // which would have something to say too
  const std::string back = "Info: Re-established connection to pmcd HOST\n";
  EXPECT_EQ(logged_of(*pmcds_[1], {}),
            "Info: Cannot connect to pmcd HOST\n" + back);
  EXPECT_EQ(logged_of(*pmcds_[1], {pmcds_[1]->host()}), back);
}

TEST_F(LiveTest, ARestartedHostIsConnectedAgain) {
  ASSERT_TRUE(answers(1, 0));
  pmcds_[1]->stop();
  // No value of a host that is known to be gone.
  EXPECT_EQ(source_->take(now_s()).find("pmcd.numagents", 1), nullptr);
  EXPECT_TRUE(answers(0, now_s()));
  pmcds_[1]->start();
  EXPECT_TRUE(answers(1, now_s()));
}

TEST_F(LiveTest, APmcdThatIsBackIsAskedAtTheNextTick) {
  for (const int ticks_without : {0, 1, 2}) {
    SCOPED_TRACE(ticks_without);
    ASSERT_TRUE(answers(1, 0));
    pmcds_[1]->stop();
    for (int i = 0; i < ticks_without; ++i) source_->take(now_s());
    pmcds_[1]->start();
    ASSERT_TRUE(is_up(*pmcds_[1]));
    const double from_s = now_s();
    const Snapshot snapshot = source_->take(now_s());
    const Sample* sample = snapshot.find("pmcd.numagents", 1);
    ASSERT_NE(sample, nullptr);
    EXPECT_GE(sample->received_s, from_s);
  }
}

/// Waits at most half a minute for a message; stderr is captured.
bool is_logged(const std::string& wanted) {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    text += testing::internal::GetCapturedStderr();
    testing::internal::CaptureStderr();
    if (text.find(wanted) != std::string::npos) return true;
    std::this_thread::sleep_for(milliseconds(100));
  }
  ADD_FAILURE() << text;
  return false;
}

TEST_F(LiveTest, AHostThatWasHungIsFoundBetweenTwoTicks) {
  ASSERT_TRUE(answers(1, 0));
  testing::internal::CaptureStderr();
  pmcds_[1]->signal(SIGSTOP);
  source_->take(now_s());
  EXPECT_TRUE(is_logged("Lost connection to pmcd"));
  pmcds_[1]->signal(SIGCONT);
  EXPECT_TRUE(is_logged("Re-established connection to pmcd"));
  testing::internal::GetCapturedStderr();
  EXPECT_TRUE(answers(1, now_s()));
}

TEST_F(LiveTest, AHostThatIsThereTwiceIsConnectedOnce) {
  ASSERT_TRUE(answers(0, 0));
  const std::string host = pmcds_[0]->host();
  LiveSource twice({host, host}, milliseconds(2000));
  twice.want("pmcd.numagents", 0);
  twice.want("pmcd.version", 1);
  twice.want("pmcd.numagents", 1);
  twice.want("pmcd.numagents", 1);
  const double from_s = now_s();
  const Snapshot snapshot = twice.take(from_s);
  const Sample* first = snapshot.find("pmcd.numagents", 0);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(snapshot.find("pmcd.numagents", 1), first);
  EXPECT_NE(snapshot.find("pmcd.version", 1), nullptr);
  EXPECT_EQ(snapshot.find("pmcd.version", 0), nullptr);
  EXPECT_EQ(twice.host_name(0), twice.host_name(1));
}

TEST_F(LiveTest, OnlyWhatIsDueIsFetched) {
  const FeedId version = source_->want("pmcd.version", 0);
  ASSERT_TRUE(answers(0, 0));
  ASSERT_TRUE(answers(1, 0));
  const Snapshot before = source_->take(now_s());
  ASSERT_NE(before.at(version), nullptr);
  source_->due({wanted_[0], wanted_[0], 12345});
  const double from_s = now_s();
  ASSERT_TRUE(answers(0, from_s));
  const Snapshot after = source_->take(now_s());
  EXPECT_GE(after.at(wanted_[0])->received_s, from_s);
  // The others have the samples that they had, host 1 is not even asked.
  EXPECT_EQ(after.at(version), before.at(version));
  for (const FeedId feed : {wanted_[1], wanted_[2], wanted_[3], wanted_[5]})
    EXPECT_EQ(after.at(feed), before.at(feed));
  source_->due({});
  const Snapshot nothing = source_->take(now_s());
  EXPECT_EQ(nothing.at(wanted_[0]), after.at(wanted_[0]));
  source_->due({version});
  const double again_s = now_s();
  EXPECT_GE(source_->take(again_s).at(version)->received_s, again_s);
}

TEST_F(LiveTest, HostsMayComeLater) {
  ASSERT_TRUE(answers(0, 0));
  Pmcd third(folder_ / "c", (folder_ / "root").string());
  const HostId further = source_->add_host(third.host());
  const HostId same = source_->add_host(pmcds_[0]->host());
  EXPECT_EQ(further, 2U);
  EXPECT_EQ(same, 3U);
  EXPECT_EQ(source_->host_name(further), third.host());
  source_->want("pmcd.numagents", further);
  source_->want("pmcd.numagents", same);
  EXPECT_TRUE(answers(further, now_s()));
  ASSERT_TRUE(answers(same, now_s()));
  const Snapshot snapshot = source_->take(now_s());
  EXPECT_EQ(snapshot.find("pmcd.numagents", same),
            snapshot.find("pmcd.numagents", 0));
}

TEST_F(LiveTest, HostsThatNobodyNamesLoseTheirConnection) {
  ASSERT_TRUE(is_up(*pmcds_[0]));
  ASSERT_TRUE(is_up(*pmcds_[1]));
  ASSERT_TRUE(answers(0, 0));
  ASSERT_TRUE(answers(1, 0));
  const auto connected = pmcds_[1]->open_files();
  const FeedId feed = source_->want("pmcd.numagents", 1);
  source_->keep_only({0});
  EXPECT_EQ(source_->take(now_s()).at(feed), nullptr);
  for (int i = 0; i < 100 && pmcds_[1]->open_files() == connected; ++i)
    std::this_thread::sleep_for(milliseconds(100));
  EXPECT_LT(pmcds_[1]->open_files(), connected);
  EXPECT_TRUE(answers(0, now_s()));
  // Its feed is still its feed.
  EXPECT_EQ(source_->want("pmcd.numagents", 1), feed);
  EXPECT_TRUE(answers(1, now_s()));
}

}  // namespace
}  // namespace balance::live_test
