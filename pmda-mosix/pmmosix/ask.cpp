#include "pmmosix/ask.h"

#include <cerrno>
#include <chrono>
#include <thread>

#include <pwd.h>
#include <unistd.h>

#include "api/wire.h"
#include "base/text.h"
#include "capsule/frames.h"

namespace mosix {

using base::fail;
using base::Result;
using base::to_number;

using Clock = std::chrono::steady_clock;

namespace {

constexpr int kAnswer_ms = 10000;
constexpr auto kLookAgain = std::chrono::milliseconds(50);

}  // namespace

std::string asker() {
  const passwd* user = getpwuid(getuid());
  const std::string name =
      user != nullptr ? user->pw_name : fmt::format("#{}", getuid());
  return fmt::format("pmmosix (user {})", name);
}

Result<MigrateCall> parse_subject(const std::string& text) {
  MigrateCall call;
  call.by = asker();
  if (const auto pid = to_number<int>(text); pid && *pid > 0) {
    call.pid = *pid;
    return call;
  }
  if (text.find(':') == std::string::npos)
    return fail(EINVAL, fmt::format("{}: neither a pid nor a job", text));
  call.job = text;
  return call;
}

Result<int> parse_node(const std::string& text, Api& api) {
  if (text == "home") return kHome;
  if (text == "best") return kBest;
  if (const auto id = to_number<int>(text); id && *id > 0) return *id;
  auto snapshot = api.snapshot();
  if (!snapshot) return tl::make_unexpected(snapshot.error());
  for (const Node& node : snapshot->nodes)
    if (node.host == text) return node.id;
  return fail(ENXIO, fmt::format("{}: no such node", text));
}

Result<Request> migrate(Api& api, MigrateCall call, double seconds) {
  auto id = api.migrate(call);
  if (!id) return tl::make_unexpected(id.error());
  Request asked;
  asked.id = *id;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  for (;;) {
    auto request = api.request(*id);
    if (request && is_final(request->state)) return request;
    if (Clock::now() >= end) {
      // It was taken, whatever keeps mosixd from saying how it is doing.
      if (!request && seconds <= 0) return asked;
      return request;
    }
    // mosixd may be starting again; the request is in its table.
    std::this_thread::sleep_for(kLookAgain);
  }
}

Result<std::string> resolve(const std::string& socket, const std::string& job,
                            const std::string& dead, bool force) {
  auto connection = Connection::open(socket);
  if (!connection) return tl::make_unexpected(connection.error());
  auto sent = connection->send(
      {{"op", "resolve"}, {"job", job}, {"dead", dead}, {"force", force}});
  if (!sent) return tl::make_unexpected(sent.error());
  auto answer = connection->receive(kAnswer_ms);
  if (!answer) return tl::make_unexpected(answer.error());
  const std::string text = frames::bytes(*answer, "text");
  if (op_of(*answer) == "ok") return text;
  return fail(static_cast<int>(frames::number(*answer, "errno")), text);
}

}  // namespace mosix
