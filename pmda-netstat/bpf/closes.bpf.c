/* The ends of TCP connections, as they happen. */
#include "bpf/kernel.h"
#include "bpf/process.h"
#include "bpf/socket.h"

enum { kRoom = 2 << 20 };

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, kRoom);
} ends SEC(".maps");

/* How far a connection is. */
enum stage {
  kOpen,
  kPending, /* it ended, and is told of when its holder closes the socket */
  kTold,
};

/* Who opened or closed a socket, noted while it was the current process. */
struct owner {
  struct netstat_process process; /* pid 0: none of ours */
  __u64 inode;
  __u32 kind;  /* enum netstat_owner */
  __u32 stage; /* enum stage */
};
struct {
  __uint(type, BPF_MAP_TYPE_SK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, int);
  __type(value, struct owner);
} owners SEC(".maps");

/* What found no room. */
__u64 lost_closes;
__u64 lost_in_bytes;
__u64 lost_out_bytes;

/* False: some kernel thread acts for others. */
static __always_inline int fill_owner(struct owner* owner, struct sock* sk,
                                      __u32 kind) {
  struct task_struct* task = bpf_get_current_task_btf();
  if (task->flags & kKernelThread) return 0;
  fill_process(&owner->process, task->group_leader);
  owner->inode = inode_of(sk);
  owner->kind = kind;
  return 1;
}

static __always_inline struct owner* note_of(struct sock* sk) {
  return bpf_sk_storage_get(&owners, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
}

static __always_inline void note_owner(struct sock* sk, __u32 kind) {
  struct owner* owner = note_of(sk);
  if (!owner) return;
  owner->stage = kOpen; /* an earlier connection of this socket is over */
  fill_owner(owner, sk, kind);
}

/* The current process is any, unless the socket goes from being connected right
   to its end within close(), which has shut down both directions before. */
static __always_inline int inside_close(struct sock* sk, int old_state) {
  return (old_state == kTcpEstablished || old_state == kTcpCloseWait) &&
         sk->sk_shutdown == kShutdownBoth;
}

static __always_inline void find_owner(struct owner* owner, struct sock* sk,
                                       int old_state,
                                       const struct owner* noted) {
  if (noted && noted->kind == NETSTAT_OWNER_CLOSER) {
    *owner = *noted;
    return;
  }
  if (inside_close(sk, old_state) &&
      fill_owner(owner, sk, NETSTAT_OWNER_CLOSER))
    return;
  if (noted) *owner = *noted;
  if (!owner->inode) owner->inode = inode_of(sk);
}

static __always_inline void send_end(struct sock* sk, const struct owner* by) {
  struct owner owner = *by;
  struct netstat_close end = {};
  if (owner.kind != NETSTAT_OWNER_UNKNOWN && !owner.process.pid) return;
  if (!put_socket(&end.socket, sk)) return;
  end.socket.inode = owner.inode;
  end.socket.state = kTcpClose;
  end.process = owner.process;
  end.owner = owner.kind;
  /* Readers come by themselves in time, unless very many wait for them. */
  __u64 flags = bpf_ringbuf_query(&ends, BPF_RB_AVAIL_DATA) > kRoom / 2
                    ? BPF_RB_FORCE_WAKEUP
                    : BPF_RB_NO_WAKEUP;
  if (bpf_ringbuf_output(&ends, &end, sizeof end, flags) == 0) return;
  __sync_fetch_and_add(&lost_closes, 1);
  __sync_fetch_and_add(&lost_in_bytes, end.socket.in_bytes);
  __sync_fetch_and_add(&lost_out_bytes, end.socket.out_bytes);
}

/* A socket that the peer reset, and that a descriptor still refers to, waits:
   whoever closes that, will have held it at its end. */
static __always_inline void report(struct sock* sk, int old_state,
                                   struct owner* noted) {
  struct owner owner = {};
  find_owner(&owner, sk, old_state, noted);
  int waits = noted && owner.kind == NETSTAT_OWNER_UNKNOWN && inode_of(sk) != 0;
  if (noted) noted->stage = waits ? kPending : kTold;
  if (waits)
    noted->inode = owner.inode;
  else
    send_end(sk, &owner);
}

static __always_inline int is_end(int old_state, int new_state) {
  return new_state == kTcpClose && old_state != kTcpListen &&
         old_state != kTcpSynSent && old_state != kTcpClose;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(state_changed, struct sock* sk, int old_state, int new_state) {
  if (sk->sk_protocol != kIpprotoTcp) return 0;
  if (new_state == kTcpSynSent)
    note_owner(sk, NETSTAT_OWNER_OPENER);
  else if (new_state == kTcpFinWait1 || new_state == kTcpLastAck)
    note_owner(sk, NETSTAT_OWNER_CLOSER);
  else if (is_end(old_state, new_state))
    report(sk, old_state, note_of(sk));
  return 0;
}

/* The kernel does not run a program within itself: what an interrupt brings
   while it runs would be lost. Two do not run at the same moment. */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(ended, struct sock* sk, int old_state, int new_state) {
  if (sk->sk_protocol != kIpprotoTcp || !is_end(old_state, new_state)) return 0;
  struct owner* noted = note_of(sk);
  if (noted && noted->stage == kOpen) report(sk, old_state, noted);
  return 0;
}

SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(destroyed, struct sock* sk) {
  struct owner* noted = bpf_sk_storage_get(&owners, sk, 0, 0);
  if (!noted || noted->stage != kPending) return 0;
  noted->stage = kTold;
  struct owner owner = *noted;
  fill_owner(&owner, sk, NETSTAT_OWNER_CLOSER);
  owner.inode = noted->inode;
  send_end(sk, &owner);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
