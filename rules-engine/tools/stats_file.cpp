#include "tools/stats_file.h"

#include <algorithm>
#include <span>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace balance {
namespace {

void put(std::span<char> field, const std::string& text) {
  const std::size_t size = std::min(text.size(), field.size() - 1);
  std::copy_n(text.begin(), size, field.begin());
  std::fill(field.begin() + static_cast<std::ptrdiff_t>(size), field.end(),
            '\0');
}

/// Of a condition that has several elements: whether one of them is true.
Tri truth_of(const Column& column) {
  Tri out = Tri::no;
  if (column.type != Type::truth || column.size() == 0) return Tri::unknown;
  for (std::size_t i = 0; i < column.truths.size(); i += column.samples)
    out = std::max(out, column.truths[i]);
  return out;
}

base::Result<PmieStats*> map_new_file(const std::string& path) {
  unlink(path.c_str());
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
                      S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
  if (fd < 0) return base::fail_errno(path);
  void* at = MAP_FAILED;
  if (ftruncate(fd, sizeof(PmieStats)) == 0)
    at = mmap(nullptr, sizeof(PmieStats), PROT_READ | PROT_WRITE, MAP_SHARED,
              fd, 0);
  const auto failed = base::fail_errno(path);
  close(fd);
  if (at == MAP_FAILED) {
    unlink(path.c_str());
    return failed;
  }
  return static_cast<PmieStats*>(at);
}

}  // namespace

base::Result<std::unique_ptr<StatsFile>> StatsFile::open(
    const std::string& folder, const Program& program, Facts facts) {
  if (mkdir(folder.c_str(), 0777) < 0 && errno != EEXIST)
    return base::fail_errno(folder);
  std::string path = fmt::format("{}/{}", folder, getpid());
  const auto stats = map_new_file(path);
  if (!stats) return tl::make_unexpected(stats.error());
  std::unique_ptr<StatsFile> out(
      new StatsFile(std::move(path), *stats, std::move(facts)));
  out->use(program);
  return out;
}

StatsFile::StatsFile(std::string path, PmieStats* stats, Facts facts)
    : path_(std::move(path)), stats_(stats), facts_(std::move(facts)) {
  put(stats_->config, facts_.config.empty() ? "<stdin>" : facts_.config);
  put(stats_->logfile, facts_.log.empty() ? "<none>" : facts_.log);
  put(stats_->default_host, "(uninitialized)");
  stats_->version = 1;
}

StatsFile::~StatsFile() {
  munmap(stats_, sizeof(PmieStats));
  unlink(path_.c_str());
}

void StatsFile::use(const Program& program) {
  program_ = &program;
  stats_->rules = 0;
  stats_->eval_expected = 0;
  for (const Rule& rule : program.rules) {
    if (!rule.show) continue;
    stats_->rules += static_cast<std::uint32_t>(rule.branches.size());
    stats_->eval_expected += static_cast<float>(1 / rule.delta_s);
  }
}

void StatsFile::evaluated(const Task& task, const Evaluator& columns,
                          const Tick&) {
  if (std::string host = facts_.host(); host != host_) {
    put(stats_->default_host, host);
    host_ = std::move(host);
  }
  for (std::size_t i = task.first; i < task.first + task.count; ++i) {
    const Rule& rule = program_->rules[i];
    if (!rule.show) continue;
    ++stats_->eval_actual;
    for (const Branch& branch : rule.branches) {
      const Tri truth = truth_of(columns.column(branch.condition));
      if (truth == Tri::no) ++stats_->eval_false;
      if (truth == Tri::unknown) ++stats_->eval_unknown;
      if (truth != Tri::yes) continue;
      ++stats_->eval_true;
      break;
    }
  }
}

void StatsFile::decided(const Decision&, double) {
  ++stats_->actions;
}

void StatsFile::fired(const Firing&, bool, double) {
  ++stats_->actions;
}

}  // namespace balance
