/* What task_file.bpf.c writes: one of these for each socket. */
#ifndef NETSTAT_TASK_FILE_H
#define NETSTAT_TASK_FILE_H

#include <linux/types.h>

#include "bpf/record.h"

struct task_file_record {
  struct netstat_process process;
  struct netstat_socket socket;
  __u32 extra_table; /* of a thread that has not its leader's table */
  __u32 pad;
};

#endif
