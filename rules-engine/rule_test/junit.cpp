#include <fmt/format.h>

#include "rule_test/report.h"

namespace balance {
namespace {

/// Length of the UTF-8 character at the start of `text`; 0 if it is none, or
/// one that XML does not have.
std::size_t character(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned first = byte(0);
  if (first < 0x80)
    return first >= 0x20 || first == '\n' || first == '\t' ? 1 : 0;
  const std::size_t length = first >= 0xf0   ? 4
                             : first >= 0xe0 ? 3
                             : first >= 0xc2 ? 2
                                             : 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0U) != 0x80U) return 0;
  const bool overlong =
      (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  const bool surrogate = first == 0xed && byte(1) >= 0xa0;
  const bool high = first > 0xf4 || (first == 0xf4 && byte(1) >= 0x90);
  const bool no_character = first == 0xef && byte(1) == 0xbf && byte(2) >= 0xbe;
  return overlong || surrogate || high || no_character ? 0 : length;
}

/// What cannot stand in XML becomes `?`.
std::string escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = character(text);
    const std::string_view one =
        text.substr(0, std::max<std::size_t>(length, 1));
    if (length == 0)
      out += '?';
    else if (one == "&")
      out += "&amp;";
    else if (one == "<")
      out += "&lt;";
    else if (one == ">")
      out += "&gt;";
    else if (one == "\"")
      out += "&quot;";
    else if (one == "\n")
      out += "&#10;";
    else
      out += one;
    text.remove_prefix(one.size());
  }
  return out;
}

void append_case(std::string& out, std::string_view path,
                 const TestResult& test) {
  out += fmt::format(R"(    <testcase name="{}" classname="{}" time="{:.6f}")",
                     escaped(test.title), escaped(path), test.took_s);
  if (test.passed()) {
    out += "/>\n";
    return;
  }
  out += fmt::format(
      ">\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n",
      escaped(test.place + ": failed"), escaped(test.failure));
}

double took_s(const FileResult& file) {
  double out = 0;
  for (const TestResult& test : file.tests) out += test.took_s;
  return out;
}

void append_suite(std::string& out, const FileResult& file) {
  const std::size_t errors = file.error.empty() ? 0 : 1;
  out += fmt::format(
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" "
      "errors=\"{}\" time=\"{:.6f}\">\n",
      escaped(file.path), file.tests.size() + errors, file.failed(), errors,
      took_s(file));
  if (errors > 0)
    out += fmt::format(
        "    <testcase name=\"the file itself\" "
        "classname=\"{}\" time=\"0\">\n"
        "      <error message=\"{}\"/>\n    </testcase>\n",
        escaped(file.path), escaped(file.error));
  for (const TestResult& test : file.tests) append_case(out, file.path, test);
  out += "  </testsuite>\n";
}

}  // namespace

std::string junit_text(std::span<const FileResult> files) {
  std::string suites;
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  double time_s = 0;
  for (const FileResult& file : files) {
    append_suite(suites, file);
    errors += file.error.empty() ? 0 : 1;
    tests += file.tests.size();
    failures += file.failed();
    time_s += took_s(file);
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites tests=\"{}\" failures=\"{}\" errors=\"{}\" "
      "time=\"{:.6f}\">\n{}</testsuites>\n",
      tests + errors, failures, errors, time_s, suites);
}

}  // namespace balance
