#include "action/alarms.h"

#include <utility>

#include <sys/wait.h>

#include "action/child.h"
#include "action/text_action.h"

namespace balance {
namespace {

constexpr char kEcho[] = "/bin/echo";

}  // namespace

Alarms::Alarms(std::string program)
    : program_(program.empty() ? kEcho : std::move(program)) {}

base::Result<bool> Alarms::show(const std::string& action, std::time_t now,
                                const std::string& text) {
  reap();
  if (shown_.contains(action)) return false;
  // The line of the time ends in a newline, which parts it from the text.
  const auto pid = start_child(
      {program_, "-header", "Performance Co-Pilot Alarm", "-b", "Cancel",
       "-icon", "warning", "-t", ctime_text(now) + '\n', "-t", text},
      {}, program_ == kEcho ? Stdio::inherited : Stdio::none);
  if (!pid) return tl::make_unexpected(pid.error());
  shown_[action] = *pid;
  return true;
}

void Alarms::reap() {
  std::erase_if(shown_, [](const auto& alarm) {
    int status = 0;
    return waitpid(alarm.second, &status, WNOHANG) != 0;
  });
}

}  // namespace balance
