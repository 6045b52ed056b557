/* What walk.bpf.c leaves for user space, a chunk at a time. */
#ifndef NETSTAT_WALK_H
#define NETSTAT_WALK_H

#include <linux/types.h>

#include "bpf/record.h"

/* A chunk: 1 MB of kernel memory. */
enum { kWalkSockets = 8192 };

/* A descriptor table: sockets[first] to sockets[first + count - 1]. */
struct walk_table {
  struct netstat_process process;
  __u32 first;
  __u32 count;
};

#endif
