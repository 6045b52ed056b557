#include "record/archive_reading.h"

#include <cstdlib>

#include <fmt/format.h>

namespace balance {
namespace {

std::string owned(char* text) {
  const std::string out = text;
  std::free(text);
  return out;
}

}  // namespace

ArchiveReading::ArchiveReading(const std::string& name)
    : context_(pmNewContext(PM_CONTEXT_ARCHIVE, name.c_str())) {}

ArchiveReading::~ArchiveReading() {
  if (is_open()) pmDestroyContext(context_);
}

std::string ArchiveReading::why_not() const {
  char text[PM_MAXERRMSGLEN];
  return pmErrStr_r(context_, text, sizeof text);
}

pmLogLabel ArchiveReading::label() const {
  pmUseContext(context_);
  pmLogLabel out{};
  pmGetArchiveLabel(&out);
  return out;
}

std::vector<std::string> ArchiveReading::metrics() const {
  pmUseContext(context_);
  std::vector<std::string> out;
  pmTraversePMNS_r(
      "",
      [](const char* name, void* list) {
        static_cast<std::vector<std::string>*>(list)->emplace_back(name);
      },
      &out);
  return out;
}

pmID ArchiveReading::id(const std::string& metric) const {
  pmUseContext(context_);
  const char* name = metric.c_str();
  pmID out = PM_ID_NULL;
  pmLookupName(1, &name, &out);
  return out;
}

pmDesc ArchiveReading::desc(const std::string& metric) const {
  pmDesc out{};
  pmLookupDesc(id(metric), &out);
  return out;
}

std::string ArchiveReading::help(const std::string& metric, int level) const {
  char* text = nullptr;
  return pmLookupText(id(metric), level, &text) < 0 ? "" : owned(text);
}

std::string ArchiveReading::instance_domain_help(pmInDom domain,
                                                 int level) const {
  pmUseContext(context_);
  char* text = nullptr;
  return pmLookupInDomText(domain, level, &text) < 0 ? "" : owned(text);
}

std::string ArchiveReading::domain_labels(int domain) const {
  pmUseContext(context_);
  pmLabelSet* set = nullptr;
  if (pmGetDomainLabels(domain, &set) < 1) return "";
  const std::string out = set->json;
  pmFreeLabelSets(set, 1);
  return out;
}

std::vector<std::pair<double, ArchiveReading::Record>> ArchiveReading::records()
    const {
  pmUseContext(context_);
  std::vector<std::pair<double, Record>> out;
  timeval begin{};
  pmSetMode(PM_MODE_FORW, &begin, 0);
  for (pmResult* result = nullptr; pmFetchArchive(&result) >= 0;) {
    Record record;
    for (int i = 0; i < result->numpmid; ++i) take(*result->vset[i], record);
    out.emplace_back(static_cast<double>(result->timestamp.tv_sec) +
                         static_cast<double>(result->timestamp.tv_usec) / 1e6,
                     std::move(record));
    pmFreeResult(result);
  }
  return out;
}

void ArchiveReading::take(const pmValueSet& set, Record& record) {
  char* name = nullptr;
  if (pmNameID(set.pmid, &name) < 0) return;
  Values& values = record[owned(name)];
  pmDesc about{};
  pmLookupDesc(set.pmid, &about);
  for (int i = 0; i < set.numval; ++i) {
    std::string instance;
    if (about.indom != PM_INDOM_NULL &&
        pmNameInDomArchive(about.indom, set.vlist[i].inst, &name) >= 0)
      instance = owned(name);
    values[instance] = text(set.valfmt, set.vlist[i], about.type);
  }
}

std::string ArchiveReading::text(int format, const pmValue& value, int type) {
  const int wanted = type == PM_TYPE_STRING ? PM_TYPE_STRING : PM_TYPE_DOUBLE;
  pmAtomValue atom{};
  if (pmExtractValue(format, &value, type, &atom, wanted) < 0) return "?";
  return type == PM_TYPE_STRING ? owned(atom.cp) : fmt::format("{}", atom.d);
}

}  // namespace balance
