#include "lang/words.h"

#include <algorithm>
#include <array>

#include "lang/grammar.h"

namespace balance::lang {
namespace {

struct bare_only
    : tao::pegtl::seq<
          tao::pegtl::not_at<grammar::taken_word>, tao::pegtl::alpha,
          tao::pegtl::star<
              tao::pegtl::sor<grammar::word_other, tao::pegtl::one<'.'>>>,
          tao::pegtl::eof> {};

}  // namespace

bool is_word(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_';
}

bool is_time_variable(std::string_view name) {
  constexpr std::array<std::string_view, 7> kNames = {
      "minute", "hour", "day", "month", "year", "day_of_week", "delta"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

bool is_bare_name(std::string_view text) {
  if (text == "max") return false;
  tao::pegtl::memory_input<> input(text.data(), text.size(), "");
  return tao::pegtl::parse<bare_only>(input);
}

}  // namespace balance::lang
