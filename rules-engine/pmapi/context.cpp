#include "pmapi/context.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <fmt/format.h>

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

/// Factor from a metric's units to bytes, seconds and single counts.
double scale_of(const pmUnits& units) {
  pmUnits canonical = units;
  canonical.scaleSpace = units.dimSpace != 0 ? PM_SPACE_BYTE : 0;
  canonical.scaleTime = units.dimTime != 0 ? PM_TIME_SEC : 0;
  canonical.scaleCount = 0;
  pmAtomValue in{};
  pmAtomValue out{};
  in.d = 1;
  if (pmConvScale(PM_TYPE_DOUBLE, &in, &units, &out, &canonical) < 0) return 1;
  return out.d;
}

/// Fills `reading` from a value of `type`; false if it has no such value.
bool read_value(int format, const pmValue& value, int type,
                Sample::Reading& reading) {
  pmAtomValue atom{};
  if (pmExtractValue(format, &value, type, &atom, type) < 0) return false;
  switch (type) {
    case PM_TYPE_32:
      reading.value = std::int64_t{atom.l};
      return true;
    case PM_TYPE_U32:
      reading.value = std::uint64_t{atom.ul};
      return true;
    case PM_TYPE_64:
      reading.value = std::int64_t{atom.ll};
      return true;
    case PM_TYPE_U64:
      reading.value = std::uint64_t{atom.ull};
      return true;
    case PM_TYPE_FLOAT:
      reading.value = double{atom.f};
      return true;
    case PM_TYPE_DOUBLE:
      reading.value = atom.d;
      return true;
    case PM_TYPE_STRING:
      reading.value = std::string(atom.cp);
      std::free(atom.cp);
      return true;
    default:
      return false;
  }
}

bool readable(int type) {
  return type == PM_TYPE_32 || type == PM_TYPE_U32 || type == PM_TYPE_64 ||
         type == PM_TYPE_U64 || type == PM_TYPE_FLOAT ||
         type == PM_TYPE_DOUBLE || type == PM_TYPE_STRING;
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
  for (const std::string& name : names)
    if (!metrics_[name].found) wanted.push_back(name.c_str());
  if (wanted.empty()) return {};
  std::vector<pmID> ids(wanted.size(), PM_ID_NULL);
  // A negative answer may only mean that a name is missing: ids tell which.
  const int code =
      pmLookupName(static_cast<int>(wanted.size()), wanted.data(), ids.data());
  if (code < 0 && ends_connection(code))
    return base::fail(code, pm_error(code));
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (ids[i] == PM_ID_NULL) continue;
    Metric& metric = metrics_[wanted[i]];
    const int described = pmLookupDesc(ids[i], &metric.desc);
    if (described < 0 && ends_connection(described))
      return base::fail(described, pm_error(described));
    metric.found = described >= 0 && readable(metric.desc.type);
    metric.scale = scale_of(metric.desc.units);
  }
  return {};
}

base::Result<Context::Samples> Context::fetch(
    const std::vector<std::string>& names, double received_s) {
  pmUseContext(handle_);
  if (fetches_++ % kLookAgain == 0)
    if (const auto done = resolve(names); !done)
      return base::fail(done.error().code, done.error().text);
  std::vector<pmID> ids;
  std::vector<const std::string*> of;
  for (const std::string& name : names) {
    const Metric& metric = metrics_[name];
    if (!metric.found) continue;
    ids.push_back(metric.desc.pmid);
    of.push_back(&name);
  }
  Samples out;
  if (ids.empty()) return out;
  pmResult* result = nullptr;
  const int code = pmFetch(static_cast<int>(ids.size()), ids.data(), &result);
  if (code < 0) return base::fail(code, pm_error(code));
  if ((code & PMCD_AGENT_CHANGE) != 0) fetches_ = 0;
  const std::unique_ptr<pmResult, void (*)(pmResult*)> owner(result,
                                                             pmFreeResult);
  const double taken_s = static_cast<double>(result->timestamp.tv_sec) +
                         static_cast<double>(result->timestamp.tv_usec) * 1e-6;
  for (std::size_t i = 0; i < of.size(); ++i)
    if (auto made =
            sample(metrics_[*of[i]], *result->vset[i], taken_s, received_s))
      out.emplace_back(*of[i], std::move(made));
  return out;
}

std::shared_ptr<const Sample> Context::sample(const Metric& metric,
                                              const pmValueSet& set,
                                              double taken_s,
                                              double received_s) {
  const bool instances = metric.desc.indom != PM_INDOM_NULL;
  if (set.numval < 0 || (set.numval == 0 && !instances)) return nullptr;
  auto out = std::make_shared<Sample>();
  out->counter = metric.desc.sem == PM_SEM_COUNTER;
  out->instances = instances;
  out->domain = metric.desc.indom;
  out->scale = metric.scale;
  out->taken_s = taken_s;
  out->received_s = received_s;
  for (int i = 0; i < set.numval; ++i) {
    const pmValue& value = set.vlist[i];
    Sample::Reading reading;
    reading.instance = instances ? value.inst : kNoInstance;
    if (read_value(set.valfmt, value, metric.desc.type, reading))
      out->readings.push_back(std::move(reading));
  }
  std::sort(
      out->readings.begin(), out->readings.end(),
      [](const auto& a, const auto& b) { return a.instance < b.instance; });
  if (instances) out->names = names_of(metric.desc.indom, *out);
  return out;
}

/// Asks for the names only when an instance is new.
std::shared_ptr<const InstanceNames> Context::names_of(pmInDom domain,
                                                       const Sample& sample) {
  std::shared_ptr<const InstanceNames>& known = instances_[domain];
  const bool complete =
      known && std::all_of(sample.readings.begin(), sample.readings.end(),
                           [&](const auto& reading) {
                             return known->contains(reading.instance);
                           });
  if (complete) return known;
  int* ids = nullptr;
  char** texts = nullptr;
  const int n = pmGetInDom(domain, &ids, &texts);
  auto names = std::make_shared<InstanceNames>();
  for (int i = 0; i < n; ++i) (*names)[ids[i]] = texts[i];
  if (n > 0) {
    std::free(ids);
    std::free(texts);
  }
  known = std::move(names);
  return known;
}

}  // namespace balance
