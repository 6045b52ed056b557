// The loops for machines with AVX2 (x86-64-v3).
#include "eval/kernels/loops.h"

namespace balance::kernels {

const Table& table_avx2() {
  return kTable;
}

}  // namespace balance::kernels
