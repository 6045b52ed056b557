#include "tools/options.h"

#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

/// For the address sanitizer: pmFreeOptions does not free the names that
/// libpcp took from the environment.
extern "C" [[gnu::used]] inline const char* __lsan_default_suppressions() {
  return "leak:libpcp.so";
}

namespace balance {
namespace {

std::string describe_run(const CommandLine& line) {
  std::string out;
  const auto flag = [&out](bool set, const char* name) {
    if (set) out += fmt::format(" {}", name);
  };
  const auto text = [&out](const char* name, const std::string& value) {
    if (!value.empty()) out += fmt::format(" {}={}", name, value);
  };
  flag(line.agent, "agent");
  flag(line.daemon, "daemon");
  flag(line.systemd, "systemd");
  flag(line.primary, "primary");
  flag(line.one_stream, "one-stream");
  flag(line.quiet, "quiet");
  flag(line.dry_run, "dry-run");
  flag(line.partial, "partial");
  flag(line.exact, "exact");
  flag(line.times, "times");
  flag(line.explain, "explain");
  flag(line.json, "json");
  flag(line.units_errors, "units-errors");
  flag(line.warnings_errors, "warnings-errors");
  flag(line.pmlogger_config, "pmlogger-config");
  flag(line.host_zone, "host-zone");
  if (line.seed) text("seed", std::to_string(*line.seed));
  text("user", line.user);
  text("log", line.log_file);
  text("note", line.note);
  text("stomp", line.stomp_file);
  text("record", line.record);
  text("format", line.action_format);
  text("junit", line.junit);
  text("dump", line.dump);
  text("zone", line.zone);
  text("start", line.start);
  text("finish", line.finish);
  text("align", line.align);
  text("origin", line.origin);
  return out;
}

/// What differs from a command line without options, in one line.
std::string describe(const CommandLine& line) {
  static const std::map<CommandLine::Then, std::string> kThen = {
      {CommandLine::Then::run, "run"},
      {CommandLine::Then::check, "check"},
      {CommandLine::Then::interact, "interact"},
      {CommandLine::Then::test, "test"},
      {CommandLine::Then::exit_good, "good"},
      {CommandLine::Then::exit_bad, "bad"}};
  static const std::map<ValueStyle, std::string> kValues = {
      {ValueStyle::none, ""},
      {ValueStyle::plain, " v"},
      {ValueStyle::named, " V"},
      {ValueStyle::satisfying, " W"},
      {ValueStyle::applet, " X"}};
  std::string out = kThen.at(line.then);
  if (line.then == CommandLine::Then::exit_good ||
      line.then == CommandLine::Then::exit_bad)
    return out;
  if (!line.files.empty())
    out += ' ' + fmt::format("{}", fmt::join(line.files, ","));
  for (const std::string& archive : line.archives) out += " a:" + archive;
  if (line.host_given) out += " h:" + line.host;
  if (line.delta_s != 10) out += fmt::format(" every {}", line.delta_s);
  if (line.samples) out += fmt::format(" {} times", *line.samples);
  return out + kValues.at(line.values) + describe_run(line);
}

CommandLine read(const std::string& text) {
  std::vector<std::string> words = {"pmbalance"};
  std::istringstream in(text);
  for (std::string word; in >> word;) words.push_back(word);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  return read_command_line(static_cast<int>(words.size()), argv.data());
}

class Options : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"PCP_ARCHIVE", "PCP_HOST", "PCP_TIMEZONE"})
      unsetenv(name);
    // Where pmUsageMessage() writes.
    setenv("PCP_STDERR", "/dev/stderr", 1);
  }
};

TEST_F(Options, MeanWhatTheyMeanToPmie) {
  const std::vector<std::pair<std::string, std::string>> kTable = {
      {"", "run -"},
      {"a b", "run a,b"},
      {"-c a", "run a"},
      {"--config=a", "run a"},
      {"-c a b", "bad"},
      {"-C a", "check a"},
      {"--check a", "check a"},
      {"-d", "interact"},
      {"--interact a", "interact a"},
      {"-d -C a", "check a"},
      {"-C -d a", "check a"},
      {"-d -c a", "bad"},
      {"-c a -d", "bad"},
      {"-v a", "run a v"},
      {"-V a", "run a V"},
      {"--verbose a", "run a V"},
      {"-W a", "run a W"},
      {"-vX a", "run a X"},
      {"--secret-applet a", "run a X"},
      {"-x a", "run a agent"},
      {"--secret-agent a", "run a agent"},
      {"-x -C a", "check a agent"},
      {"-x -vX a", "run a agent"},
      {"-x -l log a", "run a agent log=log"},
      {"-x -b a", "bad"},
      {"-x -d", "bad"},
      {"-e -q -b a", "run a one-stream quiet times"},
      {"--timestamp --quiet --buffer a", "run a one-stream quiet times"},
      {"-t 5 a", "run a every 5"},
      {"--interval=2min a", "run a every 120"},
      {"-t nonsense a", "bad"},
      {"-s 7 a", "run a 7 times"},
      {"-T 10sec a", "run a finish=10sec"},
      {"-H a", "run a"},
      {"-j s a", "run a stomp=s"},
      {"-m why a", "run a note=why"},
      {"--note=why a", "run a note=why"},
      {"-Z EST5 a", "run a zone=EST5"},
      {"--no-such-option a", "bad"},
      {"-k a", "bad"},
      {"-?", "bad"},
      {"--help", "bad"},
      {"--version", "good"},
      {"-h one a", "run a h:one"},
      {"-h one -h two a", "bad"},
      {"-z a", "bad"},
      {"-h one -z a", "run a h:one host-zone"},
  };
  for (const auto& [text, expected] : kTable)
    EXPECT_EQ(describe(read(text)), expected) << "pmbalance " << text;
}

