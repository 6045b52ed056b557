#include "pmapi/live_source.h"

#include <map>

#include "pmapi/host_reader.h"

namespace balance {

LiveSource::LiveSource(const std::vector<std::string>& hosts,
                       std::chrono::milliseconds patience,
                       const std::set<std::string>& silent)
    : patience_(patience) {
  std::map<std::string, std::size_t> known;
  for (const std::string& host : hosts) {
    const auto [found, added] = known.try_emplace(host, connections_.size());
    of_host_.push_back(found->second);
    if (!added) continue;
    connections_.push_back(
        {std::make_unique<HostReader>(host, silent.contains(host)), {}});
  }
}

LiveSource::~LiveSource() = default;

void LiveSource::want(const std::string& metric, HostId host) {
  if (feeds_->find(metric, host)) return;
  Connection& connection = connections_[of_host_[host]];
  const std::size_t place = connection.reader->want(metric);
  if (place == connection.feeds.size()) connection.feeds.emplace_back();
  connection.feeds[place].push_back(feeds_->add(metric, host));
}

Snapshot LiveSource::take(double now_s) {
  std::vector<HostReader*> awaited;
  for (const auto& [reader, feeds] : connections_)
    if (reader->wanted() && reader->request()) awaited.push_back(reader.get());
  const auto deadline = std::chrono::steady_clock::now() + patience_;
  for (HostReader* reader : awaited) reader->wait_until(deadline);
  Snapshot out(now_s, feeds_);
  for (const auto& [reader, feeds] : connections_) {
    const Context::Samples samples = reader->samples();
    for (std::size_t i = 0; i < samples.size(); ++i)
      for (const FeedId feed : feeds[i]) out.put(feed, samples[i]);
  }
  return out;
}

std::string LiveSource::host_name(HostId host) const {
  return connections_[of_host_[host]].reader->name();
}

}  // namespace balance
