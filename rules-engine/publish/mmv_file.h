// A file by which pmdammv(1) shows the metrics of live_metrics.h.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <pcp/pmapi.h>

#include "base/result.h"
#include "publish/live_metrics.h"
#include "publish/mmv_name.h"

namespace balance {

/// Lives as long as the file, which it removes; the metrics also vanish when
/// the process does.
class MmvFile {
 public:
  struct Instance {
    int id = 0;
    std::string name;
  };
  /// Nothing: no value; not of a metric without instances.
  using Value = std::variant<std::monostate, std::int32_t, std::uint32_t,
                             std::uint64_t, double, std::string_view>;

  /// pmdammv's folder.
  static std::string folder();

  /// A file of this name; one that is there is replaced at once. The instances
  /// are those of the rules. No metric has a value. ENOENT, EACCES: there is no
  /// folder for it, or it may not be written.
  static base::Result<std::unique_ptr<MmvFile>> create(
      const MmvName& name, const std::vector<Instance>& rules);
  ~MmvFile();
  MmvFile(const MmvFile&) = delete;
  MmvFile& operator=(const MmvFile&) = delete;

  /// `place`: of the instance; 0 of a metric without.
  template <class AnyMetric>
  void put(AnyMetric metric, std::size_t place, const Value& value) {
    put_at(static_cast<std::size_t>(metric), place, value);
  }

 private:
  /// A value in the file.
  struct Place {
    pmAtomValue* value = nullptr;
    std::uint64_t instance = 0;  ///< where in the file its instance is
  };

  MmvFile(std::string path, void* map) : path_(std::move(path)), map_(map) {}
  base::Result<void> find_values(const std::vector<Instance>& rules);
  void put_at(std::size_t metric, std::size_t place, const Value& value);

  std::string path_;
  void* map_;
  std::size_t size_ = 0;      ///< of the map
  std::uint64_t inode_ = 0;   ///< of the file
  std::uint64_t nobody_ = 0;  ///< where an instance is that has no values
  std::array<std::vector<Place>, kLiveMetricCount> places_;
};

}  // namespace balance
