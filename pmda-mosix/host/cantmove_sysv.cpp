// System V objects. No process holds them, so what a job uses is not to be seen
// at the job; but each object knows who made or used it last.
#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/sem.h>

#include "base/text.h"
#include "host/cantmove_parts.h"
#include "host/file.h"

namespace mosix::cantmove {

using base::Result;
using base::take_line;
using base::take_word;
using base::to_number;

namespace {

using Row = std::array<int, 7>;

/// The first numbers of each line of /proc/sysvipc/NAME; no rows on a kernel
/// without System V objects.
std::vector<Row> read_rows(const Examination& exam, std::string_view name) {
  std::vector<Row> rows;
  const auto text =
      read_file(fmt::format("{}/sysvipc/{}", exam.job.proc, name));
  if (!text) return rows;
  std::string_view rest = *text;
  take_line(rest);  // the names of the columns
  while (!rest.empty()) {
    auto line = take_line(rest);
    Row row = {};
    for (int& number : row)
      number = to_number<int>(take_word(line)).value_or(0);
    rows.push_back(row);
  }
  return rows;
}

/// (Attached memory was found already, in the process's maps.)
void check_user(Examination& exam, int pid, std::string what) {
  const auto attached = [=](const Obstacle& o) {
    return o.pid == pid && o.code == "sysv_shm";
  };
  if (exam.members.contains(pid) &&
      std::none_of(exam.obstacles.begin(), exam.obstacles.end(), attached))
    exam.obstacle("sysv_ipc", {pid}, std::move(what));
}

}  // namespace

/// Only of the reader's own ipc namespace: another one moves with its job.
Result<void> examine_sysv(Examination& exam) {
  const auto ours = read_link(exam.job.proc + "/self/ns/ipc");
  const auto theirs = exam.namespaces.find("ipc");
  if (!ours || theirs == exam.namespaces.end() || theirs->second != *ours)
    return {};
  for (const auto& row : read_rows(exam, "msg"))
    for (const int pid : {row[5], row[6]})
      check_user(exam, pid, fmt::format("message queue {}", row[1]));
  for (const auto& row : read_rows(exam, "shm"))
    check_user(exam, row[4], fmt::format("shared memory {}", row[1]));
  for (const auto& row : read_rows(exam, "sem"))
    for (int i = 0; i < row[3]; ++i)
      check_user(exam, semctl(row[1], i, GETPID),
                 fmt::format("semaphores {}", row[1]));
  return {};
}

}  // namespace mosix::cantmove
