/* All sockets in one pass over the open files of all tasks, which the kernel
   holds while this program sees them. Only what Linux 5.11 has. */
#include "bpf/task_file.h"

#include "bpf/process.h"
#include "bpf/socket.h"

/* The process of the last file, in this pass: many follow of the same one. */
static __u64 last_pass;
static __u64 last_leader;
static __u64 last_start;
static struct netstat_process process;

static __always_inline void note_process(struct task_struct* leader,
                                         __u64 pass) {
  __u64 start = leader->start_boottime;
  if (last_pass == pass && last_leader == (__u64)leader && last_start == start)
    return;
  fill_process(&process, leader);
  last_pass = pass;
  last_leader = (__u64)leader;
  last_start = start;
}

SEC("iter/task_file")
int task_file(struct bpf_iter__task_file* context) {
  struct task_struct* task = context->task;
  struct file* file = context->file;
  if (!task || !file) return 0;
  struct socket* socket = bpf_sock_from_file(file);
  if (!socket) return 0;
  struct sock* sk = socket->sk;
  struct task_file_record out;
  __builtin_memset(&out, 0, sizeof out);
  if (!sk || !put_socket(&out.socket, sk)) return 0;
  out.socket.inode = file->f_inode->i_ino;
  note_process(task->group_leader, context->meta->session_id);
  if (!process.pid) return 0;
  out.process = process;
  out.extra_table = task->pid != task->tgid;
  bpf_seq_write(context->meta->seq, &out, sizeof out);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
