// A file of rule tests, as read: what pmbalance.test(5) describes.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/source.h"
#include "eval/ledger.h"
#include "program/tri.h"
#include "rule_test/series.h"
#include "rule_test/tokens.h"

namespace balance {

inline constexpr std::size_t kMostEvaluations = 100'000;

/// An evaluation: its number, or seconds after the first.
struct Moment {
  double value = 0;
  bool seconds = false;
};

/// `K`, `K..M` or `TIME`: the evaluations that something is about.
struct When {
  Moment first, last;
  std::size_t offset = 0;
};

/// A move that is asked for; a process is named by the first word of its
/// instance.
struct MoveWanted {
  std::string rule, process, from;
  std::vector<std::string> to;  ///< any of them
};
struct NoMoveWanted {};
struct SkipWanted {
  std::string rule, process, host, reason;
};
/// All elements of a value that have one.
struct ValueWanted {
  struct Element {
    std::string place;  ///< HOST, HOST#INSTANCE, "" of a single value
    std::string value;
  };
  std::string name;
  std::vector<Element> elements;
};
struct TruthWanted {
  std::string name;
  std::string place;  ///< as above; "": all elements
  Tri truth = Tri::unknown;
};
/// A text action that is carried out, with its words replaced.
struct TextWanted {
  std::string action, text;
};
struct NoTextWanted {};

struct Expectation {
  When when;
  std::variant<MoveWanted, NoMoveWanted, SkipWanted, ValueWanted, TruthWanted,
               TextWanted, NoTextWanted>
      wanted;
  std::size_t offset = 0;
  std::string written;  ///< without `at K`, blanks squeezed
};

/// An error or a warning of the rules.
struct ProblemWanted {
  bool error = true;
  std::string code;
  std::string place;  ///< [FILE:]LINE:COLUMN
  std::size_t offset = 0;
};

/// How moves end that would else be done one delta later.
struct OutcomeGiven {
  std::optional<When> when;  ///< none: always
  std::string rule, process;
  MoveState state = MoveState::done;
  std::optional<Moment> after;  ///< none: one delta of the rule
  std::size_t offset = 0;
};

/// Rules in the test itself, or in a file.
struct RulesGiven {
  std::string path;        ///< "": in the test
  std::size_t begin = 0;   ///< of the text between the braces
  std::size_t end = 0;     ///< behind it
  std::size_t offset = 0;  ///< of `rules`, or of the path
};

struct RuleTest {
  std::string title;       ///< without `#`, blanks squeezed
  std::size_t offset = 0;  ///< of the title
  std::optional<double> every_s;
  double start_s = 0;          ///< since the epoch
  std::string host = "node1";  ///< the default host
  std::vector<RulesGiven> rules;
  SeriesTable series;
  std::vector<Expectation> expectations;
  std::vector<ProblemWanted> problems;
  std::vector<OutcomeGiven> outcomes;
};

struct TestFile {
  std::shared_ptr<const base::SourceFile> source;
  std::vector<RuleTest> tests;
};

/// The first thing that is wrong with the text is the fault. Times of day are
/// those of the zone TZ.
Read<TestFile> read_test_file(
    const std::shared_ptr<const base::SourceFile>& source);

/// FILE:LINE:COLUMN of an offset.
std::string place_of(const TestFile& file, std::size_t offset);

}  // namespace balance
