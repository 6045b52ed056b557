#include "pmapi/live_source.h"

#include <algorithm>

#include "pmapi/host_reader.h"

namespace balance {

LiveSource::LiveSource(const std::vector<std::string>& hosts,
                       std::chrono::milliseconds patience,
                       const std::set<std::string>& silent)
    : patience_(patience) {
  for (const std::string& host : hosts) {
    const HostId id = add_host(host);
    connections_[of_host_[id]].silent = silent.contains(host);
  }
}

LiveSource::~LiveSource() {
  for (const Connection& each : connections_)
    if (each.reader) each.reader->close();
  const auto deadline = HostDesk::Clock::now() + patience_;
  for (const Connection& each : connections_)
    if (each.reader) each.reader->wait_closed(deadline);
}

void LiveSource::set_patience(std::chrono::milliseconds patience) {
  patience_ = patience;
  for (const Connection& each : connections_)
    if (each.reader) each.reader->set_patience(patience);
}

HostId LiveSource::add_host(const std::string& host) {
  const auto [found, added] = by_name_.try_emplace(host, connections_.size());
  if (added) connections_.emplace_back().host = host;
  of_host_.push_back(found->second);
  return static_cast<HostId>(of_host_.size() - 1);
}

void LiveSource::keep_only(const std::set<HostId>& hosts) {
  std::set<std::size_t> kept;
  for (const HostId host : hosts) kept.insert(of_host_[host]);
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    if (kept.contains(i)) continue;
    Connection& connection = connections_[i];
    connection.reader.reset();
    connection.feeds.clear();
    connection.due.clear();
  }
  for (std::optional<Place>& place : wanted_)
    if (place && !kept.contains(place->connection)) place.reset();
}

FeedId LiveSource::want(const std::string& metric, HostId host) {
  const FeedId feed = feeds_->add(metric, host);
  if (wanted_.size() <= feed) wanted_.resize(feed + 1);
  if (wanted_[feed]) return feed;
  const std::size_t number = of_host_[host];
  Connection& connection = connections_[number];
  if (!connection.reader)
    connection.reader = std::make_unique<HostReader>(connection.host, patience_,
                                                     connection.silent);
  const std::size_t sample = connection.reader->want(metric);
  if (sample == connection.feeds.size()) {
    connection.feeds.emplace_back();
    if (all_due_) connection.due.push_back(sample);
  }
  connection.feeds[sample].push_back(feed);
  wanted_[feed] = Place{number, sample};
  return feed;
}

void LiveSource::due(const std::vector<FeedId>& feeds) {
  all_due_ = false;
  for (Connection& connection : connections_) connection.due.clear();
  for (const FeedId feed : feeds) {
    if (feed >= wanted_.size() || !wanted_[feed]) continue;
    const auto [number, sample] = *wanted_[feed];
    connections_[number].due.push_back(sample);
  }
  // A host that is there twice may have a metric twice.
  for (Connection& connection : connections_) {
    std::vector<std::size_t>& of = connection.due;
    std::sort(of.begin(), of.end());
    of.erase(std::unique(of.begin(), of.end()), of.end());
  }
}

Snapshot LiveSource::take(double now_s) {
  std::vector<HostReader*> awaited;
  for (const Connection& each : connections_)
    if (!each.due.empty() && each.reader->request(each.due))
      awaited.push_back(each.reader.get());
  const auto deadline = HostDesk::Clock::now() + patience_;
  for (HostReader* reader : awaited) reader->wait_until(deadline);
  Snapshot out(now_s, feeds_);
  for (const Connection& each : connections_) {
    if (!each.reader) continue;
    const Context::Samples samples = each.reader->samples();
    for (std::size_t i = 0; i < samples.size(); ++i)
      for (const FeedId feed : each.feeds[i]) out.put(feed, samples[i]);
  }
  return out;
}

bool LiveSource::answers(HostId host) const {
  const Connection& connection = connections_[of_host_[host]];
  return connection.reader && connection.reader->answers();
}

std::string LiveSource::host_name(HostId host) const {
  const Connection& connection = connections_[of_host_[host]];
  return connection.reader ? connection.reader->name() : connection.host;
}

}  // namespace balance
