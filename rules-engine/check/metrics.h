// What is known of metrics when rules are read.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "lang/ast.h"

namespace balance::check {

struct MetricFacts {
  enum class Kind {
    number,
    text,
    other,   ///< aggregates, events
    unknown  ///< the host does not support it: never a value
  };
  Kind kind = Kind::number;
  /// As the metric is; a counter's rate has one time less.
  lang::Dimension dimension;
  bool counter = false;
  bool instances = false;  ///< has an instance domain
  /// How many instances there are, in an archive: ever were; 0: not known.
  std::uint32_t width = 0;
  /// Metrics of one domain have the same instances. 0: not known, or none.
  std::uint32_t domain = 0;
  bool measured = true;  ///< false: the dimension is not known
};

/// Hosts or archives that can be asked about their metrics.
class Metrics {
 public:
  enum class Answer {
    known,
    missing,      ///< the host, or the archive, has no such metric
    unreachable,  ///< nobody answers for the host; say so once
    no_archive,   ///< replay, and no archive is of this host
  };
  struct Reply {
    Answer answer = Answer::unreachable;
    MetricFacts facts;  ///< of a known one
    /// Unreachable: the whole sentence. Missing: why nothing is known of a name
    /// that is known; else "".
    std::string reason;
  };

  virtual ~Metrics() = default;
  /// `host` as written, "": the default host.
  virtual Reply find(const std::string& metric, const std::string& host) = 0;
  /// Names that the host has and that are like `metric`, for "did you mean";
  /// "" if none is near.
  virtual std::string nearest(const std::string& metric,
                              const std::string& host) = 0;
  /// Names of the instances of a known metric, in an archive: all that ever
  /// were; empty: not known.
  virtual std::vector<std::string> instances(const std::string& metric,
                                             const std::string& host) {
    (void)metric;
    (void)host;
    return {};
  }
  /// What the host calls itself; "": not known.
  virtual std::string host_name(const std::string& host) {
    (void)host;
    return "";
  }
  /// Hosts, as written, that did not answer.
  virtual std::set<std::string> unreachable() const { return {}; }
};

}  // namespace balance::check
