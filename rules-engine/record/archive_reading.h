// An archive as tests look at it: whole, and as text.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <pcp/pmapi.h>

namespace balance {

/// An archive that is open; of one thread.
class ArchiveReading {
 public:
  /// Of a metric: by the names of its instances, "" if it has none.
  using Values = std::map<std::string, std::string>;
  using Record = std::map<std::string, Values>;  ///< by metric

  explicit ArchiveReading(const std::string& name);
  ~ArchiveReading();
  ArchiveReading(const ArchiveReading&) = delete;
  ArchiveReading& operator=(const ArchiveReading&) = delete;

  /// Nothing of the following works on an archive that could not be opened.
  bool is_open() const { return context_ >= 0; }
  std::string why_not() const;

  pmLogLabel label() const;
  std::vector<std::string> metrics() const;
  pmDesc desc(const std::string& metric) const;
  /// `level`: PM_TEXT_ONELINE or PM_TEXT_HELP; "" if there is none.
  std::string help(const std::string& metric, int level) const;
  std::string instance_domain_help(pmInDom domain, int level) const;
  /// Of the metrics' domain, as JSON.
  std::string domain_labels(int domain) const;
  /// Times in seconds, and what was recorded then.
  std::vector<std::pair<double, Record>> records() const;

 private:
  pmID id(const std::string& metric) const;
  static void take(const pmValueSet& set, Record& record);
  static std::string text(int format, const pmValue& value, int type);

  int context_;
};

}  // namespace balance
