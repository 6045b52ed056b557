#include "agent/agent.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include <gtest/gtest.h>

#include "agent/store.h"
#include "agent/wall.h"

namespace agent {
namespace {

const MetricRow kRows[] = {
    {"load", 0, 0, PM_TYPE_DOUBLE, kSingular, PM_SEM_INSTANT, kNoUnit,
     "how busy", "How busy the thing is,\nin two lines."},
    {"proc.mem.rss", 1, 3, PM_TYPE_U64, 0, PM_SEM_INSTANT, kBytes, "memory",
     "Its memory."},
    {"proc.mem.swap", 1, 4, PM_TYPE_U64, 0, PM_SEM_INSTANT, kBytes, "swap",
     "Its swap."},
    {"proc.cpu", 1, 5, PM_TYPE_U64, 0, PM_SEM_COUNTER, kMilliseconds, "CPU",
     "Its CPU time."},
};
const IndomRow kIndoms[] = {{0, "processes", "One for each process."}};

Table table() {
  return {"toy", 450, {&kRows[0], &kRows[1], &kRows[2], &kRows[3]}, kIndoms};
}

TEST(Export, MakesTheNameSpace) {
  EXPECT_EQ(pmns_text(table()), R"(toy {
    load            TOY:0:0
    proc
}

toy.proc {
    mem
    cpu             TOY:1:5
}

toy.proc.mem {
    rss             TOY:1:3
    swap            TOY:1:4
}
)");
  EXPECT_TRUE(
      root_text(table()).starts_with("root {\n    toy\n}\n\ntoy {\n"
                                     "    load            450:0:0\n"));
}

TEST(Export, MakesTheHelpSource) {
  EXPECT_TRUE(help_source(table()).starts_with(R"(@ TOY.0 processes
One for each process.

@ toy.load how busy
How busy the thing is,
in two lines.

@ toy.proc.mem.rss memory
Its memory.
)"));
  EXPECT_EQ(domain_text(table()), "#define TOY 450\n");
}

TEST(Export, WritesTheFilesOrSaysWhyNot) {
  std::string pattern = testing::TempDir() + "export.XXXXXX";
  const std::string folder = mkdtemp(pattern.data());
  ASSERT_TRUE(export_files(table(), folder));
  for (const auto& [name, text] :
       {std::pair<std::string, std::string>{"pmns", pmns_text(table())},
        {"root_toy", root_text(table())},
        {"help", help_source(table())},
        {"domain.h", domain_text(table())}}) {
    std::ifstream in(folder + "/" + name);
    EXPECT_EQ((std::string{std::istreambuf_iterator<char>(in), {}}), text);
  }
  std::filesystem::remove_all(folder);
  errno = 0;
  EXPECT_FALSE(export_files(table(), folder));
  EXPECT_EQ(errno, ENOENT);
}

TEST(Table, DescribesTheMetricsToPcp) {
  const Table toy = table();
  const auto metrics = pmda_metrics(toy);
  ASSERT_EQ(metrics.size(), 4u);
  EXPECT_EQ(metrics[0].m_desc.indom, PM_INDOM_NULL);
  EXPECT_EQ(metrics[1].m_desc.indom, 0u);
  EXPECT_EQ(pmID_cluster(metrics[3].m_desc.pmid), 1u);
  EXPECT_EQ(pmID_item(metrics[3].m_desc.pmid), 5u);
  EXPECT_EQ(metrics[3].m_desc.sem, PM_SEM_COUNTER);
  EXPECT_STREQ(pmUnitsStr(&metrics[3].m_desc.units), "millisec");
  EXPECT_STREQ(pmUnitsStr(&metrics[1].m_desc.units), "byte");
}

TEST(Table, KnowsItsHelp) {
  const Table toy = table();
  const unsigned rss = pmID_build(450, 1, 3);
  EXPECT_STREQ(help_text(toy, rss, PM_TEXT_PMID | PM_TEXT_ONELINE), "memory");
  EXPECT_STREQ(help_text(toy, rss, PM_TEXT_PMID | PM_TEXT_HELP), "Its memory.");
  const unsigned indom = pmInDom_build(450, 0);
  EXPECT_STREQ(help_text(toy, indom, PM_TEXT_INDOM | PM_TEXT_ONELINE),
               "processes");
  EXPECT_EQ(help_text(toy, pmID_build(450, 9, 9), PM_TEXT_PMID), nullptr);
  EXPECT_EQ(help_text(toy, pmInDom_build(450, 7), PM_TEXT_INDOM), nullptr);
}

TEST(InstanceTable, ChoosesItsOwnIds) {
  InstanceTable instances;
  // Many, so that names would move if the table did not hold them still.
  for (int i = 0; i < 1000; ++i)
    ASSERT_TRUE(instances.add(5000 - i, std::to_string(i), 2 * unsigned(i)));
  EXPECT_FALSE(instances.add(5000, "again", 0));
  EXPECT_FALSE(instances.add(-1, "negative", 0));
  pmdaIndom indom{};
  instances.publish(indom);
  ASSERT_EQ(indom.it_numinst, 1000);
  EXPECT_EQ(indom.it_set[0].i_inst, 4001);
  EXPECT_STREQ(indom.it_set[0].i_name, "999");
  EXPECT_STREQ(indom.it_set[999].i_name, "0");
  for (const int id : {4999, 5000, 4001, 4002, 4003, 4002, 4002})
    EXPECT_EQ(instances.row_of(id), 2 * unsigned(5000 - id)) << id;
  for (const int id : {5001, 4000, -1})
    EXPECT_EQ(instances.row_of(id), std::nullopt) << id;
  instances.clear();
  instances.publish(indom);
  EXPECT_EQ(indom.it_numinst, 0);
  EXPECT_EQ(instances.row_of(4999), std::nullopt);
}

TEST(InstanceTable, BorrowsNames) {
  const char name[] = "elsewhere";
  InstanceTable instances;
  ASSERT_TRUE(instances.add_borrowed(3, name, 1));
  EXPECT_FALSE(instances.add_borrowed(3, name, 2));
  EXPECT_FALSE(instances.add_borrowed(-3, name, 2));
  pmdaIndom indom{};
  instances.publish(indom);
  EXPECT_EQ(indom.it_set[0].i_name, name);
  EXPECT_EQ(instances.row_of(3), 1u);
}

TEST(Clients, AreKnownByTheirUid) {
  Clients clients;
  EXPECT_FALSE(clients.at(3).uid);
  clients.attribute(3, PMDA_ATTR_GROUPID, "7");
  EXPECT_FALSE(clients.at(3).uid);
  clients.attribute(3, PMDA_ATTR_USERID, std::string_view("1000\0", 5));
  EXPECT_EQ(clients.at(3).uid, 1000u);
  EXPECT_FALSE(clients.at(4).uid);
  clients.attribute(4, PMDA_ATTR_USERID, "0");
  EXPECT_EQ(clients.at(4).uid, 0u);
  for (const char* bad : {"", "-1", "root", "12x", "99999999999"}) {
    clients.attribute(4, PMDA_ATTR_USERID, bad);
    EXPECT_FALSE(clients.at(4).uid) << bad;
  }
  clients.end(3);
  EXPECT_FALSE(clients.at(3).uid) << "the number will be another client's";
}

TEST(Value, BecomesAnAtom) {
  pmAtomValue atom{};
  EXPECT_EQ(to_atom(value_of(std::uint64_t{1} << 40), PM_TYPE_U64, atom),
            PMDA_FETCH_STATIC);
  EXPECT_EQ(atom.ull, 1ull << 40);
  EXPECT_EQ(to_atom(value_of(-2), PM_TYPE_32, atom), PMDA_FETCH_STATIC);
  EXPECT_EQ(atom.l, -2);
  EXPECT_EQ(to_atom(value_of(true), PM_TYPE_U32, atom), PMDA_FETCH_STATIC);
  EXPECT_EQ(atom.ul, 1u);
  EXPECT_EQ(to_atom(value_of(0.5), PM_TYPE_DOUBLE, atom), PMDA_FETCH_STATIC);
  EXPECT_EQ(atom.d, 0.5);
  EXPECT_EQ(to_atom({}, PM_TYPE_U64, atom), PMDA_FETCH_NOVALUES);
  EXPECT_EQ(to_atom(Unavailable{PM_ERR_AGAIN}, PM_TYPE_U64, atom),
            PM_ERR_AGAIN);
  EXPECT_EQ(to_atom(std::string("x"), PM_TYPE_U64, atom), PM_ERR_CONV);
  EXPECT_EQ(to_atom(0.5, PM_TYPE_U64, atom), PM_ERR_CONV);
  ASSERT_EQ(to_atom(std::string("text"), PM_TYPE_STRING, atom),
            PMDA_FETCH_DYNAMIC);
  EXPECT_STREQ(atom.cp, "text");
  EXPECT_EQ(std::get<std::string>(from_atom(atom, PM_TYPE_STRING)), "text");
  free(atom.cp);
  EXPECT_EQ(std::get<Unavailable>(from_atom(atom, PM_TYPE_AGGREGATE)).code,
            PM_ERR_CONV);
}

TEST(StoredValues, AreChecked) {
  EXPECT_EQ(parse_switch(std::uint64_t{0}), false);
  EXPECT_EQ(parse_switch(std::uint64_t{1}), true);
  EXPECT_EQ(parse_switch(std::uint64_t{2}), std::nullopt);
  EXPECT_EQ(parse_switch(1.0), std::nullopt);
  EXPECT_EQ(bad_value().error().code, EINVAL);
}

TEST(StoredValues, AreLoggedOnOneLine) {
  EXPECT_EQ(value_text(2.5), "2.5");
  EXPECT_EQ(value_text(std::int64_t{-1}), "-1");
  EXPECT_EQ(value_text(std::uint64_t{7}), "7");
  EXPECT_EQ(value_text(std::string("a\nb")), "a?b");
  EXPECT_EQ(value_text(std::string(300, 'x')).size(), 200u);
  EXPECT_EQ(value_text({}), "?");
}

TEST(Errors, BecomePcps) {
  EXPECT_EQ(pcp_error({ENXIO, "x"}), -ENXIO);
  EXPECT_EQ(pcp_error({PM_ERR_PERMISSION, "x"}), PM_ERR_PERMISSION);
  EXPECT_EQ(pcp_error({0, "x"}), PM_ERR_GENERIC);
}

TEST(Wall, TurnsExceptionsIntoErrors) {
  EXPECT_EQ(guarded("x", [] { return 7; }), 7);
  EXPECT_EQ(guarded("x", []() -> int { throw std::bad_alloc(); }), -ENOMEM);
  EXPECT_EQ(guarded("x", []() -> int { throw std::runtime_error("no"); }),
            PM_ERR_GENERIC);
  EXPECT_EQ(guarded("x", []() -> int { throw 5; }), PM_ERR_GENERIC);
}

}  // namespace
}  // namespace agent
