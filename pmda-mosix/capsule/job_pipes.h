// The three pipes of a job's stdio. The capsule's ends do not block; the job's
// ends are handed to the job, or to criu, and then closed here, so that an end
// of file shows when the job and all it started have closed theirs.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "base/result.h"
#include "host/fd.h"

namespace mosix {

class JobPipes {
 public:
  /// The job may open /dev/stdin and the like again if the pipes belong to it.
  static base::Result<JobPipes> make(uid_t uid, gid_t gid);

  /// The job's ends: stdin, stdout, stderr. -1 when closed.
  std::array<int, 3> job_ends() const;
  void close_job_ends();

  int in() const { return in_.get(); }    ///< to write; -1 when closed
  int out() const { return out_.get(); }  ///< to read; -1 when closed
  int err() const { return err_.get(); }  ///< to read; -1 when closed
  void close_in() { in_.reset(); }
  void close_out() { out_.reset(); }
  void close_err() { err_.reset(); }

  /// Takes back what the job has not read of its stdin. The pipe is then kept
  /// open for writing: the job, should it run on, sees no end of file yet.
  base::Result<std::string> drain_in();

  /// "pipe:[N]" of stdin, stdout, stderr.
  const std::array<std::string, 3>& ids() const { return ids_; }

 private:
  std::array<Fd, 3> job_;
  Fd in_, out_, err_;
  /// stdin's pipe without being a reader or a writer of it: by its name it can
  /// be opened again.
  Fd in_path_;
  std::array<std::string, 3> ids_;
};

}  // namespace mosix
