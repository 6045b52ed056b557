#include "lang/dump_ast.h"

#include <gtest/gtest.h>

#include "lang/parse_test.h"

namespace balance::lang {
namespace {

TEST(DumpAst, HasOneNodeALine) {
  const Read read(
      "x = (load :a > 2 sec) && ! $y;\n"
      "ruleset 90 %_inst match_inst \"d\" cpu @0..2 > 1 for 5 sec ->\n"
      " print 5 min \"a\" \"b\" & (shell \"c\")\n"
      "otherwise -> migrate pick 1 by min my(cpu) to :h;\n"
      "\"t\" == s;");
  EXPECT_EQ(errors_of(read.diagnostics), "");
  EXPECT_EQ(dump_ast(read.file),
            "f:1:1: statement `x`\n"
            "  f:1:5: &&\n"
            "    f:1:6: ( > )\n"
            "      f:1:6: fetch load :a\n"
            "      f:1:16: number 2 sec\n"
            "    f:1:26: !\n"
            "      f:1:28: name $y\n"
            "f:2:1: statement\n"
            "  f:2:9: ruleset\n"
            "    f:2:9: rule\n"
            "      f:2:9: 90 %_inst\n"
            "        f:2:19: match_inst \"d\"\n"
            "          f:2:34: for\n"
            "            f:2:34: >\n"
            "              f:2:34: fetch cpu @0..2\n"
            "              f:2:46: number 1\n"
            "            f:2:52: number 5 sec\n"
            "      f:3:2: chain &\n"
            "        f:3:2: print \"a\" \"b\"\n"
            "          f:3:8: hold-off\n"
            "            f:3:8: number 5 min\n"
            "        f:3:25: shell \"c\"\n"
            "    f:4:14: otherwise\n"
            "      f:4:14: action migrate\n"
            "        f:4:22: clause pick\n"
            "          f:4:27: number 1\n"
            "        f:4:29: clause by min\n"
            "          f:4:36: call my\n"
            "            f:4:39: fetch cpu\n"
            "        f:4:44: clause to :h\n"
            "f:5:1: statement\n"
            "  f:5:1: ==\n"
            "    f:5:1: string \"t\"\n"
            "    f:5:8: fetch s\n");
}

}  // namespace
}  // namespace balance::lang
