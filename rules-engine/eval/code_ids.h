// Which instructions of two programs mean the same.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "program/program.h"

namespace balance {

/// Numbers for the instructions of programs: the same number, the same
/// operation over the same operands, all the way down to metrics and hosts, at
/// the same delta.
class CodeIds {
 public:
  /// Beside the code of the program; kNone outside of tasks, in clauses.
  std::vector<std::uint32_t> of(const Program& program);

  static constexpr std::uint32_t kNone = 0;

 private:
  std::map<std::string, std::uint32_t> ids_;
};

}  // namespace balance
