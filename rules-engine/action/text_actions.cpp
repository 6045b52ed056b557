#include "action/text_actions.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "action/child.h"
#include "action/syslog_action.h"
#include "program/actions.h"

namespace balance {
namespace {

using Setting = std::function<std::string(const char*)>;

/// The PATH that pmie gives its commands.
std::string path_of(const Setting& setting) {
  std::string out = "PATH=/usr/sbin:/sbin:/usr/bin:/bin";
  for (const char* name :
       {"PCP_BIN_DIR", "PCP_BINADM_DIR", "PCP_PLATFORM_PATHS"})
    if (const std::string more = setting(name); !more.empty())
      out += ':' + more;
  return out;
}

/// Where pmie looks, and where its manual says that it looks.
std::string stomp_file_of(const Setting& setting) {
  const std::string file = setting("PCP_VAR_DIR") + "/config/pmie/stomp";
  const std::string other = setting("PCP_SYSCONF_DIR") + "/pmie/config/stomp";
  return access(file.c_str(), F_OK) != 0 && access(other.c_str(), F_OK) == 0
             ? other
             : file;
}

/// Tells an action from all others, also after the files were read again.
std::string name_of(const Action& action) {
  return fmt::format("{} {}", action.id, action.origin.place);
}

}  // namespace

TextActions::TextActions(Options options)
    : options_(std::move(options)),
      path_(path_of(options_.setting)),
      alarms_(options_.setting("PCP_XCONFIRM_PROG")) {}

base::Result<void> TextActions::prepare(const Program& program) {
  if (stomp_ || !has_action(program, Action::Kind::stomp)) return {};
  auto out = connect_stomp();
  if (!out) stomp_.reset();
  return out;
}

bool TextActions::execute(const Firing& firing, std::time_t now) {
  const auto done = run(firing, now);
  if (!done) log(firing, done.error().text, failing_);
  const bool success = done && *done;
  if (success)
    failing_.erase(name_of(*firing.action));
  else
    ++counters_.failed;
  return success;
}

base::Result<bool> TextActions::run(const Firing& firing, std::time_t now) {
  switch (firing.action->kind) {
    case Action::Kind::print:
      ++counters_.executed;
      options_.print(print_line(now, {action_text(firing)}));
      return true;
    case Action::Kind::syslog:
      return write_to_syslog(firing);
    case Action::Kind::shell:
      return shell(firing);
    case Action::Kind::alarm:
      return alarm(firing, now);
    case Action::Kind::stomp:
      return stomp(firing);
    case Action::Kind::plugin:
    case Action::Kind::both:
    case Action::Kind::either:
      break;
  }
  return base::fail(0, "no action of a text");
}

base::Result<bool> TextActions::shell(const Firing& firing) {
  const auto command = shell_command(firing);
  if (!command) {
    ++counters_.refused;
    log(firing, "shell refused: " + command.error().text, warned_);
    return false;
  }
  ++counters_.executed;
  return execute_command(*command);
}

base::Result<bool> TextActions::execute_command(const ShellCommand& command) {
  // What was printed before comes before what the command prints.
  std::fflush(stdout);
  std::vector<std::string> words = {"/bin/sh", "-c", command.text, "sh"};
  words.insert(words.end(), command.arguments.begin(), command.arguments.end());
  const auto pid = start_child(words, {path_, "IFS=\t\n"}, Stdio::inherited);
  if (!pid) return tl::make_unexpected(pid.error());
  const auto status =
      wait_child(*pid, {options_.shell_deadline, options_.stopping});
  if (!status) return tl::make_unexpected(status.error());
  return *status == 0;
}

base::Result<bool> TextActions::alarm(const Firing& firing, std::time_t now) {
  if (options_.setting("PCP_XCONFIRM_PROG").empty())
    log(firing, "PCP_XCONFIRM_PROG is not set, echo(1) takes its place",
        warned_);
  const auto shown =
      alarms_.show(name_of(*firing.action), now, action_text(firing));
  if (!shown || *shown) ++counters_.executed;
  if (!shown) return tl::make_unexpected(shown.error());
  return true;
}

base::Result<bool> TextActions::write_to_syslog(const Firing& firing) {
  ++counters_.executed;
  const SyslogOptions options = syslog_options(firing.action->strings);
  if (!options.warnings.empty())
    log(firing, fmt::format("syslog: {}", fmt::join(options.warnings, ", ")),
        warned_);
  write_syslog(syslog_message(firing));
  return true;
}

base::Result<bool> TextActions::stomp(const Firing& firing) {
  ++counters_.executed;
  if (!stomp_)
    if (const auto made = connect_stomp(); !made)
      return tl::make_unexpected(made.error());
  if (const auto sent = stomp_->send(action_text(firing)); !sent)
    return tl::make_unexpected(sent.error());
  return true;
}

base::Result<void> TextActions::connect_stomp() {
  if (!stomp_) {
    auto settings = read_stomp_settings(options_.stomp_file.empty()
                                            ? stomp_file_of(options_.setting)
                                            : options_.stomp_file);
    if (!settings) return tl::make_unexpected(settings.error());
    stomp_ = std::make_unique<StompLink>(std::move(*settings));
  }
  return stomp_->connect();
}

/// The same at each evaluation would fill the log.
void TextActions::log(const Firing& firing, const std::string& text,
                      std::set<std::string>& said) {
  const Action& action = *firing.action;
  if (said.insert(name_of(action)).second)
    options_.log(
        fmt::format("{}: {}: {}", action.origin.place, firing.rule, text));
}

}  // namespace balance
