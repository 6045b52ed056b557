/* Which process a task belongs to, as the agent sees it. */
#ifndef NETSTAT_PROCESS_H
#define NETSTAT_PROCESS_H

#include "bpf/kernel.h"
#include "bpf/record.h"

/* The agent's pid namespace, and how deep below the first one it is. */
static __u64 agent_namespace;
static __u32 agent_level;

enum { kNsPerTick = 10000000 };

/* To be run once, by the agent itself (BPF_PROG_TEST_RUN). */
SEC("raw_tp")
int learn_agent(void* context) {
  struct task_struct* task = (void*)bpf_get_current_task();
  struct pid* pid = BPF_CORE_READ(task, thread_pid);
  struct upid number;
  __u32 level = BPF_CORE_READ(pid, level);
  bpf_probe_read_kernel(&number, sizeof number,
                        (void*)__builtin_preserve_access_index(&pid->numbers) +
                            level * sizeof number);
  agent_level = level;
  agent_namespace = (__u64)number.ns;
  return 0;
}

/* The pid of a process in the agent's pid namespace; 0: it is not in there, or
   it has just ended. `leader` is the first thread. */
static __always_inline __u32 agent_pid(struct task_struct* leader) {
  if (agent_level == 0) return leader->tgid;
  struct pid* pid = leader->thread_pid;
  struct upid number;
  if (!pid || pid->level < agent_level) return 0;
  if (bpf_probe_read_kernel(
          &number, sizeof number,
          (void*)__builtin_preserve_access_index(&pid->numbers) +
              agent_level * sizeof number))
    return 0;
  return (__u64)number.ns == agent_namespace ? number.nr : 0;
}

static __always_inline __u64 start_ticks(struct task_struct* leader) {
  return leader->start_boottime / kNsPerTick;
}

/* False: the process is none of ours; process->pid is 0 then. */
static __always_inline int fill_process(struct netstat_process* process,
                                        struct task_struct* leader) {
  process->pid = agent_pid(leader);
  process->uid = leader->real_cred->uid.val;
  process->start_ticks = start_ticks(leader);
  bpf_probe_read_kernel_str(process->comm, sizeof process->comm,
                            __builtin_preserve_access_index(&leader->comm));
  return process->pid != 0;
}

#endif
