#include "check/check.h"

#include "check/advice.h"
#include "check/deltas.h"
#include "check/facts.h"
#include "check/names.h"
#include "check/rules.h"

namespace balance::check {

Checked check(std::span<const lang::File> files, Catalogue catalogue,
              const Options& options, base::Diagnostics& diagnostics) {
  Checked checked;
  check_words(catalogue, diagnostics);
  for (const lang::File& file : files) {
    checked.files.emplace_back().file = &file;
  }
  resolve_names(checked, diagnostics);
  find_facts(checked, diagnostics);
  find_deltas(checked, options.delta_s, diagnostics);
  check_rules(checked, catalogue, diagnostics);
  give_advice(checked, diagnostics);
  return checked;
}

}  // namespace balance::check
