#include "action/shell_command.h"

#include <gtest/gtest.h>

#include "action/firing_for_test.h"

namespace balance {
namespace {

using Strings = std::vector<std::string>;

class Shell : public testing::Test {
 protected:
  base::Result<ShellCommand> command(const Strings& strings,
                                     const std::vector<Subject>& subjects = {
                                         instance("sda")}) {
    return shell_command(
        firings.make(Action::Kind::shell, strings, subjects, true));
  }
  Firings firings;
};

TEST_F(Shell, WordsBecomeArguments) {
  const struct {
    Strings strings;
    std::string text;
    Strings arguments;
  } table[] = {
      {{"true"}, "true", {}},
      {{"echo %i"}, "echo \"${1}\"", {"sda"}},
      {{"echo", " --disk=%i,%h", " > /tmp/%v"},
       "echo --disk=\"${1}\",\"${2}\" > /tmp/\"${3}\"",
       {"sda", "node1", "1"}},
      {{"DISK=%i run"}, "DISK=\"${1}\" run", {"sda"}},
      {{"run 2>%i"}, "run 2>\"${1}\"", {"sda"}},
      {{"run 2>&1 >|%i"}, "run 2>&1 >|\"${1}\"", {"sda"}},
      {{"> %i run"}, "> \"${1}\" run", {"sda"}},
      {{"echo 'it''s' \"a $(b 'c)') \" %i"},
       "echo 'it''s' \"a $(b 'c)') \" \"${1}\"",
       {"sda"}},
      {{"echo \\' %i \\\""}, "echo \\' \"${1}\" \\\"", {"sda"}},
      {{"echo `a \\` '` %i"}, "echo `a \\` '` \"${1}\"", {"sda"}},
      {{"echo ${x:-'}'} ${y#\"}\"} %i"},
       "echo ${x:-'}'} ${y#\"}\"} \"${1}\"",
       {"sda"}},
      {{"echo \"${x:-it's}\" %i"}, "echo \"${x:-it's}\" \"${1}\"", {"sda"}},
      {{"echo $$ $# %i"}, "echo $$ $# \"${1}\"", {"sda"}},
      {{"echo a#b %i # it's"}, "echo a#b \"${1}\" # it's", {"sda"}},
      {{"# it's\necho %i"}, "# it's\necho \"${1}\"", {"sda"}},
      {{"if true; then echo %i; fi"},
       "if true; then echo \"${1}\"; fi",
       {"sda"}},
      {{"for d in %i; do run %d; done"},
       "for d in \"${1}\"; do run %d; done",
       {"sda"}},
      {{"date +%Y%m%d%%"}, "date +%Y%m%d%%", {}},
  };
  for (const auto& row : table) {
    const auto made = command(row.strings);
    SCOPED_TRACE(row.text);
    ASSERT_TRUE(made) << made.error().text;
    EXPECT_EQ(made->text, row.text);
    EXPECT_EQ(made->arguments, row.arguments);
  }
}

TEST_F(Shell, AStringWithAWordIsRepeatedForEachSubject) {
  std::vector<Subject> many;
  for (int i = 0; i < 11; ++i) many.push_back(instance(std::to_string(i)));
  const auto made = command({"echo", " %i=%v", " end"}, many);
  ASSERT_TRUE(made) << made.error().text;
  EXPECT_TRUE(made->text.starts_with("echo \"${1}\"=\"${2}\" \"${3}\"="));
  EXPECT_TRUE(made->text.ends_with("\"${21}\"=\"${22}\" end"));
  EXPECT_EQ(made->arguments.size(), 22U);
}

TEST_F(Shell, WithoutSubjectsTheWordsStayAsTheyAre) {
  const auto made = command({"echo '%i' %h"}, {});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->text, "echo '%i' %h");
  EXPECT_TRUE(made->arguments.empty());
}

TEST_F(Shell, WhereNoReferenceMayStand) {
  const struct {
    Strings strings;
    std::string reason;
  } table[] = {
      {{"echo '%i'"}, "%i inside quotes"},
      {{"echo 'busy", " %i", "'"}, "%i inside quotes"},
      {{"echo \"on %h\""}, "%h inside quotes"},
      {{"echo \"a\\\" %i\""}, "%i inside quotes"},
      {{"echo \"$(x '\"') %i\""}, "%i inside quotes"},
      {{"echo `run %i`"}, "%i inside backquotes"},
      {{"echo $(run %i)"}, "%i inside $( )"},
      {{"echo $(run (a) %i)"}, "%i inside $( )"},
      {{"echo $((%v+1))"}, "%v inside $( )"},
      {{"echo ${x:-%i}"}, "%i inside ${ }"},
      {{"echo \\%i"}, "%i after a backslash"},
      {{"echo $%i"}, "%i after a $"},
      {{"echo $'a\\'' %i"}, "%i after $'"},
      {{"cat <<E\n%i\nE"}, "%i after a here-document"},
      {{"cat <<-E\nE\necho %i"}, "%i after a here-document"},
      {{"cat <<<%i"}, "%i after a here-document"},
      {{"echo x # %i"}, "%i in a comment"},
      {{"%i"}, "%i as the name of a command"},
      {{"/usr/lib/%i x"}, "%i as the name of a command"},
      {{"A=1 %i"}, "%i as the name of a command"},
      {{"true;%i"}, "%i as the name of a command"},
      {{"true & %i"}, "%i as the name of a command"},
      {{"true && %i"}, "%i as the name of a command"},
      {{"true | %i"}, "%i as the name of a command"},
      {{"true\n%i"}, "%i as the name of a command"},
      {{"(%i)"}, "%i as the name of a command"},
      {{"if %i; then x; fi"}, "%i as the name of a command"},
      {{"2>x %i"}, "%i as the name of a command"},
      {{"eval %i"}, "%i as the name of a command"},
      {{"exec %i"}, "%i as the name of a command"},
      {{". %i"}, "%i as the name of a command"},
  };
  for (const auto& row : table) {
    const auto made = command(row.strings);
    SCOPED_TRACE(testing::PrintToString(row.strings));
    ASSERT_FALSE(made) << made->text;
    EXPECT_EQ(made.error().text, row.reason);
  }
}

/// Repetition counts: what is balanced once may not be so twice.
TEST_F(Shell, QuotesAreFollowedThroughTheRepeatedText) {
  EXPECT_TRUE(command({"echo", " %i '"}, {instance("a")}));
  EXPECT_FALSE(command({"echo", " %i '"}, {instance("a"), instance("b")}));
}

TEST_F(Shell, ValuesThatNoCommandShallSee) {
  const char* const bad[] = {
      "$(touch x)", "a;b",         "`x`",  "a b",   "'",  "\"",
      "a\nb",       "a|b",         "a&b",  "a>b",   "*",  "?",
      "[a]",        "~root",       "a\\b", "{a,b}", "#a", "!a",
      "\0010\002",  "caf\xc3\xa9", "-rf",  "-1",    ""};
  for (const char* value : bad) {
    EXPECT_FALSE(command({"echo %i"}, {instance(value)})) << value;
    // Only what is used is looked at.
    EXPECT_TRUE(command({"echo %h"}, {instance(value)})) << value;
  }
  for (const char* value : {"sda1", "a-b", "/dev/sd.a", "x@y:1%,+=_", "042"})
    EXPECT_TRUE(command({"echo %i"}, {instance(value)})) << value;
  for (const char* number : {"-1", "-0.5", "-inf", "1e+09"})
    EXPECT_TRUE(command({"echo %v"}, {instance("a", number)})) << number;
  EXPECT_FALSE(command({"echo %v"}, {instance("a", "-x")}));
  EXPECT_FALSE(command({"echo %v"}, {instance("a", "?")}));
}

TEST_F(Shell, OneBadSubjectOfManyIsEnough) {
  const auto made =
      command({"echo %i"}, {instance("good"), instance("$(touch x)\n")});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().text,
            "%i has characters other than A-Z a-z 0-9 . _ : / @ % + = , -: "
            "'$(touch x)?'");
}

TEST_F(Shell, StandInsInTheTextAreRefused) {
  EXPECT_FALSE(command({std::string("echo \x01") + "7\x02 %i"}));
  EXPECT_FALSE(command({std::string("echo a\0b", 8)}));
}

}  // namespace
}  // namespace balance
