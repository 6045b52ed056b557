// What an inference engine tells pmdasummary(1): messages (PDUs) of PCP's
// protocol, in one direction. They consist of words of 32 bits, the most
// significant byte first, and begin with three of them:
//
//   length of the message in bytes | its kind | a number of the sender's
//
// Descriptor, kind 0x7005, of a metric:
//
//   metric | type of its values, 5: double | instance domain, ~0: none
//   semantics, 3: instant | units
//
// Units are numbers of 4 bits, the first in the uppermost ones: exponents of
// space, time and count, scales of the three; 8 bits are left over.
//
// Result, kind 0x7001, of some metrics:
//
//   time, seconds | time, microseconds | number of metrics
//   for each metric:
//     metric | number of values, or the (negative) code of an error
//     if there are values: 1, they are blocks
//     for each value: instance, ~0: none | its block, in words from the begin
//   for each value its block:
//     type (8 bits), length in bytes with this word (24 bits) | the value
//
// The reader keeps time itself and looks at no sender.
#pragma once

#include <array>
#include <string>
#include <vector>

#include <pcp/pmapi.h>

#include "eval/column.h"

namespace balance {

/// A metric without instances, whose values are instantaneous.
struct AgentMetric {
  pmID id = PM_ID_NULL;
  int type = PM_TYPE_DOUBLE;
  /// From -8 to 7 each: exponents of space, time, count, and their scales.
  std::array<int, 6> units{};
};

/// A metric and its value. As in pmie, one without a number has the error
/// PM_ERR_VALUE, and an infinity or a NaN is no value.
struct AgentValue {
  pmID metric = PM_ID_NULL;
  double number = no_number();
};

/// The message that describes a metric.
std::string descriptor_pdu(const AgentMetric& metric);
/// The message with the values of an evaluation.
std::string result_pdu(const std::vector<AgentValue>& values);

}  // namespace balance
