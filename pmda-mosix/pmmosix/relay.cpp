#include "pmmosix/relay.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mosix {
namespace {

constexpr auto kLookAgain = std::chrono::milliseconds(500);

/// How much can be written after POLLOUT without blocking: a pipe promises room
/// for PIPE_BUF, a file never blocks.
std::size_t writable(int fd) {
  struct stat info;
  const bool file = fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
  return file ? 1 << 20 : PIPE_BUF;
}

/// Closes what the job has closed, so that who reads it sees the end. The
/// number stays taken.
void close_output(int fd) {
  const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (null < 0) return;
  dup2(null, fd);
  close(null);
}

}  // namespace

Relay::Relay(ClientEnd& end, bool no_input) : end_(end) {
  if (no_input) end_.in.finish();
}

/// A terminal answers EIO to who reads it from the background.
bool Relay::may_read() const {
  const pid_t foreground = tcgetpgrp(0);
  return foreground < 0 || foreground == getpgrp();
}

std::vector<pollfd> Relay::wanted() {
  const bool hungry = !end_.in.ended() && end_.in.room() > 0;
  in_background_ = hungry && !may_read();
  const auto when = [](bool condition, int fd) { return condition ? fd : -1; };
  return {{when(hungry && !in_background_, 0), POLLIN, 0},
          {when(!end_.out.pending().empty(), 1), POLLOUT, 0},
          {when(!end_.err.pending().empty(), 2), POLLOUT, 0}};
}

std::optional<Time> Relay::wake_at(Time now) const {
  if (!in_background_) return std::nullopt;
  return now + kLookAgain;
}

void Relay::pump(const std::vector<pollfd>& ready) {
  if (ready[0].revents != 0) read_input();
  if (ready[1].revents != 0) write_output(end_.out, 1);
  if (ready[2].revents != 0) write_output(end_.err, 2);
  if (end_.out.complete() && !out_closed_) {
    out_closed_ = true;
    close_output(1);
  }
}

void Relay::read_input() {
  std::array<char, 65536> chunk;
  const auto most = std::min(chunk.size(), end_.in.room());
  const ssize_t n = read(0, chunk.data(), most);
  if (n > 0) return end_.in.append({chunk.data(), static_cast<std::size_t>(n)});
  const bool later = n < 0 && (errno == EINTR || errno == EAGAIN ||
                               (errno == EIO && isatty(0) == 1));
  if (!later) end_.in.finish();
}

void Relay::write_output(InStream& stream, int fd) {
  const auto pending = stream.pending();
  const ssize_t n =
      write(fd, pending.data(), std::min(pending.size(), writable(fd)));
  if (n >= 0) return stream.consume(static_cast<std::size_t>(n));
  if (errno == EINTR || errno == EAGAIN) return;
  // The job would have had this error itself: it gets what a broken pipe gives.
  if (errno != EPIPE && fd == 1)
    std::fprintf(stderr, "pmmosix: stdout: %s\n", std::strerror(errno));
  stream.discard();
  end_.signal(SIGPIPE, true);
}

}  // namespace mosix
