// What both sides of a move do alike with their part of the record.
#pragma once

#include <string>
#include <utility>

#include "mosixd/backoff.h"
#include "mosixd/job.h"

namespace mosix {

/// A message of the move that `part` speaks of.
template <class Part>
Message move_message(const Job& job, const Part& part, const char* op,
                     Message fields) {
  fields["op"] = op;
  fields["job"] = job.name();
  fields["k"] = part.k;
  fields["nonce"] = part.nonce;
  return fields;
}

/// Writes that a part of the job's record has come to a state; what is said
/// again is then said at once. False: it could not be written, the part is as
/// it was, and nothing that depends on the state may be done.
template <class Part, class State>
bool enter_state(Job& job, Part& part, State state, const std::string& reason,
                 Backoff& backoff) {
  const Part before = part;
  part.state = state;
  if (!reason.empty()) part.reason = reason;
  part.since_ms = wall_ms();
  if (job.save()) {
    backoff.reset();
    return true;
  }
  part = before;
  return false;
}

}  // namespace mosix
