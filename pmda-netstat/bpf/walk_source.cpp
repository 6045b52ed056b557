// The source `walk`: one pass over the descriptor tables of all tasks.
#include <memory>
#include <utility>

#include "bpf/gather.h"
#include "bpf/walk_pass.h"
#include "source/source.h"

namespace netstat {

using base::Result;

namespace {

class WalkSource : public Source {
 public:
  explicit WalkSource(WalkPass pass) : pass_(std::move(pass)) {}

  const char* name() const override { return "walk"; }

  Result<void> read(Reading& reading) override {
    Gather gather(reading);
    auto done = pass_.run([&](std::span<const walk_table> tables,
                              std::span<const netstat_socket> sockets) {
      for (const walk_table& table : tables)
        gather.add(table.process, sockets.subspan(table.first, table.count));
    });
    gather.finish(pass_.extra_tables());
    return done;
  }

 private:
  WalkPass pass_;
};

}  // namespace

Result<std::unique_ptr<Source>> make_walk_source() {
  auto pass = WalkPass::load();
  if (!pass) return tl::make_unexpected(pass.error());
  return std::make_unique<WalkSource>(std::move(*pass));
}

}  // namespace netstat
