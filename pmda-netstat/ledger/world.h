// A small world for the randomised test of the ledger: processes and sockets
// that live at random, and what a source would see of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <list>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "ledger/scene.h"

namespace netstat::world {

struct Job {
  netstat_process who{};
  bool alive = true;
};

struct Younger {
  bool operator()(const Job* a, const Job* b) const {
    return a->who.start_ticks > b->who.start_ticks;
  }
};

struct Socket {
  netstat_socket now{};
  std::set<Job*, Younger> holders;
  Job* opener = nullptr;
  Job* closer = nullptr;  ///< of an orphan
  bool ended = false;
};

/// What a sample would read.
struct Snapshot {
  struct Entry {
    Socket* socket;
    netstat_socket now;
    std::vector<Job*> holders;  ///< youngest first
  };
  std::vector<Entry> entries;
};

/// The record of an end, and whose it is in truth.
struct Record {
  Socket* socket;
  netstat_close close;
  Job* job;  ///< that the record names, or null
};

class World {
 public:
  explicit World(unsigned seed) : random_(seed) {
    for (int i = 0; i < 4; ++i) spawn();
  }

  /// One thing happens.
  void step();
  Snapshot look() const;

  std::size_t pick(std::size_t count) { return random_() % count; }
  bool chance(unsigned percent) { return pick(100) < percent; }

  std::list<Job> jobs;
  std::list<Socket> sockets;
  std::vector<Record> records;                        ///< not read yet
  std::map<std::pair<Job*, Socket*>, Bytes> volumes;  ///< of UDP, as counted
  std::map<Job*, Bytes> sent;                         ///< through UDP, in truth

 private:
  Job* any_job();
  Socket* any_socket(bool (*fits)(const Socket&));
  void spawn();
  void fork(Job& parent);
  void exit(Job& job);
  void open(Job& job);
  void pass(Socket& socket);
  void drop(Job& job, Socket& socket);
  void send(Socket& socket);
  void end(Socket& socket, Job* closer);

  std::minstd_rand random_;
  std::uint64_t clock_ = 100;
  std::uint64_t inode_ = 0;
};

}  // namespace netstat::world
