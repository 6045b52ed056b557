#include "pmda/privileges.h"

#include <algorithm>
#include <cerrno>
#include <memory>

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace netstat {
namespace {

using base::fail;
using base::fail_errno;
using base::Result;

struct FreeCaps {
  void operator()(cap_t caps) const { cap_free(caps); }
};
using Caps = std::unique_ptr<std::remove_pointer_t<cap_t>, FreeCaps>;

bool contains(const Capabilities& list, cap_value_t cap) {
  return std::find(list.begin(), list.end(), cap) != list.end();
}

/// Of `list`, what this process may have: root need not have all, as in a
/// container.
Capabilities permitted(const Capabilities& list) {
  const Caps now(cap_get_proc());
  Capabilities found;
  for (const cap_value_t cap : list) {
    cap_flag_value_t is_set = CAP_CLEAR;
    if (now && cap_get_flag(now.get(), cap, CAP_PERMITTED, &is_set) == 0 &&
        is_set == CAP_SET)
      found.push_back(cap);
  }
  return found;
}

bool set_flag(cap_t caps, cap_flag_t flag, const Capabilities& list) {
  return list.empty() || cap_set_flag(caps, flag, static_cast<int>(list.size()),
                                      list.data(), CAP_SET) == 0;
}

Result<void> narrow_bounding_set(const Capabilities& kept) {
  if (permitted({CAP_SETPCAP}).empty()) return {};
  for (cap_value_t cap = 0; cap < cap_max_bits(); ++cap)
    if (!contains(kept, cap) && cap_get_bound(cap) == 1 &&
        cap_drop_bound(cap) != 0)
      return fail_errno("cannot narrow the bounding set");
  return {};
}

Result<void> change_user(const std::string& user) {
  errno = 0;
  const passwd* entry = getpwnam(user.c_str());
  if (entry == nullptr) {
    if (errno != 0) return fail_errno(fmt::format("user {}", user));
    return fail(ENOENT, fmt::format("there is no user {}", user));
  }
  const passwd account = *entry;
  int count = 0;
  getgrouplist(user.c_str(), account.pw_gid, nullptr, &count);
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(count, 1)));
  count = static_cast<int>(groups.size());
  if (getgrouplist(user.c_str(), account.pw_gid, groups.data(), &count) < 0)
    return fail(EAGAIN, fmt::format("the groups of {} change", user));
  if (cap_setgroups(account.pw_gid, static_cast<std::size_t>(count),
                    groups.data()) != 0)
    return fail_errno(fmt::format("cannot take the groups of {}", user));
  // Keeps what is permitted, and lowers all of it.
  if (cap_setuid(account.pw_uid) != 0)
    return fail_errno(fmt::format("cannot become {}", user));
  return {};
}

Result<void> keep_only(const Capabilities& kept) {
  const auto had = permitted(kept);
  const Caps caps(cap_init());
  if (!caps || !set_flag(caps.get(), CAP_PERMITTED, had) ||
      !set_flag(caps.get(), CAP_EFFECTIVE, had) ||
      cap_set_proc(caps.get()) != 0)
    return fail_errno("cannot set capabilities");
  return {};
}

}  // namespace

Capabilities capabilities_for(const std::string& source) {
  if (source == "diag" || source == "proc")
    return {CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH};
  return {};
}

Result<void> become(const std::string& user, const Capabilities& kept) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return fail_errno("cannot give up new privileges");
  if (const auto narrowed = narrow_bounding_set(kept); !narrowed)
    return narrowed;
  if (cap_reset_ambient() != 0) return fail_errno("cannot reset capabilities");
  if (const auto changed = change_user(user); !changed) return changed;
  return keep_only(kept);
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace netstat
