#include "pmmosix/show.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "pmmosix/table.h"

namespace mosix {
namespace {

TEST(Table, AlignsAndHidesControlCharacters) {
  EXPECT_EQ(table({{"N", true}, {"NAME"}, {"X", true}},
                  {{"1", "a\x1b[1m", "5"}, {"123", "longer one", "50"}}),
            "  N  NAME         X\n"
            "  1  a?[1m        5\n"
            "123  longer one  50\n");
  EXPECT_EQ(table({{"A"}, {"B"}}, {{"x", ""}}), "A  B\nx\n");
}

TEST(BytesText, IsShort) {
  const struct {
    std::uint64_t bytes;
    std::string text;
  } rows[] = {{0, "0"},          {1023, "1023"},
              {1024, "1.0K"},    {1536, "1.5K"},
              {1048575, "1.0M"}, {std::uint64_t{3} << 30, "3.0G"}};
  for (const auto& row : rows) EXPECT_EQ(bytes_text(row.bytes), row.text);
}

Snapshot sample() {
  Snapshot snapshot;
  snapshot.driver = "criu";
  snapshot.self.id = 1;
  snapshot.self.host = "one";
  snapshot.self.age_s = 0;
  snapshot.self.up = true;
  snapshot.self.load = 1.5;
  snapshot.self.cpus = 2;
  Node other;
  other.id = 2;
  other.host = "two";
  snapshot.nodes = {snapshot.self, other};
  Process here;
  here.pid = 77;
  here.command = "work";
  here.job = "1:77:5";
  here.home = here.where = 1;
  here.migratable = true;
  here.cpu_ms = 61234;
  here.rss = 2048;
  Process away = here;
  away.pid = 78;
  away.where = 2;
  away.away = away.stale = true;
  away.cantmove = "terminal";
  Process locked = here;
  locked.lock = true;
  locked.migratable = false;
  snapshot.processes = {here, away, locked};
  Request moved;
  moved.seq = 4;
  moved.job = "1:78:6";
  moved.from = 1;
  moved.to = 2;
  moved.by = "rule";
  moved.state = RequestState::done;
  moved.bytes = 4096;
  moved.frozen_ms = 150;
  moved.total_ms = 1234;
  snapshot.requests = {Request(), moved};
  return snapshot;
}

TEST(Show, Processes) {
  EXPECT_EQ(show_processes(sample()),
            "PID  WHERE  HOME  NMIGS     TIME   RSS  JOB     MOVABLE  COMMAND\n"
            " 77  here   here      0  1:01.23  2.0K  1:77:5  yes      work\n"
            " 78  2      here      0        ?     ?  1:77:5  ?        work\n"
            " 77  here   here      0  1:01.23  2.0K  1:77:5  locked   work\n");
}

TEST(Show, NodesOfOldAgeHaveNoValues) {
  EXPECT_EQ(show_nodes(sample()),
            "NODE  HOST  STATE  LOAD  SPEED  CPUS  UTIL  FREE  MEMORY  GUESTS  "
            "BLOCK    AGE\n"
            "   1  one   here   1.50   1.00     2    0%     0       0       0  "
            "no        0s\n"
            "   2  two   down      ?      ?     ?     ?     ?       ?       ?  "
            "?      never\n");
}

TEST(Show, TheLastRequests) {
  EXPECT_EQ(show_requests(sample(), 1),
            "SEQ  JOB     FROM  TO  STATE  BYTES  FROZEN  TOTAL  BY    REASON\n"
            "  4  1:78:6     1   2  done    4.0K   0.15s  1.23s  rule\n");
}

TEST(Show, EnginesInTheStatus) {
  Snapshot snapshot = sample();
  EXPECT_EQ(show_status(snapshot).find("engine:"), std::string::npos);
  snapshot.leases.resize(1);
  snapshot.leases[0].rules = "a.rules";
  snapshot.leases[0].host = "two";
  snapshot.leases[0].pid = 7;
  const std::string line =
      "\nengine:      pmbalance on two (pid 7) acts on a.rules since 19";
  EXPECT_NE(show_status(snapshot).find(line), std::string::npos);
}

TEST(Show, JsonHasTheWholePart) {
  const auto all = nlohmann::json::parse(show_json(sample(), ""));
  EXPECT_EQ(all["driver"], "criu");
  const auto processes = nlohmann::json::parse(show_json(sample(), "procs"));
  ASSERT_EQ(processes.size(), 3u);
  EXPECT_EQ(processes[0]["pid"], 77);
}

TEST(Outcome, SaysWhatBecameOfIt) {
  Request request;
  request.to = 2;
  const struct {
    RequestState state;
    std::string reason, text;
  } rows[] = {
      {RequestState::done, "", "moved to node 2: 0 in 0.00s, frozen for 0.00s"},
      {RequestState::refused, "stay", "refused: stay"},
      {RequestState::failed, "no space", "rolled back: no space"},
      {RequestState::frozen, "", "waiting: frozen"},
      {RequestState::undecided, "node 2 is silent",
       "waiting: undecided: node 2 is silent"},
  };
  for (const auto& row : rows) {
    request.state = row.state;
    request.reason = row.reason;
    EXPECT_EQ(outcome(request), row.text);
  }
}

}  // namespace
}  // namespace mosix
