// Rules as the interactive mode lists them: in pmie's canonical form, which
// says what names, constants, hosts and instances were found to be.
#pragma once

#include <string>
#include <vector>

#include "check/checked.h"
#include "compile/listing_text.h"

namespace balance {

/// A statement that has a value.
struct Listed {
  std::string name;
  ListingParts rule;   ///< the whole, without name and end
  ListingParts about;  ///< what %h, %i and %v are about
};

/// In the order of the files. What names would make longer than 16 KiB has them
/// as written.
std::vector<Listed> list_rules(const check::Checked& checked);

}  // namespace balance
