#include "action/text_action.h"

#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <syslog.h>

namespace balance {
namespace {

using Name = std::pair<std::string_view, int>;

constexpr std::array<Name, 12> kLevels = {{{"emerg", LOG_EMERG},
                                           {"panic", LOG_EMERG},
                                           {"alert", LOG_ALERT},
                                           {"crit", LOG_CRIT},
                                           {"err", LOG_ERR},
                                           {"error", LOG_ERR},
                                           {"warning", LOG_WARNING},
                                           {"warn", LOG_WARNING},
                                           {"notice", LOG_NOTICE},
                                           {"info", LOG_INFO},
                                           {"debug", LOG_DEBUG},
                                           {"none", LOG_NOTICE}}};

constexpr std::array<Name, 19> kFacilities = {{{"auth", LOG_AUTH},
                                               {"authpriv", LOG_AUTHPRIV},
                                               {"cron", LOG_CRON},
                                               {"daemon", LOG_DAEMON},
                                               {"ftp", LOG_FTP},
                                               {"lpr", LOG_LPR},
                                               {"mail", LOG_MAIL},
                                               {"news", LOG_NEWS},
                                               {"syslog", LOG_SYSLOG},
                                               {"user", LOG_USER},
                                               {"uucp", LOG_UUCP},
                                               {"local0", LOG_LOCAL0},
                                               {"local1", LOG_LOCAL1},
                                               {"local2", LOG_LOCAL2},
                                               {"local3", LOG_LOCAL3},
                                               {"local4", LOG_LOCAL4},
                                               {"local5", LOG_LOCAL5},
                                               {"local6", LOG_LOCAL6},
                                               {"local7", LOG_LOCAL7}}};

template <std::size_t N>
int lookup(const std::array<Name, N>& names, std::string_view wanted,
           int otherwise) {
  for (const Name& name : names)
    if (name.first == wanted) return name.second;
  return otherwise;
}

int priority_of(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos)
    return LOG_DAEMON | lookup(kLevels, text, LOG_NOTICE);
  return lookup(kFacilities, text.substr(0, dot), LOG_DAEMON) |
         lookup(kLevels, text.substr(dot + 1), LOG_NOTICE);
}

/// "-p X": X, or the next text if X is one of its own.
bool option(std::string_view flag, const std::vector<std::string>& texts,
            std::size_t& at, std::string& value) {
  const std::string_view text = texts[at];
  if (!text.starts_with(flag)) return false;
  std::string_view rest = text.substr(flag.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  if (rest.empty() && at + 1 < texts.size()) rest = texts[++at];
  value = rest.substr(0, rest.find(' '));
  return true;
}

}  // namespace

std::string print_line(std::time_t now, const std::vector<std::string>& texts) {
  std::array<char, 32> when{};
  ctime_r(&now, when.data());
  const std::string_view stamp(when.data());
  return fmt::format("{}: {}\n", stamp.substr(0, stamp.find('\n')),
                     fmt::join(texts, ""));
}

SyslogMessage syslog_message(const std::vector<std::string>& texts) {
  SyslogMessage out;
  out.priority = LOG_DAEMON | LOG_NOTICE;
  std::size_t at = 0;
  for (; at < texts.size(); ++at) {
    std::string value;
    if (option("-p", texts, at, value))
      out.priority = priority_of(value);
    else if (option("-t", texts, at, value))
      out.tag = value;
    else
      break;
  }
  for (; at < texts.size(); ++at) out.text += texts[at];
  return out;
}

void write_syslog(const SyslogMessage& message) {
  openlog(message.tag.c_str(), 0, LOG_DAEMON);
  syslog(message.priority, "%s", message.text.c_str());
  closelog();
}

}  // namespace balance
