#include <gtest/gtest.h>

#include "pmda/view.h"

namespace netstat {
namespace {

constexpr unsigned kAnn = 1001, kBob = 1002;

/// Three processes, of Ann, Bob and Ann, each with a connection and a peer.
class ViewTest : public testing::Test {
 protected:
  ViewTest() {
    const unsigned uids[] = {kAnn, kBob, kAnn};
    for (unsigned i = 0; i < 3; ++i) {
      processes_[i].process.pid = 10 * (i + 1);
      processes_[i].process.uid = uids[i];
      processes_[i].name = "process " + std::to_string(i);
      connections_[i].id = static_cast<int>(i);
      connections_[i].name = "connection " + std::to_string(i);
      connections_[i].owner = &processes_[i];
      peers_[i].id = static_cast<int>(7 * i);
      peers_[i].name = "peer " + std::to_string(i);
      peers_[i].owner = &processes_[i];
      process_rows_.push_back(&processes_[i]);
      connection_rows_.push_back(&connections_[i]);
      peer_rows_.push_back(&peers_[i]);
    }
  }

  Rows look(const Eyes& eyes) {
    return viewer_.look(eyes, {connection_rows_, process_rows_, peer_rows_},
                        generation_, version_, instances_);
  }

  std::string names(Indom indom) {
    pmdaIndom published{};
    instances_[static_cast<std::size_t>(indom)].publish(published);
    std::string all;
    for (int i = 0; i < published.it_numinst; ++i)
      all += std::to_string(published.it_set[i].i_inst) + "=" +
             published.it_set[i].i_name + ";";
    return all;
  }
  std::string all_names() {
    return names(kConnections) + names(kProcesses) + names(kPeers);
  }

  ProcessRow processes_[3];
  ConnectionRow connections_[3];
  PeerRow peers_[3];
  std::vector<const ProcessRow*> process_rows_;
  std::vector<const ConnectionRow*> connection_rows_;
  std::vector<const PeerRow*> peer_rows_;
  std::uint64_t generation_ = 1, version_ = 1;
  Viewer viewer_;
  std::vector<agent::InstanceTable> instances_{kIndomCount};
};

TEST_F(ViewTest, ShowsRowsToTheirUsers) {
  const struct {
    Eyes eyes;
    const char* names;
  } table[] = {
      {{true, -1},
       "0=connection 0;1=connection 1;2=connection 2;10=process 0;20=process "
       "1;30=process 2;0=peer 0;7=peer 1;14=peer 2;"},
      {{false, kAnn},
       "0=connection 0;2=connection 2;10=process 0;30=process 2;0=peer "
       "0;14=peer 2;"},
      {{false, kBob}, "1=connection 1;20=process 1;7=peer 1;"},
      {{false, 0}, ""},  // root has eyes for all; this is a number like others
      {{false, -1}, ""},
  };
  for (int round = 0; round < 2; ++round)
    for (const auto& row : table) {
      const Rows rows = look(row.eyes);
      EXPECT_EQ(all_names(), row.names);
      EXPECT_EQ(rows.connections.size(), instances_[kConnections].size());
      for (std::size_t i = 0; i < rows.connections.size(); ++i) {
        EXPECT_TRUE(row.eyes.see(rows.connections[i]->owner));
        EXPECT_EQ(instances_[kConnections].row_of(rows.connections[i]->id), i);
      }
    }
}

TEST_F(ViewTest, ARowWithoutAProcessIsForThoseWhoSeeAll) {
  connections_[0].owner = nullptr;
  EXPECT_EQ(look({false, kAnn}).connections.size(), 1u);
  EXPECT_EQ(look({true, -1}).connections.size(), 3u);
}

TEST_F(ViewTest, FollowsTheLedger) {
  for (const Eyes& eyes : {Eyes{true, -1}, Eyes{false, kAnn}}) {
    connection_rows_ = {&connections_[0], &connections_[1], &connections_[2]};
    ++generation_, ++version_;
    look(eyes);
    connection_rows_.erase(connection_rows_.begin());
    ++generation_, ++version_;
    const Rows rows = look(eyes);
    EXPECT_FALSE(instances_[kConnections].row_of(0));
    EXPECT_EQ(rows.connections.back(), &connections_[2]);
  }
}

TEST_F(ViewTest, LeavesTablesAloneWhileTheRowsAreTheSame) {
  for (const Eyes& eyes : {Eyes{true, -1}, Eyes{false, kAnn}}) {
    ++generation_, ++version_;
    look(eyes);
    // A mark that is gone when the table is made anew.
    instances_[kProcesses].add_borrowed(999, "mark", 0);
    look(eyes);
    EXPECT_TRUE(instances_[kProcesses].row_of(999)) << "the same version";
    ++version_;
    look(eyes);
    EXPECT_TRUE(instances_[kProcesses].row_of(999)) << "the same generation";
    ++generation_, ++version_;
    look(eyes);
    EXPECT_FALSE(instances_[kProcesses].row_of(999));
  }
}

TEST_F(ViewTest, RowsMayMoveWithinAGeneration) {
  look({false, kAnn});
  ConnectionRow moved = connections_[2];
  moved.name = "the same, elsewhere";
  connection_rows_[2] = &moved;
  ++version_;
  EXPECT_EQ(look({false, kAnn}).connections[1], &moved);
}

TEST_F(ViewTest, AProcessThatChangesItsUserChangesWhoSeesIt) {
  look({false, kAnn});
  processes_[0].process.uid = kBob;
  ++version_;
  EXPECT_EQ(look({false, kAnn}).processes.size(), 1u);
  EXPECT_EQ(all_names(), "2=connection 2;30=process 2;14=peer 2;");
  look({false, kBob});
  EXPECT_EQ(names(kProcesses), "10=process 0;20=process 1;");
}

}  // namespace
}  // namespace netstat
