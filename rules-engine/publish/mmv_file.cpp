#include "publish/mmv_file.h"

#include <cerrno>
#include <cstddef>
#include <limits>
#include <list>

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "publish/mmv_headers.h"
#include "publish/mmv_text.h"

namespace balance {
namespace {

using base::Result;

/// Serials of instance domains are not 0.
int serial_of(int indom) {
  return indom == agent::kSingular ? 0 : indom + 1;
}

/// Of an instance domain that no metric has. A value that is in the file and is
/// not known is made one of its instance: pmdammv has no other way to show no
/// value of a DOUBLE metric.
constexpr std::uint32_t kNobodySerial = 3;

/// Items are one number in a file, cluster and item in the table.
int item_of(const agent::MetricRow& row) {
  return static_cast<int>(row.cluster * 100 + row.item);
}

std::string slot_name(std::size_t slot) {
  return std::to_string(slot);
}

/// What libpcp_mmv is to make a file of; it keeps the texts that are pointed
/// to.
struct Layout {
  std::list<std::string> texts;
  std::vector<mmv_instances2_t> rules, slots, nobody;
  std::vector<mmv_indom2_t> indoms;
  std::vector<mmv_metric2_t> metrics;

  char* keep(std::string text) {
    return texts.emplace_back(std::move(text)).data();
  }
};

void add_indoms(Layout& layout, const std::vector<MmvFile::Instance>& rules) {
  for (const MmvFile::Instance& rule : rules)
    layout.rules.push_back({rule.id, layout.keep(rule.name)});
  for (std::size_t slot = 0; slot < kDecisionSlots; ++slot)
    layout.slots.push_back(
        {static_cast<int>(slot), layout.keep(slot_name(slot))});
  for (const agent::IndomRow& indom : kRecordDomains) {
    auto& instances = indom.serial == kRuleDomain ? layout.rules : layout.slots;
    if (instances.empty()) continue;
    layout.indoms.push_back(
        {static_cast<std::uint32_t>(serial_of(indom.serial)),
         static_cast<std::uint32_t>(instances.size()), instances.data(),
         layout.keep(indom.oneline), layout.keep(fit_help(indom.help))});
  }
}

void add_nobody(Layout& layout) {
  layout.nobody.push_back(
      {std::numeric_limits<std::int32_t>::max(), layout.keep("none")});
  layout.indoms.push_back({kNobodySerial, 1, layout.nobody.data(),
                           layout.keep("no values"),
                           layout.keep("No metric has this domain.")});
}

void add_metrics(Layout& layout) {
  for (const agent::MetricRow* row : live_metrics()) {
    if (row->indom == kRuleDomain && layout.rules.empty()) continue;
    layout.metrics.push_back(
        {layout.keep(row->name), static_cast<std::uint32_t>(item_of(*row)),
         static_cast<mmv_metric_type_t>(row->type),
         static_cast<mmv_metric_sem_t>(row->semantics), row->units,
         static_cast<std::uint32_t>(serial_of(row->indom)),
         layout.keep(row->oneline), layout.keep(fit_help(row->help))});
  }
}

mmv_disk_value_t& disk_value(pmAtomValue* value) {
  static_assert(offsetof(mmv_disk_value_t, value) == 0);
  return *reinterpret_cast<mmv_disk_value_t*>(value);
}

/// Where the instances of a domain begin in the file; 0: it is not there.
std::uint64_t instances_of(const void* map, std::uint32_t serial) {
  const auto* bytes = static_cast<const char*>(map);
  const auto* header = reinterpret_cast<const mmv_disk_header_t*>(bytes);
  const auto* toc = reinterpret_cast<const mmv_disk_toc_t*>(header + 1);
  for (int i = 0; i < header->tocs; ++i) {
    if (toc[i].type != MMV_TOC_INDOMS) continue;
    const auto* indom =
        reinterpret_cast<const mmv_disk_indom_t*>(bytes + toc[i].offset);
    for (int k = 0; k < toc[i].count; ++k)
      if (indom[k].serial == serial) return indom[k].offset;
  }
  return 0;
}

}  // namespace

std::string MmvFile::folder() {
  return fmt::format("{}/mmv", pmGetConfig("PCP_TMP_DIR"));
}

Result<std::unique_ptr<MmvFile>> MmvFile::create(
    const MmvName& name, const std::vector<Instance>& rules) {
  const std::string path = folder() + "/" + name.file;
  if (access(folder().c_str(), W_OK | X_OK) != 0)
    return base::fail_errno(folder());
  Layout layout;
  add_indoms(layout, rules);
  add_nobody(layout);
  add_metrics(layout);
  // Not by a registry: mmv_stats_add_instance() of PCP 6.0 always fails.
  constexpr auto kFlags =
      static_cast<mmv_stats_flags_t>(MMV_FLAG_PROCESS | MMV_FLAG_SENTINEL);
  void* map = mmv_stats2_init(
      name.file.c_str(), name.cluster, kFlags, layout.metrics.data(),
      static_cast<int>(layout.metrics.size()), layout.indoms.data(),
      static_cast<int>(layout.indoms.size()));
  if (map == nullptr) return base::fail_errno(path);
  std::unique_ptr<MmvFile> out(new MmvFile(path, map));
  if (const auto found = out->find_values(rules); !found)
    return tl::make_unexpected(found.error());
  return out;
}

Result<void> MmvFile::find_values(const std::vector<Instance>& rules) {
  struct stat facts {};
  if (stat(path_.c_str(), &facts) < 0) return base::fail_errno(path_);
  size_ = static_cast<std::size_t>(facts.st_size);
  inode_ = facts.st_ino;
  nobody_ = instances_of(map_, kNobodySerial);
  if (nobody_ == 0)
    return base::fail(0, path_ + ": an instance domain is not in it");
  const auto find = [this](std::size_t metric, const char* instance) {
    pmAtomValue* value =
        mmv_lookup_value_desc(map_, live_metrics()[metric]->name, instance);
    places_[metric].push_back(
        {value, value == nullptr ? 0 : disk_value(value).instance});
  };
  for (std::size_t metric = 0; metric < kLiveMetricCount; ++metric) {
    const int indom = live_metrics()[metric]->indom;
    if (indom == agent::kSingular) find(metric, nullptr);
    if (indom == kRuleDomain)
      for (const Instance& rule : rules) find(metric, rule.name.c_str());
    if (indom == kDecisionDomain)
      for (std::size_t slot = 0; slot < kDecisionSlots; ++slot)
        find(metric, slot_name(slot).c_str());
    for (std::size_t place = 0; place < places_[metric].size(); ++place) {
      if (places_[metric][place].value == nullptr)
        return base::fail(0, fmt::format("{}: {} is not in it", path_,
                                         live_metrics()[metric]->name));
      if (indom != agent::kSingular) put_at(metric, place, {});
    }
  }
  return {};
}

/// A successor of the same name has taken its place by now, or it is removed;
/// either way pmdammv looks anew.
MmvFile::~MmvFile() {
  struct stat facts {};
  if (stat(path_.c_str(), &facts) == 0 && facts.st_ino == inode_)
    unlink(path_.c_str());
  static_cast<mmv_disk_header_t*>(map_)->g1 = 0;
  if (size_ > 0) munmap(map_, size_);
}

/// pmdammv reads at any time: a value is written as a whole, and belongs to no
/// instance that is asked for until it is there.
void MmvFile::put_at(std::size_t metric, std::size_t place,
                     const Value& value) {
  const Place& at = places_[metric].at(place);
  if (live_metrics()[metric]->type == PM_TYPE_STRING) {
    const auto* text = std::get_if<std::string_view>(&value);
    const std::string fit = fit_text(text == nullptr ? "" : *text);
    mmv_set_string(map_, at.value, fit.c_str(), static_cast<int>(fit.size()));
    return;
  }
  if (std::holds_alternative<std::monostate>(value)) {
    disk_value(at.value).instance = nobody_;
    return;
  }
  pmAtomValue out{};
  if (const auto* i32 = std::get_if<std::int32_t>(&value))
    out.l = *i32;
  else if (const auto* u32 = std::get_if<std::uint32_t>(&value))
    out.ul = *u32;
  else if (const auto* u64 = std::get_if<std::uint64_t>(&value))
    out.ull = *u64;
  else if (const auto* number = std::get_if<double>(&value))
    out.d = *number;
  *at.value = out;
  disk_value(at.value).instance = at.instance;
}

}  // namespace balance
