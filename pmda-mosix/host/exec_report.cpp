#include "host/exec_report.h"

#include <cerrno>
#include <cstring>

#include <unistd.h>

namespace mosix {
namespace {

struct Failure {
  int code = 0;
  char step[64] = {};
};

}  // namespace

std::vector<char*> exec_pointers(const std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (const std::string& text : texts)
    list.push_back(const_cast<char*>(text.c_str()));
  list.push_back(nullptr);
  return list;
}

void report_failure(int fd, const char* step) {
  Failure failure;
  failure.code = errno;
  std::strncpy(failure.step, step, sizeof failure.step - 1);
  // If this fails too, the parent sees an end without a report.
  [[maybe_unused]] const auto n = write(fd, &failure, sizeof failure);
  _exit(127);
}

base::Result<void> read_exec_report(int fd) {
  Failure failure;
  ssize_t n = 0;
  do {
    n = read(fd, &failure, sizeof failure);
  } while (n < 0 && errno == EINTR);
  if (n < 0) return base::fail_errno("report of a child");
  if (n != sizeof failure) return {};
  return base::fail(failure.code, fmt::format("{}: {}", failure.step,
                                              std::strerror(failure.code)));
}

}  // namespace mosix
