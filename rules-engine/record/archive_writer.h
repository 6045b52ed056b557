// A PCP archive, written record by record through libpcp_import.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <string>
#include <variant>
#include <vector>

#include <pcp/pmapi.h>

#include "base/result.h"
#include "record/metric_names.h"

namespace balance {

/// Of one thread. The files come into being with the first record.
class ArchiveWriter {
 public:
  /// As the type of the metric wants it: 32, U32, U64, DOUBLE, STRING.
  using Value = std::variant<std::int32_t, std::uint32_t, std::uint64_t, double,
                             std::string_view>;

  /// An archive of kRecordMetrics. EEXIST if there are files of this name.
  /// `host` ("": this machine) and `zone` (as TZ takes it; "": the local one)
  /// go into the label.
  static base::Result<std::unique_ptr<ArchiveWriter>> create(
      const std::string& name, const std::string& host,
      const std::string& zone);
  /// Closes it; values that were put and not written are lost.
  ~ArchiveWriter();
  ArchiveWriter(const ArchiveWriter&) = delete;
  ArchiveWriter& operator=(const ArchiveWriter&) = delete;

  /// Name and number must be new. Labels are written with the next record.
  base::Result<void> add_instance(int domain, int instance,
                                  const std::string& name);
  base::Result<void> label_instance(int domain, int instance,
                                    const std::string& name,
                                    const std::string& value);

  /// Into the next record; an instance of a metric at most once.
  void put(Metric metric, int instance, const Value& value);
  void put(Metric metric, const Value& value);

  /// Writes what was put. `time_us`, since the epoch, must be later than that
  /// of the record before.
  base::Result<void> write(std::int64_t time_us);

 private:
  explicit ArchiveWriter(int context) : context_(context) {}
  base::Result<void> describe();
  const pmResult* build(std::int64_t time_us);
  pmValueSet* build_set(std::size_t metric);

  int context_;
  bool begun_ = false;  ///< there are files
  std::array<std::vector<pmValue>, kRecordMetricCount> values_;
  std::pmr::monotonic_buffer_resource memory_;  ///< of the record at hand
};

}  // namespace balance
