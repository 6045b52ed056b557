// Who may read the rows of processes, and who may change things.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/result.h"

namespace agent {

struct Access {
  std::set<uid_t> readers;    ///< see everybody's processes
  std::set<uid_t> operators;  ///< may store everything

  bool may_read_all(std::optional<uid_t> uid) const {
    return uid && (*uid == 0 || readers.contains(*uid));
  }
  bool may_operate(std::optional<uid_t> uid) const {
    return uid && (*uid == 0 || operators.contains(*uid));
  }
};

/// The number of a user name, if there is such a user.
using FindUser = std::function<std::optional<uid_t>(const std::string&)>;
std::optional<uid_t> find_user(const std::string& name);

/// Reads the text of an access file: lines `read USER…` and `operate USER…`,
/// from `#` on a comment. The error has one line for each bad line,
/// "PATH:LINE: what". A user that does not exist has no access to lose: such
/// names are added to `unknown`, as "PATH:LINE: what".
base::Result<Access> parse_access(const std::string& text,
                                  const std::string& path, const FindUser& find,
                                  std::vector<std::string>& unknown);

/// The access file at `path`; if there is none, the text `shipped` holds.
base::Result<Access> read_access(const std::string& path,
                                 const std::string& shipped,
                                 std::vector<std::string>& unknown);

}  // namespace agent
