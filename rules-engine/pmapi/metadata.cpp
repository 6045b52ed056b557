#include "pmapi/metadata.h"

#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "check/nearest.h"
#include "pmapi/context.h"

namespace balance {
namespace {

using check::MetricFacts;
using Answer = check::Metrics::Answer;

/// A context, or why there is none.
struct Opened {
  int handle = -1;
  Answer answer = Answer::known;  ///< if there is none
  std::string reason;
};

MetricFacts::Kind kind_of(int type) {
  switch (type) {
    case PM_TYPE_32:
    case PM_TYPE_U32:
    case PM_TYPE_64:
    case PM_TYPE_U64:
    case PM_TYPE_FLOAT:
    case PM_TYPE_DOUBLE:
      return MetricFacts::Kind::number;
    case PM_TYPE_STRING:
      return MetricFacts::Kind::text;
    case PM_TYPE_NOSUPPORT:
      return MetricFacts::Kind::unknown;
    default:
      return MetricFacts::Kind::other;
  }
}

MetricFacts facts_of(const pmDesc& desc) {
  MetricFacts facts;
  facts.kind = kind_of(desc.type);
  facts.dimension = {desc.units.dimSpace, desc.units.dimTime,
                     desc.units.dimCount};
  facts.counter = desc.sem == PM_SEM_COUNTER;
  facts.instances = desc.indom != PM_INDOM_NULL;
  if (facts.instances) facts.domain = desc.indom;
  return facts;
}

/// As pmie says it, and why.
std::string no_connection(const std::string& host, int code) {
  const char* what = "is unreachable";
  if (code == -ECONNREFUSED) what = "does not respond";
  if (code == PM_ERR_PERMISSION)
    what = "does not permit delivery of metrics to the local host";
  if (code == PM_ERR_CONNLIMIT) what = "has exceeded its connection limit";
  return fmt::format("pmcd via {} {}: {}", host, what, pm_error(code));
}

/// libpcp cannot be made to let go: a thread that it holds longer ends when it
/// does, and ends the context that nobody waits for any more.
int connect_within(const std::string& host,
                   std::chrono::milliseconds patience) {
  struct Attempt {
    std::mutex mutex;
    std::condition_variable ended;
    std::optional<int> handle;
    bool given_up = false;
  };
  const auto attempt = std::make_shared<Attempt>();
  std::thread([attempt, host] {
    const int handle = pmNewContext(PM_CONTEXT_HOST, host.c_str());
    {
      const std::lock_guard lock(attempt->mutex);
      if (attempt->given_up && handle >= 0) pmDestroyContext(handle);
      attempt->handle = handle;
    }
    attempt->ended.notify_all();
  }).detach();
  std::unique_lock lock(attempt->mutex);
  attempt->given_up = !attempt->ended.wait_for(
      lock, patience, [&] { return attempt->handle.has_value(); });
  return attempt->given_up ? -ETIMEDOUT : *attempt->handle;
}

void add_name(const char* name, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
}

std::string first_component(const std::string& metric) {
  return metric.substr(0, metric.find('.'));
}

/// The same for hosts and archives, but for how a context is made.
class PmapiMetrics : public check::Metrics {
 public:
  ~PmapiMetrics() override {
    for (const auto& [host, source] : sources_) {
      if (source.opened.handle >= 0) pmDestroyContext(source.opened.handle);
    }
  }

  Reply find(const std::string& metric, const std::string& host) override {
    Source& source = use(host);
    if (source.opened.handle < 0) {
      return {source.opened.answer, {}, source.opened.reason};
    }
    pmDesc desc{};
    const int code = look_up(metric, desc);
    if (code == PM_ERR_NAME || code == PM_ERR_NONLEAF)
      return {Answer::missing, {}, ""};
    if (code < 0) return {Answer::missing, {}, pm_error(code)};
    Reply reply{Answer::known, facts_of(desc), ""};
    if (reply.facts.instances) {
      reply.facts.width =
          static_cast<std::uint32_t>(names_of(source, desc.indom).size());
    }
    return reply;
  }

  std::set<std::string> unreachable() const override {
    std::set<std::string> hosts;
    for (const auto& [host, source] : sources_) {
      if (source.opened.answer == Answer::unreachable) hosts.insert(host);
    }
    return hosts;
  }

