// Text in aligned columns.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mosix {

struct Column {
  std::string title;
  bool right = false;  ///< numbers stand at the right of their column
};

/// One line for the titles and one for each row (with a cell per column), each
/// ended by a newline. Two blanks part columns; no line ends in blanks. Control
/// characters of cells are shown as '?'.
std::string table(const std::vector<Column>& columns,
                  const std::vector<std::vector<std::string>>& rows);

/// "512", "1.5K", "3.2G": bytes, in powers of 1024.
std::string bytes_text(std::uint64_t bytes);

}  // namespace mosix
