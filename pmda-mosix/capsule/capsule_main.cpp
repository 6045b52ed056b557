// mosix-capsule --dir DIR: makes a job's namespaces and their init.
#include <cstdio>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "base/log.h"
#include "capsule/capsule.h"
#include "capsule/namespaces.h"
#include "capsule/spec.h"
#include "host/file.h"

namespace mosix {
namespace {

using base::Result;

[[noreturn]] void serve(Spec spec) {
  auto capsule = Capsule::make(std::move(spec));
  if (!capsule) {
    base::log_error("{}", capsule.error().text);
    _exit(1);
  }
  capsule->run();
  // The kernel ends what is left in the pid namespace.
  _exit(0);
}

Result<void> write_pid(const std::string& path, int pid) {
  const std::string draft = path + ".new";
  {
    auto file = open_file(draft, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (!file) return tl::make_unexpected(file.error());
    auto written = write_file(draft, std::to_string(pid) + "\n");
    if (!written) return written;
  }
  if (rename(draft.c_str(), path.c_str()) < 0) return base::fail_errno(path);
  return {};
}

Result<void> start(const std::string& dir) {
  auto spec = read_spec(dir);
  if (!spec) return tl::make_unexpected(spec.error());
  auto cgroup = CopyCgroup::open(spec->dir_of_cgroup(), spec->name_of_cgroup());
  if (!cgroup) return tl::make_unexpected(cgroup.error());
  auto placed = cgroup->add(CgroupPart::init, 0);
  if (!placed) return placed;
  auto pid = fork_init(dir + "/capsule.log", [&] { serve(*spec); });
  if (!pid) return tl::make_unexpected(pid.error());
  return write_pid(dir + "/init.pid", *pid);
}

}  // namespace
}  // namespace mosix

int main(int argc, char** argv) {
  base::log_open("mosix-capsule", false);
  if (argc != 3 || std::string(argv[1]) != "--dir") {
    std::fputs("usage: mosix-capsule --dir DIR\n", stderr);
    return 2;
  }
  auto started = mosix::start(argv[2]);
  if (started) return 0;
  std::fprintf(stderr, "mosix-capsule: %s\n", started.error().text.c_str());
  return 1;
}
