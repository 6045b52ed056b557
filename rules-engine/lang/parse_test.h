// What the tests of lang share.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/diagnostic.h"
#include "lang/parse.h"
#include "lang/print.h"

namespace balance::lang {

/// A text that was read, with what was said about it.
struct Read {
  explicit Read(std::string text)
      : source(std::make_shared<base::SourceFile>("f", std::move(text))),
        file(parse(source, diagnostics)) {}

  std::shared_ptr<const base::SourceFile> source;
  base::Diagnostics diagnostics;
  File file;
};

/// "CODE LINE:COLUMN MESSAGE" of each error, by place.
inline std::string errors_of(const base::Diagnostics& diagnostics) {
  std::string text;
  for (const base::Diagnostic& one : diagnostics.sorted()) {
    const base::Place place = one.span.file->place(one.span.begin);
    text += one.code + " " + std::to_string(place.line) + ":" +
            std::to_string(place.column) + " " + one.message + "\n";
  }
  return text;
}

}  // namespace balance::lang
