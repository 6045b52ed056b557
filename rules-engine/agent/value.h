// Values on their way into and out of PCP.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include <pcp/pmapi.h>

namespace agent {

/// Why a value cannot be had: a negative PM_ERR_* or -errno.
struct Unavailable {
  int code;
};

/// A value of a metric. Nothing (monostate): this instance has none now.
using Value = std::variant<std::monostate, Unavailable, std::uint64_t,
                           std::int64_t, double, std::string>;

inline Value value_of(bool value) {
  return std::uint64_t{value};
}
inline Value value_of(unsigned value) {
  return std::uint64_t{value};
}
inline Value value_of(std::uint64_t value) {
  return value;
}
inline Value value_of(int value) {
  return std::int64_t{value};
}
inline Value value_of(double value) {
  return value;
}
inline Value value_of(const std::string& value) {
  return value;
}

/// Fills `atom` for a metric of `type` (PM_TYPE_*): what a fetch callback
/// returns, PMDA_FETCH_* or an error. A string is a copy that libpcp_pmda
/// frees. A value that does not fit the type is PM_ERR_CONV.
int to_atom(const Value& value, int type, pmAtomValue& atom);

/// The value of `type` in `atom`; Unavailable PM_ERR_CONV for types that no
/// metric of ours has.
Value from_atom(const pmAtomValue& atom, int type);

}  // namespace agent
