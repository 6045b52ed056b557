#include "plugins/migrate/migrate.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>

#include <fmt/format.h>

#include "base/stable_hash.h"

namespace balance {
namespace {

void finish(pmb_outcome& outcome, pmb_state state, const std::string& reason) {
  outcome.state = state;
  std::snprintf(outcome.reason, sizeof outcome.reason, "%s", reason.c_str());
}

/// mosixd did not answer: it may have heard or not. A request is not repeated,
/// for it would come late; to follow its id shows which it was.
bool is_silence(int code) {
  return code == ENOTCONN || code == ETIMEDOUT || code == ECONNRESET ||
         code == EPIPE;
}

/// ENOENT may also mean that mosixd is being restarted and its socket is not
/// there, so it must last: polls come twice a second.
constexpr int kUnknownPolls = 60;

/// A name that mosixd takes, distinct for distinct names. Rules that come from
/// nowhere by name are one set.
std::string lease_name(std::string rules) {
  constexpr std::size_t kMost = 150;
  if (rules.empty()) return "-";
  const std::uint64_t hash = base::stable_hash(rules);
  std::replace_if(
      rules.begin(), rules.end(),
      [](unsigned char c) { return std::iscntrl(c) != 0; }, '?');
  if (rules.size() <= kMost) return rules;
  return fmt::format("{}...{:016x}", rules.substr(0, kMost), hash);
}

}  // namespace

void Migrate::act(const pmb_decision& decision, pmb_outcome& outcome) {
  if (*decision.job == '\0')
    return finish(outcome, PMB_REFUSED, "the job of the process is not known");
  if (decision.target_node == PMB_NODE_UNKNOWN)
    return finish(
        outcome, PMB_REFUSED,
        fmt::format("the node id of {} is not known", decision.target_host));
  mosix::MigrateCall call;
  call.id = fmt::format("{}-{}", prefix_, decision.move);
  call.job = decision.job;
  call.to = decision.target_node;
  call.by = fmt::format("rule {}", decision.rule);
  call.automatic = true;
  const auto answer = api_->migrate(call);
  if (answer || is_silence(answer.error().code))
    asked_[decision.move] = {.id = call.id};
  else
    finish(outcome, PMB_REFUSED, answer.error().text);
}

void Migrate::poll(std::uint64_t move, pmb_outcome& outcome) {
  const auto found = asked_.find(move);
  if (found == asked_.end())
    return finish(outcome, PMB_FAILED, "nothing is known of this move");
  const auto request = api_->request(found->second.id);
  if (!request) {
    if (request.error().code != ENOENT) return;
    if (++found->second.unknown < kUnknownPolls) return;
    finish(outcome, PMB_FAILED, "mosixd does not know the request");
  } else {
    found->second.unknown = 0;
    if (!mosix::is_final(request->state)) return;
    pmb_state state = PMB_FAILED;
    if (request->state == mosix::RequestState::done) state = PMB_DONE;
    if (request->state == mosix::RequestState::refused) state = PMB_REFUSED;
    finish(outcome, state, request->reason);
  }
  asked_.erase(found);
}

std::string Migrate::ready(const std::string& rules) {
  const auto leased = api_->lease(lease_name(rules), prefix_);
  return leased ? "" : leased.error().text;
}

}  // namespace balance
