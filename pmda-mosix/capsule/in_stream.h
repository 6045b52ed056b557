// The receiving end of one stream of a job's stdio. It takes bytes in order,
// once each, and holds them until they could be written out; only then they
// count as taken, so that a reader that does not read holds up the sender.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mosix {

/// What a piece brought.
enum class Brought {
  news,
  nothing,  ///< all of it was known: an acknowledgement has been lost
  gap,      ///< it begins ahead of what is expected, something was lost
};

class InStream {
 public:
  InStream() = default;
  /// A stream that goes on from elsewhere: `pending` has been accepted and ends
  /// before offset `expected`.
  InStream(std::uint64_t expected, std::string pending, bool ended)
      : expected_(expected), ended_(ended), buffer_(std::move(pending)) {}

  /// Takes what is new in a piece.
  Brought accept(std::uint64_t off, std::string_view data);
  /// The stream ends at `off`.
  Brought accept_end(std::uint64_t off);

  /// Accepted and not written out yet.
  std::string_view pending() const { return buffer_; }
  /// The first `count` pending bytes have been written out.
  void consume(std::size_t count) { buffer_.erase(0, count); }
  /// Bytes that had been written out came back: they are the next again.
  void put_back(std::string_view bytes) { buffer_.insert(0, bytes); }
  /// Whoever was written to reads no more: all that comes counts as taken.
  void discard();
  /// The sender is gone: the stream ends after what has been accepted.
  void abandon() { ended_ = true; }

  bool ended() const { return ended_; }
  /// The stream has ended and all of it is written out.
  bool complete() const { return ended_ && buffer_.empty(); }
  /// The offset that is expected next.
  std::uint64_t expected() const { return expected_; }
  /// The position to acknowledge; the end counts as one.
  std::uint64_t taken() const {
    return expected_ - buffer_.size() + (complete() ? 1 : 0);
  }

 private:
  std::uint64_t expected_ = 0;
  bool ended_ = false;
  bool discard_ = false;
  std::string buffer_;
};

}  // namespace mosix
