#include "agent/program.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include <fmt/format.h>
#include <syslog.h>

namespace agent {

int export_or_complain(const Table& table, const std::string& folder) {
  if (export_files(table, folder)) return 0;
  std::fprintf(stderr, "%s: cannot write to %s: %s\n", pmGetProgname(),
               folder.c_str(), std::strerror(errno));
  return 1;
}

base::Result<Access> load_access(const Table& table, std::string path,
                                 const std::string& shipped) {
  if (path.empty())
    path =
        fmt::format("{}/{}/access", pmGetConfig("PCP_SYSCONF_DIR"), table.name);
  std::vector<std::string> unknown;
  auto access = read_access(path, shipped, unknown);
  for (const std::string& complaint : unknown)
    pmNotifyErr(LOG_WARNING, "%s", complaint.c_str());
  return access;
}

int serve(pmdaInterface& dispatch, const Table& table, Agent& agent) {
  set_up(dispatch, table, agent);
  if (dispatch.status != 0) {
    pmNotifyErr(LOG_ERR, "cannot start: %s", pmErrStr(dispatch.status));
    return 1;
  }
  pmdaConnect(&dispatch);
  pmdaMain(&dispatch);
  return 0;
}

}  // namespace agent
