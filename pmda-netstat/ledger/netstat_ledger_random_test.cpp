// The ledger against a simple oracle, in worlds where everything happens at
// random.
#include <gtest/gtest.h>

#include "ledger/oracle.h"
#include "ledger/world.h"

namespace netstat::world {
namespace {

class Play {
 public:
  explicit Play(unsigned seed) : world_(seed) {}

  void run(int samples) {
    for (int i = 0; i < samples && !testing::Test::HasFailure(); ++i) {
      happen();
      if (i > 0 && world_.chance(30)) tell_between();
      happen();
      sample(0.1 + 0.01 * static_cast<double>(world_.pick(100)));
    }
    for (int i = 0; i < 4; ++i) sample(1);  // nobody waits any more
    oracle_.give_up();
    sample(301);
  }

 private:
  void happen() {
    for (auto steps = world_.pick(12); steps > 0; --steps) world_.step();
    scene_.liveness.alive.clear();
    for (const auto& job : world_.jobs)
      if (job.alive) scene_.lives(job.who);
  }

  std::vector<netstat_close> closes_of(const std::vector<Record>& records) {
    std::vector<netstat_close> closes;
    for (const auto& record : records) closes.push_back(record.close);
    return closes;
  }

  void tell_between() {
    const auto records = std::exchange(world_.records, {});
    const auto closes = closes_of(records);
    scene_.ledger.apply(closes);
    oracle_.apply(records);
  }

  void sample(double seconds) {
    const auto snapshot = world_.look();
    std::map<Job*, std::vector<netstat_socket>> held;
    for (const auto& entry : snapshot.entries)
      for (auto* job : entry.holders) held[job].push_back(entry.now);
    for (const auto& [job, sockets] : held) scene_.holds(job->who, sockets);
    const bool quiet = seconds >= 1;
    if (!quiet) happen();  // after the reading, before the rest is read
    const auto records = std::exchange(world_.records, {});
    scene_.closes = closes_of(records);
    scene_.volumes_on = true;
    scene_.volumes.clear();
    for (const auto& [key, bytes] : world_.volumes)
      scene_.volumes.push_back(
          volume(key.first->who, key.second->now, bytes.in, bytes.out));
    scene_.sample(seconds);
    if (seconds < 300) oracle_.apply(snapshot, records);
    check_rows(snapshot);
    check_processes(held);
    check_totals();
    forget_volumes(snapshot);
  }

  void check_rows(const Snapshot& snapshot) {
    std::size_t expected = oracle_.rows.size();
    for (const auto& entry : snapshot.entries)
      if (entry.now.protocol == NETSTAT_UDP) ++expected;
    std::size_t without_owner = 0;
    for (const auto& [socket, owner] : oracle_.rows) {
      const auto* row = scene_.row(socket->now.inode);
      if (row == nullptr) {  // its owner is gone and its pid is another's
        EXPECT_FALSE(owner->alive);
        ++without_owner;
        continue;
      }
      EXPECT_EQ(row->owner->process.pid, owner->who.pid);
      EXPECT_EQ(row->owner->process.start_ticks, owner->who.start_ticks);
    }
    EXPECT_LE(scene_.ledger.connections().size(), expected);
    EXPECT_GE(scene_.ledger.connections().size() + without_owner,
              oracle_.rows.size());
  }

  Job* job_of(const ProcessRow& row) {
    for (auto& job : world_.jobs)
      if (job.who.pid == row.process.pid &&
          job.who.start_ticks == row.process.start_ticks)
        return &job;
    return nullptr;
  }

  void check_processes(
      const std::map<Job*, std::vector<netstat_socket>>& held) {
    std::set<Job*> shown;
    for (const auto* row : scene_.ledger.processes()) {
      Job* job = job_of(*row);
      ASSERT_NE(job, nullptr);
      shown.insert(job);
      EXPECT_TRUE(job->alive || held.contains(job)) << row->name;
      check_account(*row, *job);
      check_sums(*row);
    }
    for (auto& job : world_.jobs) {
      const bool known = held.contains(&job) || oracle_.accounts.contains(&job);
      EXPECT_TRUE(!known || !job.alive || shown.contains(&job)) << job.who.pid;
    }
  }

  void check_account(const ProcessRow& row, Job& job) {
    const auto& account = oracle_.accounts[&job];
    EXPECT_EQ(row.tcp.in, account.tcp.in) << row.name;
    EXPECT_EQ(row.tcp.out, account.tcp.out) << row.name;
    EXPECT_EQ(row.closed, account.closed) << row.name;
    EXPECT_EQ(row.udp.in, world_.sent[&job].in) << row.name;
    EXPECT_EQ(row.udp.out, world_.sent[&job].out) << row.name;
    auto& last = last_[&job];
    EXPECT_GE(row.tcp.in, last.in);
    EXPECT_GE(row.tcp.out, last.out);
    last = row.tcp;
  }

  /// Rows of connections and peers make up what the process has.
  void check_sums(const ProcessRow& row) {
    Bytes peers;
    std::uint32_t connections = 0;
    std::uint32_t of_peers = 0;
    std::uint32_t talking = 0;
    for (const auto* peer : scene_.ledger.peers()) {
      if (peer->owner != &row) continue;
      peers.in += peer->bytes.in;
      peers.out += peer->bytes.out;
      of_peers += peer->connections;
      if (peer->connections > 0) ++talking;
    }
    for (const auto* connection : scene_.ledger.connections())
      if (connection->owner == &row) ++connections;
    EXPECT_EQ(peers.in, row.tcp.in + row.udp.in) << row.name;
    EXPECT_EQ(peers.out, row.tcp.out + row.udp.out) << row.name;
    EXPECT_EQ(row.connections, connections) << row.name;
    EXPECT_EQ(of_peers, connections) << row.name;
    EXPECT_EQ(row.peers, talking) << row.name;
  }

  void check_totals() {
    const auto& totals = scene_.ledger.totals();
    Bytes udp;
    for (const auto& [job, bytes] : world_.sent) {
      udp.in += bytes.in;
      udp.out += bytes.out;
    }
    EXPECT_EQ(totals.counted.in, oracle_.counted.in + udp.in);
    EXPECT_EQ(totals.counted.out, oracle_.counted.out + udp.out);
    EXPECT_EQ(totals.unattributed.in, oracle_.unattributed.in);
    EXPECT_EQ(totals.unattributed.out, oracle_.unattributed.out);
    EXPECT_EQ(totals.closes, oracle_.closes);
  }

  void forget_volumes(const Snapshot& snapshot) {
    for (const auto& done : scene_.ledger.finished_volumes()) {
      for (const auto& entry : snapshot.entries)
        EXPECT_NE(entry.now.inode, done.inode);
      std::erase_if(world_.volumes, [&](const auto& volume) {
        const auto& who = volume.first.first->who;
        return volume.first.second->now.inode == done.inode &&
               who.pid == done.process.pid &&
               who.start_ticks == done.process.start_ticks;
      });
    }
  }

  World world_;
  Oracle oracle_;
  Scene scene_;
  std::map<Job*, Bytes> last_;
};

TEST(LedgerRandom, AgreesWithTheOracle) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    Play(seed).run(100);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace netstat::world
