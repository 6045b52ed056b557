// make_multicast_closes() with a choice that tests need.
#pragma once

#include <memory>

#include "source/closes.h"

namespace netstat {

/// `buffer`: bytes of memory for tidings that wait to be read. One takes about
/// 1300.
base::Result<std::unique_ptr<Closes>> make_multicast_closes(
    std::shared_ptr<Cookies> cookies, int buffer);

}  // namespace netstat
