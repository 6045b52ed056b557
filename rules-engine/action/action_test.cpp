#include <atomic>
#include <chrono>
#include <cstring>
#include <thread>

#include <gtest/gtest.h>

#include "action/plugin.h"
#include "action/worker.h"

namespace balance {
namespace {

/// A plugin that refuses pid 1, is done with pid 2 at the third poll, and never
/// ends anything else.
int polls = 0;
int token = 0;
void* toy_open(char*, size_t) {
  polls = 0;
  return &token;
}
void toy_act(void*, const pmb_decision* decision, pmb_outcome* outcome) {
  if (decision->pid != 1) return;
  outcome->state = PMB_REFUSED;
  std::strcpy(outcome->reason, "not this one");
}
void toy_poll(void*, uint64_t move, pmb_outcome* outcome) {
  if (move == 2 && ++polls == 3) outcome->state = PMB_DONE;
}
void toy_close(void*) {}

constexpr pmb_clause kClauses[] = {
    {"pick", PMB_NUMBER, 0, 1, 0, nullptr},
    {"by", PMB_COLUMN, PMB_BARE | PMB_MY, 1, 0, "pick"},
};

pmb_action toy() {
  pmb_action out{};
  out.version = PMB_VERSION;
  out.word = "toy";
  out.clauses = kClauses;
  out.n_clauses = 2;
  out.open = toy_open;
  out.act = toy_act;
  out.poll = toy_poll;
  out.close = toy_close;
  return out;
}

/// Waits at most five seconds for `n` moves to end.
std::vector<CallOutcome> wait_ended(ActionWorker& worker, std::size_t n) {
  std::vector<CallOutcome> out;
  for (int i = 0; i < 500 && out.size() < n; ++i) {
    for (CallOutcome& each : worker.take_ended()) out.push_back(each);
    if (out.size() < n)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return out;
}

Call call(std::uint64_t move, int pid) {
  Call out;
  out.move = move;
  out.word = "toy";
  out.pid = pid;
  return out;
}

TEST(ActionWorker, FollowsEachMoveToItsEnd) {
  const pmb_action table = toy();
  Plugins plugins;
  plugins.push_back(std::move(*Plugin::make(&table)));
  ASSERT_TRUE(plugins[0]->open().has_value());
  ActionWorker worker(plugins, {.queue = 8,
                                .deadline = std::chrono::milliseconds(300),
                                .poll = std::chrono::milliseconds(5)});
  EXPECT_TRUE(worker.submit(call(1, 1)));
  EXPECT_TRUE(worker.submit(call(2, 2)));
  EXPECT_TRUE(worker.submit(call(3, 3)));
  Call other = call(4, 4);
  other.word = "colocate";
  EXPECT_FALSE(worker.submit(other));
  const auto ended = wait_ended(worker, 3);
  ASSERT_EQ(ended.size(), 3U);
  EXPECT_EQ(ended[0].move, 1U);
  EXPECT_EQ(ended[0].state, PMB_REFUSED);
  EXPECT_EQ(ended[0].reason, "not this one");
  EXPECT_EQ(ended[1].move, 2U);
  EXPECT_EQ(ended[1].state, PMB_DONE);
  EXPECT_EQ(ended[2].move, 3U);
  EXPECT_EQ(ended[2].state, PMB_FAILED);
}

std::atomic<bool> let_go;

TEST(ActionWorker, IsReadyOnlyAsLongAsThePluginSaysSo) {
  pmb_action table = toy();
  table.ready = [](void*, const char*, char*, std::size_t) { return 1; };
  table.act = [](void*, const pmb_decision*, pmb_outcome* outcome) {
    while (!let_go) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    outcome->state = PMB_DONE;
  };
  Plugins plugins;
  plugins.push_back(std::move(*Plugin::make(&table)));
  ASSERT_TRUE(plugins[0]->open().has_value());
  let_go = false;
  ActionWorker::Limits limits;
  limits.poll = std::chrono::milliseconds(20);
  limits.ready = std::chrono::milliseconds(200);
  ActionWorker worker(plugins, limits);
  EXPECT_EQ(worker.waits("toy"), "") << "no rule uses it";
  const auto becomes = [&](const std::string& expected) {
    for (int i = 0; i < 1000 && worker.waits("toy") != expected; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return worker.waits("toy");
  };
  worker.use({"toy"});
  EXPECT_EQ(becomes(""), "");
  Call call;
  call.word = "toy";
  ASSERT_TRUE(worker.submit(call));
  const std::string busy =
      "its plugin is busy, and has not said again that it is ready";
  EXPECT_EQ(becomes(busy), busy);
  let_go = true;
  EXPECT_EQ(becomes(""), "");
}

}  // namespace
}  // namespace balance
