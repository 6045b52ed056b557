// A link to a pmcd that can be cut.
#pragma once

#include <atomic>
#include <cstring>
#include <list>
#include <string>
#include <thread>
#include <vector>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace balance::live_test {

/// Between a unix socket of its own and another one. Where a network loses
/// packets it holds the bytes back: nobody is told anything.
class Relay {
 public:
  Relay(const std::string& own, std::string to) : to_(std::move(to)) {
    const sockaddr_un address = address_of(own);
    listener_ = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(listener_, as_address(address), sizeof address) == 0)
      listen(listener_, 64);
    thread_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) serve();
    });
  }
  ~Relay() {
    thread_.request_stop();
    thread_.join();
    for (const Link& link : links_) {
      close(link.client);
      if (link.server >= 0) close(link.server);
    }
    close(listener_);
  }
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  /// From now on nothing passes, also of connections yet to be made.
  void cut() { cut_ = true; }
  /// New connections pass; those that saw the cut do not: TCP would try them
  /// again only after a long time.
  void heal() { cut_ = false; }
  /// Those too.
  void heal_all() {
    revive_ = true;
    cut_ = false;
  }
  /// How many connections were accepted.
  int accepted() const { return accepted_; }

 private:
  struct Link {
    int client = -1;
    int server = -1;  ///< none while it has not passed
    bool dead = false;
  };

  static sockaddr_un address_of(const std::string& path) {
    sockaddr_un out{};
    out.sun_family = AF_UNIX;
    std::strncpy(out.sun_path, path.c_str(), sizeof out.sun_path - 1);
    return out;
  }
  static const sockaddr* as_address(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);
  }

  void serve() {
    std::vector<pollfd> polled{{listener_, POLLIN, 0}};
    for (Link& link : links_) {
      link.dead = cut_ || (link.dead && !revive_);
      if (link.dead) continue;
      polled.push_back({link.client, POLLIN, 0});
      if (link.server < 0) link.server = connect_to_server();
      polled.push_back({link.server, POLLIN, 0});
    }
    if (!cut_) revive_ = false;
    if (poll(polled.data(), polled.size(), 10) <= 0) return;
    std::size_t at = 1;
    for (auto link = links_.begin(); link != links_.end();) {
      const bool ended = !link->dead && pass(*link, polled, at);
      link = ended ? links_.erase(link) : std::next(link);
    }
    if ((polled[0].revents & POLLIN) != 0) accept_one();
  }
  void accept_one() {
    const int client = accept(listener_, nullptr, nullptr);
    if (client < 0) return;
    ++accepted_;
    links_.push_back({client, -1, cut_});
  }
  int connect_to_server() const {
    const int server = socket(AF_UNIX, SOCK_STREAM, 0);
    const sockaddr_un address = address_of(to_);
    if (connect(server, as_address(address), sizeof address) != 0)
      shutdown(server, SHUT_RDWR);
    return server;
  }
  /// True: it has ended, and is closed.
  static bool pass(Link& link, const std::vector<pollfd>& polled,
                   std::size_t& at) {
    const bool to_server = polled[at++].revents != 0;
    const bool to_client = polled[at++].revents != 0;
    const bool ended = (to_server && !copy(link.client, link.server)) ||
                       (to_client && !copy(link.server, link.client));
    if (ended) {
      close(link.client);
      close(link.server);
    }
    return ended;
  }
  static bool copy(int from, int to) {
    std::vector<char> bytes(65536);
    const ssize_t n = read(from, bytes.data(), bytes.size());
    return n > 0 && write(to, bytes.data(), static_cast<std::size_t>(n)) == n;
  }

  const std::string to_;
  int listener_ = -1;
  std::list<Link> links_;
  std::atomic<bool> cut_ = false, revive_ = false;
  std::atomic<int> accepted_ = 0;
  std::jthread thread_;
};

}  // namespace balance::live_test
