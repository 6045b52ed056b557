#include "tools/options.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <string_view>

#include <pcp/pmapi.h>

#include "action/text_action.h"
#include "base/text.h"

namespace balance {
namespace {

pmLongOptions long_options[] = {
    PMAPI_OPTIONS_HEADER("General options"),
    PMOPT_ALIGN,
    PMOPT_ARCHIVE,
    PMOPT_DEBUG,
    PMOPT_HOST,
    PMOPT_NAMESPACE,
    PMOPT_ORIGIN,
    PMOPT_START,
    PMOPT_FINISH,
    PMOPT_INTERVAL,
    PMOPT_SAMPLES,
    {"exact", 0, 0, nullptr, "evaluate at each record of the archives"},
    PMOPT_TIMEZONE,
    PMOPT_HOSTZONE,
    {"version", 0, 0, nullptr, "display version number and exit"},
    PMOPT_HELP,
    PMAPI_OPTIONS_HEADER("Runtime options"),
    {"check", 0, 'C', nullptr, "check the rules and exit"},
    {"config", 1, 'c', "FILE", "rule file"},
    {"dry-run", 0, 0, nullptr, "decide, and say what would be done"},
    {"interact", 0, 'd', nullptr, "interactive debugging mode"},
    {"test", 0, 0, nullptr, "run the rule tests in the files, and exit"},
    {"primary", 0, 'P', nullptr, "execute as the primary engine"},
    {"foreground", 0, 'f', nullptr, "run in the foreground, not as a daemon"},
    {"systemd", 0, 'F', nullptr,
     "systemd mode - notify service manager when ready"},
    {"", 0, 'H', nullptr, nullptr},
    {"", 1, 'j', "FILE", "stomp protocol (JMS) file"},
    {"logfile", 1, 'l', "FILE", "send status and error messages to FILE"},
    {"ledger", 1, 0, "FILE", "keep the record of moves in FILE"},
    {"note", 1, 'm', "NOTE", "descriptive note for the log"},
    {"partial", 0, 0, nullptr, "go on if the archives lack metrics"},
    {"plugin-dir", 1, 0, "DIR", "folder of the action plugins"},
    {"record", 1, 0, "ARCHIVE", "write values and decisions as an archive"},
    {"seed", 1, 0, "N", "choose among equal targets by this number"},
    {"username", 1, 'U', "USER", "run as named USER in daemon mode"},
    PMAPI_OPTIONS_HEADER("Reporting options"),
    {"buffer", 0, 'b', nullptr,
     "one line buffered output stream, stdout on stderr"},
    {"dump", 1, 0, "WHAT",
     "print the rules as ast, types, print or program, and exit"},
    {"explain", 0, 0, nullptr, "say why each candidate was or was not taken"},
    {"json", 0, 0, nullptr, "errors and warnings of rules as JSON"},
    {"junit", 1, 0, "FILE", "write the results of --test to FILE, as XML"},
    {"format", 1, 'o', "FORMAT", "what archive mode prints for an action"},
    {"pmlogger-config", 0, 0, nullptr,
     "print what pmlogger must record for the rules, and exit"},
    {"timestamp", 0, 'e', nullptr,
     "force timestamps to be reported with -V, -v or -W"},
    {"quiet", 0, 'q', nullptr, "quiet mode, default diagnostics suppressed"},
    {"units", 1, 0, "HOW",
     "units that do not fit: warn (the default) or error"},
    {"warnings", 1, 0, "HOW",
     "what is allowed and probably not meant: warn (the default) or error"},
    {"", 0, 'v', nullptr, "verbose mode, expression values printed"},
    {"verbose", 0, 'V', nullptr,
     "verbose mode, annotated expression values printed"},
    {"", 0, 'W', nullptr, "verbose mode, satisfying expression values printed"},
    {"secret-applet", 0, 'X', nullptr, "values only, one line an evaluation"},
    {"secret-agent", 0, 'x', nullptr, "give values to pmdasummary(1)"},
    PMAPI_OPTIONS_END};

/// What libpcp would otherwise do in its own way: one archive, its version, no
/// -A for live hosts.
int ours(int option, pmOptions*) {
  return option == 'A' || option == 'a' || option == 'h' || option == 'H' ||
         option == 'V';
}

pmOptions make_options() {
  pmOptions out{};
  out.flags = PM_OPTFLAG_STDOUT_TZ;
  out.short_options = "a:A:bc:CdD:efFHh:j:l:m:n:o:O:PqS:s:t:T:U:vVWXxzZ:?";
  out.long_options = long_options;
  out.short_usage = "[options] [filename ...]";
  out.override = ours;
  return out;
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

bool is_one_of(std::string_view what,
               std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words)
    if (word == what) return true;
  return false;
}

class Reader {
 public:
  Reader(int argc, char** argv) : argc_(argc), argv_(argv) {}
  ~Reader() { pmFreeOptions(&options_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  CommandLine read();

 private:
  void wrong(const std::string& text) {
    pmprintf("%s: %s\n", pmGetProgname(), text.c_str());
    options_.errors++;
  }

  void take(int option);
  void take_source(int option);
  void take_report(int option);
  void take_run(int option);
  void take_long();
  void take_files();
  void from_environment();
  void check_conflicts();
  void finish();

  int argc_;
  char** argv_;
  pmOptions options_ = make_options();
  CommandLine out_;
  bool foreground_ = false;
  bool test_ = false;
  bool version_ = false;
};

void Reader::take_source(int option) {
  const bool archive = option == 'a';
  if (out_.host_given || (!archive && !out_.archives.empty()))
    return wrong("at most one of -a or -h allowed");
  options_.context = archive ? PM_CONTEXT_ARCHIVE : PM_CONTEXT_HOST;
  if (archive) {
    out_.archives.emplace_back(options_.optarg);
    foreground_ = true;
  } else {
    out_.host = options_.optarg;
    out_.host_given = true;
  }
}

void Reader::take_report(int option) {
  switch (option) {
    case 'v':
      out_.values = ValueStyle::plain;
      break;
    case 'V':
      out_.values = ValueStyle::named;
      break;
    case 'W':
      out_.values = ValueStyle::satisfying;
      break;
    case 'X':
      out_.values = ValueStyle::applet;
      break;
    case 'e':
      out_.times = true;
      break;
    case 'q':
      out_.quiet = true;
      break;
    case 'b':
      out_.one_stream = true;
      break;
    case 'o':
      out_.action_format = options_.optarg;
      if (const auto good = check_format(out_.action_format); !good)
        wrong(good.error().text);
      break;
    default:
      break;
  }
}

void Reader::take_run(int option) {
  switch (option) {
    case 'f':
      foreground_ = true;
      break;
    case 'F':
      out_.systemd = out_.daemon = true;
      break;
    case 'P':
      out_.primary = out_.daemon = true;
      break;
    case 'U':
      out_.user = options_.optarg;
      out_.daemon = true;
      break;
    case 'l':
      if (!out_.log_file.empty()) wrong("at most one -l option is allowed");
      out_.log_file = options_.optarg;
      out_.daemon = true;
      break;
    case 'A':
      out_.align = options_.optarg;
      break;
    case 'm':
      out_.note = options_.optarg;
      break;
    case 'j':
      out_.stomp_file = options_.optarg;
      break;
    case 'x':
      out_.agent = true;
      break;
    default:
      break;
  }
}

/// Options without a letter.
void Reader::take_long() {
  const std::string_view name = long_options[options_.index].long_opt;
  const std::string_view value =
      options_.optarg == nullptr ? "" : options_.optarg;
  if (name == "dry-run") out_.dry_run = true;
  if (name == "exact") out_.exact = true;
  if (name == "explain") out_.explain = true;
  if (name == "json") out_.json = true;
  if (name == "junit") out_.junit = value;
  if (name == "partial") out_.partial = true;
  if (name == "pmlogger-config") out_.pmlogger_config = true;
  if (name == "test") test_ = true;
  if (name == "version") version_ = true;
  if (name == "ledger") out_.ledger_file = value;
  if (name == "plugin-dir") out_.plugin_folder = value;
  if (name == "record") out_.record = value;
  if (name == "seed") {
    out_.seed = base::to_number<std::uint64_t>(value);
    if (!out_.seed) wrong("--seed wants a number");
  }
  if (name == "dump") {
    out_.dump = value;
    if (!is_one_of(value, {"ast", "types", "print", "program"}))
      wrong("--dump wants ast, types, print or program");
  }
  if (name == "warnings") {
    out_.warnings_errors = value == "error";
    if (!is_one_of(value, {"warn", "error"}))
      wrong("--warnings wants warn or error");
  }
  if (name == "units") {
    out_.units_errors = value == "error";
    if (!is_one_of(value, {"warn", "error"}))
      wrong("--units wants warn or error");
  }
}

void Reader::take(int option) {
  switch (option) {
    case 'a':
    case 'h':
      return take_source(option);
    case 'c':
      if (out_.then == CommandLine::Then::interact)
        return wrong("at most one of -c and -d allowed");
      out_.files.emplace_back(options_.optarg);
      return;
    case 'd':
      if (!out_.files.empty()) return wrong("at most one of -c and -d allowed");
      if (out_.then != CommandLine::Then::check)
        out_.then = CommandLine::Then::interact;
      return;
    case 'C':
      out_.then = CommandLine::Then::check;
      return;
    case 0:
      return take_long();
    default:
      take_report(option);
      take_run(option);
  }
}

void Reader::take_files() {
  const int first = options_.optind;
  if (!out_.files.empty() && first < argc_)
    return wrong("extra filenames cannot be given after using -c");
  for (int i = first; i < argc_; ++i) out_.files.emplace_back(argv_[i]);
  if (out_.files.empty() && test_) return wrong("--test wants files");
  if (out_.files.empty() && out_.then != CommandLine::Then::interact)
    out_.files.emplace_back("-");
}

/// PCP_ARCHIVE, PCP_HOST: where neither -a nor -h was given.
void Reader::from_environment() {
  if (out_.host_given || !out_.archives.empty()) return;
  for (int i = 0; i < options_.narchives; ++i)
    out_.archives.emplace_back(options_.archives[i]);
  if (!out_.archives.empty()) {
    foreground_ = true;
  } else if (options_.nhosts > 0) {
    out_.host = options_.hosts[0];
    out_.host_given = true;
  }
}

void Reader::check_conflicts() {
  if (test_ && (out_.then != CommandLine::Then::run || out_.host_given ||
                !out_.archives.empty()))
    wrong("--test goes with none of -a, -C, -d and -h");
  if (!test_ && !out_.junit.empty()) wrong("--junit is for --test only");
  if (foreground_ && out_.systemd)
    wrong("the -f and -F options are mutually exclusive");
  if (out_.exact && out_.archives.empty())
    wrong("--exact is for archives only");
  if (out_.agent && out_.one_stream)
    wrong("the -b and -x options are incompatible");
  if (out_.agent && out_.then == CommandLine::Then::interact)
    wrong("the -d and -x options are incompatible");
}

void Reader::finish() {
  if (test_) out_.then = CommandLine::Then::test;
  const auto text = [](const char* from) {
    return std::string(from == nullptr ? "" : from);
  };
  out_.start = text(options_.start_optarg);
  out_.finish = text(options_.finish_optarg);
  // From the environment.
  if (out_.align.empty()) out_.align = text(options_.align_optarg);
  out_.origin = text(options_.origin_optarg);
  out_.zone = text(options_.timezone);
  out_.host_zone = options_.tzflag != 0;
  const timeval interval = options_.interval;
  if (interval.tv_sec != 0 || interval.tv_usec != 0)
    out_.delta_s = pmtimevalToReal(&interval);
  if (options_.samples > 0)
    out_.samples = static_cast<std::uint64_t>(options_.samples);
  // A reader waits at standard output.
  if (out_.agent) out_.values = ValueStyle::none;
  if (foreground_ || out_.agent) out_.daemon = false;
  if (out_.plugin_folder.empty()) out_.plugin_folder = default_plugin_folder();
}

CommandLine Reader::read() {
  pmSetProgname(argv_[0]);
  out_.program = pmGetProgname();
  // Under pmie's name all is as there: what an archive lacks is left out.
  out_.partial = out_.program == "pmie";
  for (int option; (option = pmGetOptions(argc_, argv_, &options_)) != EOF;)
    take(option);
  if (version_) {
    std::printf("%s version %s\n", pmGetProgname(), PMBALANCE_VERSION);
    out_.then = CommandLine::Then::exit_good;
    return out_;
  }
  from_environment();
  take_files();
  check_conflicts();
  const bool exits = (options_.flags & PM_OPTFLAG_EXIT) != 0;
  if (options_.errors != 0 || exits) {
    pmUsageMessage(&options_);
    out_.then =
        exits ? CommandLine::Then::exit_good : CommandLine::Then::exit_bad;
    return out_;
  }
  finish();
  return out_;
}

}  // namespace

CommandLine read_command_line(int argc, char** argv) {
  return Reader(argc, argv).read();
}

}  // namespace balance
