// PCP's headers of MMV files, of which each needs the one above it.
#pragma once

// clang-format off
#include <pcp/pmapi.h>
#include <pcp/mmv_stats.h>
#include <pcp/mmv_dev.h>
// clang-format on
