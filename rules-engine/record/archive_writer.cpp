#include "record/archive_writer.h"

#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>
#include <pcp/import.h>
#include <unistd.h>

#include "base/overloaded.h"

namespace balance {
namespace {

constexpr std::int64_t kSecond_us = 1'000'000;

pmID id_of(const agent::MetricRow& row) {
  return pmiID(kRecordDomain, static_cast<int>(row.cluster),
               static_cast<int>(row.item));
}

pmInDom domain_of(int serial) {
  return serial == agent::kSingular ? PM_INDOM_NULL
                                    : pmiInDom(kRecordDomain, serial);
}

/// The result of a call of libpcp_import.
base::Result<void> checked(int status) {
  if (status >= 0) return {};
  return base::fail(status, pmiErrStr(status));
}

/// libpcp_import finds these only when it writes the first record.
base::Result<void> can_be_made(const std::string& name) {
  for (const char* suffix : {".0", ".index", ".meta"}) {
    std::error_code error;
    if (std::filesystem::exists(name + suffix, error))
      return base::fail(EEXIST, fmt::format("archive {}: {}{} is there already",
                                            name, name, suffix));
  }
  const auto folder = "." / std::filesystem::path(name).parent_path();
  if (access(folder.c_str(), W_OK | X_OK) != 0)
    return base::fail_errno(
        fmt::format("archive {}: {}", name, folder.string()));
  return {};
}

/// libpcp_import makes the zone of the label that of the whole program, for
/// pmCtime() and the like. This gives the program its own back.
class ZoneKeeper {
 public:
  ZoneKeeper() {
    char* name = nullptr;
    zone_ = pmWhichZone(&name);
    if (zone_ >= 0) return;
    const char* local = std::getenv("TZ");
    zone_ = pmNewZone(local != nullptr ? local : ":/etc/localtime");
  }
  ~ZoneKeeper() {
    if (zone_ >= 0) pmUseZone(zone_);
  }
  ZoneKeeper(const ZoneKeeper&) = delete;
  ZoneKeeper& operator=(const ZoneKeeper&) = delete;

