#include "agent/access.h"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <sstream>

#include <pwd.h>

#include "base/text.h"

namespace agent {

using base::fail;
using base::fail_errno;
using base::Result;

std::optional<uid_t> find_user(const std::string& name) {
  if (const auto uid = base::to_number<uid_t>(name)) return uid;
  const passwd* entry = getpwnam(name.c_str());
  if (entry == nullptr) return std::nullopt;
  return entry->pw_uid;
}

Result<Access> parse_access(const std::string& text, const std::string& path,
                            const FindUser& find,
                            std::vector<std::string>& unknown) {
  Access access;
  std::string errors;
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const auto words = base::words_of(line.substr(0, line.find('#')));
    if (words.empty()) continue;
    const auto complain = [&](const std::string& what) {
      errors += fmt::format("{}{}:{}: {}", errors.empty() ? "" : "\n", path,
                            number, what);
    };
    if (words[0] != "read" && words[0] != "operate") {
      complain(fmt::format("expected `read` or `operate`, not `{}`", words[0]));
      continue;
    }
    if (words.size() == 1)
      complain(fmt::format("expected users after `{}`", words[0]));
    auto& users = words[0] == "read" ? access.readers : access.operators;
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (const auto uid = find(words[i]))
        users.insert(*uid);
      else
        unknown.push_back(
            fmt::format("{}:{}: there is no user {}", path, number, words[i]));
    }
  }
  if (!errors.empty()) return fail(EINVAL, errors);
  return access;
}

Result<Access> read_access(const std::string& path, const std::string& shipped,
                           std::vector<std::string>& unknown) {
  std::ifstream in(path);
  if (!in && errno != ENOENT) return fail_errno(path);
  if (!in) {
    std::vector<std::string> of_no_interest;
    return parse_access(shipped, "shipped", find_user, of_no_interest);
  }
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) return fail_errno(path);
  return parse_access(text, path, find_user, unknown);
}

}  // namespace agent
