#include "tools/stats_file.h"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "eval/program_builder.h"

namespace balance {
namespace {

namespace fs = std::filesystem;

/// What pmcd reads: bytes of a file, at pmie's places.
struct Read {
  std::string config, log, host;
  float expected = 0;
  std::uint32_t rules = 0, actions = 0, yes = 0, no = 0, unknown = 0,
                actual = 0, version = 0;
};

template <class T>
void take(const std::string& bytes, std::size_t at, T& value) {
  std::memcpy(&value, bytes.data() + at, sizeof value);
}

class StatsFileTest : public testing::Test {
 protected:
  StatsFileTest() {
    char name[] = "/tmp/stats_file_test.XXXXXX";
    folder_ = std::string(mkdtemp(name)) + "/pmie";
    path_ = fmt::format("{}/{}", folder_, getpid());
    facts_.host = [this] { return host_; };
  }
  ~StatsFileTest() override { fs::remove_all(fs::path(folder_).parent_path()); }

  Read read() const {
    std::ifstream in(path_, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    EXPECT_EQ(bytes.size(), 8292U);
    Read out;
    if (bytes.size() != 8292) return out;
    out.config = bytes.c_str();
    out.log = bytes.c_str() + 4097;
    out.host = bytes.c_str() + 8194;
    take(bytes, 8260, out.expected);
    take(bytes, 8264, out.rules);
    take(bytes, 8268, out.actions);
    take(bytes, 8272, out.yes);
    take(bytes, 8276, out.no);
    take(bytes, 8280, out.unknown);
    take(bytes, 8284, out.actual);
    take(bytes, 8288, out.version);
    return out;
  }

  std::string folder_, path_, host_ = "local:";
  StatsFile::Facts facts_;
};

/// Conditions `$number > 1`, one a rule, and a named expression.
ProgramBuilder rules(const std::vector<double>& numbers) {
  ProgramBuilder out({"node1"}, 2);
  for (const double x : numbers) {
    out.begin(fmt::format("over{}", x));
    const Slot condition = out.op(Op::greater, out.number(x), out.number(1));
    out.value(condition);
    out.when(condition, kNoSlot, {});
  }
  out.begin("named");
  out.value(out.number(3));
  return out;
}

TEST_F(StatsFileTest, HasPmiesForm) {
  const ProgramBuilder builder = rules({0, 5});
  const auto file = StatsFile::open(folder_, builder.program(), facts_);
  ASSERT_TRUE(file) << file.error().text;
  const Read now = read();
  EXPECT_EQ(now.config, "<stdin>");
  EXPECT_EQ(now.log, "<none>");
  EXPECT_EQ(now.host, "(uninitialized)");
  EXPECT_FLOAT_EQ(now.expected, 1.5);
  EXPECT_EQ(now.rules, 2U);
  EXPECT_EQ(now.actual, 0U);
  EXPECT_EQ(now.version, 1U);
  EXPECT_EQ(fs::status(path_).permissions() & fs::perms::others_read,
            fs::perms::others_read);
}

TEST_F(StatsFileTest, CountsWhatIsEvaluatedAndDone) {
  facts_.config = "/etc/some.rules";
  facts_.log = std::string(5000, 'x');
  const ProgramBuilder builder = rules({0, 5, no_number()});
  const Program& program = builder.program();
  const auto file = StatsFile::open(folder_, program, facts_);
  ASSERT_TRUE(file) << file.error().text;
  Evaluator columns(program);
  const Snapshot snapshot(100);
  host_ = "node1";
  for (const Task& task : program.tasks) {
    columns.run(task, snapshot);
    (*file)->evaluated(task, columns, {});
  }
  (*file)->fired({}, true, 100);
  (*file)->fired({}, false, 100);
  (*file)->decided({}, 100);
  (*file)->ended(1, MoveState::done, "", 100);
  const Read now = read();
  EXPECT_EQ(now.config, "/etc/some.rules");
  EXPECT_EQ(now.log, std::string(4096, 'x'));
  EXPECT_EQ(now.host, "node1");
  EXPECT_EQ(now.actions, 3U);
  EXPECT_EQ(now.yes, 1U);
  EXPECT_EQ(now.no, 1U);
  EXPECT_EQ(now.unknown, 1U);
  EXPECT_EQ(now.actual, 4U);
}

TEST_F(StatsFileTest, GoesWhenTheEngineGoes) {
  const ProgramBuilder builder = rules({0});
  {
    const auto file = StatsFile::open(folder_, builder.program(), facts_);
    ASSERT_TRUE(file);
    EXPECT_TRUE(fs::exists(path_));
  }
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(StatsFileTest, TakesThePlaceOfOneThatWasLeft) {
  fs::create_directory(folder_);
  std::ofstream(path_) << "left by a process of the same number";
  const ProgramBuilder builder = rules({0});
  const auto file = StatsFile::open(folder_, builder.program(), facts_);
  ASSERT_TRUE(file);
  EXPECT_EQ(read().rules, 1U);
}

TEST_F(StatsFileTest, CannotBeWhereNoFolderCanBe) {
  const ProgramBuilder builder = rules({0});
  const auto file =
      StatsFile::open("/no/such/folder", builder.program(), facts_);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().text, "/no/such/folder: No such file or directory");
}

}  // namespace
}  // namespace balance