  std::vector<std::string> instances(const std::string& metric,
                                     const std::string& host) override {
    Source& source = use(host);
    pmDesc desc{};
    const bool known = source.opened.handle >= 0 && look_up(metric, desc) >= 0;
    if (!known || desc.indom == PM_INDOM_NULL) return {};
    return names_of(source, desc.indom);
  }

  std::string host_name(const std::string& host) override {
    const int handle = use(host).opened.handle;
    std::array<char, MAXHOSTNAMELEN + 1> name{};
    if (handle < 0) return "";
    return pmGetContextHostName_r(handle, name.data(),
                                  static_cast<int>(name.size()));
  }

  std::string nearest(const std::string& metric,
                      const std::string& host) override {
    if (use(host).opened.handle < 0) return "";
    const std::string first = first_component(metric);
    std::string below = check::nearest(first, children());
    if (below.empty()) return "";
    std::vector<std::string> names;
    if (pmTraversePMNS_r(below.c_str(), add_name, &names) < 0) return "";
    return check::nearest(metric, names);
  }

 protected:
  virtual Opened open(const std::string& host) = 0;

 private:
  struct Source {
    Opened opened;
    std::map<pmInDom, std::vector<std::string>> names;
  };

  Source& use(const std::string& host) {
    const auto [found, added] = sources_.try_emplace(host);
    Source& source = found->second;
    if (added) source.opened = open(host);
    if (source.opened.handle >= 0) pmUseContext(source.opened.handle);
    return source;
  }

  static int look_up(const std::string& metric, pmDesc& desc) {
    const char* name = metric.c_str();
    pmID id = PM_ID_NULL;
    const int code = pmLookupName(1, &name, &id);
    return code < 0 ? code : pmLookupDesc(id, &desc);
  }

  const std::vector<std::string>& names_of(Source& source, pmInDom domain) {
    const auto [found, added] = source.names.try_emplace(domain);
    if (!added) return found->second;
    int* numbers = nullptr;
    char** names = nullptr;
    const int count = get_instances(domain, &numbers, &names);
    if (count > 0) {
      found->second.assign(names, names + count);
      std::free(numbers);
      std::free(names);
    }
    return found->second;
  }
  virtual int get_instances(pmInDom domain, int** numbers, char*** names) {
    return pmGetInDom(domain, numbers, names);
  }

  static std::vector<std::string> children() {
    char** names = nullptr;
    const int count = pmGetChildren("", &names);
    if (count <= 0) return {};
    std::vector<std::string> out(names, names + count);
    std::free(names);
    return out;
  }

  std::map<std::string, Source> sources_;
};

class LiveMetrics : public PmapiMetrics {
 public:
  LiveMetrics(std::string default_host,
              std::optional<std::chrono::milliseconds> patience)
      : default_host_(std::move(default_host)), patience_(patience) {}

 protected:
  Opened open(const std::string& host) override {
    const std::string& name = host.empty() ? default_host_ : host;
    const int handle = patience_ && !host.empty()
                           ? connect_within(name, *patience_)
                           : pmNewContext(PM_CONTEXT_HOST, name.c_str());
    if (handle >= 0) return {handle, Answer::known, ""};
    return {-1, Answer::unreachable, no_connection(name, handle)};
  }

 private:
  std::string default_host_;
  std::optional<std::chrono::milliseconds> patience_;
};

class ArchiveMetrics : public PmapiMetrics {
 public:
  explicit ArchiveMetrics(const ArchiveSet& archives) : archives_(archives) {}

 protected:
  Opened open(const std::string& host) override {
    const auto found = archives_.find(host);
    if (!found) return {-1, Answer::no_archive, ""};
    const ArchiveInfo& info = archives_.archives()[*found];
    const int handle = pmNewContext(PM_CONTEXT_ARCHIVE, info.name.c_str());
    if (handle >= 0) return {handle, Answer::known, ""};
    return {-1, Answer::no_archive,
            fmt::format("{}: {}", info.name, pm_error(handle))};
  }

 private:
  /// All that ever were.
  int get_instances(pmInDom domain, int** numbers, char*** names) override {
    return pmGetInDomArchive(domain, numbers, names);
  }

  const ArchiveSet& archives_;
};

}  // namespace

std::unique_ptr<check::Metrics> live_metrics(
    std::string default_host,
    std::optional<std::chrono::milliseconds> patience) {
  return std::make_unique<LiveMetrics>(std::move(default_host), patience);
}

std::unique_ptr<check::Metrics> archive_metrics(const ArchiveSet& archives) {
  return std::make_unique<ArchiveMetrics>(archives);
}

}  // namespace balance
