// The source `task_file`: one pass over the open files of all tasks.
#include <cstring>
#include <memory>
#include <utility>

#include <linux/types.h>

#include "bpf/gather.h"
#include "bpf/program.h"
#include "bpf/task_file.h"
#include "bpf/task_file.skel.h"
#include "source/source.h"

namespace netstat {

using base::Result;

namespace {

constexpr User kUser{"task_file source", "Linux 5.11"};

class TaskFileSource : public Source {
 public:
  TaskFileSource(Skeleton<task_file_bpf> skeleton, Link link)
      : skeleton_(std::move(skeleton)), link_(std::move(link)) {}

  const char* name() const override { return "task_file"; }

  Result<void> read(Reading& reading) override {
    Gather gather(reading);
    bool several_tables = false;
    // Records are written whole and read in pieces.
    task_file_record record;
    std::size_t have = 0;
    auto done = iterate(kUser, link_, [&](std::span<const char> text) {
      while (!text.empty()) {
        const std::size_t size = std::min(text.size(), sizeof record - have);
        std::memcpy(reinterpret_cast<char*>(&record) + have, text.data(), size);
        text = text.subspan(size);
        have += size;
        if (have < sizeof record) break;
        have = 0;
        several_tables |= record.extra_table != 0;
        gather.add(record.process, {&record.socket, 1});
      }
    });
    gather.finish(several_tables);
    return done;
  }

 private:
  Skeleton<task_file_bpf> skeleton_;
  Link link_;
};

}  // namespace

Result<std::unique_ptr<Source>> make_task_file_source() {
  auto skeleton = load_skeleton<task_file_bpf>(kUser);
  if (!skeleton) return tl::make_unexpected(skeleton.error());
  if (auto done = run_once(kUser, (*skeleton)->progs.learn_agent); !done)
    return tl::make_unexpected(done.error());
  auto link = attach(kUser, (*skeleton)->progs.task_file);
  if (!link) return tl::make_unexpected(link.error());
  return std::make_unique<TaskFileSource>(std::move(*skeleton),
                                          std::move(*link));
}

}  // namespace netstat
