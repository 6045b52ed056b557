#include "mosixd/job_record.h"

#include <gtest/gtest.h>

namespace mosix {
namespace {

JobRecord example() {
  JobRecord record;
  record.job = "1:4711:1764090000123";
  record.home = 1;
  record.command = "burn \xff";  // any bytes
  record.lock = true;
  record.nmigs = 3;
  record.cpu_us = 12'000'000;
  record.k = 7;
  record.copy.cid = "00112233aabbccdd";
  record.copy.k = 6;
  record.copy.root_pid = 1000;
  record.copy.pid = 4711;
  record.source = {.state = SourceState::granted,
                   .k = 7,
                   .peer = 2,
                   .nonce = "abc",
                   .rid = "r1",
                   .reason = "",
                   .since_ms = 5};
  record.target.state = TargetState::ended;
  record.target.k = 6;
  record.where = {.k = 6, .node = 1, .state = "running", .status = 0};
  return record;
}

TEST(JobRecord, SurvivesTheDisk) {
  const Message message = to_message(example());
  const std::string bytes = encode(message).substr(4);
  EXPECT_LT(bytes.size(), 2000u) << "must fit a slot with room to spare";
  auto back = job_record_from(Message::from_cbor(bytes));
  ASSERT_TRUE(back) << back.error().text;
  EXPECT_EQ(to_message(*back), message);
}

TEST(JobRecord, EachFieldIsNeeded) {
  const Message message = to_message(example());
  for (const auto& [key, value] : message.items()) {
    if (key == "op") continue;
    Message less = message;
    less.erase(key);
    EXPECT_FALSE(job_record_from(less)) << key;
    less[key] = nullptr;
    EXPECT_FALSE(job_record_from(less)) << key;
  }
}

TEST(JobRecord, RefusesStatesAndNamesItDoesNotKnow) {
  Message message = to_message(example());
  message["source"]["state"] = "happy";
  EXPECT_FALSE(job_record_from(message));
  message = to_message(example());
  message["job"] = "../x";
  EXPECT_FALSE(job_record_from(message));
}

TEST(JobRecord, KnowsWhichMovesAreOpen) {
  for (const auto state :
       {SourceState::none, SourceState::settled, SourceState::lost}) {
    JobRecord record;
    record.source.state = state;
    EXPECT_FALSE(record.source_open()) << to_string(state);
  }
  for (const auto state : {SourceState::intent, SourceState::granted,
                           SourceState::abort, SourceState::moved}) {
    JobRecord record;
    record.source.state = state;
    EXPECT_TRUE(record.source_open()) << to_string(state);
  }
  for (const auto state :
       {TargetState::building, TargetState::prepared, TargetState::released}) {
    JobRecord record;
    record.target.state = state;
    EXPECT_TRUE(record.target_open()) << to_string(state);
  }
}

}  // namespace
}  // namespace mosix
