#include "check/dump_types.h"

#include <fmt/format.h>

#include "check/dimensions.h"
#include "check/walk.h"

namespace balance::check {
namespace {

std::string_view type_text(const Facts& facts) {
  if (!facts.type) return "?";
  switch (*facts.type) {
    case lang::Kind::number:
      return "number";
    case lang::Kind::truth:
      return "truth";
    case lang::Kind::text:
      return "text";
  }
  return "?";
}

std::string hosts_text(const Checked& checked, const Facts& facts) {
  if (facts.my || facts.target) {
    return facts.target ? (facts.my ? "of a pair" : "of a target")
                        : "of a candidate";
  }
  if (facts.single()) return "single";
  std::string text = facts.hosts.size() == 1 ? "host" : "hosts";
  for (const Host host : facts.hosts) {
    const std::string& name = checked.hosts[host];
    text += fmt::format(" {}", name.empty() ? "(default)" : name);
  }
  return text;
}

std::string_view instances_text(const Facts& facts) {
  switch (facts.instances) {
    case Facts::Instances::none:
      return "one value";
    case Facts::Instances::open:
      return facts.width > 0 ? "instances" : "instances?";
    case Facts::Instances::some:
      return "some instances";
  }
  return "";
}

/// In the order of the text: operators behind what they begin with.
void expressions(const Checked& checked, const CheckedFile& file,
                 lang::ExprId id, std::size_t depth, std::string& out) {
  const Facts& facts = file.facts_of(id);
  const lang::Span& span = file.file->at(id).span;
  out += fmt::format("{:{}}{}: {} | {}, {}, {}, samples {}, {}\n", "",
                     2 * depth, base::place_text(span), one_line(span),
                     type_text(facts), hosts_text(checked, facts),
                     instances_text(facts), facts.samples,
                     facts.dimension ? text_of(*facts.dimension) : "any unit");
  for_each_operand(file.file->at(id), [&](lang::ExprId operand) {
    expressions(checked, file, operand, depth + 1, out);
  });
}

}  // namespace

std::string dump_types(const Checked& checked) {
  std::string out;
  for (const CheckedFile& file : checked.files) {
    const auto& statements = file.file->statements;
    for (std::size_t i = 0; i < statements.size(); ++i) {
      const std::string& label = file.labels[i];
      const std::string name =
          statements[i].name ? statements[i].name->text : label;
      out += fmt::format("{}: {} ({}every {:g} sec)\n",
                         base::place_text(statements[i].span), name,
                         label.empty() ? "not shown, " : "", file.deltas_s[i]);
      for_each_root(*file.file, statements[i], [&](lang::ExprId root) {
        expressions(checked, file, root, 1, out);
      });
    }
  }
  return out;
}

}  // namespace balance::check
