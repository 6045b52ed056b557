// The loops for every machine of this kind.
#include "eval/kernels/loops.h"

namespace balance::kernels {

const Table& table_base() {
  return kTable;
}

}  // namespace balance::kernels
