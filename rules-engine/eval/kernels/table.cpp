#include "eval/kernels/kernels.h"

namespace balance::kernels {
namespace {

const Table& choose() {
#ifdef MOSIX_KERNELS_X86
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
      __builtin_cpu_supports("bmi2"))
    return table_avx2();
#endif
  return table_base();
}

}  // namespace

const Table& table() {
  static const Table& chosen = choose();
  return chosen;
}

}  // namespace balance::kernels
