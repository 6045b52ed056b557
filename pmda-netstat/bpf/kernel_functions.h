/* For programs that cast pointers by a function that the kernel offers, so that
   they may follow the result directly. */
#ifndef NETSTAT_KERNEL_FUNCTIONS_H
#define NETSTAT_KERNEL_FUNCTIONS_H

#define AS(type, pointer) \
  ((type*)bpf_rdonly_cast(pointer, bpf_core_type_id_kernel(type)))
#define CAST_FIELD(pointer, member) ((pointer)->member)
#include "bpf/kernel.h"

/* Linux 6.2. */
extern void* bpf_rdonly_cast(const void* pointer, __u32 type) __ksym;

/* Counts from start to end - 1; Linux 6.4. Newer libbpf declares it. */
#ifndef bpf_for
struct bpf_iter_num {
  __u64 opaque[1];
} __attribute__((aligned(8)));
extern int bpf_iter_num_new(struct bpf_iter_num* it, int start, int end) __ksym;
extern int* bpf_iter_num_next(struct bpf_iter_num* it) __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num* it) __ksym;
#endif

#endif
