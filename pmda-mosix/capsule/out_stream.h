// The sending end of one stream of a job's stdio. Bytes carry their offset from
// the start of the job; what the other end has not acknowledged is kept and
// sent again when it was lost. The end of the stream counts as one more
// position, so that it too is acknowledged.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mosix {

using Time = std::chrono::steady_clock::time_point;

class OutStream {
 public:
  /// At most this much is sent and not acknowledged.
  static constexpr std::size_t kWindow = 256 * 1024;
  /// At most this much is in one piece.
  static constexpr std::size_t kPiece = 32 * 1024;
  /// When nothing was heard for so long, what is outstanding is sent again.
  static constexpr auto kSilence = std::chrono::seconds(2);

  struct Piece {
    std::uint64_t off = 0;
    std::string_view data;  ///< valid until the stream is changed
    bool end = false;       ///< no data: the stream ends at `off`
  };

  OutStream() = default;
  /// A stream that goes on elsewhere: `pending` begins at offset `off`.
  OutStream(std::uint64_t off, std::string pending, bool ended)
      : acked_(off), sent_(off), ended_(ended), buffer_(std::move(pending)) {}

  /// How many bytes may be appended now without exceeding the window.
  std::size_t room() const;
  void append(std::string_view bytes);
  void finish() { ended_ = true; }
  /// Nobody listens any more: forgets what is pending and what will come.
  void discard();

  /// The next piece to send, which from now on counts as sent.
  std::optional<Piece> next(Time now);
  /// An acknowledgement of all before `off`; `sync`: and nothing else arrived.
  void acknowledged(std::uint64_t off, bool sync, Time now);
  /// When next() should be asked again though nothing came; none if idle.
  std::optional<Time> wake_at() const;

  bool ended() const { return ended_; }
  /// All appended bytes are acknowledged (or nobody listens).
  bool settled() const { return buffer_.empty(); }
  /// Of the first byte that is not acknowledged.
  std::uint64_t off() const;
  const std::string& pending() const { return buffer_; }

 private:
  std::uint64_t data_end() const { return off() + buffer_.size(); }
  std::uint64_t limit() const { return data_end() + (ended_ ? 1 : 0); }

  std::uint64_t acked_ = 0;  ///< position: counts the end
  std::uint64_t sent_ = 0;   ///< position
  bool ended_ = false;
  bool end_acked_ = false;
  bool discard_ = false;
  std::string buffer_;  ///< from off() on
  Time heard_{};        ///< last sign of life, or begin of the last burst
};

}  // namespace mosix
