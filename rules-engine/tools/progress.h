// How far a long replay has come, for somebody who waits at a terminal.
#pragma once

#include <chrono>
#include <string>

namespace balance {

/// One line on standard error, rewritten now and then and erased at the end;
/// nothing unless that is a terminal, or as long as the replay is young.
class Progress {
 public:
  Progress(double begin_s, double end_s);
  ~Progress() { hide(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// The replay has come to this time.
  void at(double now_s);
  /// Something is about to be written to standard output.
  void make_way() {
    if (one_terminal_) hide();
  }
  /// To standard error: it is gone, until the next time.
  void hide();

 private:
  using Clock = std::chrono::steady_clock;

  double begin_s_, end_s_;
  bool terminal_;
  bool one_terminal_;  ///< standard output goes there too
  bool shown_ = false;
  Clock::time_point next_;
};

/// "  42 % Tue Feb  6 19:55:10 2001"
std::string progress_text(double begin_s, double end_s, double now_s);

}  // namespace balance
