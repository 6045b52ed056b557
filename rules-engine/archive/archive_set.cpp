#include "archive/archive_set.h"

#include <algorithm>

#include <fmt/format.h>

#include "archive/archive_context.h"

namespace balance {
namespace {

base::Result<ArchiveInfo> inspect(const std::string& name) {
  const auto context = ArchiveContext::open(name);
  if (!context) return base::fail(context.error().code, context.error().text);
  const auto label = context->label();
  if (!label)
    return base::fail(label.error().code,
                      fmt::format("{}: {}", name, label.error().text));
  ArchiveInfo info;
  info.name = name;
  info.host = label->host;
  info.zone = label->zone;
  info.begin_s = seconds(label->begin);
  info.end_s = seconds(label->end);
  return info;
}

/// Of `arguments`, each once, in their order.
std::vector<std::string> pieces(const std::vector<std::string>& arguments) {
  std::vector<std::string> out;
  for (std::string_view rest : arguments)
    while (!rest.empty()) {
      const std::string piece(rest.substr(0, rest.find(',')));
      rest.remove_prefix(std::min(rest.size(), piece.size() + 1));
      if (!piece.empty() &&
          std::find(out.begin(), out.end(), piece) == out.end())
        out.push_back(piece);
    }
  return out;
}

std::string_view first_label(std::string_view host) {
  return host.substr(0, host.find('.'));
}

}  // namespace

base::Result<ArchiveSet> ArchiveSet::open(
    const std::vector<std::string>& names) {
  ArchiveSet set;
  for (const std::string& name : pieces(names)) {
    auto info = inspect(name);
    if (!info) return base::fail(info.error().code, info.error().text);
    auto& known = set.archives_;
    const auto same = std::find_if(
        known.begin(), known.end(),
        [&](const auto& other) { return other.host == info->host; });
    if (same == known.end()) {
      known.push_back(std::move(*info));
      continue;
    }
    // Together they may not fit: overlap, or differ in a metric.
    const auto both = inspect(fmt::format("{},{}", same->name, name));
    if (!both) return base::fail(both.error().code, both.error().text);
    same->name = both->name;
    if (info->begin_s < same->begin_s) same->zone = info->zone;
    same->begin_s = std::min(same->begin_s, info->begin_s);
    same->end_s = std::max(same->end_s, info->end_s);
  }
  if (set.archives_.empty()) return base::fail(0, "no archive");
  return set;
}

std::optional<std::size_t> ArchiveSet::find(std::string_view host) const {
  if (host.empty()) return 0;
  for (const auto& same :
       {+[](std::string_view a, std::string_view b) { return a == b; },
        +[](std::string_view a, std::string_view b) {
          return first_label(a) == first_label(b);
        }})
    for (std::size_t i = 0; i < archives_.size(); ++i)
      if (same(archives_[i].host, host)) return i;
  return std::nullopt;
}

double ArchiveSet::begin_s() const {
  double begin_s = archives_.front().begin_s;
  for (const ArchiveInfo& archive : archives_)
    begin_s = std::min(begin_s, archive.begin_s);
  return begin_s;
}

double ArchiveSet::end_s() const {
  double end_s = archives_.front().end_s;
  for (const ArchiveInfo& archive : archives_)
    end_s = std::max(end_s, archive.end_s);
  return end_s;
}

}  // namespace balance
