#include "agent/source.h"

#include <cerrno>

#include <pcp/pmapi.h>
#include <syslog.h>

namespace mosix {

const base::Result<Snapshot>& Source::snapshot() {
  if (taken_ && now_() < stale_at_) return *taken_;
  taken_ = api_->snapshot();
  const bool hangs = !*taken_ && taken_->error().code == ETIMEDOUT;
  stale_at_ = now_() + (hangs ? kRest : kReuse);
  if (!*taken_ && !down_)
    pmNotifyErr(LOG_WARNING, "no values: %s", taken_->error().text.c_str());
  if (*taken_ && down_) pmNotifyErr(LOG_INFO, "mosixd answers again");
  down_ = !*taken_;
  return *taken_;
}

}  // namespace mosix
