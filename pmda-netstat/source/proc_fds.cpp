#include "source/proc_fds.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "host/proc_info.h"

namespace netstat {

using mosix::Fd;

namespace {

/// What is needed of stat and status stands at their begin.
constexpr std::size_t kText = 4096;

using Path = std::array<char, 64>;

template <class... Args>
const char* path_in(Path& path, fmt::format_string<Args...> format,
                    Args&&... args) {
  *fmt::format_to_n(path.begin(), path.size() - 1, format,
                    std::forward<Args>(args)...)
       .out = '\0';
  return path.data();
}

std::optional<std::string_view> read_text(int folder, const char* name,
                                          std::array<char, kText>& text) {
  const Fd fd(::openat(folder, name, O_RDONLY | O_CLOEXEC));
  if (!fd) return std::nullopt;
  const ssize_t size = ::read(fd.get(), text.data(), text.size());
  if (size < 0) return std::nullopt;
  return std::string_view(text.data(), static_cast<std::size_t>(size));
}

std::optional<std::uint64_t> socket_at(int folder, const char* name) {
  std::array<char, 64> link;
  const ssize_t size = ::readlinkat(folder, name, link.data(), link.size());
  if (size < 0) return std::nullopt;
  return socket_inode({link.data(), static_cast<std::size_t>(size)});
}

std::optional<unsigned> real_uid(std::string_view status) {
  auto ids = mosix::status_field(status, "Uid");
  return base::to_number<unsigned>(base::take_word(ids));
}

}  // namespace

std::optional<std::uint64_t> socket_inode(std::string_view link) {
  constexpr std::string_view kBegin = "socket:[";
  if (!link.starts_with(kBegin) || !link.ends_with(']')) return std::nullopt;
  link.remove_prefix(kBegin.size());
  link.remove_suffix(1);
  return base::to_number<std::uint64_t>(link);
}

std::optional<std::uint64_t> count_fds(pid_t pid) {
  Path path;
  struct stat found;
  if (::stat(path_in(path, "/proc/{}/fd", pid), &found) < 0)
    return std::nullopt;
  return static_cast<std::uint64_t>(found.st_size);
}

bool holds_socket(pid_t pid, const HeldSocket& held) {
  Path path;
  return socket_at(AT_FDCWD, path_in(path, "/proc/{}/fd/{}", pid, held.fd)) ==
         held.inode;
}

std::optional<std::uint64_t> start_of(pid_t pid) {
  Path path;
  std::array<char, kText> buffer;
  const auto text =
      read_text(AT_FDCWD, path_in(path, "/proc/{}/stat", pid), buffer);
  if (!text) return std::nullopt;
  const auto stat = mosix::parse_stat(*text);
  if (!stat) return std::nullopt;
  return stat->start_ticks;
}

std::optional<ProcessFolder> ProcessFolder::open(pid_t pid) {
  Path path;
  Fd folder(
      ::open(path_in(path, "/proc/{}", pid), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return std::nullopt;
  return ProcessFolder(pid, std::move(folder));
}

std::optional<netstat_process> ProcessFolder::identity() const {
  std::array<char, kText> buffer;
  netstat_process process{};
  process.pid = static_cast<std::uint32_t>(pid_);
  const auto status = read_text(folder_.get(), "status", buffer);
  const auto uid = status ? real_uid(*status) : std::nullopt;
  if (!uid) return std::nullopt;
  process.uid = *uid;
  const auto text = read_text(folder_.get(), "stat", buffer);
  if (!text) return std::nullopt;
  const auto stat = mosix::parse_stat(*text);
  if (!stat) return std::nullopt;
  process.start_ticks = stat->start_ticks;
  stat->comm.copy(process.comm, sizeof process.comm - 1);
  return process;
}

std::vector<HeldSocket> ProcessFolder::sockets() const {
  std::vector<HeldSocket> found;
  Fd fds(::openat(folder_.get(), "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fds) return found;
  const auto close = [](DIR* dir) { closedir(dir); };
  const std::unique_ptr<DIR, decltype(close)> dir(fdopendir(fds.get()));
  if (!dir) return found;
  fds.release();
  while (const dirent* entry = readdir(dir.get())) {
    const auto fd = base::to_number<int>(entry->d_name);
    if (!fd) continue;
    if (const auto inode = socket_at(dirfd(dir.get()), entry->d_name))
      found.push_back({*inode, *fd});
  }
  const auto by_inode = [](const HeldSocket& a, const HeldSocket& b) {
    return a.inode != b.inode ? a.inode < b.inode : a.fd < b.fd;
  };
  const auto same = [](const HeldSocket& a, const HeldSocket& b) {
    return a.inode == b.inode;
  };
  std::sort(found.begin(), found.end(), by_inode);
  found.erase(std::unique(found.begin(), found.end(), same), found.end());
  return found;
}

}  // namespace netstat
