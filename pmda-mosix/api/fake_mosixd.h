// A double of mosixd for tests: it accepts connections on a unix socket, hands
// each message to a function of the test, and sends what that answers. Only the
// frames are real. Not thread-safe towards the test: what the function touches
// and the test reads, both must guard.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "api/wire.h"

namespace mosix {

class FakeMosixd {
 public:
  /// The bytes to send back for a message; "" sends nothing, no value hangs up.
  using Answer = std::function<std::optional<std::string>(const Message&)>;

  /// Listens at `path` at once; answers in a thread of its own.
  FakeMosixd(const std::string& path, Answer answer)
      : path_(path), answer_(std::move(answer)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    unlink(path_.c_str());
    listen_fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listen_fd_, reinterpret_cast<sockaddr*>(&address),
             sizeof address) < 0 ||
        chmod(path_.c_str(), 0666) < 0 || listen(listen_fd_, 16) < 0)
      throw std::runtime_error("cannot listen at " + path_);
    thread_ = std::thread([this] { serve(); });
  }

  /// Closes all connections, as a daemon does that dies.
  ~FakeMosixd() {
    stop_ = true;
    thread_.join();
    ::close(listen_fd_);
    unlink(path_.c_str());
  }

  FakeMosixd(const FakeMosixd&) = delete;
  FakeMosixd& operator=(const FakeMosixd&) = delete;

 private:
  void serve() {
    while (!stop_) {
      std::vector<pollfd> ready{{listen_fd_, POLLIN, 0}};
      for (const auto& client : clients_)
        ready.push_back({client.fd(), POLLIN, 0});
      if (poll(ready.data(), ready.size(), 10) <= 0) continue;
      std::size_t i = 1;
      for (auto client = clients_.begin(); client != clients_.end();) {
        const bool gone = ready[i++].revents != 0 && !talk(*client);
        client = gone ? clients_.erase(client) : std::next(client);
      }
      if (ready[0].revents != 0)
        clients_.emplace_back(accept(listen_fd_, nullptr, nullptr));
    }
    clients_.clear();
  }

  /// False when the client is gone.
  bool talk(Connection& client) {
    if (!client.fill()) return false;
    for (;;) {
      auto message = client.pending();
      if (!message) return false;
      if (!*message) return true;
      const std::optional<std::string> bytes = answer_(**message);
      if (!bytes ||
          ::send(client.fd(), bytes->data(), bytes->size(), MSG_NOSIGNAL) < 0)
        return false;
    }
  }

  std::string path_;
  Answer answer_;
  int listen_fd_ = -1;
  std::atomic<bool> stop_{false};
  std::list<Connection> clients_;  ///< of the thread alone
  std::thread thread_;
};

}  // namespace mosix
