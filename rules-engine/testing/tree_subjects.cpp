#include "testing/tree_subjects.h"

#include <algorithm>
#include <utility>

#include "compile/binding.h"
#include "eval/expand.h"

namespace balance::testing {
namespace {

std::string text_of(const std::vector<Value>& samples) {
  std::string out;
  for (const Value& each : samples) {
    if (!out.empty()) out += ' ';
    out += each.text ? '"' + *each.text + '"' : value_text(each);
  }
  return out;
}

bool is_word(const std::string& text, std::size_t at) {
  return text[at] == '%' && at + 1 < text.size() &&
         std::string("hciv").find(text[at + 1]) != std::string::npos;
}

bool has_words(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (is_word(text, i)) return true;
  return false;
}

std::string or_undefined(char word, const std::string& text) {
  return text.empty() ? std::string("<%") + word + " undefined>" : text;
}

}  // namespace

TreeSubjects::TreeSubjects(const check::Checked& checked,
                           const check::CheckedFile& file,
                           lang::ExprId condition, double delta_s) {
  Bindings bindings(checked);
  const Node node{&file, condition};
  const std::optional<Node> binding = bindings.of(node);
  if (!binding) return;
  const auto walker = [&](const Node& at) {
    return TreeShown(checked, *at.file, at.id, delta_s);
  };
  binding_.emplace(walker(*binding));
  if (const auto extreme = extreme_node(*binding))
    extreme_.emplace(walker(*extreme));
  if (const auto value = bindings.value_of(node))
    value_.emplace(walker(value->node));
}

void TreeSubjects::evaluate(const Snapshot& snapshot) {
  subjects_.clear();
  if (!binding_) {
    subjects_.push_back({{}, "", "true"});
    return;
  }
  binding_->evaluate(snapshot);
  if (value_) value_->evaluate(snapshot);
  if (extreme_) extreme_->evaluate(snapshot);
  const Table& table = binding_->table();
  for (std::size_t i = 0; i < table.elements.size(); ++i) {
    const Value& value = table.elements[i].value;
    if (value.type != Type::truth || value.truth == Tri::yes) add(i);
  }
}

bool TreeSubjects::ambiguous() const {
  const auto is = [](const std::optional<TreeShown>& one) {
    return one && (one->ambiguous() || one->twice());
  };
  return is(binding_) || is(value_) || is(extreme_);
}

void TreeSubjects::add(std::size_t at) {
  const Element& element = binding_->table().elements[at];
  Subject out{element.key, element.name, text_of(binding_->samples()[at])};
  if (extreme_) {
    for (const Element& each : extreme_->table().elements) {
      const bool here =
          out.key.host == kNoHost || each.key.host == out.key.host;
      if (!here || each.value.number != element.value.number) continue;
      out.key = each.key;
      out.name = each.name;
      break;
    }
  } else if (value_) {
    const std::vector<Element>& values = value_->table().elements;
    const auto same = std::find_if(
        values.begin(), values.end(),
        [&](const Element& each) { return each.key == element.key; });
    if (same != values.end())
      out.value = text_of(
          value_->samples()[static_cast<std::size_t>(same - values.begin())]);
  }
  subjects_.push_back(std::move(out));
}

std::string TreeSubjects::expand(const std::string& text,
                                 const std::vector<std::string>& hosts) const {
  if (!has_words(text) || (subjects_.empty() && !known())) return text;
  std::string out;
  for (const Subject& each : subjects_) {
    const std::string host =
        each.key.host == kNoHost ? "" : hosts[each.key.host];
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (!is_word(text, i)) {
        out += text[i];
        continue;
      }
      const char word = text[++i];
      out += or_undefined(word, word == 'v'   ? each.value
                                : word == 'i' ? each.name
                                              : host);
    }
  }
  return out;
}

/// Has any element that the condition is about a value?
bool TreeSubjects::known() const {
  if (!binding_) return true;
  const auto& elements = binding_->table().elements;
  return std::any_of(elements.begin(), elements.end(),
                     [](const Element& each) { return each.value.known(); });
}

}  // namespace balance::testing
