#include <cstdio>
#include <stdexcept>

#include <unistd.h>

#include "bpf/walk_pass.h"
#include "column.h"
#include "ledger/ledger.h"
#include "source/source.h"

namespace bench {

namespace {

using base::Result;

[[noreturn]] void fail(const base::Error& error) {
  throw std::runtime_error(error.text);
}

/// What the kernel's pass alone costs: the least that any agent can pay.
class BareWalk : public Column {
 public:
  explicit BareWalk(netstat::WalkPass pass) : pass_(std::move(pass)) {}
  std::string name() const override { return "bare walk"; }

  double sample() override {
    rest();
    const double start = cpu_ms(getpid());
    const auto done = pass_.run([](auto, auto) {});
    const double end = cpu_ms(getpid());
    if (!done) fail(done.error());
    return end - start;
  }

 private:
  netstat::WalkPass pass_;
};

/// Processes of the load do not end.
class NobodyEnds : public netstat::Liveness {
 public:
  bool watch(pid_t, std::uint64_t) override { return true; }
  void unwatch(pid_t) override {}
  std::vector<pid_t> ended() override { return {}; }
};

/// All but the publication: sockets, their processes, and the books.
class Attribution : public Column {
 public:
  explicit Attribution(std::unique_ptr<netstat::Source> source)
      : source_(std::move(source)), ledger_(liveness_) {}
  std::string name() const override {
    return std::string("attribute: ") + source_->name();
  }

  double sample() override {
    rest();
    const double start = cpu_ms(getpid());
    const auto done = source_->read(reading_);
    if (!done) fail(done.error());
    ledger_.apply({reading_, {}, {}, false, std::chrono::steady_clock::now()});
    return cpu_ms(getpid()) - start;
  }

 private:
  std::unique_ptr<netstat::Source> source_;
  NobodyEnds liveness_;
  netstat::Ledger ledger_;
  netstat::Reading reading_;
};

void add_source(Columns& columns, const char* name,
                Result<std::unique_ptr<netstat::Source>> source) {
  if (source)
    columns.push_back(std::make_unique<Attribution>(std::move(*source)));
  else
    std::fprintf(stderr, "%s: %s\n", name, source.error().text.c_str());
}

}  // namespace

void add_sources(Columns& columns) {
  if (auto pass = netstat::WalkPass::load())
    columns.push_back(std::make_unique<BareWalk>(std::move(*pass)));
  else
    std::fprintf(stderr, "bare walk: %s\n", pass.error().text.c_str());
  add_source(columns, "walk", netstat::make_walk_source());
  add_source(columns, "task_file", netstat::make_task_file_source());
  add_source(columns, "diag",
             netstat::make_diag_source(std::make_shared<netstat::Cookies>()));
  add_source(columns, "proc", netstat::make_proc_source());
}

}  // namespace bench
