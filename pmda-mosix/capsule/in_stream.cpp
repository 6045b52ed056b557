#include "capsule/in_stream.h"

namespace mosix {

Brought InStream::accept(std::uint64_t off, std::string_view data) {
  if (off > expected_) return Brought::gap;
  const auto known = expected_ - off;
  if (known >= data.size() || ended_) return Brought::nothing;
  data.remove_prefix(static_cast<std::size_t>(known));
  expected_ += data.size();
  if (!discard_) buffer_.append(data);
  return Brought::news;
}

Brought InStream::accept_end(std::uint64_t off) {
  if (off > expected_) return Brought::gap;
  if (off < expected_ || ended_) return Brought::nothing;
  ended_ = true;
  return Brought::news;
}

void InStream::discard() {
  discard_ = true;
  buffer_.clear();
}

}  // namespace mosix
