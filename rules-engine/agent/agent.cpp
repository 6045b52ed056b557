#include "agent/agent.h"

#include <algorithm>

#include "agent/wall.h"

namespace agent {
namespace {

/// libpcp_pmda's callbacks carry no data of ours (one of them nothing at all),
/// so what they need is here.
struct Shell {
  const Table* table = nullptr;
  Agent* agent = nullptr;
  Clients clients;
  std::vector<pmdaMetric> metrics;
  std::vector<pmdaIndom> indoms;
  std::vector<InstanceTable> instances;

  Hold refresh(const Client& client) {
    Hold hold = agent->refresh(client, instances);
    for (std::size_t i = 0; i < indoms.size(); ++i)
      instances[i].publish(indoms[i]);
    return hold;
  }
  Hold refresh(const pmdaExt& ext) {
    return refresh(clients.at(ext.e_context));
  }
};

Shell g_shell;

const MetricRow& row_of(const pmdaMetric& metric) {
  return *static_cast<const MetricRow*>(metric.m_user);
}

int on_value(pmdaMetric* metric, unsigned instance, pmAtomValue* atom) {
  return guarded("fetch", [&] {
    // libpcp_pmda fills in a metric of its own for an id that is not ours.
    if (metric->m_user == nullptr) return PM_ERR_PMID;
    const MetricRow& row = row_of(*metric);
    std::size_t index = 0;
    if (row.indom != kSingular) {
      const auto found =
          g_shell.instances[static_cast<std::size_t>(row.indom)].row_of(
              static_cast<int>(instance));
      if (!found) return PM_ERR_INST;
      index = *found;
    }
    return to_atom(g_shell.agent->value(row, index), row.type, *atom);
  });
}

// Function templates, because the type of results differs between the versions
// of libpcp_pmda: the callback's own type chooses it.
template <class Result>
int on_fetch(int count, pmID* ids, Result** result, pmdaExt* ext) {
  return guarded("fetch", [&] {
    const Hold hold = g_shell.refresh(*ext);
    return pmdaFetch(count, ids, result, ext);
  });
}

int on_instance(pmInDom indom, int id, char* name, pmInResult** result,
                pmdaExt* ext) {
  return guarded("instance", [&] {
    const Hold hold = g_shell.refresh(*ext);
    return pmdaInstance(indom, id, name, result, ext);
  });
}

int on_text(int ident, int type, char** text, pmdaExt*) {
  const char* found =
      help_text(*g_shell.table, static_cast<unsigned>(ident), type);
  *text = const_cast<char*>(found);
  return found == nullptr ? PM_ERR_TEXT : 0;
}

/// Appends what one value set stores; an error if it is none of our metrics or
/// not of its type.
template <class ValueSet>
int read_set(const ValueSet& set, std::vector<Store>& stores) {
  const auto metric =
      std::find_if(g_shell.metrics.begin(), g_shell.metrics.end(),
                   [&](const auto& m) { return m.m_desc.pmid == set.pmid; });
  if (metric == g_shell.metrics.end()) return PM_ERR_PMID;
  const int type = metric->m_desc.type;
  for (int i = 0; i < set.numval; ++i) {
    pmAtomValue atom{};
    const int status =
        pmExtractValue(set.valfmt, &set.vlist[i], type, &atom, type);
    if (status < 0) return status;
    stores.push_back(
        {&row_of(*metric), set.vlist[i].inst, from_atom(atom, type)});
    if (type == PM_TYPE_STRING) free(atom.cp);
  }
  return 0;
}

template <class Result>
int on_store(Result* result, pmdaExt* ext) {
  return guarded("store", [&] {
    std::vector<Store> stores;
    for (int i = 0; i < static_cast<int>(result->numpmid); ++i) {
      const int status = read_set(*result->vset[i], stores);
      if (status < 0) return status;
    }
    const Client client = g_shell.clients.at(ext->e_context);
    const Hold hold = g_shell.refresh(client);
    return g_shell.agent->store(client, stores);
  });
}

int on_attribute(int context, int attribute, const char* value, int length,
                 pmdaExt*) {
  return guarded("attribute", [&] {
    const auto size = static_cast<std::size_t>(std::max(0, length));
    g_shell.clients.attribute(
        context, attribute,
        value == nullptr ? std::string_view{} : std::string_view{value, size});
    return 0;
  });
}

void on_end(int context) {
  guarded("end of a context", [&] {
    g_shell.clients.end(context);
    return 0;
  });
}

int on_label(int ident, int type, pmLabelSet** labels, pmdaExt* ext) {
  return guarded("label", [&] {
    Hold hold;
    if ((type & PM_LABEL_INSTANCES) != 0) hold = g_shell.refresh(*ext);
    return pmdaLabel(ident, type, labels, ext);
  });
}

int on_instance_label(pmInDom indom, unsigned instance, pmLabelSet** labels) {
  return guarded("label", [&] {
    const auto serial = pmInDom_serial(indom);
    const auto row =
        g_shell.instances.at(serial).row_of(static_cast<int>(instance));
    if (!row) return 0;
    const std::string text =
        g_shell.agent->labels(static_cast<int>(serial), *row);
    return text.empty() ? 0 : pmdaAddLabels(labels, "%s", text.c_str());
  });
}

}  // namespace

void set_up(pmdaInterface& dispatch, const Table& table, Agent& agent) {
  g_shell.table = &table;
  g_shell.agent = &agent;
  g_shell.metrics = pmda_metrics(table);
  g_shell.instances.resize(table.indoms.size());
  for (const IndomRow& row : table.indoms)
    g_shell.indoms.push_back({static_cast<pmInDom>(row.serial), 0, nullptr});
  auto& callbacks = dispatch.version.seven;
  callbacks.fetch = on_fetch;
  callbacks.instance = on_instance;
  callbacks.text = on_text;
  callbacks.store = on_store;
  callbacks.attribute = on_attribute;
  callbacks.label = on_label;
  pmdaSetFetchCallBack(&dispatch, on_value);
  pmdaSetEndContextCallBack(&dispatch, on_end);
  pmdaSetLabelCallBack(&dispatch, on_instance_label);
  pmdaSetCommFlags(&dispatch, PMDA_FLAG_AUTHORIZE);
  pmdaSetFlags(&dispatch, PMDA_EXT_FLAG_HASHED);
  pmdaInit(&dispatch, g_shell.indoms.data(),
           static_cast<int>(g_shell.indoms.size()), g_shell.metrics.data(),
           static_cast<int>(g_shell.metrics.size()));
}

}  // namespace agent
