// What users set of this node, kept over restarts: a small JSON file, replaced
// as a whole.
#pragma once

#include <string>

#include "api/api.h"

namespace mosix {

class Settings {
 public:
  double threshold = 1.3;
  double share = 1;
  bool enabled = true;
  std::string enabled_by;
  Admin admin;

  /// Why no migration may begin, "" if one may.
  std::string why_off() const {
    return enabled ? "" : "migration is switched off by " + enabled_by;
  }

  /// A missing file means the defaults; one that is damaged is an error.
  base::Result<void> open(const std::string& path);
  /// Sets one by its name (api.h, Api::set; not "expel" and "bring", which are
  /// acts) and saves. EINVAL: unknown name or bad value.
  base::Result<void> set(const std::string& name, double value,
                         const std::string& by);

 private:
  base::Result<void> save() const;
  std::string path_;
};

}  // namespace mosix
