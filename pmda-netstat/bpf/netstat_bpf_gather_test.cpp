// Readings from what iterators yield, without a kernel.
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "bpf/gather.h"

namespace netstat {
namespace {

struct Table {
  std::uint32_t pid;
  std::uint64_t start;
  std::vector<std::uint64_t> inodes;
};

struct GatherCase {
  const char* name;
  std::vector<Table> tables;
  bool several_tables;
  const char* expected;  // "PID/START: INODE …;"
};

std::string text(const Reading& reading) {
  std::string all;
  for (const auto& holder : reading.holders) {
    all +=
        fmt::format("{}/{}:", holder.process.pid, holder.process.start_ticks);
    for (std::size_t i = 0; i < holder.count; ++i)
      all += fmt::format(" {}", reading.sockets.at(holder.first + i).inode);
    all += "; ";
  }
  return all;
}

class BpfGather : public ::testing::TestWithParam<GatherCase> {};

TEST_P(BpfGather, MakesAReading) {
  Reading reading;
  reading.holders.resize(3);  // of an earlier pass
  reading.ownerless = 7;
  Gather gather(reading);
  std::size_t sockets = 0;
  for (const Table& table : GetParam().tables) {
    netstat_process process{};
    process.pid = table.pid;
    process.start_ticks = table.start;
    std::vector<netstat_socket> rows;
    for (const std::uint64_t inode : table.inodes)
      rows.emplace_back().inode = inode;
    gather.add(process, rows);
  }
  gather.finish(GetParam().several_tables);
  EXPECT_EQ(text(reading), GetParam().expected);
  for (const auto& holder : reading.holders) sockets += holder.count;
  EXPECT_EQ(reading.sockets.size(), sockets) << "no gaps";
  EXPECT_EQ(reading.ownerless, 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, BpfGather,
    ::testing::Values(
        GatherCase{"nothing", {}, false, ""},
        GatherCase{
            "two", {{1, 5, {7, 8}}, {2, 5, {7}}}, false, "1/5: 7 8; 2/5: 7; "},
        GatherCase{
            "in_pieces", {{1, 5, {7}}, {1, 5, {8}}}, false, "1/5: 7 8; "},
        GatherCase{
            "same_pid", {{1, 5, {7}}, {1, 6, {7}}}, false, "1/5: 7; 1/6: 7; "},
        GatherCase{"twice_in_pieces",
                   {{1, 5, {9, 7}}, {1, 5, {9, 8}}, {2, 5, {3, 3}}},
                   false,
                   "1/5: 7 8 9; 2/5: 3; "},
        GatherCase{"several_tables",
                   {{1, 5, {7, 8}}, {2, 5, {9}}, {1, 5, {6, 8}}},
                   true,
                   "1/5: 6 7 8; 2/5: 9; "}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace netstat
