// An Api for tests, in memory: it shows what the test sets and notes what it is
// asked for.
#pragma once

#include <string>
#include <vector>

#include <fmt/format.h>

#include "api/api.h"

namespace mosix {

struct FakeState {
  base::Result<Snapshot> snapshot = base::fail(ENOTCONN, "no mosixd");
  int snapshots = 0;               ///< how often it was taken
  std::vector<std::string> asked;  ///< one line each
  base::Result<void> answer;       ///< to all requests
};

class FakeApi : public Api {
 public:
  explicit FakeApi(FakeState& state) : state_(state) {}

  base::Result<Snapshot> snapshot() override {
    ++state_.snapshots;
    return state_.snapshot;
  }
  base::Result<std::string> migrate(const MigrateCall& call) override {
    state_.asked.push_back(fmt::format("migrate {} {} {} {} {} by {}", call.id,
                                       call.job, call.to, call.automatic,
                                       call.uid, call.by));
    return state_.answer.map([] { return std::string("r"); });
  }
  base::Result<Request> request(const std::string&) override {
    return base::fail(ENOENT, "no request");
  }
  base::Result<void> lock(int pid, bool on, long uid) override {
    state_.asked.push_back(fmt::format("lock {} {} {}", pid, on, uid));
    return state_.answer;
  }
  base::Result<void> set(const std::string& name, double value,
                         const std::string& by, long uid) override {
    state_.asked.push_back(
        fmt::format("set {} {} {} by {}", name, value, uid, by));
    return state_.answer;
  }
  base::Result<void> lease(const std::string& rules,
                           const std::string& engine) override {
    state_.asked.push_back(fmt::format("lease {} {}", rules, engine));
    return state_.answer;
  }

 private:
  FakeState& state_;
};

}  // namespace mosix
