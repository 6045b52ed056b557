#include "capsule/out_stream.h"

#include <algorithm>

namespace mosix {

std::size_t OutStream::room() const {
  if (discard_) return kPiece;
  return buffer_.size() >= kWindow ? 0 : kWindow - buffer_.size();
}

void OutStream::append(std::string_view bytes) {
  if (!discard_) buffer_.append(bytes);
}

void OutStream::discard() {
  discard_ = true;
  acked_ = sent_ = data_end();
  buffer_.clear();
}

std::uint64_t OutStream::off() const {
  return end_acked_ ? acked_ - 1 : acked_;
}

std::optional<OutStream::Piece> OutStream::next(Time now) {
  if (discard_) return std::nullopt;
  if (sent_ > acked_ && now - heard_ >= kSilence) sent_ = acked_;
  if (sent_ >= limit()) return std::nullopt;
  if (sent_ == acked_) heard_ = now;
  if (sent_ == data_end()) {
    ++sent_;
    return Piece{data_end(), {}, true};
  }
  const auto from = static_cast<std::size_t>(sent_ - off());
  const auto data = std::string_view(buffer_).substr(from, kPiece);
  const Piece piece{sent_, data, false};
  sent_ += data.size();
  return piece;
}

void OutStream::acknowledged(std::uint64_t position, bool sync, Time now) {
  if (discard_ || position > limit()) return;
  heard_ = now;
  if (position > acked_) {
    const auto known = std::min(position, data_end());
    buffer_.erase(0, static_cast<std::size_t>(known - off()));
    end_acked_ = position > known;
    acked_ = position;
  }
  // An old position is no news, but what was sent after it may still be lost.
  sent_ = sync ? acked_ : std::max(sent_, acked_);
}

std::optional<Time> OutStream::wake_at() const {
  if (discard_ || sent_ <= acked_) return std::nullopt;
  return heard_ + kSilence;
}

}  // namespace mosix
