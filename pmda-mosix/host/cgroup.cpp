#include "host/cgroup.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "host/file.h"

namespace mosix {

using base::fail;
using base::fail_errno;
using base::Result;
using base::take_line;
using base::take_word;
using base::to_number;

using Clock = std::chrono::steady_clock;

namespace {

constexpr std::array kParts = {CgroupPart::job, CgroupPart::ctl,
                               CgroupPart::init};

std::string_view name_of(CgroupPart part) {
  switch (part) {
    case CgroupPart::job:
      return "job";
    case CgroupPart::ctl:
      return "ctl";
    case CgroupPart::init:
      return "init";
  }
  return {};
}

/// mountinfo writes blanks and the like as \ooo.
std::string unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto octal = text[i] == '\\' && i + 3 < text.size()
                           ? to_number<int>(text.substr(i + 1, 3), 8)
                           : std::nullopt;
    plain += octal ? static_cast<char>(*octal) : text[i];
    if (octal) i += 3;
  }
  return plain;
}

/// The number after "KEY " at the beginning of a line.
Result<std::uint64_t> keyed_number(const std::string& path,
                                   std::string_view key) {
  auto text = read_file(path);
  if (!text) return tl::make_unexpected(text.error());
  std::string_view rest = *text;
  while (!rest.empty()) {
    auto line = take_line(rest);
    if (take_word(line) != key) continue;
    const auto value = to_number<std::uint64_t>(take_word(line));
    if (value) return *value;
  }
  return fail(EBADMSG, fmt::format("{}: no {}", path, key));
}

bool plain_name(const std::string& name) {
  return !name.empty() && name[0] != '.' &&
         name.find('/') == std::string::npos &&
         name.find('\0') == std::string::npos;
}

Result<void> make_directory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error)
    return fail(error.value(), fmt::format("{}: {}", path, error.message()));
  return {};
}

/// Waits until the number at `key` of a cgroup.events file is `want`.
Result<void> wait_event(const std::string& path, std::string_view key,
                        std::uint64_t want, int timeout_ms) {
  const auto deadline = Clock::now() + std::chrono::milliseconds(timeout_ms);
  auto fd = open_file(path, O_RDONLY);
  if (!fd) return tl::make_unexpected(fd.error());
  for (;;) {
    // This read also arms the poll: what changes after it wakes us.
    char text[256];
    if (pread(fd->get(), text, sizeof text, 0) < 0) return fail_errno(path);
    auto value = keyed_number(path, key);
    if (!value) return tl::make_unexpected(value.error());
    if (*value == want) return {};
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0)
      return fail(ETIMEDOUT, fmt::format("{}: {} is not {} after {} ms", path,
                                         key, want, timeout_ms));
    pollfd wait{fd->get(), POLLPRI, 0};
    if (poll(&wait, 1, static_cast<int>(left.count())) < 0 && errno != EINTR)
      return fail_errno(path);
  }
}

bool is_directory(const std::string& path) {
  struct stat info;
  return lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

/// rmdir of a cgroup and of what the job may have made in it. Processes that
/// were seen dead can hold a cgroup busy for an instant more.
Result<void> remove_tree(const std::string& path, Clock::time_point deadline) {
  auto names = list_directory(path);
  if (!names) return tl::make_unexpected(names.error());
  for (const auto& name : *names) {
    const auto child = path + "/" + name;
    if (!is_directory(child)) continue;
    auto removed = remove_tree(child, deadline);
    if (!removed) return removed;
  }
  while (rmdir(path.c_str()) < 0 && errno != ENOENT) {
    if (errno != EBUSY || Clock::now() >= deadline) return fail_errno(path);
    usleep(1000);
  }
  return {};
}

}  // namespace

Result<std::string> find_cgroup2(const std::string& mountinfo) {
  auto text = read_file(mountinfo);
  if (!text) return tl::make_unexpected(text.error());
  std::string_view rest = *text;
  while (!rest.empty()) {
    auto line = take_line(rest);
    const auto separator = line.find(" - ");
    if (separator == std::string_view::npos) continue;
    auto type = line.substr(separator + 3);
    if (take_word(type) != "cgroup2") continue;
    for (int skip = 0; skip < 4; ++skip) take_word(line);
    return unescape(take_word(line));
  }
  return fail(ENOENT, "no cgroup2 is mounted");
}

