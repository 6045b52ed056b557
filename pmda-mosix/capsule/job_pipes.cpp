#include "capsule/job_pipes.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "host/file.h"

namespace mosix {

using base::fail_errno;
using base::Result;

namespace {

std::string name_of(const Fd& fd) {
  return fmt::format("/proc/self/fd/{}", fd.get());
}

}  // namespace

Result<JobPipes> JobPipes::make(uid_t uid, gid_t gid) {
  JobPipes pipes;
  const std::array<Fd*, 3> own = {&pipes.in_, &pipes.out_, &pipes.err_};
  for (std::size_t i = 0; i < 3; ++i) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) return fail_errno("pipe");
    // The job reads the first pipe and writes the others.
    pipes.job_[i].reset(ends[i == 0 ? 0 : 1]);
    own[i]->reset(ends[i == 0 ? 1 : 0]);
    if (fcntl(own[i]->get(), F_SETFL, O_NONBLOCK) < 0 ||
        fchown(own[i]->get(), uid, gid) < 0)
      return fail_errno("pipe");
    auto id = read_link(name_of(*own[i]));
    if (!id) return tl::make_unexpected(id.error());
    pipes.ids_[i] = *id;
  }
  auto path = open_file(name_of(pipes.in_), O_PATH);
  if (!path) return tl::make_unexpected(path.error());
  pipes.in_path_ = std::move(*path);
  return pipes;
}

std::array<int, 3> JobPipes::job_ends() const {
  return {job_[0].get(), job_[1].get(), job_[2].get()};
}

void JobPipes::close_job_ends() {
  for (Fd& fd : job_) fd.reset();
}

Result<std::string> JobPipes::drain_in() {
  auto reader = open_file(name_of(in_path_), O_RDONLY | O_NONBLOCK);
  if (!reader) return tl::make_unexpected(reader.error());
  if (!in_) {
    auto writer = open_file(name_of(in_path_), O_WRONLY | O_NONBLOCK);
    if (!writer) return tl::make_unexpected(writer.error());
    in_ = std::move(*writer);
  }
  std::string unread;
  std::array<char, 65536> chunk;
  for (;;) {
    const ssize_t n = read(reader->get(), chunk.data(), chunk.size());
    if (n > 0) unread.append(chunk.data(), static_cast<std::size_t>(n));
    if (n == 0 || (n < 0 && errno == EAGAIN)) return unread;
    if (n < 0 && errno != EINTR) return fail_errno("stdin's pipe");
  }
}

}  // namespace mosix
