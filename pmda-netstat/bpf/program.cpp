#include "bpf/program.h"

#include <array>
#include <cerrno>
#include <string>
#include <string_view>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <unistd.h>

#include "host/fd.h"

namespace netstat {

using base::fail;
using base::Result;

namespace {

/// As much as the kernel keeps of an iterator's output at a time.
constexpr std::size_t kBuffer = 32768;

tl::unexpected<base::Error> program_error(const User& user,
                                          std::string_view failed, int code) {
  return fail(code, fmt::format("{}: cannot {}: {}", user.name, failed,
                                std::strerror(code)));
}

}  // namespace

void LinkDeleter::operator()(bpf_link* link) const {
  bpf_link__destroy(link);
}

void silence_libbpf() {
  libbpf_set_print(nullptr);
}

tl::unexpected<base::Error> load_error(const User& user, int code) {
  const std::string needs = code == EPERM
                                ? "CAP_BPF and CAP_PERFMON, or root"
                                : fmt::format("{} with BTF", user.kernel);
  return fail(code, fmt::format("{}: cannot load its program: {} (needs {})",
                                user.name, std::strerror(code), needs));
}

Result<void> run_once(const User& user, const bpf_program* program) {
  bpf_test_run_opts options{};
  options.sz = sizeof options;
  const int failed = bpf_prog_test_run_opts(bpf_program__fd(program), &options);
  if (failed != 0) return program_error(user, "run its program", -failed);
  return {};
}

Result<Link> attach(const User& user, const bpf_program* program) {
  Link link(bpf_program__attach(program));
  if (!link) return program_error(user, "attach its program", errno);
  return link;
}

Result<void> iterate(const User& user, const Link& iterator,
                     const std::function<void(std::span<const char>)>& chunk) {
  const mosix::Fd pass(bpf_iter_create(bpf_link__fd(iterator.get())));
  if (!pass) return program_error(user, "begin a pass", errno);
  alignas(8) std::array<char, kBuffer> buffer;
  for (;;) {
    const ssize_t size = ::read(pass.get(), buffer.data(), buffer.size());
    if (size < 0 && errno != EAGAIN && errno != EINTR)
      return program_error(user, "go on with a pass", errno);
    if (size == 0) return {};
    chunk({buffer.data(), static_cast<std::size_t>(size < 0 ? 0 : size)});
  }
}

}  // namespace netstat