TEST_F(Options, OfArchives) {
  const std::vector<std::pair<std::string, std::string>> kTable = {
      {"-a x a", "run a a:x"},
      {"-a x -a y,z a", "run a a:x a:y,z"},
      {"--archive=x a", "run a a:x"},
      {"-a x -h one a", "bad"},
      {"-h one -a x a", "bad"},
      {"-a x -z a", "run a a:x host-zone"},
      {"-a x -S @1 -T @9 -A 1min -O @2 a",
       "run a a:x start=@1 finish=@9 align=1min origin=@2"},
      {"-S @1 a", "bad"},
      {"-A 1min a", "run a align=1min"},
      {"-a x -o %a%%%d%f%l%m%u a", "run a a:x format=%a%%%d%f%l%m%u"},
      {"-a x --format=%m a", "run a a:x format=%m"},
      {"-a x -o %k a", "bad"},
      {"-a x --exact --partial a", "run a a:x partial exact"},
      {"--exact a", "bad"},
      {"--seed=7 a", "run a seed=7"},
      {"--seed=18446744073709551615 a", "run a seed=18446744073709551615"},
      {"--seed=-1 a", "bad"},
      {"--seed=x a", "bad"},
  };
  for (const auto& [text, expected] : kTable)
    EXPECT_EQ(describe(read(text)), expected) << "pmbalance " << text;
}

TEST_F(Options, DecideWhetherItIsADaemon) {
  const std::vector<std::pair<std::string, std::string>> kTable = {
      {"-l x a", "run a daemon log=x"},
      {"--logfile=x a", "run a daemon log=x"},
      {"-l x -l y a", "bad"},
      {"-l x -f a", "run a log=x"},
      {"-l x --foreground a", "run a log=x"},
      {"-l x -a z a", "run a a:z log=x"},
      {"-U who a", "run a daemon user=who"},
      {"--username=who -f a", "run a user=who"},
      {"-P a", "run a daemon primary"},
      {"--primary -l x a", "run a daemon primary log=x"},
      {"-F a", "run a daemon systemd"},
      {"--systemd -P a", "run a daemon systemd primary"},
      {"-F -f a", "bad"},
      {"-F -a z a", "bad"},
  };
  for (const auto& [text, expected] : kTable)
    EXPECT_EQ(describe(read(text)), expected) << "pmbalance " << text;
}

TEST_F(Options, OfOurOwn) {
  const std::vector<std::pair<std::string, std::string>> kTable = {
      {"--dry-run --explain a", "run a dry-run explain"},
      {"--dump=ast a", "run a dump=ast"},
      {"--dump=types a", "run a dump=types"},
      {"--dump=print a", "run a dump=print"},
      {"--dump=program a", "run a dump=program"},
      {"--dump=code a", "bad"},
      {"--json -C a", "check a json"},
      {"--units=warn a", "run a"},
      {"--units=error a", "run a units-errors"},
      {"--units=never a", "bad"},
      {"--warnings=warn a", "run a"},
      {"--warnings=error a", "run a warnings-errors"},
      {"--warnings=never a", "bad"},
      {"--record=x a", "run a record=x"},
      {"--pmlogger-config a", "run a pmlogger-config"},
      {"--test a b", "test a,b"},
      {"--test --junit=x a", "test a junit=x"},
      {"--test -Z EST5 a", "test a zone=EST5"},
      {"--test", "bad"},
      {"--test -C a", "bad"},
      {"--test -d a", "bad"},
      {"--test -a x a", "bad"},
      {"--test -h one a", "bad"},
      {"--junit=x a", "bad"},
  };
  for (const auto& [text, expected] : kTable)
    EXPECT_EQ(describe(read(text)), expected) << "pmbalance " << text;
  EXPECT_EQ(read("--plugin-dir=/p a").plugin_folder, "/p");
  EXPECT_NE(read("a").plugin_folder, "");
}

TEST_F(Options, ComeFromTheEnvironmentToo) {
  setenv("PCP_HOST", "far", 1);
  EXPECT_EQ(describe(read("a")), "run a h:far");
  EXPECT_EQ(describe(read("-a x a")), "run a a:x");
  EXPECT_EQ(describe(read("-h one a")), "run a h:one");
  unsetenv("PCP_HOST");
  setenv("PCP_ARCHIVE", "old", 1);
  EXPECT_EQ(describe(read("-l log a")), "run a a:old log=log");
  EXPECT_EQ(describe(read("-a x a")), "run a a:x");
  unsetenv("PCP_ARCHIVE");
}

}  // namespace
}  // namespace balance
