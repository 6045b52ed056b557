#include "tools/reloader.h"

#include <algorithm>
#include <utility>

namespace balance {
namespace {

bool same_text(const Sources& a, const Sources& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& one, const auto& other) {
                      return one->text() == other->text();
                    });
}

}  // namespace

bool Reloader::begin(std::vector<std::string> hosts, bool check) {
  {
    const std::lock_guard lock(mutex_);
    if (busy_) {
      again_ = again_ || !check;
      return false;
    }
    busy_ = true;
  }
  thread_ =
      std::jthread([this, running = running_, hosts = std::move(hosts), check] {
        Result result;
        if (check) {
          result.checked = true;
          result.sources = running;
          result.rules = world_.load(running, hosts);
        } else {
          result = read(running, hosts);
        }
        {
          const std::lock_guard lock(mutex_);
          done_ = std::move(result);
        }
        world_.wake();
      });
  return true;
}

std::optional<Reloader::Result> Reloader::take() {
  std::optional<Result> out;
  {
    const std::lock_guard lock(mutex_);
    if (!done_) return out;
    out = std::exchange(done_, std::nullopt);
    out->again = std::exchange(again_, false);
    busy_ = false;
  }
  if (out->rules.program) running_ = out->sources;
  return out;
}

Reloader::Result Reloader::read(const Sources& running,
                                const std::vector<std::string>& hosts) const {
  Result out;
  for (const auto& source : running) {
    if (source->name() == kStandardInput) {
      out.sources.push_back(source);
      continue;
    }
    auto read = read_rule_file(source->name());
    if (!read) {
      out.rules.messages = read.error().text + '\n';
      return out;
    }
    out.sources.push_back(std::move(*read));
  }
  out.unchanged = same_text(running, out.sources);
  if (!out.unchanged) out.rules = world_.load(out.sources, hosts);
  return out;
}

}  // namespace balance
