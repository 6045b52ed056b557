// What the sampler is fed by, as chosen at the start.
#pragma once

#include <memory>
#include <string>

#include "source/closes.h"
#include "source/source.h"
#include "source/volumes.h"

namespace netstat {

struct Feeds {
  std::unique_ptr<Source> source;
  std::unique_ptr<Closes> closes;    ///< null: no_closes says why
  std::unique_ptr<Volumes> volumes;  ///< null: no_volumes says why
  std::string no_closes;
  std::string no_volumes;
};

}  // namespace netstat
