// What an evaluation decides, and why.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "eval/books.h"
#include "eval/column.h"
#include "eval/expand.h"
#include "program/program.h"

namespace balance {

/// Metrics that tell what the text of a rule does not say about a process and
/// a node; "" where an action does not need it.
struct Needs {
  std::string job;    ///< of a process: its identity for life
  std::string home;   ///< of a process: node id of its home
  std::string where;  ///< of a process: node id of the node that runs it
  std::string user;   ///< of a process: number of its user
  std::string node;   ///< of a host: its node id
  std::string row;    ///< of a row of a node table: its node id
  std::string moves;  ///< of a process: how often it has moved
};

/// A node, as one host's node table lists it.
struct NodeRow {
  Key key;           ///< whose table, and which instance
  std::string name;  ///< of the instance
};

/// Where values of a node are found.
struct NodeAt {
  std::optional<HostId> host;
  std::optional<NodeRow> row;
};

/// A process that an action may move, as the host lists it that it was found
/// at.
struct Candidate {
  HostId listed = kNoHost;
  Key key;
  std::string name;      ///< of the instance
  std::string identity;  ///< the job, or HOST#PID where none is known
  std::string job;       ///< "" if not known
  std::string user;
  std::optional<int> home_node;
  std::optional<int> runs_on_node;
  std::optional<HostId> runs_on;  ///< none: no host of the rules has that id
  /// The instance at `runs_on` if that is another host and lists it.
  Key key_there;
  std::string name_there;
  /// The node that runs it, in the node table of the host that lists it.
  std::optional<NodeRow> row;
};

struct Target {
  enum class Kind { host, home, best };
  Kind kind = Kind::host;
  NodeAt at;                ///< nothing: `best`
  std::optional<int> node;  ///< its node id, if a need asks for it
};

struct ShiftAmount {
  BookKey value;
  double amount = 0;
  bool of_source = false;
};

struct Decision {
  std::uint64_t move = 0;  ///< its record in the ledger
  std::string rule;
  std::string word;  ///< of the action
  Candidate candidate;
  std::string source;  ///< names of the nodes
  std::string target_name;
  Target target;
  std::vector<ShiftAmount> shifts;
  /// Clauses that only the plugin knows.
  std::vector<std::pair<std::string, Value>> extra;
};

/// Why a candidate was not taken.
enum class Reason {
  taken,
  where,      ///< a `where` is false
  unknown,    ///< a `where` is unknown
  no_key,     ///< `by` has no value
  in_flight,  ///< moving, or moved by an earlier decision of this tick
  cooldown,
  limit,
  no_target,
  at_home,
  no_place,    ///< unknown where it runs
  not_needed,  ///< enough were taken, or `skip`
};

struct Verdict {
  std::string name;  ///< first word of the instance
  HostId host = kNoHost;
  Reason reason = Reason::not_needed;
  /// "-> node2  (key 1; node3 1.2)", or "where: X is false".
  std::string text;
  std::string shift;  ///< "shift mosix.self.load 0.9"
};

/// One run of a plugin action for one host (or for all, `host` = kNoHost).
struct RunReport {
  std::string rule;
  HostId host = kNoHost;
  std::optional<double> value;  ///< of the condition
  std::size_t candidates = 0;
  std::string waits;  ///< why the run did not begin or stopped; "": it ran
  std::vector<Verdict> verdicts;
};

/// A text action to execute: `action.strings`, whose %-words are about
/// `subjects`. Valid during the evaluation that made it.
struct Firing {
  const Action* action = nullptr;
  std::string rule;
  std::vector<Subject> subjects;
  bool moves = false;    ///< %p, %s and %t are words
  bool nothing = false;  ///< no subject, and that is known
  /// The strings with their %-words replaced, one for each string.
  std::vector<std::string> arguments() const;
};

struct Outcome {
  std::vector<Decision> decisions;
  std::vector<RunReport> runs;
};

}  // namespace balance
