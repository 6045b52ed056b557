// traffic run: one server and its clients.
#include <thread>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

#include "traffic_commands.h"

namespace traffic {

namespace {

class Run {
 public:
  explicit Run(const RunOptions& options)
      : options_(options),
        name_("traffic." + std::to_string(getpid())),
        conns_(options.workers * options.conns),
        gang_(processes(), options.common.limit) {}

  int go() {
    if (serves())
      gang_.start("server", [this](Account& account) { serve(account); });
    else
      gang_.shared().port = options_.port;
    if (asks())
      gang_.start("client", [this](Account& account) { be_client(account); });
    gang_.await(processes());
    return report_and_end(gang_, options_.talk.protocol, options_.common);
  }

 private:
  bool serves() const { return options_.sides != Sides::kClient; }
  bool asks() const { return options_.sides != Sides::kServer; }

  std::size_t processes() const {
    std::size_t count = 0;
    if (serves()) count += 1 + (options_.server == Workers::kFork ? conns_ : 0);
    if (asks())
      count += 1 + (options_.client == Workers::kFork ? options_.workers : 0);
    return count;
  }

  Address address(int port) const {
    const bool internet = options_.talk.protocol == Protocol::kTcp ||
                          options_.talk.protocol == Protocol::kUdp;
    return {options_.talk.protocol, internet ? options_.address : name_, port};
  }

  void serve(Account& account);
  void serve_streams(int listener, std::atomic<std::uint64_t>& left,
                     Account& account);
  void serve_in_child(int listener, int socket);
  void be_client(Account& account);
  void connect_and_ask(Account& account);

  RunOptions options_;
  std::string name_;
  std::uint64_t conns_;
  Gang gang_;
};

void Run::serve(Account& account) {
  enter_network(options_.server_network);
  const int socket = serve_at(options_.talk.protocol, address(options_.port));
  gang_.shared().port = port_of(socket);
  if (!is_stream(options_.talk.protocol)) {
    answer_datagrams(options_.talk, socket, conns_, account, gang_.shared());
    if (!options_.keep) close(socket);
    return;
  }
  std::atomic<std::uint64_t> left = conns_;
  std::vector<std::jthread> others;
  if (options_.server == Workers::kThreads)
    for (std::uint64_t i = 1; i < options_.workers; ++i)
      others.emplace_back([&] { serve_streams(socket, left, account); });
  serve_streams(socket, left, account);
  others.clear();
  close(socket);
}

void Run::serve_streams(int listener, std::atomic<std::uint64_t>& left,
                        Account& account) {
  for (;;) {
    std::uint64_t number = left;
    while (number > 0 && !left.compare_exchange_weak(number, number - 1)) {
    }
    if (number == 0) return;
    const int socket = accept_from(listener);
    if (options_.server == Workers::kFork) {
      serve_in_child(listener, socket);
      continue;
    }
    answer(options_.talk, socket, account);
    if (!options_.keep) see_end(socket);
  }
}

void Run::serve_in_child(int listener, int socket) {
  int alone[2];  // ends when the parent has closed its copy
  if (pipe(alone) != 0) die("pipe");
  gang_.start("server-child", [&](Account& account) {
    close(listener);
    close(alone[1]);
    char none = 0;
    if (read(alone[0], &none, 1) != 0) die("alone");
    close(alone[0]);
    answer(options_.talk, socket, account);
    if (!options_.keep) see_end(socket);
  });
  close(socket);
  close(alone[0]);
  close(alone[1]);
}

void Run::be_client(Account& account) {
  enter_network(options_.client_network);
  while (gang_.shared().port == 0) sleep_us(100);
  const std::uint64_t others =
      options_.client == Workers::kPlain ? 0 : options_.workers;
  if (options_.client == Workers::kFork) {
    for (std::uint64_t i = 0; i < others; ++i)
      gang_.start("client-child",
                  [this](Account& own) { connect_and_ask(own); });
    return;
  }
  std::vector<std::jthread> threads;
  for (std::uint64_t i = 1; i < others; ++i)
    threads.emplace_back([&] { connect_and_ask(account); });
  connect_and_ask(account);
}

void Run::connect_and_ask(Account& account) {
  Pace pace(options_.rate);
  const Address server = address(gang_.shared().port);
  for (std::uint64_t i = 0; i < options_.conns; ++i) {
    pace.pass();
    const int socket = connect_to(options_.talk.protocol, server);
    if (options_.keep)
      ask(options_.talk, socket, account, gang_.shared());
    else
      ask_and_end(options_.talk, socket, account, gang_.shared());
  }
}

}  // namespace

int run(const RunOptions& options) {
  return Run(options).go();
}

}  // namespace traffic
