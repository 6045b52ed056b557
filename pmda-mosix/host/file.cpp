#include "host/file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace mosix {

using base::fail;
using base::fail_errno;
using base::Result;

Result<Fd> open_file(const std::string& path, int flags, int mode) {
  Fd fd(::open(path.c_str(), flags | O_CLOEXEC, mode));
  if (!fd) return fail_errno(path);
  return fd;
}

Result<std::string> read_file(const std::string& path) {
  auto fd = open_file(path, O_RDONLY);
  if (!fd) return tl::make_unexpected(fd.error());
  std::string text;
  std::array<char, 8192> chunk;
  for (;;) {
    const ssize_t n = ::read(fd->get(), chunk.data(), chunk.size());
    if (n == 0) return text;
    if (n > 0)
      text.append(chunk.data(), static_cast<std::size_t>(n));
    else if (errno != EINTR)
      return fail_errno(path);
  }
}

Result<void> write_file(const std::string& path, std::string_view text) {
  auto fd = open_file(path, O_WRONLY);
  if (!fd) return tl::make_unexpected(fd.error());
  const ssize_t n = ::write(fd->get(), text.data(), text.size());
  if (n < 0) return fail_errno(path);
  if (static_cast<std::size_t>(n) != text.size())
    return fail(EIO, fmt::format("{}: written in part", path));
  return {};
}

Result<std::string> read_link(const std::string& path) {
  std::array<char, 4096> target;
  const ssize_t n = ::readlink(path.c_str(), target.data(), target.size());
  if (n < 0) return fail_errno(path);
  return std::string(target.data(), static_cast<std::size_t>(n));
}

Result<std::vector<std::string>> list_directory(const std::string& path) {
  const auto close = [](DIR* dir) { closedir(dir); };
  const std::unique_ptr<DIR, decltype(close)> dir(opendir(path.c_str()));
  if (!dir) return fail_errno(path);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = readdir(dir.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return fail_errno(path);
  std::sort(names.begin(), names.end());
  return names;
}

Result<void> sync_directory(const std::string& path) {
  auto fd = open_file(path, O_RDONLY | O_DIRECTORY);
  if (!fd) return tl::make_unexpected(fd.error());
  if (::fsync(fd->get()) < 0) return fail_errno(path);
  return {};
}

}  // namespace mosix
