#include "lang/words.h"

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

bool is_bare_name(std::string_view text) {
  if (text == "max") return false;
  tao::pegtl::memory_input<> input(text.data(), text.size(), "");
  return tao::pegtl::parse<bare_only>(input);
}

}  // namespace balance::lang
