// "Did you mean …?"
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace balance::check {

/// The one of `words` that `word` was probably meant to be; "" if none is near.
std::string nearest(std::string_view word,
                    const std::vector<std::string>& words);
/// ". Did you mean `pick`?", or "" if no word is near: the end of a message.
std::string did_you_mean(std::string_view word,
                         const std::vector<std::string>& words);

}  // namespace balance::check
