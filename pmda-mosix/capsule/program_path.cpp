#include "capsule/program_path.h"

#include <string_view>

namespace mosix {
namespace {

constexpr std::string_view kDefaultPath = "/bin:/usr/bin";

std::string_view path_of(const std::vector<std::string>& env) {
  constexpr std::string_view kName = "PATH=";
  for (const std::string_view entry : env)
    if (entry.starts_with(kName)) return entry.substr(kName.size());
  return kDefaultPath;
}

}  // namespace

std::vector<std::string> program_candidates(
    const std::string& name, const std::vector<std::string>& env) {
  if (name.find('/') != std::string::npos) return {name};
  std::vector<std::string> candidates;
  std::string_view rest = path_of(env);
  for (;;) {
    const auto colon = rest.find(':');
    const auto folder = rest.substr(0, colon);
    // An empty folder is the working one.
    candidates.push_back(folder.empty() ? "./" + name
                                        : std::string(folder) + "/" + name);
    if (colon == std::string_view::npos) return candidates;
    rest.remove_prefix(colon + 1);
  }
}

}  // namespace mosix
