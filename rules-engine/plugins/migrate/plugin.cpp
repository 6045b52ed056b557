// The C side of the plugin.
#include <chrono>
#include <cstdio>
#include <exception>

#include <fmt/format.h>
#include <unistd.h>

#include "plugins/migrate/clauses.h"
#include "plugins/migrate/migrate.h"

namespace {

using balance::Migrate;

constexpr int kTimeout_ms = 3000;

void failed(pmb_outcome* outcome, const char* why) {
  outcome->state = PMB_FAILED;
  std::snprintf(outcome->reason, sizeof outcome->reason, "%s", why);
}

void* open_migrate(char* why, size_t size) {
  try {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return new Migrate(mosix::make_criu_api("", kTimeout_ms),
                       fmt::format("pmbalance-{}-{}", getpid(), now.count()));
  } catch (const std::exception& error) {
    std::snprintf(why, size, "%s", error.what());
    return nullptr;
  }
}

void act_migrate(void* self, const pmb_decision* decision,
                 pmb_outcome* outcome) {
  try {
    static_cast<Migrate*>(self)->act(*decision, *outcome);
  } catch (const std::exception& error) {
    failed(outcome, error.what());
  }
}

void poll_migrate(void* self, uint64_t move, pmb_outcome* outcome) {
  try {
    static_cast<Migrate*>(self)->poll(move, *outcome);
  } catch (const std::exception& error) {
    failed(outcome, error.what());
  }
}

int ready_migrate(void* self, const char* rules, char* why, size_t size) {
  try {
    const std::string no = static_cast<Migrate*>(self)->ready(rules);
    std::snprintf(why, size, "%s", no.c_str());
    return no.empty() ? 1 : 0;
  } catch (const std::exception& error) {
    std::snprintf(why, size, "%s", error.what());
    return 0;
  }
}

void close_migrate(void* self) {
  delete static_cast<Migrate*>(self);
}

}  // namespace

extern "C" const pmb_action* pmbalance_action(void) {
  static const auto clauses = balance::migrate_clauses();
  static const auto needs = balance::migrate_needs();
  static const pmb_action action = {
      PMB_VERSION,    "migrate",    PMB_SCOPE_HOST, clauses.data(),
      clauses.size(), needs.data(), needs.size(),   open_migrate,
      act_migrate,    poll_migrate, close_migrate,  ready_migrate};
  return &action;
}
