// The values of a metric as PMAPI hands them out, in the columns of a Sample.
#pragma once

#include <memory>

#include <pcp/pmapi.h>

#include "eval/snapshot.h"
#include "pmapi/rosters.h"

namespace balance {

/// A metric that can be decoded, and what all its samples have in common.
struct Form {
  pmID id = PM_ID_NULL;
  int type = PM_TYPE_UNKNOWN;
  int semantics = PM_SEM_INSTANT;
  pmInDom domain = PM_INDOM_NULL;
  Sample::Kind kind = Sample::Kind::numbers;
  double scale = 1;
  double wrap = 0;

  bool instances() const { return domain != PM_INDOM_NULL; }
};

/// Numbers and strings; no aggregates, no events.
bool readable(int type);
/// Factor from a metric's units to bytes, seconds and single counts.
double scale_of(const pmUnits& units);
/// Of a metric with a readable type.
Form form_of(const pmDesc& desc);

/// Fills `sample`, whatever it had before, all but its times. False: the set
/// tells of an error, or is empty and the metric has no instances; then
/// `sample` has no values. Instances whose value cannot be read are left out.
/// `layout`: of the last set of this metric, null at first.
bool decode(const Form& form, const pmValueSet& set, Rosters& rosters,
            std::shared_ptr<const Layout>& layout, Sample& sample);

}  // namespace balance
