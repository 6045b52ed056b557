#include "pmapi/host_reader.h"

#include <numeric>
#include <system_error>
#include <thread>

#include "base/clock.h"

namespace balance {
namespace {

/// What one thread does.
class Asking {
 public:
  Asking(HostDesk& desk, HostDesk::Asker asker) : desk_(desk), asker_(asker) {}

  void run() {
    while (const auto order = desk_.next(asker_)) {
      // A pmcd that was restarted since the last time is asked at once.
      const bool connected = context_ != nullptr;
      if (!carry_out(*order) && connected) carry_out(*order);
    }
    context_.reset();
    desk_.gone(asker_);
  }

 private:
  bool carry_out(const HostDesk::Order& order);
  bool failed(const base::Error& why);

  HostDesk& desk_;
  const HostDesk::Asker asker_;
  std::unique_ptr<Context> context_;
  std::string name_;
};

bool Asking::failed(const base::Error& why) {
  context_.reset();
  desk_.failed(asker_, why);
  return false;
}

bool Asking::carry_out(const HostDesk::Order& order) {
  std::vector<std::size_t> places(order.due.begin(), order.due.end());
  if (context_ == nullptr) {
    auto connected = Context::connect(desk_.host());
    if (!connected) return failed(connected.error());
    context_ = std::move(*connected);
    name_ = context_->host_name();
    // What was asked for through another connection is not known here.
    places.resize(order.metrics.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
  }
  if (!desk_.is_current(asker_)) return true;
  // The age of a value counts from the question: an answer that was held up
  // may be as old as that.
  auto fetched = context_->fetch(order.metrics, places, base::wall_clock_s());
  if (!fetched) return failed(fetched.error());
  desk_.answered(asker_, name_, places, std::move(*fetched));
  return true;
}

}  // namespace

HostReader::HostReader(std::string host, std::chrono::milliseconds patience,
                       bool told)
    : desk_(std::make_shared<HostDesk>(std::move(host), patience, told)) {}

HostReader::~HostReader() {
  desk_->close();
}

bool HostReader::request(const std::vector<std::size_t>& places) {
  const HostDesk::Asked asked = desk_->ask(places);
  if (asked.born) {
    try {
      std::thread([desk = desk_, asker = *asked.born] {
        Asking(*desk, asker).run();
      }).detach();
    } catch (const std::system_error&) {
      // No thread can be had now; the next tick tries again.
      desk_->gone(*asked.born);
      return false;
    }
  }
  return asked.awaited;
}

}  // namespace balance
