/* A socket of the kernel -> netstat_socket. */
#ifndef NETSTAT_SOCKET_H
#define NETSTAT_SOCKET_H

#include "bpf/kernel.h"
#include "bpf/record.h"

/* The socket's inode in sockfs; 0: it belongs to no descriptor (yet, or any
   more). */
static __always_inline __u64 inode_of(struct sock* sk) {
  struct socket* socket = sk->sk_socket;
  if (!socket) return 0;
  struct file* file = socket->file;
  if (!file) return 0;
  struct inode* inode = file->f_inode;
  return inode ? inode->i_ino : 0;
}

/* The same of a pointer out of a structure that was cast. */
static __always_inline __u64 inode_of_cast(struct sock* sk) {
  struct socket* socket = CAST_FIELD(sk, sk_socket);
  if (!socket) return 0;
  struct file* file = CAST_FIELD(socket, file);
  if (!file) return 0;
  struct inode* inode = CAST_FIELD(file, f_inode);
  return inode ? CAST_FIELD(inode, i_ino) : 0;
}

static __always_inline __u32 netns_of(struct sock* sk) {
  struct net* net = sk->__sk_common.skc_net.net;
  return net ? net->ns.inum : 0;
}

static __always_inline void put_ipv4(__u8* address, __u32 ipv4) {
  __u32* words = (__u32*)address;
  words[0] = 0;
  words[1] = 0;
  words[2] = bpf_htonl(0xffff);
  words[3] = ipv4;
}

/* Of one side; `local` is a constant. */
static __always_inline void put_address(__u8* address, struct sock* sk,
                                        __u16 family, int local) {
  if (family == kAfInet) {
    put_ipv4(address,
             local ? sk->__sk_common.skc_rcv_saddr : sk->__sk_common.skc_daddr);
    return;
  }
  __u32* words = (__u32*)address;
#define PUT_WORD(i)                                                      \
  words[i] = local ? sk->__sk_common.skc_v6_rcv_saddr.in6_u.u6_addr32[i] \
                   : sk->__sk_common.skc_v6_daddr.in6_u.u6_addr32[i]
  PUT_WORD(0);
  PUT_WORD(1);
  PUT_WORD(2);
  PUT_WORD(3);
#undef PUT_WORD
}

static __always_inline void put_inet(struct netstat_socket* out,
                                     struct sock* sk, __u16 family) {
  out->remote_port = bpf_ntohs(sk->__sk_common.skc_dport);
  put_address(out->local, sk, family, 1);
  put_address(out->remote, sk, family, 0);
}

static __always_inline void put_tcp_counters(struct netstat_socket* out,
                                             struct sock* sk) {
  struct tcp_sock* tcp = AS(struct tcp_sock, sk);
  __u64 sent = CAST_FIELD(tcp, bytes_sent);
  __u64 again = CAST_FIELD(tcp, bytes_retrans);
  __u64 received = CAST_FIELD(tcp, bytes_received);
  /* bytes_received counts the peer's FIN as a byte. */
  if (received && sk->__sk_common.skc_flags & (1 << kSockDone)) --received;
  out->in_bytes = received;
  /* What is sent again is counted in `again` a moment earlier. */
  out->out_bytes = sent > again ? sent - again : 0;
  out->rtt_us = CAST_FIELD(tcp, srtt_us) >> 3;
  out->retrans = CAST_FIELD(tcp, total_retrans);
  out->flags = NETSTAT_HAS_BYTES;
  if (out->rtt_us) out->flags |= NETSTAT_HAS_TCP;
}

/* A connection, or what is left of one that was reset (TCP_CLOSE): the ports
   tell it from a socket that was never connected. */
static __always_inline int put_tcp(struct netstat_socket* out, struct sock* sk,
                                   __u16 family) {
  out->state = sk->__sk_common.skc_state;
  if (out->state == kTcpListen) return 0;
  struct inet_sock* inet = AS(struct inet_sock, sk);
  out->local_port = bpf_ntohs(CAST_FIELD(inet, inet_sport));
  put_inet(out, sk, family);
  if (!out->local_port || !out->remote_port) return 0;
  out->protocol = NETSTAT_TCP;
  put_tcp_counters(out, sk);
  return 1;
}

static __always_inline int put_udp(struct netstat_socket* out, struct sock* sk,
                                   __u16 family) {
  out->local_port = sk->__sk_common.skc_num;
  if (!out->local_port) return 0;
  out->state = sk->__sk_common.skc_state;
  out->protocol = NETSTAT_UDP;
  put_inet(out, sk, family);
  return 1;
}

static __always_inline int put_unix(struct netstat_socket* out,
                                    struct sock* sk) {
  struct unix_sock* own = AS(struct unix_sock, sk);
  struct sock* peer = CAST_FIELD(own, peer);
  if (!peer) return 0;
  out->protocol = NETSTAT_UNIX;
  out->state = sk->__sk_common.skc_state;
  out->peer_inode = inode_of_cast(peer);
  return 1;
}

/* Fills all but the inode of `out`, which must be zeroed. False: it is a socket
   that is not reported. */
static __always_inline int put_socket(struct netstat_socket* out,
                                      struct sock* sk) {
  __u16 family = sk->__sk_common.skc_family;
  int reported = 0;
  if (family == kAfUnix) {
    reported = put_unix(out, sk);
  } else if (family == kAfInet || family == kAfInet6) {
    __u16 protocol = sk->sk_protocol;
    __u16 type = sk->sk_type;
    if (protocol == kIpprotoTcp && type == kSockStream)
      reported = put_tcp(out, sk, family);
    else if (protocol == kIpprotoUdp && type == kSockDgram)
      reported = put_udp(out, sk, family);
  }
  if (!reported) return 0;
  out->family = family;
  out->netns = netns_of(sk);
  return 1;
}

#endif
