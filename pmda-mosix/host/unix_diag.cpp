#include "host/unix_diag.h"

#include <array>
#include <cerrno>
#include <utility>

#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>

namespace mosix {

using base::fail_errno;
using base::Result;

namespace {

// States of unix sockets bear the names of TCP's.
constexpr int kEstablished = 1;
constexpr int kListen = 10;
constexpr int kShutdownBoth = 3;

/// The kernel's answer is shorter than a page.
constexpr std::size_t kBuffer = 8192;
/// Pending connections that do not fit into it.
constexpr unsigned kTooManyPending = 1000;

int read_attribute(const nlattr* attribute, void* data) {
  auto& found = *static_cast<UnixSocket*>(data);
  switch (mnl_attr_get_type(attribute)) {
    case UNIX_DIAG_PEER:
      found.has_peer = true;
      found.peer = mnl_attr_get_u32(attribute);
      break;
    case UNIX_DIAG_ICONS:
      found.pending = mnl_attr_get_payload_len(attribute) / 4;
      break;
    case UNIX_DIAG_SHUTDOWN:
      found.closed = mnl_attr_get_u8(attribute) == kShutdownBoth;
      break;
    default:
      break;
  }
  return MNL_CB_OK;
}

int read_message(const nlmsghdr* header, void* data) {
  auto& found = *static_cast<UnixSocket*>(data);
  const auto* message =
      static_cast<const unix_diag_msg*>(mnl_nlmsg_get_payload(header));
  found.type = message->udiag_type;
  found.connected = message->udiag_state == kEstablished;
  found.listening = message->udiag_state == kListen;
  mnl_attr_parse(header, sizeof *message, read_attribute, data);
  // One answer to one question.
  return MNL_CB_STOP;
}

}  // namespace

Result<UnixDiag> UnixDiag::open() {
  mnl_socket* socket = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
  if (socket == nullptr) return fail_errno("sock_diag");
  UnixDiag diag(socket);
  if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0)
    return fail_errno("sock_diag");
  return diag;
}

UnixDiag::UnixDiag(UnixDiag&& other) noexcept
    : socket_(std::exchange(other.socket_, nullptr)),
      sequence_(other.sequence_) {}

UnixDiag::~UnixDiag() {
  if (socket_ != nullptr) mnl_socket_close(socket_);
}

Result<UnixSocket> UnixDiag::look_up(std::uint32_t inode) {
  alignas(nlmsghdr) std::array<char, kBuffer> buffer;
  nlmsghdr* header = mnl_nlmsg_put_header(buffer.data());
  header->nlmsg_type = SOCK_DIAG_BY_FAMILY;
  header->nlmsg_flags = NLM_F_REQUEST;
  header->nlmsg_seq = ++sequence_;
  auto* request = static_cast<unix_diag_req*>(
      mnl_nlmsg_put_extra_header(header, sizeof(unix_diag_req)));
  request->sdiag_family = AF_UNIX;
  request->udiag_states = ~0u;
  request->udiag_ino = inode;
  request->udiag_show = UDIAG_SHOW_PEER | UDIAG_SHOW_ICONS;
  request->udiag_cookie[0] = request->udiag_cookie[1] = ~0u;
  if (mnl_socket_sendto(socket_, header, header->nlmsg_len) < 0)
    return fail_errno("sock_diag");
  const ssize_t size =
      mnl_socket_recvfrom(socket_, buffer.data(), buffer.size());
  if (size < 0) return fail_errno("sock_diag");
  UnixSocket found;
  if (mnl_cb_run(buffer.data(), static_cast<std::size_t>(size), sequence_,
                 mnl_socket_get_portid(socket_), read_message, &found) < 0) {
    if (errno != EMSGSIZE) return fail_errno("sock_diag");
    found.pending = kTooManyPending;
  }
  return found;
}

}  // namespace mosix
