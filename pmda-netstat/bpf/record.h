/* What all sources report, in one form, in C for the programs that run in the
   kernel. Addresses are 16 bytes in network order, IPv4 as ::ffff:a.b.c.d
   whatever the family of the socket; ports are in host order. */
#ifndef NETSTAT_RECORD_H
#define NETSTAT_RECORD_H

#include <linux/types.h>

enum netstat_protocol {
  NETSTAT_TCP = 1,
  NETSTAT_UDP = 2,
  NETSTAT_UNIX = 3,
};

enum netstat_socket_flags {
  NETSTAT_HAS_BYTES = 1, /* in_bytes and out_bytes were observed */
  NETSTAT_HAS_TCP = 2,   /* rtt_us and retrans were observed */
};

/* A process: (pid, start_ticks) never comes twice within a boot. */
struct netstat_process {
  __u32 pid;         /* of its thread group, in the agent's pid namespace */
  __u32 uid;         /* real user id, in the initial user namespace */
  __u64 start_ticks; /* 100ths of a second from boot to its start, as in
                        /proc/PID/stat */
  char comm[16];     /* of its first thread, ends with a zero */
};

/* A socket, as it is now. */
struct netstat_socket {
  __u64 inode;       /* of sockfs; identifies the socket within a boot */
  __u64 in_bytes;    /* payload received, since the socket was made */
  __u64 out_bytes;   /* payload sent, without what was sent again */
  __u64 peer_inode;  /* NETSTAT_UNIX: of the other end; 0: not known */
  __u32 netns;       /* inode number of its network namespace; 0: not known */
  __u32 rtt_us;      /* smoothed round-trip time, microseconds */
  __u32 retrans;     /* segments sent again, since the socket was made */
  __u16 local_port;  /* 0 for NETSTAT_UNIX */
  __u16 remote_port; /* 0: not connected */
  __u8 protocol;     /* enum netstat_protocol */
  __u8 state;        /* TCP_ESTABLISHED … (the other families use them too) */
  __u8 flags;        /* enum netstat_socket_flags */
  __u8 family;       /* AF_INET, AF_INET6, AF_UNIX */
  __u32 pad;
  __u8 local[16];
  __u8 remote[16];
};

/* How the process of a closed connection is known. */
enum netstat_owner {
  NETSTAT_OWNER_UNKNOWN = 0, /* process is not filled in */
  NETSTAT_OWNER_OPENER = 1,  /* it called connect(), another may have gone on */
  NETSTAT_OWNER_CLOSER = 2,  /* it held the socket at its end */
};

/* The end of a TCP connection: its last counters. socket.inode is 0 if it is
   not known. */
struct netstat_close {
  struct netstat_socket socket;
  struct netstat_process process;
  __u32 owner; /* enum netstat_owner */
  __u32 pad;
};

/* What one process sent and received through one UDP or UNIX socket since
   counting was switched on. */
struct netstat_volume {
  struct netstat_process process;
  __u64 inode;
  __u64 in_bytes;
  __u64 out_bytes;
  __u16 local_port;
  __u16 remote_port; /* 0: not connected */
  __u8 protocol;     /* NETSTAT_UDP or NETSTAT_UNIX */
  __u8 pad[3];
  __u8 remote[16]; /* all zero: not connected, or NETSTAT_UNIX */
};

#endif
