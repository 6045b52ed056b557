// libFuzzer's target: whatever is read, printing and reading it again gives
// the same text, and nothing crashes. Also linked with replay.cpp.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "base/diagnostic.h"
#include "lang/parse.h"
#include "lang/print.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using balance::lang::parse;
  using balance::lang::print;
  const std::string text(data, data + size);
  base::Diagnostics diagnostics;
  const auto source = std::make_shared<base::SourceFile>("fuzz", text);
  const std::string once = print(parse(source, diagnostics));
  static_cast<void>(diagnostics.text());
  base::Diagnostics again;
  const auto printed = std::make_shared<base::SourceFile>("printed", once);
  if (print(parse(printed, again)) != once || again.has_errors()) std::abort();
  return 0;
}
