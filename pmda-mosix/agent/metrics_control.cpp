// mosix.admin.*, mosix.control.*, mosix.driver
#include <fmt/format.h>

#include "agent/metrics.h"

namespace mosix {
namespace {

using agent::kNoUnit;
using agent::kSingular;
using agent::Value;
using agent::value_of;

template <auto Member>
Value admin(const View& view, std::size_t) {
  return value_of(view.all->admin.*Member);
}

/// Of a switch that does something once and then is off again.
Value push_button(const View&, std::size_t) {
  return value_of(false);
}

template <auto Member>
Value snapshot(const View& view, std::size_t) {
  return value_of(view.all->*Member);
}

Value bulk(const View& view, std::size_t) {
  return value_of(view.bulk);
}

Value newest_request(const View& view, std::size_t) {
  return view.requests.empty() ? std::string{} : view.requests.back()->id;
}

Value engine(const View& view, std::size_t row) {
  const Lease& lease = *view.leases[row];
  return fmt::format("{} since {}", engine_text(lease), since_text(lease));
}

Value driver(const View& view, std::size_t) {
  return view.all != nullptr ? view.all->driver
                             : fmt::format("none: {}", view.trouble);
}

constexpr Metric kMetrics[] = {
    {{"admin.block", 6, 0, PM_TYPE_U32, kSingular, PM_SEM_DISCRETE, kNoUnit,
      "take no guests; may be stored",
      "1: processes of other nodes may not come here. 0: they may."},
     admin<&Admin::block>,
     Storing::setting},
    {{"admin.stay", 6, 1, PM_TYPE_U32, kSingular, PM_SEM_DISCRETE, kNoUnit,
      "let rules move nothing away; may be stored",
      "1: no process leaves this node unless a person asks for it. 0: they "
      "may."},
     admin<&Admin::stay>,
     Storing::setting},
    {{"admin.lstay", 6, 2, PM_TYPE_U32, kSingular, PM_SEM_DISCRETE, kNoUnit,
      "let rules move no own process away; may be stored",
      "1: no process whose home is here leaves this node unless a person asks\n"
      "for it; guests may. 0: they may."},
     admin<&Admin::lstay>,
     Storing::setting},
    {{"admin.quiet", 6, 3, PM_TYPE_U32, kSingular, PM_SEM_DISCRETE, kNoUnit,
      "do not tell the other nodes of this one; may be stored",
      "1: the other nodes do not hear of this node's load, and see it as one\n"
      "that they know nothing of. 0: they hear."},
     admin<&Admin::quiet>,
     Storing::setting},
    {{"admin.expel", 6, 4, PM_TYPE_U32, kSingular, PM_SEM_DISCRETE, kNoUnit,
      "send all guests home; store 1 to do it",
      "Storing 1 asks every process that runs here and has its home elsewhere\n"
      "to leave, and sets mosix.admin.block. Always reads 0."},
     push_button,
     Storing::setting},
    {{"admin.bring", 6, 5, PM_TYPE_U32, kSingular, PM_SEM_DISCRETE, kNoUnit,
      "call all own processes back; store 1 to do it",
      "Storing 1 asks every process whose home is here to come back, and sets\n"
      "mosix.admin.lstay. Always reads 0."},
     push_button,
     Storing::setting},
    {{"control.enabled", 7, 0, PM_TYPE_U32, kSingular, PM_SEM_DISCRETE, kNoUnit,
      "whether migration is switched on; may be stored",
      "0: this node refuses every request at once. 1: it does not."},
     snapshot<&Snapshot::enabled>,
     Storing::setting},
    {{"control.enabled_by", 7, 1, PM_TYPE_STRING, kSingular, PM_SEM_DISCRETE,
      kNoUnit, "who set mosix.control.enabled last",
      "And when. Empty if nobody did."},
     snapshot<&Snapshot::enabled_by>},
    {{"control.bulk", 7, 2, PM_TYPE_U32, kSingular, PM_SEM_DISCRETE, kNoUnit,
      "allow one store that names several processes",
      "Store 1 to let the next store to mosix.proc.goto or mosix.proc.lock "
      "name\n"
      "more than one process; that store sets it back to 0. There is one such\n"
      "switch, not one for each user."},
     bulk,
     Storing::bulk,
     true},
    {{"control.request", 7, 3, PM_TYPE_STRING, kSingular, PM_SEM_DISCRETE,
      kNoUnit, "ask for a migration by storing \"ID JOB NODE\"",
      "For programs. ID, chosen by who asks, names the request from then on "
      "in\n"
      "mosix.request; asking again with the same ID does nothing more, so a\n"
      "store may be repeated if it is not known whether it arrived. JOB is as\n"
      "in mosix.proc.job, NODE a node id, home, or best. Such a request obeys\n"
      "mosix.proc.lock and mosix.admin.stay as rules do. Reads the ID of the\n"
      "newest request, empty if there is none."},
     newest_request,
     Storing::request},
    {{"control.engine", 7, 4, PM_TYPE_STRING, kRuleSets, PM_SEM_DISCRETE,
      kNoUnit, "which engine acts on a set of rules",
      "The node and the process id there of the pmbalance that has the lease "
      "of\n"
      "this set of rules, and since when (in the time of this node). Others "
      "that\n"
      "run the same set stand by, and say so. A lease lapses five seconds "
      "after\n"
      "the engine has ended; one of a node that is not heard of any more, "
      "after\n"
      "15 seconds."},
     engine},
    {{"driver", 8, 0, PM_TYPE_STRING, kSingular, PM_SEM_DISCRETE, kNoUnit,
      "what does the migrating",
      "The name of the driver (criu), or, if it does not answer, \"none: \" "
      "and\n"
      "the reason. Then all other metrics have no values."},
     driver,
     Storing::never,
     true},
};

}  // namespace

std::span<const Metric> control_metrics() {
  return kMetrics;
}

}  // namespace mosix
