#include "pmda/cgroup_names.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/text.h"
#include "host/file.h"
#include "host/proc_info.h"

namespace netstat {
namespace {

constexpr std::size_t kIdLength = 64;
/// Of names kept: processes come and go, and nobody tells of it here.
constexpr std::size_t kMaxNames = 20'000;

bool is_hex(char c) {
  return std::isxdigit(static_cast<unsigned char>(c)) != 0;
}

/// The last run of just 64 hexadecimal digits: containers may be nested.
std::string container_in(std::string_view path) {
  auto end = path.rbegin();
  while (true) {
    const auto last = std::find_if(end, path.rend(), is_hex);
    if (last == path.rend()) return {};
    end = std::find_if_not(last, path.rend(), is_hex);
    const auto length = static_cast<std::size_t>(end - last);
    if (length == kIdLength)
      return std::string(
          path.substr(static_cast<std::size_t>(path.rend() - end), length));
  }
}

/// Of "ID:CONTROLLERS:PATH".
std::string_view path_of(std::string_view line) {
  const auto first = line.find(':');
  if (first == line.npos) return {};
  const auto second = line.find(':', first + 1);
  return second == line.npos ? std::string_view{} : line.substr(second + 1);
}

}  // namespace

CgroupName parse_cgroup(std::string_view text) {
  std::string_view found;
  while (!text.empty()) {
    const std::string_view line = base::take_line(text);
    const std::string_view path = path_of(line);
    const bool says_more = path.size() > 1;
    if (line.starts_with("0::") && (says_more || found.empty())) {
      found = path;
      if (says_more) break;
    }
    if (says_more && found.size() <= 1) found = path;
  }
  return {std::string(found), container_in(found)};
}

const CgroupName& CgroupNames::of(const netstat_process& process) {
  const auto known = names_.find(process.pid);
  if (known != names_.end() && known->second.start_ticks == process.start_ticks)
    return known->second.name;
  if (names_.size() >= kMaxNames) names_.clear();
  Entry entry{process.start_ticks, {}};
  const auto text =
      mosix::read_file(fmt::format("{}/{}/cgroup", proc_, process.pid));
  if (text) entry.name = parse_cgroup(*text);
  // It may have ended, and its pid be another's by now.
  const auto stat = mosix::read_stat(static_cast<int>(process.pid), proc_);
  if (!stat || stat->start_ticks != process.start_ticks) entry.name = {};
  return names_.insert_or_assign(process.pid, std::move(entry))
      .first->second.name;
}

}  // namespace netstat
