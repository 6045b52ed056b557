#include "host/cantmove.h"

#include <algorithm>
#include <cerrno>

#include <sys/sysmacros.h>

#include "host/cantmove_parts.h"
#include "host/proc_info.h"

namespace mosix {

using base::fail;
using base::Result;

namespace cantmove {

std::string Examination::path(int pid, std::string_view name) const {
  return fmt::format("{}/{}/{}", job.proc, pid, name);
}

void Examination::obstacle(std::string_view code, Place place,
                           std::string what) {
  const auto same = [&](const Obstacle& o) {
    return o.code == code && o.pid == place.pid && o.fd == place.fd &&
           o.what == what;
  };
  if (std::none_of(obstacles.begin(), obstacles.end(), same))
    obstacles.push_back(
        {std::string(code), place.pid, place.fd, std::move(what)});
}

bool Examination::is_named(int pid, const std::string& name,
                           const struct stat& info) const {
  struct stat named;
  return stat((path(pid, "root") + name).c_str(), &named) == 0 &&
         named.st_dev == info.st_dev && named.st_ino == info.st_ino;
}

void Examination::file(Place place, const std::string& name,
                       const struct stat& info, bool need_same_size) {
  if (is_named(place.pid, name, info)) {
    const bool regular = S_ISREG(info.st_mode);
    FileFact fact{name, regular ? static_cast<std::uint64_t>(info.st_size) : 0,
                  regular && need_same_size};
    auto [it, fresh] = files.try_emplace(name, fact);
    it->second.need_same_size |= fact.need_same_size;
    return;
  }
  const auto on_disk = static_cast<std::uint64_t>(info.st_blocks) * 512;
  // criu puts a file without any name into the image, and one that has other
  // names gets a new one.
  if (info.st_nlink == 0 && S_ISREG(info.st_mode) && on_disk > job.ghost_limit)
    obstacle("deleted_file", place, fmt::format("{}, {} bytes", name, on_disk));
}

std::string_view device_code(const struct stat& info) {
  if (S_ISBLK(info.st_mode)) return "device";
  if (!S_ISCHR(info.st_mode)) return "";
  const unsigned number = minor(info.st_rdev);
  switch (major(info.st_rdev)) {
    case 1:  // null, zero, full, random, urandom, kmsg: nothing to carry
      return number == 3 || number == 5 || (number >= 7 && number <= 9) ||
                     number == 11
                 ? ""
                 : "device";
    case 4:
    case 5:
      return "terminal";
    default:  // 136 to 143: pseudo-terminals
      return major(info.st_rdev) >= 136 && major(info.st_rdev) <= 143
                 ? "terminal"
                 : "device";
  }
}

}  // namespace cantmove

std::string Obstacle::text() const {
  return fd < 0 ? fmt::format("{}: {} (pid {})", code, what, pid)
                : fmt::format("{}: {} (pid {}, fd {})", code, what, pid, fd);
}

Result<Mobility> check_mobility(const JobView& job) {
  const auto root = read_stat(job.root_pid, job.proc);
  if (!root) return tl::make_unexpected(root.error());
  if (root->zombie())
    return fail(ESRCH, fmt::format("process {}: has ended", job.root_pid));
  cantmove::Examination exam(job);
  auto done = cantmove::find_members(exam);
  for (const auto part : {cantmove::examine_process, cantmove::examine_maps,
                          cantmove::examine_fds})
    for (std::size_t i = 0; done && i < exam.pids.size(); ++i)
      done = part(exam, exam.pids[i]);
  if (done) done = cantmove::examine_unix_sockets(exam);
  if (done) done = cantmove::examine_pipes(exam);
  if (done) done = cantmove::examine_sysv(exam);
  if (!done) return tl::make_unexpected(done.error());
  Mobility mobility;
  mobility.obstacles = std::move(exam.obstacles);
  for (auto& [path, fact] : exam.files)
    mobility.files.push_back(std::move(fact));
  return mobility;
}

}  // namespace mosix
