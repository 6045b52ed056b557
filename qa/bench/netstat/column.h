// What is compared: each column of the table makes one sample, in its way.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

namespace bench {

class Column {
 public:
  virtual ~Column() = default;
  virtual std::string name() const = 0;
  /// Makes one sample; gives the CPU time that it took, in milliseconds.
  /// Throws std::runtime_error.
  virtual double sample() = 0;
};

using Columns = std::vector<std::unique_ptr<Column>>;

/// The agent's interval between samples: before each sample, all columns wait
/// that long, because in daily life too the caches are others' meanwhile.
void rest();

/// CPU time of a process and its threads so far, in milliseconds.
double cpu_ms(pid_t pid);
/// CPU time of its children that have ended.
double ended_children_ms(pid_t pid);

/// The bare walk of the kernel's program, and each source with the ledger; a
/// source that this kernel does not have is left out, and said on stderr.
void add_sources(Columns& columns);
/// A command, and all that it starts; left out if it is not installed.
void add_command(Columns& columns, const std::vector<std::string>& words);
/// An agent below a pmcd, CPU of the agent: all values of the metrics are
/// fetched once for each sample. `children`: what it starts counts too.
void add_agent(Columns& columns, const std::string& name,
               const std::string& host, pid_t agent,
               const std::vector<std::string>& metrics, bool children);

}  // namespace bench
