// Archives for tests, written with libpcp_import in a folder of the test's own.
#pragma once

#include <cmath>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>
// clang-format off
#include <pcp/pmapi.h>
#include <pcp/import.h>  // needs pmapi.h
// clang-format on

#include "archive/archive_source.h"

/// For the address sanitizer: libpcp leaks when it goes from one archive of a
/// context to the next.
extern "C" [[gnu::used]] inline const char* __lsan_default_suppressions() {
  return "leak:__pmFixPMNSHashTab";
}

namespace balance {

constexpr int kBegin = 1'700'000'000;

/// Seconds after kBegin as a time.
inline double at(double offset_s) {
  return kBegin + offset_s;
}

class TestArchive {
 public:
  TestArchive(std::string path, const std::string& host, int version = 2)
      : path_(std::move(path)) {
    context_ = pmiStart(path_.c_str(), 0);
    pmiSetVersion(version);
    pmiSetHostname(host.c_str());
    pmiSetTimezone("UTC");
  }
  ~TestArchive() { end(); }
  TestArchive(const TestArchive&) = delete;
  TestArchive& operator=(const TestArchive&) = delete;

  const std::string& path() const { return path_; }
  static pmInDom domain(int number) { return pmiInDom(245, number); }
  static pmID id(int number) { return pmiID(245, 1, number); }

  void metric(const std::string& name, int number, int type, int semantics,
              pmInDom domain = PM_INDOM_NULL) {
    pmiUseContext(context_);
    ok(pmiAddMetric(name.c_str(), id(number), type, domain, semantics,
                    pmiUnits(0, 0, 0, 0, 0, 0)));
  }
  void instance(pmInDom domain, int number, const std::string& name) {
    pmiUseContext(context_);
    ok(pmiAddInstance(domain, name.c_str(), number));
  }
  /// A value of the next record. `instance` "": of a singular metric.
  void put(const std::string& metric, const std::string& instance,
           const std::string& value) {
    pmiUseContext(context_);
    ok(pmiPutValue(metric.c_str(),
                   instance.empty() ? nullptr : instance.c_str(),
                   value.c_str()));
  }
  void put(const std::string& metric, double value) {
    put(metric, "", fmt::format("{}", value));
  }
  void write(double offset_s) {
    pmiUseContext(context_);
    const double whole = std::floor(offset_s);
    ok(pmiWrite(kBegin + static_cast<int>(whole),
                static_cast<int>(std::lround((offset_s - whole) * 1e6))));
  }
  /// A record that has an error instead of values of one metric.
  void write_error(int number, int error, double offset_s) {
    pmiUseContext(context_);
    pmValueSet set{};
    set.pmid = id(number);
    set.numval = error;
    pmResult result{};
    const double whole = std::floor(offset_s);
    result.timestamp = {kBegin + static_cast<int>(whole),
                        std::lround((offset_s - whole) * 1e6)};
    result.numpmid = 1;
    result.vset[0] = &set;
    ok(pmiPutResult(&result));
  }
  /// A millisecond after the last record.
  void mark() {
    pmiUseContext(context_);
    ok(pmiPutMark());
  }
  void end() {
    if (context_ < 0) return;
    pmiUseContext(context_);
    pmiEnd();
    context_ = -1;
  }

 private:
  static void ok(int code) { ASSERT_GE(code, 0) << pmiErrStr(code); }

  std::string path_;
  int context_ = -1;
};

class ArchiveTest : public testing::Test {
 protected:
  void SetUp() override {
    setenv("PCP_DERIVED_CONFIG", "", 1);
    std::string pattern =
        (std::filesystem::temp_directory_path() / "pmbalance-archive-XXXXXX")
            .string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }
  static std::unique_ptr<ArchiveSource> source(
      const std::vector<std::string>& archives,
      const std::vector<std::string>& hosts = {""},
      const ArchiveOptions& options = {}) {
    auto set = ArchiveSet::open(archives);
    EXPECT_TRUE(set) << set.error().text;
    if (!set) return nullptr;
    auto made = ArchiveSource::open(*set, hosts, options);
    EXPECT_TRUE(made) << made.error().text;
    return made ? std::move(*made) : nullptr;
  }

  std::filesystem::path folder_;
};

/// "NAME=VALUE …" in the order of the roster; "-" if there is no sample.
inline std::string shown(const Sample* sample) {
  if (sample == nullptr) return "-";
  std::string out;
  for (std::size_t i = 0; i < sample->size(); ++i) {
    if (!out.empty()) out += ' ';
    if (sample->instances) out += sample->roster->names[i] + "=";
    switch (sample->kind) {
      case Sample::Kind::numbers:
        out += fmt::format("{}", sample->numbers[i]);
        break;
      case Sample::Kind::naturals:
        out += fmt::format("{}", sample->naturals[i]);
        break;
      case Sample::Kind::integers:
        out += fmt::format("{}", sample->integers[i]);
        break;
      case Sample::Kind::texts:
        out += sample->texts[i];
        break;
    }
  }
  return out;
}

}  // namespace balance
