// Under which names an engine shows its metrics through pmdammv(1).
#pragma once

#include <string>
#include <string_view>

namespace balance {

/// pmdammv calls the metrics of the file F mmv.F.…; the cluster is part of
/// their identity in archives.
struct MmvName {
  std::string file;
  int cluster = 0;
};

/// "mmv.pmbalance.…" for the first engine of a machine, and for each further
/// one that runs at the same time "mmv.pmbalance.RULES.…". A name always has
/// the same cluster. `folder` is pmdammv's; `rules` is any text.
MmvName choose_mmv_name(const std::string& folder, std::string_view rules);

/// A word that may be part of a metric's name: "load balance.rules" becomes
/// "load_balance".
std::string metric_word(std::string_view rules);

}  // namespace balance
