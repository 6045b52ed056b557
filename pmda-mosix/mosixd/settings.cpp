#include "mosixd/settings.h"

#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>

#include <fmt/chrono.h>

#include "api/wire.h"

namespace mosix {
namespace {

using base::fail;
using base::fail_errno;
using base::Result;

bool* flag_of(Admin& admin, const std::string& name) {
  if (name == "block") return &admin.block;
  if (name == "stay") return &admin.stay;
  if (name == "lstay") return &admin.lstay;
  if (name == "quiet") return &admin.quiet;
  return nullptr;
}

std::string now_text() {
  return fmt::format("{:%Y-%m-%d %H:%M:%S}",
                     fmt::localtime(std::time(nullptr)));
}

}  // namespace

Result<void> Settings::open(const std::string& path) {
  path_ = path;
  if (!std::filesystem::exists(path)) return {};
  std::ifstream in(path);
  const Message all = Message::parse(in, nullptr, false);
  if (!all.is_object())
    return fail(EINVAL, fmt::format("{}: damaged; remove it to start with the "
                                    "defaults",
                                    path));
  threshold = all.value("threshold", threshold);
  share = all.value("share", share);
  enabled = all.value("enabled", enabled);
  enabled_by = all.value("enabled_by", enabled_by);
  for (const char* name : {"block", "stay", "lstay", "quiet"})
    *flag_of(admin, name) = all.value(name, false);
  return {};
}

Result<void> Settings::save() const {
  const Message all{{"threshold", threshold}, {"share", share},
                    {"enabled", enabled},     {"enabled_by", enabled_by},
                    {"block", admin.block},   {"stay", admin.stay},
                    {"lstay", admin.lstay},   {"quiet", admin.quiet}};
  const std::string fresh = path_ + ".new";
  std::ofstream out(fresh, std::ios::trunc);
  out << all.dump(2) << '\n';
  out.close();
  if (!out || std::rename(fresh.c_str(), path_.c_str()) != 0)
    return fail_errno(path_);
  return {};
}

Result<void> Settings::set(const std::string& name, double value,
                           const std::string& by) {
  const bool is_switch = value == 0 || value == 1;
  if (name == "threshold" || name == "share") {
    if (!std::isfinite(value) || value < 0 || value > 1e9)
      return fail(EINVAL, fmt::format("{} is a number from 0 on", name));
    (name == "threshold" ? threshold : share) = value;
  } else if (name == "enabled" && is_switch) {
    enabled = value != 0;
    enabled_by = fmt::format("{} at {}", by, now_text());
  } else if (bool* flag = flag_of(admin, name); flag != nullptr && is_switch) {
    *flag = value != 0;
  } else {
    return fail(EINVAL, is_switch ? fmt::format("nothing is called {}", name)
                                  : fmt::format("{} is 0 or 1", name));
  }
  return save();
}

}  // namespace mosix
