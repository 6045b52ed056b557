/* By what volumes are counted. */
#ifndef NETSTAT_VOLUME_KEY_H
#define NETSTAT_VOLUME_KEY_H

#include <linux/types.h>

#include "bpf/record.h"

struct volume_key {
  __u64 start_ticks;
  __u64 inode;
  __u32 pid; /* in the agent's pid namespace */
  __u32 pad;
};

#endif
