// What the engine and the threads that ask one host tell each other.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "pmapi/context.h"

namespace balance {

/// The threads ("askers") each have a connection of their own. There is one,
/// idle between two ticks. libpcp may hold it for seconds if the host is sick,
/// and cannot be made to let go; then others are tried beside it, so that the
/// host is found as soon as it is back. The first that has an answer goes on,
/// the others are replaced and end. All calls may come from any thread.
class HostDesk {
 public:
  using Clock = std::chrono::steady_clock;
  using Asker = std::uint64_t;

  /// A host whose answer took longer than `patience` is not awaited at the next
  /// tick. `told`: it was said already that the host does not answer.
  HostDesk(std::string host, Clock::duration patience, bool told);

  // For the engine.

  void set_patience(Clock::duration patience);
  /// The place of the metric among samples().
  std::size_t want(const std::string& metric);
  struct Asked {
    bool awaited = false;       ///< an answer is to be expected at once
    std::optional<Asker> born;  ///< its thread is to be started
  };
  /// Asks for a fetch of the metrics of these places.
  Asked ask(const std::vector<std::size_t>& places);
  void wait_until(Clock::time_point deadline);
  /// The newest samples beside the places, null without; none while the host
  /// does not answer.
  Context::Samples samples() const;
  /// The last answer that is known was one.
  bool answers() const;
  /// As the pmcd calls its host; as written before it has answered.
  std::string name() const;
  /// All askers shall end; what they bring is of no use any more.
  void close();
  /// Until they have ended, or the deadline.
  void wait_closed(Clock::time_point deadline);

  // For an asker.

  struct Order {
    std::vector<std::string> metrics;  ///< all that are wanted
    std::set<std::size_t> due;         ///< the places of those to be fetched
  };
  /// The last order is done with; waits for the next one. Nothing: the asker
  /// shall end, and say so by gone().
  std::optional<Order> next(Asker asker);
  /// Its answers are still of use.
  bool is_current(Asker asker) const;
  /// `samples` beside `places`.
  void answered(Asker asker, const std::string& name,
                const std::vector<std::size_t>& places,
                Context::Samples samples);
  void failed(Asker asker, const base::Error& why);
  void gone(Asker asker);

  const std::string& host() const { return host_; }

 private:
  struct State {
    bool replaced = false;
    bool busy = false;  ///< with an order, since:
    Clock::time_point begun;
    bool ok = true;  ///< the last order ended well
  };

  bool is_current_here(Asker asker) const;
  bool is_busy() const;
  bool is_alone(Asker asker) const;
  bool needs_another() const;
  void end_order(State& state);

  const std::string host_;
  mutable std::mutex mutex_;
  Clock::duration patience_;
  std::condition_variable wake_;
  std::vector<std::string> metrics_;
  std::set<std::size_t> due_;  ///< asked for and not begun
  bool asked_ = false;         ///< a fetch is asked for and has not begun
  Context::Samples samples_;
  std::string name_;
  std::map<Asker, State> askers_;
  Asker newest_ = 0;
  /// The last fetch was so fast, or so fast refused, that the next one is
  /// awaited.
  bool prompt_;
  bool answering_ = false;  ///< the last that is known
  bool complained_;         ///< of a host that does not answer
  bool closed_ = false;
};

}  // namespace balance
