#include "publish/mmv_name.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include "base/stable_hash.h"
#include "publish/mmv_headers.h"

namespace balance {
namespace {

/// Files without a wish get clusters from 1 on; of clusters from 2048 on the
/// instance domains would not be distinct.
constexpr int kFirstCluster = 1024;
constexpr int kClusters = 1024;
constexpr std::size_t kMaxWord = 40;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// No living process but this one has such a file.
bool is_free(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  mmv_disk_header_t header{};
  if (!in.read(reinterpret_cast<char*>(&header), sizeof header)) return true;
  if (std::memcmp(header.magic, "MMV", 4) != 0) return true;
  if (header.process <= 0 || header.process == getpid()) return true;
  return kill(header.process, 0) != 0 && errno == ESRCH;
}

int cluster_of(std::string_view word) {
  return kFirstCluster + 1 +
         static_cast<int>(base::stable_hash(word) % (kClusters - 1));
}

}  // namespace

std::string metric_word(std::string_view rules) {
  constexpr std::string_view kEnding = ".rules";
  if (rules.ends_with(kEnding)) rules.remove_suffix(kEnding.size());
  std::string word(rules.substr(0, kMaxWord));
  std::replace_if(
      word.begin(), word.end(),
      [](char c) { return !is_letter(c) && !(c >= '0' && c <= '9'); }, '_');
  const bool good = !word.empty() && is_letter(word.front());
  return good ? word : 'r' + word;
}

MmvName choose_mmv_name(const std::string& folder, std::string_view rules) {
  const std::string first = "pmbalance";
  if (is_free(folder + "/" + first)) return {first, kFirstCluster};
  const std::string word = metric_word(rules);
  std::string unique = word;
  for (int i = 2; !is_free(fmt::format("{}/{}.{}", folder, first, unique)); ++i)
    unique = fmt::format("{}_{}", word, i);
  return {first + "." + unique, cluster_of(unique)};
}

}  // namespace balance
