/* The few fields of the kernel's own structures that the programs here read.
   libbpf adjusts their places to the running kernel (CO-RE). */
#ifndef NETSTAT_KERNEL_H
#define NETSTAT_KERNEL_H

/* libbpf's headers need the types of the others. */
/* clang-format off */
#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
/* clang-format on */

/* Numbers that never change: those of user space, except the last three. */
enum {
  kAfUnix = 1,
  kAfInet = 2,
  kAfInet6 = 10,
  kSockStream = 1,
  kSockDgram = 2,
  kIpprotoTcp = 6,
  kIpprotoUdp = 17,
  kMsgPeek = 2,
  kTcpEstablished = 1,
  kTcpSynSent = 2,
  kTcpFinWait1 = 4,
  kTcpClose = 7,
  kTcpCloseWait = 8,
  kTcpLastAck = 9,
  kTcpListen = 10,
  kSockDone = 1,            /* bit of sk_flags: the peer's FIN came */
  kShutdownBoth = 3,        /* sk_shutdown */
  kKernelThread = 0x200000, /* task_struct.flags */
};

#pragma clang attribute push(__attribute__((preserve_access_index)), \
                             apply_to = record)

typedef struct {
  __u32 val;
} kuid_t;

struct ns_common {
  unsigned int inum;
};
struct pid_namespace {
  unsigned int level;
};
struct upid {
  int nr;
  struct pid_namespace* ns;
};
struct pid {
  unsigned int level;
  struct upid numbers[1];
};
struct cred {
  kuid_t uid;
};

struct file_operations;
struct inode {
  unsigned long i_ino;
};
struct file {
  const struct file_operations* f_op;
  void* private_data;
  struct inode* f_inode;
};
struct fdtable {
  unsigned int max_fds;
  struct file** fd;
  unsigned long* open_fds;
};
struct files_struct {
  struct fdtable* fdt;
};

struct task_struct {
  unsigned int flags;
  int pid;
  int tgid;
  struct task_struct* group_leader;
  struct pid* thread_pid;
  __u64 start_boottime;
  const struct cred* real_cred;
  char comm[16];
  struct files_struct* files;
};

struct net {
  struct ns_common ns;
};
typedef struct {
  struct net* net;
} possible_net_t;
struct in6_addr {
  union {
    __u32 u6_addr32[4];
  } in6_u;
};
struct sock_common {
  __u32 skc_daddr;
  __u32 skc_rcv_saddr;
  __u16 skc_dport; /* network order */
  __u16 skc_num;   /* host order */
  unsigned short skc_family;
  volatile unsigned char skc_state;
  possible_net_t skc_net;
  struct in6_addr skc_v6_daddr;
  struct in6_addr skc_v6_rcv_saddr;
  unsigned long skc_flags;
};
struct socket;
struct sock {
  struct sock_common __sk_common;
  struct socket* sk_socket;
  __u16 sk_protocol;
  __u16 sk_type;
  __u8 sk_shutdown;
};
struct socket {
  struct file* file;
  struct sock* sk;
};
struct inet_sock {
  __u16 inet_sport; /* network order; stays when skc_num is given back */
};
struct tcp_sock {
  __u64 bytes_sent;
  __u64 bytes_retrans;
  __u64 bytes_received;
  __u32 srtt_us; /* times 8 */
  __u32 total_retrans;
};
struct unix_sock {
  struct sock* peer;
};

#pragma clang attribute pop

/* The verifier lets programs follow a pointer directly if it knows its type. It
   does not know what a pointer was cast to: AS(type, pointer) casts, and
   CAST_FIELD(pointer, member) reads through the result. */
#ifndef AS
#define AS(type, pointer) ((type*)(pointer))
#define CAST_FIELD(pointer, member) BPF_CORE_READ(pointer, member)
#endif

/* What the iterators hand over. */
struct seq_file;
struct bpf_iter_meta {
  struct seq_file* seq;
  __u64 session_id;
};
struct bpf_iter__task {
  struct bpf_iter_meta* meta;
  struct task_struct* task;
};
struct bpf_iter__task_file {
  struct bpf_iter_meta* meta;
  struct task_struct* task;
  __u64 fd; /* u32, padded */
  struct file* file;
};

#endif
