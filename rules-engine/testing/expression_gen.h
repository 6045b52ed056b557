// Random expressions that are valid: types and shapes are right by
// construction.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "testing/dice.h"
#include "testing/rule_gen.h"
#include "testing/term.h"

namespace balance::testing {

/// What is known of a generated expression, as `check` has it.
struct Shape {
  std::size_t hosts = 0;  ///< 0: single
  enum Instances { none, open, some } instances = none;
  bool window = false;

  bool single() const { return hosts == 0; }
  bool one_value() const { return hosts <= 1 && instances != some && !window; }
};

struct Made {
  Term term;
  Shape shape;
};

class ExpressionGen {
 public:
  /// `depth`: of the expressions.
  ExpressionGen(Dice& dice, std::size_t depth)
      : dice_(dice), depth_(depth), window_(2 + dice.below(3)) {}

  Made truth() { return truth(depth_); }
  Made number() { return arithmetic(depth_); }
  /// A truth with one value, as rules want it.
  Term condition();
  /// From now on `$name` may stand in expressions.
  void define(std::string name, const Made& made) {
    names_.push_back({std::move(name), made.term.kind, made.shape});
  }

 private:
  struct Name {
    std::string name;
    Term::Kind kind;
    Shape shape;
  };

  Made prefixed_by(const std::vector<std::string>& words, Made made);
  std::string quantifier(const std::string& domain);
  Made truth(std::size_t depth);
  Made plain_truth(std::size_t depth);
  Made relation(std::size_t depth);
  Made text_relation();
  Made held(std::size_t depth);
  Made quantified(std::size_t depth);
  template <class Word>
  Made collapsed(Made made, Term::Kind kind, Word word);
  Made matched(std::size_t depth);
  Made logic(std::size_t depth);
  Made truth_function(std::size_t depth);
  Made arithmetic(std::size_t depth);
  Made aggregate(std::size_t depth);
  Made number_function(std::size_t depth);
  std::optional<Made> named(Term::Kind kind);
  Made constant();
  Made time_variable();
  Made fetch();
  Made fetch_of(const MetricKind& metric);
  void hosts(std::string& text, Shape& shape);
  void instances(std::string& text, Shape& shape, std::size_t n);
  void samples(std::string& text, Shape& shape);

  Dice& dice_;
  std::size_t depth_;
  std::size_t window_;  ///< all windows of a file have the same length
  std::vector<Name> names_;
};

}  // namespace balance::testing
