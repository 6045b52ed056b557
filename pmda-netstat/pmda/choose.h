// Which source feeds the agent: the best that this kernel and these rights
// allow, or the one that was asked for.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "pmda/feeds.h"

namespace netstat {

struct Wishes {
  std::string source = "auto";  ///< auto, walk, task_file, diag, proc
  std::string closes = "auto";  ///< auto, bpf, multicast, none
  bool volumes = true;          ///< may be switched on
};

/// What makes the feeds; tests put others in their place.
struct Makers {
  std::function<base::Result<std::unique_ptr<Source>>()> walk, task_file, proc;
  std::function<base::Result<std::unique_ptr<Source>>(std::shared_ptr<Cookies>)>
      diag;
  std::function<base::Result<std::unique_ptr<Closes>>()> bpf_closes;
  std::function<base::Result<std::unique_ptr<Closes>>(std::shared_ptr<Cookies>)>
      multicast;
  std::function<base::Result<std::unique_ptr<Volumes>>()> volumes;
};
Makers real_makers();

/// What it could not have and did without, for the log: one line each.
using Remark = std::function<void(const std::string&)>;

/// The error says which of the wishes cannot be fulfilled, and why.
base::Result<Feeds> choose(const Wishes& wishes, const Makers& makers,
                           const Remark& remark);

}  // namespace netstat
