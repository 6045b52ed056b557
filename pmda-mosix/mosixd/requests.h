// The table of requests: who asked for what, and what became of it. The last
// 1000, kept over restarts in a journal of JSON lines.
#pragma once

#include <deque>
#include <string>

#include "api/api.h"
#include "api/wire.h"

namespace mosix {

class RequestTable {
 public:
  static constexpr std::size_t kMax = 1000;

  /// A row, and what its node needs to follow it.
  struct Row {
    Request request;
    int origin = 0;  ///< node where it was asked
    bool automatic = false;
    std::int64_t asked_ms = 0;  ///< wall clock
    bool heard = false;         ///< the node that carries it out has answered
  };

  /// Reads the journal (a missing one is empty) and writes it anew, shortened.
  base::Result<void> open(const std::string& path);

  Row* find(const std::string& id);
  Row& add(Row row);
  /// Notes what has been changed in the row: to be called after each change of
  /// state.
  void changed(const Row& row);

  const std::deque<Row>& rows() const { return rows_; }
  MigrationCounters counters() const { return counters_; }

 private:
  void append(const Row& row);
  void count(const Request& request);

  std::string path_;
  std::deque<Row> rows_;
  std::uint64_t next_seq_ = 1;
  MigrationCounters counters_;
};

}  // namespace mosix
