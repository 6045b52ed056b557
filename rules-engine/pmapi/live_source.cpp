#include "pmapi/live_source.h"

#include "pmapi/host_reader.h"

namespace balance {

LiveSource::LiveSource(const std::vector<std::string>& hosts,
                       std::chrono::milliseconds patience)
    : patience_(patience), wanted_(hosts.size()) {
  for (const std::string& host : hosts)
    readers_.push_back(std::make_unique<HostReader>(host));
}

LiveSource::~LiveSource() = default;

void LiveSource::want(const std::string& metric, HostId host) {
  if (readers_[host]->want(metric))
    wanted_[host].push_back(feeds_->add(metric, host));
}

Snapshot LiveSource::take(double now_s) {
  std::vector<HostReader*> awaited;
  for (const auto& reader : readers_)
    if (reader->wanted() && reader->request()) awaited.push_back(reader.get());
  const auto deadline = std::chrono::steady_clock::now() + patience_;
  for (HostReader* reader : awaited) reader->wait_until(deadline);
  Snapshot out(now_s, feeds_);
  for (HostId host = 0; host < readers_.size(); ++host) {
    Context::Samples samples = readers_[host]->samples();
    for (std::size_t i = 0; i < samples.size(); ++i)
      out.put(wanted_[host][i], std::move(samples[i]));
  }
  return out;
}

std::string LiveSource::host_name(HostId host) const {
  return readers_[host]->name();
}

}  // namespace balance