Result<CopyCgroup> CopyCgroup::create(const std::string& base,
                                      const std::string& cid) {
  if (!plain_name(cid)) return fail(EINVAL, fmt::format("cgroup {}", cid));
  CopyCgroup copy(base + "/" + cid);
  for (const auto part : kParts) {
    auto made = make_directory(copy.path(part));
    if (!made) return tl::make_unexpected(made.error());
  }
  return copy;
}

Result<CopyCgroup> CopyCgroup::open(const std::string& base,
                                    const std::string& cid) {
  if (!plain_name(cid)) return fail(EINVAL, fmt::format("cgroup {}", cid));
  CopyCgroup copy(base + "/" + cid);
  for (const auto part : kParts)
    if (access(copy.path(part).c_str(), F_OK) < 0)
      return fail_errno(copy.path(part));
  return copy;
}

Result<std::vector<std::string>> CopyCgroup::list(const std::string& base) {
  auto names = list_directory(base);
  if (!names && names.error().code == ENOENT) return std::vector<std::string>{};
  if (!names) return names;
  std::erase_if(*names, [&](const std::string& name) {
    return !is_directory(base + "/" + name + "/job");
  });
  return names;
}

std::string CopyCgroup::path(CgroupPart part) const {
  return fmt::format("{}/{}", path_, name_of(part));
}

std::string CopyCgroup::procs_path(CgroupPart part) const {
  return path(part) + "/cgroup.procs";
}

Result<void> CopyCgroup::add(CgroupPart part, int pid) const {
  return write_file(procs_path(part), std::to_string(pid));
}

Result<std::vector<int>> CopyCgroup::pids(CgroupPart part) const {
  auto text = read_file(procs_path(part));
  if (!text) return tl::make_unexpected(text.error());
  std::vector<int> pids;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const auto pid = to_number<int>(take_line(rest));
    // 0: a process of a pid namespace that cannot be seen from here.
    if (pid && *pid > 0) pids.push_back(*pid);
  }
  std::sort(pids.begin(), pids.end());
  return pids;
}

Result<bool> CopyCgroup::populated(CgroupPart part) const {
  auto value = keyed_number(path(part) + "/cgroup.events", "populated");
  if (!value) return tl::make_unexpected(value.error());
  return *value != 0;
}

Result<void> CopyCgroup::freeze() const {
  return write_file(path(CgroupPart::job) + "/cgroup.freeze", "1");
}

Result<void> CopyCgroup::thaw() const {
  return write_file(path(CgroupPart::job) + "/cgroup.freeze", "0");
}

Result<bool> CopyCgroup::freeze_flag() const {
  auto text = read_file(path(CgroupPart::job) + "/cgroup.freeze");
  if (!text) return tl::make_unexpected(text.error());
  return text->starts_with('1');
}

Result<CgroupEvents> CopyCgroup::events() const {
  const auto file = path(CgroupPart::job) + "/cgroup.events";
  auto populated = keyed_number(file, "populated");
  if (!populated) return tl::make_unexpected(populated.error());
  auto frozen = keyed_number(file, "frozen");
  if (!frozen) return tl::make_unexpected(frozen.error());
  return CgroupEvents{*populated != 0, *frozen != 0};
}

Result<void> CopyCgroup::wait_frozen(int timeout_ms) const {
  return wait_event(path(CgroupPart::job) + "/cgroup.events", "frozen", 1,
                    timeout_ms);
}

Result<void> CopyCgroup::wait_empty(CgroupPart part, int timeout_ms) const {
  return wait_event(path(part) + "/cgroup.events", "populated", 0, timeout_ms);
}

Result<Fd> CopyCgroup::open_events(CgroupPart part) const {
  return open_file(path(part) + "/cgroup.events", O_RDONLY);
}

Result<void> CopyCgroup::kill(CgroupPart part) const {
  return write_file(path(part) + "/cgroup.kill", "1");
}

Result<void> CopyCgroup::kill_all() const {
  return write_file(path_ + "/cgroup.kill", "1");
}

Result<std::uint64_t> CopyCgroup::cpu_usec() const {
  return keyed_number(path(CgroupPart::job) + "/cpu.stat", "usage_usec");
}

Result<void> CopyCgroup::remove(int timeout_ms) const {
  const auto deadline = Clock::now() + std::chrono::milliseconds(timeout_ms);
  auto killed = kill_all();
  if (!killed && killed.error().code == ENOENT) return {};
  if (!killed) return killed;
  auto gone = wait_event(path_ + "/cgroup.events", "populated", 0, timeout_ms);
  if (!gone) return gone;
  return remove_tree(path_, deadline + std::chrono::seconds(1));
}

}  // namespace mosix
