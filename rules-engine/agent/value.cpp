#include "agent/value.h"

#include <cerrno>
#include <cstring>

#include <pcp/pmda.h>

namespace agent {
namespace {

template <class Number>
int number_to_atom(Number value, int type, pmAtomValue& atom) {
  switch (type) {
    case PM_TYPE_32:
      atom.l = static_cast<std::int32_t>(value);
      return PMDA_FETCH_STATIC;
    case PM_TYPE_U32:
      atom.ul = static_cast<std::uint32_t>(value);
      return PMDA_FETCH_STATIC;
    case PM_TYPE_64:
      atom.ll = static_cast<std::int64_t>(value);
      return PMDA_FETCH_STATIC;
    case PM_TYPE_U64:
      atom.ull = static_cast<std::uint64_t>(value);
      return PMDA_FETCH_STATIC;
    case PM_TYPE_DOUBLE:
      atom.d = static_cast<double>(value);
      return PMDA_FETCH_STATIC;
    default:
      return PM_ERR_CONV;
  }
}

struct ToAtom {
  int type;
  pmAtomValue& atom;

  int operator()(std::monostate) const { return PMDA_FETCH_NOVALUES; }
  int operator()(Unavailable why) const { return why.code; }
  int operator()(std::uint64_t value) const {
    return number_to_atom(value, type, atom);
  }
  int operator()(std::int64_t value) const {
    return number_to_atom(value, type, atom);
  }
  int operator()(double value) const {
    if (type != PM_TYPE_DOUBLE) return PM_ERR_CONV;
    return number_to_atom(value, type, atom);
  }
  int operator()(const std::string& value) const {
    if (type != PM_TYPE_STRING) return PM_ERR_CONV;
    atom.cp = strdup(value.c_str());
    return atom.cp == nullptr ? -ENOMEM : PMDA_FETCH_DYNAMIC;
  }
};

}  // namespace

int to_atom(const Value& value, int type, pmAtomValue& atom) {
  return std::visit(ToAtom{type, atom}, value);
}

Value from_atom(const pmAtomValue& atom, int type) {
  switch (type) {
    case PM_TYPE_32:
      return std::int64_t{atom.l};
    case PM_TYPE_U32:
      return std::uint64_t{atom.ul};
    case PM_TYPE_64:
      return std::int64_t{atom.ll};
    case PM_TYPE_U64:
      return std::uint64_t{atom.ull};
    case PM_TYPE_DOUBLE:
      return atom.d;
    case PM_TYPE_STRING:
      return std::string(atom.cp == nullptr ? "" : atom.cp);
    default:
      return Unavailable{PM_ERR_CONV};
  }
}

}  // namespace agent
