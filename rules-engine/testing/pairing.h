// Which elements of two tables belong together.
#pragma once

#include <functional>

#include "testing/table.h"

namespace balance::testing {

/// A table of `type` with one element for each pair of elements that meet, and
/// for each that meets none; `combine` gets "no value" for what is missing.
///
/// A single value meets everything. Hosts meet by identity; one host meets all
/// hosts of the other side; two lists of the same length without a common host
/// meet as written. A value of a host meets each instance there. Instances of
/// one domain and host (all of them) meet by number, lists of the same length
/// of two domains as written, all others by the first word of the name, where
/// `w` also meets each `w/…`; a word that a host has twice meets nothing.
Table pair(const Table& left, const Table& right, Type type,
           const std::function<Value(const Value&, const Value&)>& combine);

}  // namespace balance::testing
