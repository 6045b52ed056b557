// The ledger's rules once more, slow and simple, for the randomised test: it
// knows every socket by itself and forgets nothing.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "ledger/world.h"

namespace netstat::world {

struct Account {
  Bytes tcp;
  std::uint64_t closed = 0;
};

class Oracle {
 public:
  void apply(const Snapshot& snapshot, const std::vector<Record>& records);
  void apply(const std::vector<Record>& records);
  /// So long after, that nothing more is expected of any socket.
  void give_up();

  std::map<Job*, Account> accounts;
  Bytes counted;
  Bytes unattributed;
  std::uint64_t closes = 0;
  /// Those that have a row, and the owner.
  std::map<Socket*, Job*> rows;

 private:
  struct Book {
    Bytes charged;
    Job* owner = nullptr;
    bool ended = false;
    bool waiting = false;
    Job* fallback = nullptr;  ///< who opened it
    unsigned until = 0;
  };

  void see(const Snapshot::Entry& entry, bool ends_now);
  void tell(const Record& record, unsigned patience);
  void charge(Book& book, Job* job, const netstat_socket& now);
  void count_end(Book& book, Job* job);
  void claim(Book& book, Job* job, const netstat_socket& now);
  void wait_enough();

  std::map<Socket*, Book> books_;
  unsigned number_ = 0;
};

}  // namespace netstat::world
