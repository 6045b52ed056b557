#include "action/syslog_action.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <syslog.h>

#include "base/text.h"
#include "eval/expand.h"

namespace balance {
namespace {

using Name = std::pair<std::string_view, int>;

constexpr std::array<Name, 11> kLevels = {{{"emerg", LOG_EMERG},
                                           {"panic", LOG_EMERG},
                                           {"alert", LOG_ALERT},
                                           {"crit", LOG_CRIT},
                                           {"err", LOG_ERR},
                                           {"error", LOG_ERR},
                                           {"warning", LOG_WARNING},
                                           {"warn", LOG_WARNING},
                                           {"notice", LOG_NOTICE},
                                           {"info", LOG_INFO},
                                           {"debug", LOG_DEBUG}}};

// `kern` is missing: syslog(3) gives it to the kernel alone.
constexpr std::array<Name, 20> kFacilities = {
    {{"auth", LOG_AUTH},     {"security", LOG_AUTH}, {"authpriv", LOG_AUTHPRIV},
     {"cron", LOG_CRON},     {"daemon", LOG_DAEMON}, {"ftp", LOG_FTP},
     {"lpr", LOG_LPR},       {"mail", LOG_MAIL},     {"news", LOG_NEWS},
     {"syslog", LOG_SYSLOG}, {"user", LOG_USER},     {"uucp", LOG_UUCP},
     {"local0", LOG_LOCAL0}, {"local1", LOG_LOCAL1}, {"local2", LOG_LOCAL2},
     {"local3", LOG_LOCAL3}, {"local4", LOG_LOCAL4}, {"local5", LOG_LOCAL5},
     {"local6", LOG_LOCAL6}, {"local7", LOG_LOCAL7}}};

/// A name in any case, or a number.
template <std::size_t N>
std::optional<int> code_of(const std::array<Name, N>& names,
                           std::string_view wanted) {
  if (const auto number = base::to_number<int>(wanted)) return number;
  const auto same = [&](const Name& name) {
    return std::equal(name.first.begin(), name.first.end(), wanted.begin(),
                      wanted.end(), [](char a, char b) {
                        return a == std::tolower(static_cast<unsigned char>(b));
                      });
  };
  const auto found = std::find_if(names.begin(), names.end(), same);
  if (found == names.end()) return std::nullopt;
  return found->second;
}

int priority_of(std::string_view text, std::vector<std::string>& warnings) {
  int facility = LOG_DAEMON;
  if (const std::size_t dot = text.find('.'); dot != std::string_view::npos) {
    const std::string_view name = text.substr(0, dot);
    const int code = code_of(kFacilities, name).value_or(0) & LOG_FACMASK;
    if (code == 0)
      warnings.push_back(fmt::format("unknown facility '{}'", name));
    else
      facility = code;
    text.remove_prefix(dot + 1);
  }
  const auto level = code_of(kLevels, text);
  if (!level) warnings.push_back(fmt::format("unknown level '{}'", text));
  return facility | (level.value_or(LOG_NOTICE) & LOG_PRIMASK);
}

/// Reads options off the head of a list of strings. An option may be spread
/// over several of them: "-p" "err".
class OptionReader {
 public:
  explicit OptionReader(const std::vector<std::string>& strings)
      : strings_(strings) {}

  std::size_t used() const { return at_; }

  /// 'p' or 't' if such an option comes next and `wanted` has it, else 0. After
  /// 0 nothing more may be read.
  char option(std::string_view wanted) {
    if (next() != '-') return 0;
    step();
    const char letter = next();
    if (letter == 0 || wanted.find(letter) == std::string_view::npos) return 0;
    step();
    return letter;
  }

  /// The word that follows; the rest of its string is passed over.
  std::string value(std::vector<std::string>& warnings) {
    while (std::isspace(static_cast<unsigned char>(next())) != 0) step();
    if (next() == 0) return {};
    const std::string_view rest =
        std::string_view(strings_[at_]).substr(offset_);
    const std::size_t end = std::min(rest.find_first_of(" \t\n"), rest.size());
    if (end < rest.size())
      warnings.push_back(fmt::format("passed over '{}'", rest.substr(end)));
    ++at_;
    offset_ = 0;
    return std::string(rest.substr(0, end));
  }

 private:
  char next() {
    while (at_ < strings_.size() && offset_ == strings_[at_].size()) {
      ++at_;
      offset_ = 0;
    }
    return at_ < strings_.size() ? strings_[at_][offset_] : '\0';
  }
  void step() { ++offset_; }

  const std::vector<std::string>& strings_;
  std::size_t at_ = 0;
  std::size_t offset_ = 0;
};

}  // namespace

SyslogOptions syslog_options(const std::vector<std::string>& strings) {
  SyslogOptions out;
  out.priority = LOG_DAEMON | LOG_NOTICE;
  OptionReader reader(strings);
  std::string wanted = "pt";
  while (const char letter = reader.option(wanted)) {
    wanted.erase(wanted.find(letter), 1);
    const std::string value = reader.value(out.warnings);
    out.count = reader.used();
    if (value.empty())
      out.warnings.push_back(fmt::format("-{} has no value", letter));
    else if (letter == 'p')
      out.priority = priority_of(value, out.warnings);
    else
      out.tag = value;
  }
  return out;
}

SyslogMessage syslog_message(const Firing& firing) {
  const std::vector<std::string>& strings = firing.action->strings;
  const SyslogOptions options = syslog_options(strings);
  SyslogMessage out{options.priority, options.tag, {}};
  for (std::size_t i = options.count; i < strings.size(); ++i)
    out.text +=
        expand(strings[i], firing.subjects, firing.moves, firing.nothing);
  return out;
}

void write_syslog(const SyslogMessage& message) {
  openlog(message.tag.c_str(), LOG_PID | LOG_CONS, LOG_DAEMON);
  syslog(message.priority, "%s", message.text.c_str());
  closelog();
}

}  // namespace balance
