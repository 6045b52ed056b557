#include "agent/metric_table.h"

namespace agent {

std::vector<pmdaMetric> pmda_metrics(const Table& table) {
  std::vector<pmdaMetric> metrics;
  for (const MetricRow* row : table.metrics) {
    pmdaMetric& metric = metrics.emplace_back();
    metric.m_user = const_cast<MetricRow*>(row);
    metric.m_desc.pmid = PMDA_PMID(row->cluster, row->item);
    metric.m_desc.type = row->type;
    metric.m_desc.indom = row->indom == kSingular
                              ? PM_INDOM_NULL
                              : static_cast<pmInDom>(row->indom);
    metric.m_desc.sem = row->semantics;
    metric.m_desc.units = row->units;
  }
  return metrics;
}

const char* help_text(const Table& table, unsigned ident, int type) {
  const bool oneline = (type & PM_TEXT_ONELINE) != 0;
  if ((type & PM_TEXT_PMID) != 0) {
    for (const MetricRow* row : table.metrics)
      if (row->cluster == pmID_cluster(ident) && row->item == pmID_item(ident))
        return oneline ? row->oneline : row->help;
  } else {
    for (const IndomRow& row : table.indoms)
      if (static_cast<unsigned>(row.serial) == pmInDom_serial(ident))
        return oneline ? row.oneline : row.help;
  }
  return nullptr;
}

}  // namespace agent
