#include "tools/options.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string_view>

#include <pcp/pmapi.h>
#include <unistd.h>

#include "base/clock.h"

namespace balance {
namespace {

pmLongOptions long_options[] = {
    PMAPI_OPTIONS_HEADER("General options"),
    {"config", 1, 'c', "FILE", "a rule file; may be given more than once"},
    {"check", 0, 'C', nullptr, "check the rule files and exit"},
    PMOPT_DEBUG,
    {"dry-run", 0, 'n', nullptr, "decide, and say what would be done"},
    {"explain", 0, 0, nullptr, "say why each candidate was or was not taken"},
    {"foreground", 0, 'f', nullptr, "run in the foreground (it always does)"},
    PMOPT_HOST,
    {"logfile", 1, 'l', "FILE", "write messages to this file"},
    {"plugin-dir", 1, 'P', "DIR", "folder of the action plugins"},
    PMAPI_OPTIONS_HEADER("Reporting options"),
    {"dump", 1, 0, "WHAT",
     "print the rules as read (print) or compiled (program)"},
    {"timestamps", 0, 'e', nullptr, "with -v, the time of each evaluation"},
    PMOPT_SAMPLES,
    PMOPT_FINISH,
    PMOPT_INTERVAL,
    {"verbose", 0, 'v', nullptr, "the value of each rule at each evaluation"},
    PMOPT_TIMEZONE,
    {"version", 0, 'V', nullptr, "print the version and exit"},
    PMOPT_HELP,
    PMAPI_OPTIONS_END};

pmOptions make_options() {
  pmOptions out{};
  out.flags = PM_OPTFLAG_STDOUT_TZ;
  out.short_options = "c:CD:efh:l:nP:s:t:T:vVZ:?";
  out.long_options = long_options;
  out.short_usage = "[options] FILE...";
  // To libpcp these mean its own version, and a name space.
  out.override = [](int option, pmOptions*) {
    return option == 'V' || option == 'n' ? 1 : 0;
  };
  return out;
}

double seconds(const timeval& tv) {
  return static_cast<double>(tv.tv_sec) +
         static_cast<double>(tv.tv_usec) * 1e-6;
}

/// In a build tree the plugins stand beside the program.
std::string default_plugin_folder() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto beside = self.parent_path() / "plugins";
  if (!error && std::filesystem::is_directory(beside, error))
    return beside.string();
  return PMBALANCE_PLUGIN_DIR;
}

/// Options without a letter.
void take_long(const pmOptions& options, CommandLine& out) {
  const std::string_view name = long_options[options.index].long_opt;
  if (name == "explain") out.explain = true;
  if (name == "dump") out.dump = options.optarg;
}

void take(int option, const pmOptions& options, CommandLine& out) {
  switch (option) {
    case 'c':
      out.files.emplace_back(options.optarg);
      break;
    case 'C':
      out.then = CommandLine::Then::check;
      break;
    case 'n':
      out.dry_run = true;
      break;
    case 'e':
      out.times = true;
      break;
    case 'v':
      out.values = true;
      break;
    case 'l':
      out.log_file = options.optarg;
      break;
    case 'P':
      out.plugin_folder = options.optarg;
      break;
    case 0:
      take_long(options, out);
      break;
    case 'V':
      std::printf("%s version %s\n", pmGetProgname(), PMBALANCE_VERSION);
      out.then = CommandLine::Then::exit_good;
      break;
    default:
      break;
  }
}

bool known_dump(const std::string& what) {
  return what.empty() || what == "print" || what == "program";
}

void finish(const pmOptions& options, int argc, char** argv, CommandLine& out) {
  for (int i = options.optind; i < argc; ++i) out.files.emplace_back(argv[i]);
  out.host = options.nhosts > 0 ? options.hosts[0] : "local:";
  if (options.interval.tv_sec != 0 || options.interval.tv_usec != 0)
    out.delta_s = seconds(options.interval);
  if (options.samples > 0)
    out.samples = static_cast<std::uint64_t>(options.samples);
  if (options.finish_optarg != nullptr)
    out.runtime_s =
        std::max(0.0, seconds(options.finish) - base::wall_clock_s());
  if (options.timezone != nullptr) {
    setenv("TZ", options.timezone, 1);
    tzset();
  }
  if (out.plugin_folder.empty()) out.plugin_folder = default_plugin_folder();
}

}  // namespace

CommandLine read_command_line(int argc, char** argv) {
  CommandLine out;
  pmSetProgname(argv[0]);
  out.program = pmGetProgname();
  pmOptions options = make_options();
  for (int option; (option = pmGetOptions(argc, argv, &options)) != EOF;)
    take(option, options, out);
  if (out.then == CommandLine::Then::exit_good) return out;
  if (!known_dump(out.dump)) {
    pmprintf("%s: --dump wants print or program\n", pmGetProgname());
    options.errors++;
  }
  if (options.errors != 0 || (options.flags & PM_OPTFLAG_EXIT) != 0) {
    out.then = (options.flags & PM_OPTFLAG_EXIT) != 0
                   ? CommandLine::Then::exit_good
                   : CommandLine::Then::exit_bad;
    pmUsageMessage(&options);
    return out;
  }
  finish(options, argc, argv, out);
  if (out.files.empty()) out.files.emplace_back("-");
  return out;
}

}  // namespace balance
