#include "eval/column.h"

#include "eval/kernels/kernels.h"

namespace balance {

bool Value::known() const {
  switch (type) {
    case Type::number:
      return has_number(number);
    case Type::truth:
      return truth != Tri::unknown;
    case Type::text:
      return text.has_value();
  }
  return false;
}

Value element(const Column& column, std::size_t i) {
  Value out;
  out.type = column.type;
  switch (column.type) {
    case Type::number:
      out.number = column.numbers[i];
      break;
    case Type::truth:
      out.truth = column.truths[i];
      break;
    case Type::text:
      out.text = column.texts[i];
      break;
  }
  return out;
}

void resize(Column& column) {
  const std::size_t n = column.size();
  column.complete = false;
  column.numbers.assign(column.type == Type::number ? n : 0, no_number());
  column.truths.assign(column.type == Type::truth ? n : 0, Tri::unknown);
  column.texts.assign(column.type == Type::text ? n : 0, std::nullopt);
}

void reuse(Column& column, const std::shared_ptr<const Index>& index) {
  const std::size_t size = column.type == Type::number  ? column.numbers.size()
                           : column.type == Type::truth ? column.truths.size()
                                                        : column.texts.size();
  column.complete = false;
  if (column.index == index && size == index->keys.size()) return;
  column.index = index;
  resize(column);
}

void find_complete(Column& column) {
  column.complete = column.type == Type::number &&
                    !kernels::table().any_missing(column.numbers.data(),
                                                  column.numbers.size());
}

void assign(Column& column, std::size_t i, const Value& value) {
  switch (column.type) {
    case Type::number:
      column.numbers[i] = value.number;
      break;
    case Type::truth:
      column.truths[i] = value.truth;
      break;
    case Type::text:
      column.texts[i] = value.text;
      break;
  }
}

const std::shared_ptr<const Index>& single_index() {
  static const std::shared_ptr<const Index> index = [] {
    auto made = std::make_shared<Index>();
    made->keys.emplace_back();
    made->names.emplace_back();
    made->starts = {0, 1};
    return made;
  }();
  return index;
}

}  // namespace balance
