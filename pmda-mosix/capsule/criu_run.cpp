#include "capsule/criu_run.h"

#include <cerrno>

#include <fcntl.h>

#include "base/text.h"
#include "capsule/frames.h"
#include "host/file.h"

namespace mosix {

using base::fail;
using base::Result;
using base::take_line;

namespace {

constexpr int kFirstPipe = 100;

}  // namespace

Result<CriuRun> criu_run_from(const Message& message) {
  const std::string what = frames::bytes(message, "what");
  CriuRun run;
  run.restore = what == "restore";
  run.argv = texts_of(message.value("argv", Message()));
  run.env = texts_of(message.value("env", Message()));
  run.cwd = frames::bytes(message, "cwd");
  if ((what != "dump" && what != "restore") || run.argv.empty() ||
      run.cwd.empty())
    return fail(EINVAL, "criu: what, argv and cwd are needed");
  return run;
}

Result<Child> start_criu(const CriuRun& run, const CopyCgroup& cgroup,
                         const std::array<int, 3>& job_ends,
                         const std::vector<int>& affinity) {
  auto output = open_file(run.cwd + "/criu.out",
                          O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
  if (!output) return tl::make_unexpected(output.error());
  SpawnOptions options;
  options.argv = run.argv;
  options.env = run.env;
  options.cwd = run.cwd;
  options.out = options.err = output->get();
  options.cgroup_procs =
      cgroup.procs_path(run.restore ? CgroupPart::job : CgroupPart::ctl);
  if (run.restore) {
    options.affinity = affinity;
    for (int i = 0; i < 3; ++i)
      options.fds.emplace_back(job_ends[static_cast<std::size_t>(i)],
                               kFirstPipe + i);
  }
  return spawn(options);
}

std::string first_criu_error(std::string_view log) {
  while (!log.empty()) {
    const auto line = take_line(log);
    const auto found = line.find("Error");
    if (found == std::string_view::npos) continue;
    if (line.find("RLIMIT_NOFILE") != std::string_view::npos) continue;
    return std::string(line.substr(found));
  }
  return {};
}

std::string criu_error(const CriuRun& run) {
  const std::string printed = read_file(run.cwd + "/criu.out").value_or("");
  // The hook's own words say more than criu's about a hook that failed.
  const auto hook = printed.find("Error mosix-hook:");
  if (hook != std::string::npos) return first_criu_error(printed.substr(hook));
  const auto log = read_file(fmt::format("{}/{}.log", run.cwd, run.what()));
  std::string error = log ? first_criu_error(*log) : std::string();
  return error.empty() ? first_criu_error(printed) : error;
}

}  // namespace mosix
