// Texts in the bounds of an MMV file.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace balance {

/// The longest text that libpcp_mmv takes as a value, in bytes; names and help
/// texts could be one longer.
inline constexpr std::size_t kMmvText = 254;

/// At most kMmvText bytes of a text, which ends with "..." if it was longer; no
/// character of UTF-8 is cut apart.
std::string fit_text(std::string_view text);
/// As many whole sentences of a help text as fit.
std::string fit_help(std::string_view help);

}  // namespace balance
