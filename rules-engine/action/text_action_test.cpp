#include "action/text_action.h"

#include <cstdlib>

#include <gtest/gtest.h>
#include <syslog.h>

#include "action/firing_for_test.h"
#include "action/syslog_action.h"

namespace balance {
namespace {

using Kind = Action::Kind;

class TextAction : public testing::Test {
 protected:
  TextAction() {
    setenv("TZ", "UTC", 1);
    tzset();
  }
  Firings firings;
};

TEST_F(TextAction, PrintHasPmiesForm) {
  EXPECT_EQ(print_line(10, {"node1 ", "is empty"}),
            "Thu Jan  1 00:00:10 1970: node1 is empty\n");
}

TEST_F(TextAction, ArchivesPrintTheActionInAnyFormat) {
  const Firing& firing = firings.make(Kind::alarm, {"busy:", " %i"},
                                      {instance("sda"), instance("sdb")});
  const struct {
    std::string format, line;
  } table[] = {
      {"", "alarm Thu Jan  1 00:00:10 1970: busy: sda sdb\n"},
      {"%a %d: %m", "alarm Thu Jan  1 00:00:10 1970: busy: sda sdb\n"},
      {"%u", "Thu Jan  1 00:00:10.250000 1970\n"},
      {"%f|%l|%%|100", "some:file.pmie|12|%|100\n"},
      {"plain", "plain\n"},
  };
  for (const auto& row : table) {
    EXPECT_TRUE(check_format(row.format)) << row.format;
    EXPECT_EQ(archive_line(firing, 10.25, row.format), row.line);
  }
}

TEST_F(TextAction, FormatsThatMeanNothingAreErrors) {
  for (const char* format : {"%", "%a %", "%x", "%a%5d"})
    EXPECT_FALSE(check_format(format)) << format;
  EXPECT_EQ(check_format("%q").error().text,
            "no format %q; there are %a %d %f %l %m %u %%");
}

// The texts and tags are what pmie 6.0.3 makes of the same strings.
TEST_F(TextAction, SyslogTakesPriorityAndTag) {
  const int usual = LOG_DAEMON | LOG_NOTICE;
  const struct {
    std::vector<std::string> strings;
    int priority;
    std::string tag, text;
    std::vector<std::string> warnings;
  } table[] = {
      {{"hello"}, usual, "pcp-pmie", "hello", {}},
      {{"-p err", "-t me", "a ", "b"}, LOG_DAEMON | LOG_ERR, "me", "a b", {}},
      {{"-p", "local1.INFO", "x"}, LOG_LOCAL1 | LOG_INFO, "pcp-pmie", "x", {}},
      {{"-", "p", "", "err", "x"}, LOG_DAEMON | LOG_ERR, "pcp-pmie", "x", {}},
      {{"-perr", "-tme", "x"}, LOG_DAEMON | LOG_ERR, "me", "x", {}},
      {{"-t\tme", "x"}, usual, "me", "x", {}},
      {{"-p 3", "x"}, LOG_DAEMON | LOG_ERR, "pcp-pmie", "x", {}},
      // One option for one string: the second one is lost.
      {{"-p err -t me", "x"},
       LOG_DAEMON | LOG_ERR,
       "pcp-pmie",
       "x",
       {"passed over ' -t me'"}},
      {{"-p err", "-p info", "x"},
       LOG_DAEMON | LOG_ERR,
       "pcp-pmie",
       "-p infox",
       {}},
      {{"-x foo", " b"}, usual, "pcp-pmie", "-x foo b", {}},
      {{"x", "-p err"}, usual, "pcp-pmie", "x-p err", {}},
      {{"-p bogus", "x"}, usual, "pcp-pmie", "x", {"unknown level 'bogus'"}},
      {{"-p kern.err", "x"},
       LOG_DAEMON | LOG_ERR,
       "pcp-pmie",
       "x",
       {"unknown facility 'kern'"}},
      {{"-p err"}, LOG_DAEMON | LOG_ERR, "pcp-pmie", "", {}},
      {{"-t"}, usual, "pcp-pmie", "", {"-t has no value"}},
      {{}, usual, "pcp-pmie", "", {}},
  };
  for (const auto& row : table) {
    const Firing& firing = firings.make(Kind::syslog, row.strings);
    const SyslogMessage message = syslog_message(firing);
    SCOPED_TRACE(testing::PrintToString(row.strings));
    EXPECT_EQ(message.priority, row.priority);
    EXPECT_EQ(message.tag, row.tag);
    EXPECT_EQ(message.text, row.text);
    EXPECT_EQ(syslog_options(row.strings).warnings, row.warnings);
    EXPECT_EQ(archive_line(firing, 10, "%m"), row.text + '\n');
  }
}

TEST_F(TextAction, NoNameOfAnInstanceIsAnOptionOfSyslog) {
  const SyslogMessage message = syslog_message(firings.make(
      Kind::syslog, {"%i", "%v"}, {instance("-t root", "-p emerg")}));
  EXPECT_EQ(message.tag, "pcp-pmie");
  EXPECT_EQ(message.priority, LOG_DAEMON | LOG_NOTICE);
  EXPECT_EQ(message.text, "-t root-p emerg");
}

}  // namespace
}  // namespace balance
