#include "rule_test/series_text.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "lang/units.h"

namespace balance {
namespace {

/// The number at the start of `text`, which loses it.
std::optional<double> take_number(std::string_view& text) {
  double out = 0;
  const auto [rest, error] =
      std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || !std::isfinite(out)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
  return out;
}

/// "xN" at the end of a token.
std::optional<std::size_t> take_times(std::string_view text) {
  if (text.empty() || text[0] != 'x') return std::nullopt;
  return base::to_number<std::size_t>(text.substr(1));
}

/// Whether a word that is no value was probably meant to be one.
bool looks_like_value(std::string_view word) {
  return word[0] == '_' || word[0] == '-' || word[0] == '.' || word[0] == '"' ||
         (word[0] >= '0' && word[0] <= '9');
}

class Reader {
 public:
  explicit Reader(std::span<const Token> tokens) : tokens_(tokens) {}

  Read<std::vector<SeriesRow>> read() {
    std::vector<SeriesRow> out;
    while (at_ < tokens_.size()) {
      auto row = read_row();
      if (!row) return tl::make_unexpected(row.error());
      out.push_back(std::move(*row));
    }
    return out;
  }

 private:
  bool place_follows() const {
    return at_ + 1 < tokens_.size() && tokens_[at_ + 1].is_place();
  }
  std::size_t end() const {
    const Token& last = tokens_.back();
    return last.offset + last.text.size();
  }
  tl::unexpected<TextFault> wrong(std::string what) const {
    return fault(at_ < tokens_.size() ? tokens_[at_].offset : end(),
                 std::move(what));
  }

  Read<SeriesRow> read_row() {
    SeriesRow row;
    if (tokens_[at_].text == "counter" && !place_follows()) {
      row.counter = true;
      if (++at_ == tokens_.size()) return wrong("counter of which metric?");
    }
    if (!place_follows()) {
      row.unit = find_series_unit(tokens_[at_].text);
      if (row.unit) ++at_;
    }
    if (at_ == tokens_.size() || !place_follows())
      return wrong("not a series: METRIC :HOST ['INSTANCE'] : VALUES");
    row.offset = tokens_[at_].offset;
    row.metric = unquoted(tokens_[at_]);
    row.host = tokens_[at_ + 1].text.substr(1);
    at_ += 2;
    if (at_ < tokens_.size() && tokens_[at_].is_quoted())
      row.instance = unquoted(tokens_[at_++]);
    if (at_ == tokens_.size() || tokens_[at_].text != ":")
      return wrong(
          fmt::format("`:` and the values of {} are missing here", row.metric));
    ++at_;
    return read_values(std::move(row));
  }

  Read<SeriesRow> read_values(SeriesRow row) {
    for (; at_ < tokens_.size() && !place_follows(); ++at_) {
      const std::string_view word = tokens_[at_].text;
      const std::string why = append_values(word, row.values);
      if (why.empty()) continue;
      if (looks_like_value(word) || row.values.empty()) return wrong(why);
      break;
    }
    if (row.values.empty())
      return wrong(fmt::format("{} has no values", row.metric));
    return row;
  }

  std::span<const Token> tokens_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<SeriesUnit> find_series_unit(std::string_view text) {
  SeriesUnit out{.text = std::string(text), .dimension = {}, .scale = 1};
  bool more = true;
  for (int sign = 1; more; sign = -1) {
    const std::string_view part = text.substr(0, text.find('/'));
    more = part.size() < text.size();
    text.remove_prefix(part.size() + (more ? 1 : 0));
    const std::size_t hat = std::min(part.find('^'), part.size());
    const auto unit = lang::find_unit(part.substr(0, hat));
    const auto power = hat == part.size()
                           ? std::optional(1)
                           : base::to_number<int>(part.substr(hat + 1));
    if (!unit || !power) return std::nullopt;
    const int n = sign * *power;
    out.dimension.space += n * unit->dimension.space;
    out.dimension.time += n * unit->dimension.time;
    out.dimension.count += n * unit->dimension.count;
    out.scale *= std::pow(unit->base, n * unit->scale);
  }
  return out;
}

std::string append_values(std::string_view word, SeriesValues& values) {
  const auto no_value = [word] {
    return fmt::format("not a value: {} (3, 3x4, 0+10x5, _ or \"text\")", word);
  };
  std::string_view rest = word;
  SeriesValue value;
  std::optional<double> step;
  if (auto text = take_quoted(rest); text && word[0] == '"') {
    value = std::move(*text);
  } else if (rest.starts_with('_')) {
    rest.remove_prefix(1);
  } else if (const auto number = take_number(rest)) {
    value = *number;
    const bool up = rest.starts_with('+');
    if (up) rest.remove_prefix(1);
    if (up || rest.starts_with('-')) {
      step = take_number(rest);
      if (!step) return no_value();
    }
  } else {
    return no_value();
  }
  const auto times = take_times(rest);
  if (!times && (step || !rest.empty())) return no_value();
  // Of steps the value where they start counts too.
  const std::size_t n = times.value_or(1) + (step ? 1 : 0);
  if (times.value_or(0) > kMostValues || values.size() + n > kMostValues)
    return fmt::format("a series has at most {} values", kMostValues);
  for (std::size_t i = 0; i < n; ++i) {
    values.push_back(value);
    if (step)
      values.back() = std::get<double>(value) + *step * static_cast<double>(i);
  }
  return "";
}

Read<std::vector<SeriesRow>> read_series(std::span<const Token> tokens) {
  return Reader(tokens).read();
}

}  // namespace balance
