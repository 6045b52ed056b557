// Small files of /proc, cgroupfs and configuration, read and written whole.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "host/fd.h"

namespace mosix {

/// Opens with O_CLOEXEC. The error names the path.
base::Result<Fd> open_file(const std::string& path, int flags, int mode = 0);

/// The whole file, read to its end (files of /proc have no size).
base::Result<std::string> read_file(const std::string& path);

/// One write() of `text` to a file that exists, as cgroupfs and /proc want it.
base::Result<void> write_file(const std::string& path, std::string_view text);

/// The text of a symbolic link.
base::Result<std::string> read_link(const std::string& path);

/// Names in a directory, sorted, without "." and "..".
base::Result<std::vector<std::string>> list_directory(const std::string& path);

/// fsync of a directory: names made or removed in it last.
base::Result<void> sync_directory(const std::string& path);

}  // namespace mosix