 private:
  int zone_;
};

}  // namespace

base::Result<std::unique_ptr<ArchiveWriter>> ArchiveWriter::create(
    const std::string& name, const std::string& host, const std::string& zone) {
  if (auto possible = can_be_made(name); !possible)
    return tl::make_unexpected(possible.error());
  const int context = pmiStart(name.c_str(), 0);
  if (context < 0)
    return base::fail(context,
                      fmt::format("archive {}: {}", name, pmiErrStr(context)));
  if (!host.empty()) pmiSetHostname(host.c_str());
  if (!zone.empty()) pmiSetTimezone(zone.c_str());
  std::unique_ptr<ArchiveWriter> out(new ArchiveWriter(context));
  if (auto described = out->describe(); !described)
    return tl::make_unexpected(described.error());
  return out;
}

ArchiveWriter::~ArchiveWriter() {
  // To libpcp_import the end of an archive without records is an error.
  if (begun_ && pmiUseContext(context_) >= 0) pmiEnd();
}

base::Result<void> ArchiveWriter::describe() {
  int status = 0;
  const auto need = [&status](int each) {
    if (status >= 0 && each < 0) status = each;
  };
  for (const agent::MetricRow& row : kRecordMetrics) {
    const pmID id = id_of(row);
    need(pmiAddMetric(fmt::format("pmbalance.{}", row.name).c_str(), id,
                      row.type, domain_of(row.indom), row.semantics,
                      row.units));
    need(pmiPutText(PM_TEXT_PMID, PM_TEXT_ONELINE, id, row.oneline));
    need(pmiPutText(PM_TEXT_PMID, PM_TEXT_HELP, id, row.help));
  }
  for (const agent::IndomRow& row : kRecordDomains) {
    const pmInDom id = domain_of(row.serial);
    need(pmiPutText(PM_TEXT_INDOM, PM_TEXT_ONELINE, id, row.oneline));
    need(pmiPutText(PM_TEXT_INDOM, PM_TEXT_HELP, id, row.help));
  }
  need(pmiPutLabel(PM_LABEL_DOMAIN, kRecordDomain, 0, "agent", "pmbalance"));
  return checked(status);
}

base::Result<void> ArchiveWriter::add_instance(int domain, int instance,
                                               const std::string& name) {
  pmiUseContext(context_);
  return checked(pmiAddInstance(domain_of(domain), name.c_str(), instance));
}

void ArchiveWriter::put(Metric metric, int instance, const Value& value) {
  pmValue& out = values_[static_cast<std::size_t>(metric)].emplace_back();
  out.inst = instance;
  const auto block = [&](int type, const void* data, std::size_t size) {
    void* room =
        memory_.allocate(sizeof(pmValueBlock) + size, alignof(pmValueBlock));
    out.value.pval = static_cast<pmValueBlock*>(room);
    out.value.pval->vtype = static_cast<unsigned>(type) & 0xff;
    out.value.pval->vlen =
        static_cast<unsigned>(PM_VAL_HDR_SIZE + size) & PM_VAL_VLEN_MAX;
    std::memcpy(static_cast<char*>(room) + PM_VAL_HDR_SIZE, data, size);
  };
  std::visit(base::Overloaded{
                 [&](std::int32_t x) { out.value.lval = x; },
                 [&](std::uint32_t x) { out.value.lval = static_cast<int>(x); },
                 [&](std::uint64_t x) { block(PM_TYPE_U64, &x, sizeof x); },
                 [&](double x) { block(PM_TYPE_DOUBLE, &x, sizeof x); },
                 [&](std::string_view x) {
                   const std::string text(x);
                   block(PM_TYPE_STRING, text.c_str(), text.size() + 1);
                 }},
             value);
}

void ArchiveWriter::put(Metric metric, const Value& value) {
  put(metric, static_cast<int>(PM_IN_NULL), value);
}

pmValueSet* ArchiveWriter::build_set(std::size_t metric) {
  const agent::MetricRow& row = kRecordMetrics[metric];
  const std::vector<pmValue>& values = values_[metric];
  void* room =
      memory_.allocate(sizeof(pmValueSet) + values.size() * sizeof(pmValue),
                       alignof(pmValueSet));
  auto* out = static_cast<pmValueSet*>(room);
  out->pmid = id_of(row);
  out->numval = static_cast<int>(values.size());
  const bool whole = row.type == PM_TYPE_32 || row.type == PM_TYPE_U32;
  out->valfmt = whole ? PM_VAL_INSITU : PM_VAL_DPTR;
  std::memcpy(out->vlist, values.data(), values.size() * sizeof(pmValue));
  return out;
}

const pmResult* ArchiveWriter::build(std::int64_t time_us) {
  void* room = memory_.allocate(
      sizeof(pmResult) + kRecordMetricCount * sizeof(void*), alignof(pmResult));
  auto* out = static_cast<pmResult*>(room);
  out->timestamp.tv_sec = time_us / kSecond_us;
  out->timestamp.tv_usec = time_us % kSecond_us;
  out->numpmid = 0;
  pmValueSet** sets = out->vset;
  for (std::size_t i = 0; i < kRecordMetricCount; ++i)
    if (!values_[i].empty()) sets[out->numpmid++] = build_set(i);
  return out;
}

base::Result<void> ArchiveWriter::write(std::int64_t time_us) {
  const ZoneKeeper zone;
  pmiUseContext(context_);
  int status = pmiPutResult(build(time_us));
  if (status >= 0 && !begun_) {
    begun_ = true;
    // Texts and labels.
    status = pmiWrite(static_cast<int>(time_us / kSecond_us),
                      static_cast<int>(time_us % kSecond_us));
  }
  for (auto& each : values_) each.clear();
  memory_.release();
  return checked(status);
}

}  // namespace balance
