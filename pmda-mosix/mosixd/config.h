// mosixd's configuration: `key = value` lines, # starts a comment.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace mosix {

struct Config {
  int node = 0;             ///< our id; 0: the one whose host is our host name
  std::string nodes;        ///< the node table
  std::string state_dir;    ///< journal and records: a real disk, 0700
  std::string run_dir;      ///< socket, capsules, images
  std::string criu;         ///< program
  std::string cgroup;       ///< folder below the cgroup2 mount
  std::string ssh = "ssh";  ///< program
  std::string ssh_key;
  std::string known_hosts;
  std::string ssh_user = "root";
  std::vector<std::string> ssh_options;  ///< each given to ssh after -o
  double speed = 1;                      ///< of one CPU, 1 = the standard CPU
  /// Users who may say for whom they ask (the agent's), and users who may ask
  /// for moves of any job.
  std::vector<std::string> agents{"pcp"};
  std::vector<std::string> operators{"pmbalance"};
  std::string faults;  ///< fault injection file, for tests; "" = off

  std::string socket() const { return run_dir + "/mosixd.sock"; }
};

/// Reads and checks a configuration. All errors of the file are in the text, a
/// line each, as FILE:LINE: what.
base::Result<Config> read_config(const std::string& path);
base::Result<Config> parse_config(const std::string& text,
                                  const std::string& path);

/// A line of the node table, in MOSIX's map form: COUNT nodes from ID on, the
/// first of them at HOST (its last number grows with the id when COUNT > 1).
struct NodeEntry {
  int id = 0;
  std::string host;
};

base::Result<std::vector<NodeEntry>> read_nodes(const std::string& path);
base::Result<std::vector<NodeEntry>> parse_nodes(const std::string& text,
                                                 const std::string& path);

}  // namespace mosix
