#include "pmda/choose.h"

#include <cerrno>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace netstat {
namespace {

using base::fail;
using base::Result;

using MakeSource = std::function<Result<std::unique_ptr<Source>>()>;
using MakeCloses = std::function<Result<std::unique_ptr<Closes>>()>;

Result<std::unique_ptr<Source>> choose_source(
    const std::string& wish, const Makers& makers,
    const std::shared_ptr<Cookies>& cookies, const Remark& remark) {
  const std::pair<const char*, MakeSource> sources[] = {
      {"walk", makers.walk},
      {"task_file", makers.task_file},
      {"diag", [&] { return makers.diag(cookies); }},
      {"proc", makers.proc},
  };
  std::string failures;
  for (const auto& [name, make] : sources) {
    if (wish != "auto" && wish != name) continue;
    auto source = make();
    if (source) return source;
    const std::string failure =
        fmt::format("source {}: {}", name, source.error().text);
    if (wish != "auto") return fail(source.error().code, failure);
    remark(failure);
    failures += (failures.empty() ? "" : "; ") + failure;
  }
  if (wish == "auto") return fail(ENOTSUP, failures);
  return fail(EINVAL, fmt::format("there is no source {}", wish));
}

/// With `auto`, none is an answer, too; `why` then has the reason.
Result<std::unique_ptr<Closes>> choose_closes(
    const std::string& wish, bool with_diag, const Makers& makers,
    const std::shared_ptr<Cookies>& cookies, const Remark& remark,
    std::string& why) {
  if (wish == "none") {
    why = "switched off by --closes=none";
    return nullptr;
  }
  const std::pair<const char*, MakeCloses> all[] = {
      {"bpf", makers.bpf_closes},
      {"multicast", [&] { return makers.multicast(cookies); }},
  };
  for (const auto& [name, make] : all) {
    if (wish != "auto" && wish != name) continue;
    // Without the inodes that diag knows nobody could say whose they were.
    if (wish == "auto" && std::string(name) == "multicast" && !with_diag)
      continue;
    auto closes = make();
    if (closes) return closes;
    const std::string failure =
        fmt::format("closes {}: {}", name, closes.error().text);
    if (wish != "auto") return fail(closes.error().code, failure);
    remark(failure);
    why += (why.empty() ? "" : "; ") + failure;
  }
  if (wish == "auto") return nullptr;
  return fail(EINVAL, fmt::format("there is no way of closes {}", wish));
}

void choose_volumes(bool wanted, const Makers& makers, const Remark& remark,
                    Feeds& feeds) {
  if (!wanted) {
    feeds.no_volumes = "switched off by --no-volume";
    return;
  }
  auto volumes = makers.volumes();
  if (volumes) {
    feeds.volumes = std::move(*volumes);
    return;
  }
  feeds.no_volumes = volumes.error().text;
  remark(fmt::format("volumes: {}", feeds.no_volumes));
}

}  // namespace

Makers real_makers() {
  return {make_walk_source, make_task_file_source, make_proc_source,
          make_diag_source, make_bpf_closes,       make_multicast_closes,
          make_bpf_volumes};
}

Result<Feeds> choose(const Wishes& wishes, const Makers& makers,
                     const Remark& remark) {
  const auto cookies = std::make_shared<Cookies>();
  Feeds feeds;
  auto source = choose_source(wishes.source, makers, cookies, remark);
  if (!source) return tl::make_unexpected(source.error());
  feeds.source = std::move(*source);
  const bool with_diag = std::string(feeds.source->name()) == "diag";
  auto closes = choose_closes(wishes.closes, with_diag, makers, cookies, remark,
                              feeds.no_closes);
  if (!closes) return tl::make_unexpected(closes.error());
  feeds.closes = std::move(*closes);
  choose_volumes(wishes.volumes, makers, remark, feeds);
  return feeds;
}

}  // namespace netstat
