// The one table of an agent's metrics, from which all else is made: what
// libpcp_pmda needs, the help texts, and the files pmns, help and domain.h.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <pcp/pmapi.h>
#include <pcp/pmda.h>

namespace agent {

inline constexpr int kSingular = -1;

inline constexpr pmUnits kNoUnit = PMDA_PMUNITS(0, 0, 0, 0, 0, 0);
inline constexpr pmUnits kCount = PMDA_PMUNITS(0, 0, 1, 0, 0, PM_COUNT_ONE);
inline constexpr pmUnits kBytes = PMDA_PMUNITS(1, 0, 0, PM_SPACE_BYTE, 0, 0);
inline constexpr pmUnits kMilliseconds =
    PMDA_PMUNITS(0, 1, 0, 0, PM_TIME_MSEC, 0);
inline constexpr pmUnits kSeconds = PMDA_PMUNITS(0, 1, 0, 0, PM_TIME_SEC, 0);

/// Cluster and item make the metric's identity in archives: once released,
/// they never change.
struct MetricRow {
  const char* name;  ///< below the agent's name: "proc.cpu"
  unsigned cluster;  ///< up to 4095
  unsigned item;     ///< up to 1023
  int type;          ///< PM_TYPE_*
  int indom;         ///< serial of an IndomRow, or kSingular
  int semantics;     ///< PM_SEM_*
  pmUnits units;
  const char* oneline;  ///< help in one line, no full stop
  const char* help;     ///< help in full, lines of at most 80 characters
};

struct IndomRow {
  int serial;
  const char* oneline;
  const char* help;
};

struct Table {
  const char* name;  ///< of the agent, and the root of its metrics
  int domain;
  std::vector<const MetricRow*> metrics;
  std::span<const IndomRow> indoms;  ///< serial i at position i
};

/// For pmdaInit(). Each m_user points to the row.
std::vector<pmdaMetric> pmda_metrics(const Table& table);

/// The help text as a PMDA's text callback is asked for it; null: none.
const char* help_text(const Table& table, unsigned ident, int type);

/// "NAME { … }" with symbolic domain, as the file pmns of an agent.
std::string pmns_text(const Table& table);
/// The same with the number of the domain and its own root: for pmnsmerge(1).
std::string root_text(const Table& table);
/// The source of help texts, for newhelp(1).
std::string help_source(const Table& table);
/// "#define NAME DOMAIN".
std::string domain_text(const Table& table);

/// Writes pmns, root_NAME, help and domain.h into the folder, which must be
/// there. False, with errno, if a file cannot be written.
bool export_files(const Table& table, const std::string& folder);

}  // namespace agent
