#include "engine/report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>

#include <fmt/format.h>

#include "eval/expand.h"

namespace balance {
namespace {

/// Where `shift` stands in a line of an explanation.
constexpr std::size_t kShiftColumn = 52;

/// Texts in quotes.
std::string one(const Value& value) {
  const bool text = value.type == Type::text && value.known();
  return text ? fmt::format("\"{}\"", *value.text) : value_text(value);
}

std::string time_of_day(double now_s) {
  const auto seconds = static_cast<std::time_t>(now_s);
  std::tm tm{};
  localtime_r(&seconds, &tm);
  std::array<char, 16> text{};
  std::strftime(text.data(), text.size(), "%H:%M:%S", &tm);
  return text.data();
}

std::string candidate_line(const Verdict& verdict) {
  std::string line = fmt::format("    {}  ", verdict.name);
  if (verdict.reason != Reason::taken) line += "not taken: ";
  line += verdict.text;
  if (!verdict.shift.empty()) {
    const std::size_t pad =
        line.size() + 2 < kShiftColumn ? kShiftColumn - line.size() : 2;
    line.append(pad, ' ');
    line += verdict.shift;
  }
  return line + '\n';
}

}  // namespace

std::string value_text(const Column& column) {
  if (column.size() == 0) return "?";
  std::string out;
  for (std::size_t i = 0; i < column.size(); ++i)
    out += (i == 0 ? "" : " ") + one(element(column, i));
  return out;
}

std::string explain(const RunReport& report, const Program& program,
                    double now_s) {
  std::string head = fmt::format("[{}] {}", time_of_day(now_s), report.rule);
  if (report.host != kNoHost) {
    const std::string& host = program.hosts[report.host];
    head += ' ' + (host.empty() ? "localhost" : host);
  }
  if (report.value)
    head += fmt::format(": value {:.4g},", *report.value);
  else
    head += ':';
  if (report.candidates > 0 || report.waits.empty())
    head += fmt::format(" {} candidate{}", report.candidates,
                        report.candidates == 1 ? "" : "s");
  if (!report.waits.empty())
    head += fmt::format("{} waits: {}", report.candidates > 0 ? "," : "",
                        report.waits);
  std::string out = head + '\n';
  for (const Verdict& verdict : report.verdicts) out += candidate_line(verdict);
  return out;
}

std::string move_text(const Decision& decision) {
  return fmt::format("{} from {} to {}", first_word(decision.candidate.name),
                     decision.source, decision.target_name);
}

}  // namespace balance
