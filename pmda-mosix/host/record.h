// A durable record: one file with two slots of 4096 bytes, all of it allocated
// when it is made. A write goes to the older slot and is synced, so it cannot
// fail for want of space, and a crash in its midst leaves the record before
// it. Each slot: magic, sequence number, length, CRC-32 of the whole slot,
// payload.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "host/fd.h"

namespace mosix {

struct Record {
  std::uint64_t seq = 0;  ///< 1 for the first, grows with each write
  std::string payload;
};

class RecordFile {
 public:
  static constexpr std::size_t kSlotSize = 4096;
  static constexpr std::size_t kHeaderSize = 24;
  static constexpr std::size_t kMaxPayload = kSlotSize - kHeaderSize;

  /// A new record DIR/NAME whose first payload is on disk, directory entry
  /// included, when this returns; a crash before leaves no record. EEXIST,
  /// ENOSPC, E2BIG (payload too long), EINVAL (`name` is no plain name, or
  /// begins with a dot).
  static base::Result<RecordFile> create(const std::string& dir,
                                         const std::string& name,
                                         std::string_view payload);
  /// An existing record. ENOENT; EBADMSG: no slot is valid.
  static base::Result<RecordFile> open(const std::string& dir,
                                       const std::string& name);
  /// Names of the records in `dir`, sorted, valid or not.
  static base::Result<std::vector<std::string>> list(const std::string& dir);
  /// Removes DIR/NAME, durably; harmless if there is none.
  static base::Result<void> remove(const std::string& dir,
                                   const std::string& name);

  /// The last record written (or found by open).
  const Record& current() const { return current_; }

  /// The payload is on disk when this returns. After an error the record on
  /// disk is either this or the one before; current() is the one before, and
  /// the next write decides.
  base::Result<void> write(std::string_view payload);

 private:
  RecordFile(Fd fd, Record current, unsigned slot)
      : fd_(std::move(fd)),
        current_(std::move(current)),
        slot_(slot),
        last_seq_(current_.seq) {}

  Fd fd_;
  Record current_;
  unsigned slot_;           ///< of current_
  std::uint64_t last_seq_;  ///< greatest ever tried
};

}  // namespace mosix
