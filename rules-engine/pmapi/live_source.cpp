#include "pmapi/live_source.h"

#include "pmapi/host_reader.h"

namespace balance {

LiveSource::LiveSource(const std::vector<std::string>& hosts,
                       std::chrono::milliseconds patience)
    : patience_(patience) {
  for (const std::string& host : hosts)
    readers_.push_back(std::make_unique<HostReader>(host));
}

LiveSource::~LiveSource() = default;

void LiveSource::want(const std::string& metric, HostId host) {
  readers_[host]->want(metric);
}

Snapshot LiveSource::take(double now_s) {
  std::vector<HostReader*> awaited;
  for (const auto& reader : readers_)
    if (reader->wanted() && reader->request()) awaited.push_back(reader.get());
  const auto deadline = std::chrono::steady_clock::now() + patience_;
  for (HostReader* reader : awaited) reader->wait_until(deadline);
  Snapshot out(now_s);
  for (HostId host = 0; host < readers_.size(); ++host)
    for (auto& [metric, sample] : readers_[host]->samples())
      out.put(metric, host, std::move(sample));
  return out;
}

std::string LiveSource::host_name(HostId host) const {
  return readers_[host]->name();
}

}  // namespace balance
