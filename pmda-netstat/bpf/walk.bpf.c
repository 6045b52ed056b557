/* All sockets in one pass over the descriptor tables of all tasks, read without
   locks: loads cannot fault, and what changes under the pass is noticed or only
   a moment old. */
#include "bpf/walk.h"

#include "bpf/kernel_functions.h"
#include "bpf/process.h"
#include "bpf/socket.h"

enum { kWordBits = 64, kMaxWords = 1 << 20 };

/* The chunk. */
struct netstat_socket sockets[kWalkSockets];
struct walk_table tables[kWalkSockets];
__u32 socket_count;
__u32 table_count;
/* Tables in this pass of threads that have not their leader's. */
__u32 extra_tables;

/* Where a pass goes on after a full chunk: in this task's table, here. User
   space sets the task to 0 before a pass. */
int stopped_tid;
static __u32 stopped_fd;

/* Operations of all files that are sockets, learned from one of the agent's. */
int learn_fd;
static __u64 socket_operations;
/* The last table that was walked: a process whose first thread has ended shows
   it at each thread. User space sets it to 0 before a pass. */
__u64 last_table;

static __always_inline struct file* file_at(struct file** fd, __u32 index) {
  struct file* file = 0;
  bpf_probe_read_kernel(&file, sizeof file, fd + index);
  return file;
}

/* To be run once, by the agent itself (BPF_PROG_TEST_RUN). */
SEC("raw_tp")
int learn_socket(void* context) {
  struct task_struct* task = (void*)bpf_get_current_task();
  struct file** fd = BPF_CORE_READ(task, files, fdt, fd);
  struct file* file = file_at(fd, learn_fd);
  socket_operations = (__u64)BPF_CORE_READ(file, f_op);
  return 0;
}

/* False: there is no room. */
static __always_inline int put_file(__u64 address) {
  struct file* file = AS(struct file, (void*)address);
  if ((__u64)file->f_op != socket_operations) return 1;
  struct socket* socket = AS(struct socket, file->private_data);
  struct sock* sk = socket->sk;
  if ((__u64)socket->file != address || !sk) return 1;
  __u32 index = socket_count;
  if (index >= kWalkSockets) return 0;
  struct netstat_socket* out = &sockets[index];
  __builtin_memset(out, 0, sizeof *out);
  if (!put_socket(out, sk)) return 1;
  out->inode = file->f_inode->i_ino;
  if (out->inode) socket_count = index + 1;
  return 1;
}

/* The descriptors of one word of the bitmap of open ones. False: there is no
   room for all. */
static __always_inline int walk_word(struct fdtable* table, __u32 word,
                                     __u32 first) {
  struct file** fd = table->fd;
  __u64 open = 0;
  bpf_probe_read_kernel(&open, sizeof open, table->open_fds + word);
  __u32 base = word * kWordBits;
  if (first > base) open &= ~0ull << ((first - base) & (kWordBits - 1));
  struct bpf_iter_num it;
  int room = 1;
  int* bit;
  bpf_iter_num_new(&it, 0, kWordBits);
  while ((bit = bpf_iter_num_next(&it))) {
    __u64 rest = open >> (*bit & (kWordBits - 1));
    if (!rest) break;
    if (!(rest & 1)) continue;
    struct file* file = file_at(fd, base + *bit);
    if (!file || put_file((__u64)file)) continue;
    stopped_fd = base + *bit;
    room = 0;
    break;
  }
  bpf_iter_num_destroy(&it);
  return room;
}

static __always_inline int walk_table(struct fdtable* table, __u32 first) {
  struct bpf_iter_num it;
  int room = 1;
  int* word;
  __u32 words = table->max_fds / kWordBits;
  if (words > kMaxWords) return 1;
  bpf_iter_num_new(&it, first / kWordBits, words);
  while ((word = bpf_iter_num_next(&it))) {
    if (walk_word(table, *word, first)) continue;
    room = 0;
    break;
  }
  bpf_iter_num_destroy(&it);
  return room;
}

/* Says whose the sockets are that were found since there were `first`. */
static __always_inline void put_table(struct task_struct* task, __u32 first) {
  struct task_struct* leader = task->group_leader;
  __u32 index = table_count;
  if (socket_count == first) return;
  if (index >= kWalkSockets || !task->files ||
      !fill_process(&tables[index].process, leader)) {
    /* The task ended meanwhile: what was its table may be another's now. */
    socket_count = first;
    return;
  }
  tables[index].first = first;
  tables[index].count = socket_count - first;
  table_count = index + 1;
  if (task->pid != task->tgid) ++extra_tables;
}

/* 1: the chunk is full; the iterator's read() fails with EAGAIN and the next
   one begins with the same task. */
SEC("iter/task")
int walk(struct bpf_iter__task* context) {
  struct task_struct* task = context->task;
  if (!task) return 0;
  struct files_struct* files = task->files;
  int resumed = task->pid == stopped_tid;
  stopped_tid = 0;
  if (!files) return 0;
  if (!resumed) {
    stopped_fd = 0;
    if (task->pid != task->tgid &&
        (files == task->group_leader->files || (__u64)files == last_table))
      return 0;
  }
  last_table = (__u64)files;
  __u32 first = socket_count;
  int room = walk_table(files->fdt, stopped_fd);
  put_table(task, first);
  if (room) return 0;
  stopped_tid = task->pid;
  return 1;
}

char LICENSE[] SEC("license") = "GPL";
