// Where in the text of a shell command a reference to an argument may stand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace balance {

/// Reads a command as sh(1) does, a character at a time. It knows quotes,
/// backslashes, substitutions, comments and which word is the name of a
/// command; where shells differ it says no.
class ShellScanner {
 public:
  void take(char c);
  /// A reference stands here.
  void take_reference();
  /// Why no reference may stand here: "inside quotes"; "" if one may.
  std::string_view obstacle() const;

 private:
  enum class In {
    single_quotes,
    double_quotes,
    backquotes,
    parentheses,
    brace
  };

  bool inside(In what) const {
    return !stack_.empty() && stack_.back() == what;
  }
  bool in_double_quotes() const;
  bool take_opaque(char c);
  bool take_quoting(char c);
  void take_nested(char c);
  void take_plain(char c);
  void take_redirection(char c);
  void open(In what, char c);
  void add(char c);
  void end_word();
  void end_command();

  std::vector<In> stack_;  ///< empty: plain text
  bool escaped_ = false;   ///< the character before was a backslash
  bool dollar_ = false;    ///< or a $ that may begin an expansion
  bool comment_ = false;
  char before_ = '\n';      ///< the character before
  std::string word_;        ///< the plain word that is being read
  bool named_ = false;      ///< the simple command has its name
  bool redirects_ = false;  ///< the word is the file of a redirection
  /// From here on nobody knows: the reason.
  std::string_view lost_;
};

}  // namespace balance
