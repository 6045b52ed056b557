#include "pmapi/context.h"

#include <array>

namespace balance {
namespace {

/// Metrics that were not there are looked for again at each so many fetches.
constexpr unsigned kLookAgain = 12;

/// Errors that end a connection; all others concern a metric.
bool ends_connection(int code) {
  return code == PM_ERR_IPC || code == PM_ERR_TIMEOUT ||
         code == PM_ERR_NOTCONN || code == PM_ERR_NOTHOST ||
         code > -PM_ERR_BASE;
}

}  // namespace

std::string pm_error(int code) {
  std::array<char, PM_MAXERRMSGLEN> text{};
  return pmErrStr_r(code, text.data(), static_cast<int>(text.size()));
}

base::Result<std::unique_ptr<Context>> Context::connect(
    const std::string& host) {
  const int handle = pmNewContext(PM_CONTEXT_HOST, host.c_str());
  if (handle < 0) return base::fail(handle, pm_error(handle));
  return std::unique_ptr<Context>(new Context(handle));
}

Context::~Context() {
  pmDestroyContext(handle_);
}

std::string Context::host_name() const {
  std::array<char, MAXHOSTNAMELEN + 1> name{};
  return pmGetContextHostName_r(handle_, name.data(),
                                static_cast<int>(name.size()));
}

base::Result<void> Context::resolve(const std::vector<std::string>& names) {
  std::vector<const char*> wanted;
  std::vector<Metric*> of;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (metrics_[i].found) continue;
    wanted.push_back(names[i].c_str());
    of.push_back(&metrics_[i]);
  }
  if (wanted.empty()) return {};
  std::vector<pmID> ids(wanted.size(), PM_ID_NULL);
  // A negative answer may only mean that a name is missing: ids tell which.
  const int code =
      pmLookupName(static_cast<int>(wanted.size()), wanted.data(), ids.data());
  if (code < 0 && ends_connection(code))
    return base::fail(code, pm_error(code));
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (ids[i] == PM_ID_NULL) continue;
    pmDesc desc{};
    const int described = pmLookupDesc(ids[i], &desc);
    if (described < 0 && ends_connection(described))
      return base::fail(described, pm_error(described));
    of[i]->found = described >= 0 && readable(desc.type);
    if (of[i]->found) of[i]->form = form_of(desc);
  }
  return {};
}

base::Result<Context::Samples> Context::fetch(
    const std::vector<std::string>& names,
    const std::vector<std::size_t>& places, double received_s) {
  pmUseContext(handle_);
  const bool more = metrics_.size() < names.size();
  metrics_.resize(names.size());
  if (fetches_++ % kLookAgain == 0 || more)
    if (const auto done = resolve(names); !done)
      return base::fail(done.error().code, done.error().text);
  std::vector<pmID> ids;
  std::vector<std::size_t> of;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!metrics_[places[i]].found) continue;
    ids.push_back(metrics_[places[i]].form.id);
    of.push_back(i);
  }
  Samples out(places.size());
  if (ids.empty()) return out;
  pmResult* result = nullptr;
  const int code = pmFetch(static_cast<int>(ids.size()), ids.data(), &result);
  if (code < 0) return base::fail(code, pm_error(code));
  if ((code & PMCD_AGENT_CHANGE) != 0) fetches_ = 0;
  const std::unique_ptr<pmResult, void (*)(pmResult*)> owner(result,
                                                             pmFreeResult);
  const double taken_s = static_cast<double>(result->timestamp.tv_sec) +
                         static_cast<double>(result->timestamp.tv_usec) * 1e-6;
  for (std::size_t k = 0; k < of.size(); ++k) {
    Metric& metric = metrics_[places[of[k]]];
    auto sample = std::make_shared<Sample>();
    sample->taken_s = taken_s;
    sample->received_s = received_s;
    if (decode(metric.form, *result->vset[k], rosters_, metric.layout, *sample))
      out[of[k]] = std::move(sample);
  }
  return out;
}

}  // namespace balance
