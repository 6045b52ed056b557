#include "archive/archive_source.h"

#include <algorithm>

#include <fmt/format.h>

#include "archive/archive_reader.h"

namespace balance {

ArchiveSource::~ArchiveSource() = default;

base::Result<std::unique_ptr<ArchiveSource>> ArchiveSource::open(
    const ArchiveSet& archives, const std::vector<std::string>& hosts,
    const ArchiveOptions& options) {
  std::unique_ptr<ArchiveSource> source(new ArchiveSource());
  std::map<std::size_t, ArchiveReader*> opened;
  for (const std::string& host : hosts) {
    const auto which = archives.find(host);
    if (!which)
      return base::fail(0, fmt::format("no archive of host {}", host));
    ArchiveReader*& reader = opened[*which];
    if (reader == nullptr) {
      auto made = ArchiveReader::open(archives.archives()[*which], options);
      if (!made) return base::fail(made.error().code, made.error().text);
      source->readers_.push_back(std::move(*made));
      reader = source->readers_.back().get();
    }
    source->by_host_.push_back(reader);
  }
  return source;
}

FeedId ArchiveSource::want(const std::string& metric, HostId host) {
  const FeedId feed = feeds_->add(metric, host);
  if (wanted_.emplace(metric, host).second) by_host_[host]->want(metric, feed);
  return feed;
}

Snapshot ArchiveSource::take(double now_s) {
  Snapshot out(now_s, feeds_);
  for (const auto& reader : readers_) {
    reader->take(now_s, out);
    if (error_.empty()) error_ = reader->error();
  }
  return out;
}

std::optional<double> ArchiveSource::next_s() {
  std::optional<double> first;
  for (const auto& reader : readers_) {
    const auto next = reader->next_s();
    if (next && (!first || *next < *first)) first = next;
    if (error_.empty()) error_ = reader->error();
  }
  return first;
}

std::string ArchiveSource::host_name(HostId host) const {
  return by_host_[host]->host();
}

}  // namespace balance
