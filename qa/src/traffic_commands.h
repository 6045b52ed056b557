// The commands of `traffic`. Each prints a line for each process, then "ready",
// and gives the exit status.
#pragma once

#include <cstdint>
#include <string>

#include "traffic_exchange.h"

namespace traffic {

enum class Workers { kPlain, kFork, kThreads };

struct Common {
  unsigned limit = 300;  // seconds, after which all is killed
  bool hold = false;     // processes stay until they are told to end
};

enum class Sides { kBoth, kServer, kClient };

struct RunOptions {
  Common common;
  Talk talk;
  Sides sides = Sides::kBoth;  // one alone: only streams
  std::string address = "127.0.0.1";
  int port = 0;                // of the server; 0: any, not for a client alone
  std::string server_network;  // see enter_network()
  std::string client_network;
  Workers server = Workers::kPlain;
  Workers client = Workers::kPlain;
  std::uint64_t workers = 1;  // clients, and threads of the server
  std::uint64_t conns = 1;    // of each client
  double rate = 0;            // connections a second of each client; 0: any
  bool keep = false;          // sockets stay open as long as their processes
};

struct IdleOptions {
  Common common;
  std::uint64_t processes = 1;
  std::uint64_t sockets = 2;  // of each process; an even number
};

struct ChurnOptions {
  Common common;
  Talk talk;
  double seconds = 10;
  std::uint64_t servers = 2;
  std::uint64_t clients = 2;
  double rate = 1000;       // connections a second of each client; 0: any
  double processes = 1000;  // short-lived ones a second, a connection each
};

int run(const RunOptions& options);
int idle(const IdleOptions& options);
int churn(const ChurnOptions& options);

/// Prints what the gang's processes did, holds if it is wanted, and ends them.
int report_and_end(Gang& gang, Protocol protocol, const Common& common);

/// Lets something happen so many times a second: pass() waits for the next
/// time. 0: at once.
class Pace {
 public:
  explicit Pace(double rate);
  void pass();

 private:
  std::uint64_t interval_us_;
  std::uint64_t next_us_;
};

/// Of a clock that only goes forward.
std::uint64_t now_us();

}  // namespace traffic
