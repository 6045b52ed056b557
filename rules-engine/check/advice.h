// What is allowed and probably not meant.
#pragma once

#include "base/diagnostic.h"
#include "check/checked.h"

namespace balance::check {

/// Warnings about rules that are otherwise checked: W03 to W07.
void give_advice(const Checked& checked, base::Diagnostics& diagnostics);

}  // namespace balance::check
