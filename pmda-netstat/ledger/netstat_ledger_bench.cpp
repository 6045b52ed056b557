// What a sample costs in the books, by socket: 10,000 TCP sockets of 1000
// processes.
#include <chrono>
#include <cstring>

#include <benchmark/benchmark.h>

#include "ledger/scene.h"

namespace {

using namespace netstat;

constexpr unsigned kProcesses = 1000;
constexpr unsigned kSockets = 10;  // of each

/// Nobody ends.
class Immortal : public Liveness {
 public:
  bool watch(pid_t, std::uint64_t) override { return true; }
  void unwatch(pid_t) override {}
  std::vector<pid_t> ended() override { return {}; }
};

/// A reading whose sockets move bytes, and come and go.
class Load {
 public:
  /// With so many remote addresses.
  explicit Load(std::uint64_t addresses) : addresses_(addresses) {
    for (unsigned p = 0; p < kProcesses; ++p) {
      reading.holders.push_back(
          {process(1000 + p), reading.sockets.size(), kSockets});
      for (unsigned i = 0; i < kSockets; ++i) reading.sockets.push_back(make());
    }
  }

  void move_all() {
    for (auto& socket : reading.sockets) socket.out_bytes += 1000;
  }
  /// Every `n`th socket is closed, and there is another.
  void churn(unsigned n) {
    closes.clear();
    for (std::size_t i = turn_++ % n; i < reading.sockets.size(); i += n) {
      const auto& owner = reading.holders[i / kSockets].process;
      closes.push_back(closed(reading.sockets[i], NETSTAT_OWNER_CLOSER, owner));
      reading.sockets[i] = make();
    }
  }
  void apply(Ledger& ledger) {
    time += std::chrono::seconds(1);
    ledger.apply({reading, closes, {}, false, time});
  }

  Reading reading;
  std::vector<netstat_close> closes;
  std::chrono::steady_clock::time_point time{};

 private:
  netstat_socket make() {
    auto socket = tcp(++inode_, 100, 100);
    const auto address = static_cast<std::uint32_t>(inode_ % addresses_);
    std::memcpy(socket.remote + 13, &address, 3);
    socket.local_port = static_cast<std::uint16_t>(inode_);
    return socket;
  }

  std::uint64_t addresses_;
  std::uint64_t inode_ = 5000;
  std::size_t turn_ = 0;
};

template <class Step>
void run(benchmark::State& state, Step step, std::uint64_t addresses = 16) {
  Immortal liveness;
  Ledger ledger(liveness);
  Load load(addresses);
  load.apply(ledger);
  for (auto _ : state) {
    state.PauseTiming();
    step(load);
    state.ResumeTiming();
    load.apply(ledger);
  }
  state.counters["per_socket"] = benchmark::Counter(
      kProcesses * kSockets, benchmark::Counter::kIsIterationInvariantRate |
                                 benchmark::Counter::kInvert);
}

void still(benchmark::State& state) {
  run(state, [](Load&) {});
}
void all_move(benchmark::State& state) {
  run(state, [](Load& load) { load.move_all(); });
}
void churn_tenth(benchmark::State& state) {
  run(state, [](Load& load) { load.churn(10); });
}
/// Each with an address that was never seen before.
void churn_tenth_strangers(benchmark::State& state) {
  run(
      state, [](Load& load) { load.churn(10); }, 1 << 24);
}
BENCHMARK(still)->Unit(benchmark::kMicrosecond);
BENCHMARK(all_move)->Unit(benchmark::kMicrosecond);
BENCHMARK(churn_tenth)->Unit(benchmark::kMicrosecond);
BENCHMARK(churn_tenth_strangers)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
