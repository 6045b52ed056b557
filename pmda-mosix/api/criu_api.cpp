// The driver that talks to mosixd.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <random>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include "api/snapshot.h"

namespace mosix {
namespace {

using base::fail;
using base::fail_errno;
using base::Result;
using Clock = std::chrono::steady_clock;

/// Connects without ever waiting for longer than `timeout_ms`: a daemon that
/// hangs stops to accept, and connect() to a full queue would then block.
Result<Connection> connect_within(const std::string& path, int timeout_ms) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return fail(ENAMETOOLONG, fmt::format("{}: path is too long", path));
  path.copy(address.sun_path, path.size());
  Connection connection(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!connection.is_open()) return fail_errno("socket");
  const timeval limit{timeout_ms / 1000, timeout_ms % 1000 * 1000};
  if (setsockopt(connection.fd(), SOL_SOCKET, SO_SNDTIMEO, &limit,
                 sizeof limit) < 0)
    return fail_errno("setsockopt");
  if (connect(connection.fd(), reinterpret_cast<sockaddr*>(&address),
              sizeof address) == 0)
    return connection;
  const int why = errno;
  return fail(why == EAGAIN ? ETIMEDOUT : ENOTCONN,
              fmt::format("mosixd does not answer at {}: {}", path,
                          why == EAGAIN ? "it hangs" : std::strerror(why)));
}

/// What the answer means, if it is not the one that was hoped for.
base::Error error_of(const Message& answer) {
  const auto code = answer.find("errno");
  const auto text = answer.find("text");
  if (op_of(answer) != "error" || code == answer.end() ||
      !code->is_number_integer() || text == answer.end())
    return {EPROTO, fmt::format("mosixd: unexpected answer {}", op_of(answer))};
  const int value = code->get<int>();
  return {value > 0 ? value : EPROTO, text_of(*text)};
}

/// An id for a request whose asker chose none. Asking again after a lost
/// connection must not ask for a second move, so there always is one.
std::string fresh_id() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

class CriuApi : public Api {
 public:
  CriuApi(std::string path, int timeout_ms)
      : path_(path.empty() ? default_socket() : std::move(path)),
        timeout_ms_(timeout_ms) {}

  Result<Snapshot> snapshot() override {
    return call({{"op", "status"}}, "status").and_then(snapshot_from);
  }

  Result<std::string> migrate(const MigrateCall& move) override {
    Message request{{"op", "migrate"},
                    {"id", move.id.empty() ? fresh_id() : move.id},
                    {"to", move.to},
                    {"by", move.by},
                    {"automatic", move.automatic},
                    {"uid", move.uid}};
    if (move.job.empty())
      request["pid"] = move.pid;
    else
      request["job"] = move.job;
    return call(request, "ok")
        .and_then([](const Message& answer) -> Result<std::string> {
          const auto id = answer.find("id");
          if (id == answer.end() || text_of(*id).empty())
            return fail(EPROTO, "mosixd: an answer without an id");
          return text_of(*id);
        });
  }

  Result<Request> request(const std::string& id) override {
    return call({{"op", "request"}, {"id", id}}, "request")
        .and_then(request_from);
  }

  Result<void> lock(int pid, bool on, long uid) override {
    return call({{"op", "lock"}, {"pid", pid}, {"on", on}, {"uid", uid}}, "ok")
        .map([](const Message&) {});
  }

  Result<void> set(const std::string& name, double value, const std::string& by,
                   long uid) override {
    return call({{"op", "set"},
                 {"name", name},
                 {"value", value},
                 {"by", by},
                 {"uid", uid}},
                "ok")
        .map([](const Message&) {});
  }

  Result<void> lease(const std::string& rules,
                     const std::string& engine) override {
    return call({{"op", "lease"},
                 {"rules", bytes_of(rules)},
                 {"engine", bytes_of(engine)}},
                "ok")
        .map([](const Message&) {});
  }

 private:
  /// Asks and waits for the answer of op `expected`. A connection that turns
  /// out to be dead is replaced once: every request may be asked twice.
  Result<Message> call(const Message& request, std::string_view expected) {
    deadline_ = Clock::now() + std::chrono::milliseconds(timeout_ms_);
    const bool kept = connection_.is_open();
    auto answer = exchange(request);
    if (kept && !answer &&
        (answer.error().code == ECONNRESET || answer.error().code == EPIPE))
      answer = exchange(request);
    if (answer && op_of(*answer) != expected)
      return tl::make_unexpected(error_of(*answer));
    return answer;
  }

  /// After any failure the connection is closed: an answer that comes too late
  /// must not be taken for that of the next request.
  Result<Message> exchange(const Message& request) {
    auto answer = connected()
                      .and_then([&] { return connection_.send(request); })
                      .and_then([&] { return connection_.receive(left_ms()); });
    if (!answer) connection_.close();
    return answer;
  }

  Result<void> connected() {
    if (connection_.is_open()) return {};
    // A limit of 0 would mean none.
    auto fresh = connect_within(path_, std::max(1, left_ms()));
    if (!fresh) return tl::make_unexpected(fresh.error());
    connection_ = std::move(*fresh);
    return {};
  }

  int left_ms() const {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
    return std::max(0, static_cast<int>(left.count()));
  }

  std::string path_;
  int timeout_ms_;
  Clock::time_point deadline_;
  Connection connection_;
};

}  // namespace

std::unique_ptr<Api> make_criu_api(std::string path, int timeout_ms) {
  return std::make_unique<CriuApi>(std::move(path), timeout_ms);
}

std::string default_socket() {
  const char* chosen = std::getenv("MOSIX_SOCKET");
  return chosen != nullptr && *chosen != '\0' ? chosen
                                              : MOSIX_RUN_DIR "/mosixd.sock";
}

}  // namespace mosix
