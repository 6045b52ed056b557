/* Bytes through UDP and UNIX sockets, at every call that sends or receives: as
   cheap as possible, since it is every such call of the machine. */
#include "bpf/kernel.h"
#include "bpf/process.h"
#include "bpf/socket.h"
#include "bpf/volume_key.h"

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 65536);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, struct volume_key);
  __type(value, struct netstat_volume);
} volumes SEC(".maps");

/* What found no room. */
__u64 lost_bytes;

/* 0: it is not counted here. */
static __always_inline __u8 protocol_of(struct sock* sk) {
  __u16 family = sk->__sk_common.skc_family;
  if (family == kAfUnix) return NETSTAT_UNIX;
  if (family != kAfInet && family != kAfInet6) return 0;
  if (sk->sk_protocol != kIpprotoUdp || sk->sk_type != kSockDgram) return 0;
  return NETSTAT_UDP;
}

static __always_inline void fill_volume(struct netstat_volume* volume,
                                        struct sock* sk, __u8 protocol) {
  volume->protocol = protocol;
  if (protocol != NETSTAT_UDP) return;
  volume->local_port = sk->__sk_common.skc_num;
  volume->remote_port = bpf_ntohs(sk->__sk_common.skc_dport);
  if (volume->remote_port)
    put_address(volume->remote, sk, sk->__sk_common.skc_family, 0);
}

/* 0: there is no room. */
static __always_inline struct netstat_volume* add_volume(
    const struct volume_key* key, struct sock* sk, __u8 protocol,
    struct task_struct* leader) {
  struct netstat_volume volume = {};
  fill_process(&volume.process, leader);
  volume.inode = key->inode;
  fill_volume(&volume, sk, protocol);
  /* Another thread may have been faster. */
  bpf_map_update_elem(&volumes, key, &volume, BPF_NOEXIST);
  return bpf_map_lookup_elem(&volumes, key);
}

static __always_inline struct netstat_volume* volume_of(struct sock* sk,
                                                        __s64 bytes) {
  __u8 protocol = protocol_of(sk);
  if (!protocol) return 0;
  struct task_struct* leader = bpf_get_current_task_btf()->group_leader;
  struct volume_key key = {
      .start_ticks = start_ticks(leader),
      .inode = inode_of(sk),
      .pid = agent_pid(leader),
  };
  if (!key.inode || !key.pid) return 0;
  struct netstat_volume* volume = bpf_map_lookup_elem(&volumes, &key);
  if (volume) return volume;
  volume = add_volume(&key, sk, protocol, leader);
  if (!volume) __sync_fetch_and_add(&lost_bytes, bytes);
  return volume;
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(sent, struct sock* sk, int bytes, int flags) {
  if (bytes <= 0) return 0;
  struct netstat_volume* volume = volume_of(sk, bytes);
  if (volume) __sync_fetch_and_add(&volume->out_bytes, bytes);
  return 0;
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(received, struct sock* sk, int bytes, int flags) {
  if (bytes <= 0 || flags & kMsgPeek) return 0;
  struct netstat_volume* volume = volume_of(sk, bytes);
  if (volume) __sync_fetch_and_add(&volume->in_bytes, bytes);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
