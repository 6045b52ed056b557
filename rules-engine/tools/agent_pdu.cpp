#include "tools/agent_pdu.h"

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace balance {
namespace {

constexpr std::uint32_t kDescriptor = 0x7005;
constexpr std::uint32_t kResult = 0x7001;
constexpr std::uint32_t kSender = 1;

constexpr std::uint32_t kResultHead = 6;  ///< words
constexpr std::uint32_t kBlocks = 1;
constexpr std::uint32_t kBlock = 3;  ///< words, of a double
constexpr std::uint32_t kWord = 4;   ///< bytes

/// A message that is being written.
class Message {
 public:
  explicit Message(std::uint32_t kind) {
    put(0);
    put(kind);
    put(kSender);
  }

  void put(std::uint32_t word) { bytes_ += text_of(word); }
  void put(int word) { put(static_cast<std::uint32_t>(word)); }
  void put(double number) {
    const auto bits = std::bit_cast<std::uint64_t>(number);
    put(static_cast<std::uint32_t>(bits >> 32));
    put(static_cast<std::uint32_t>(bits));
  }

  std::string finish() && {
    const auto length = static_cast<std::uint32_t>(bytes_.size());
    bytes_.replace(0, kWord, text_of(length));
    return std::move(bytes_);
  }

 private:
  static std::string text_of(std::uint32_t word) {
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8)
      out += static_cast<char>(word >> shift & 0xff);
    return out;
  }

  std::string bytes_;
};

std::uint32_t word_of(const std::array<int, 6>& units) {
  std::uint32_t out = 0;
  for (const int part : units)
    out = out << 4 | (static_cast<std::uint32_t>(part) & 0xf);
  return out << 8;
}

/// How many values there are, or an error.
int count_of(const AgentValue& value) {
  if (!has_number(value.number)) return PM_ERR_VALUE;
  return std::isfinite(value.number) ? 1 : 0;
}

}  // namespace

std::string descriptor_pdu(const AgentMetric& metric) {
  Message out(kDescriptor);
  out.put(metric.id);
  out.put(metric.type);
  out.put(PM_INDOM_NULL);
  out.put(PM_SEM_INSTANT);
  out.put(word_of(metric.units));
  return std::move(out).finish();
}

std::string result_pdu(const std::vector<AgentValue>& values) {
  Message out(kResult);
  out.put(0);
  out.put(0);
  out.put(static_cast<std::uint32_t>(values.size()));
  std::uint32_t block = kResultHead;
  for (const AgentValue& value : values) block += count_of(value) > 0 ? 5 : 2;
  for (const AgentValue& value : values) {
    out.put(value.metric);
    out.put(count_of(value));
    if (count_of(value) <= 0) continue;
    out.put(kBlocks);
    out.put(PM_IN_NULL);
    out.put(block);
    block += kBlock;
  }
  for (const AgentValue& value : values) {
    if (count_of(value) <= 0) continue;
    out.put(std::uint32_t{PM_TYPE_DOUBLE} << 24 | kBlock * kWord);
    out.put(value.number);
  }
  return std::move(out).finish();
}

}  // namespace balance
