#include "tools/progress.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

#include <fmt/format.h>
#include <unistd.h>

#include "action/text_action.h"

namespace balance {
namespace {

using namespace std::chrono_literals;

constexpr auto kYoung = 1s;
constexpr auto kPause = 200ms;
constexpr const char* kErase = "\r\033[K";

}  // namespace

Progress::Progress(double begin_s, double end_s)
    : begin_s_(begin_s),
      end_s_(end_s),
      terminal_(isatty(STDERR_FILENO) != 0),
      one_terminal_(terminal_ && isatty(STDOUT_FILENO) != 0),
      next_(Clock::now() + kYoung) {}

void Progress::at(double now_s) {
  if (!terminal_) return;
  const auto now = Clock::now();
  if (now < next_) return;
  next_ = now + kPause;
  shown_ = true;
  std::fprintf(stderr, "%s%s", kErase,
               progress_text(begin_s_, end_s_, now_s).c_str());
  std::fflush(stderr);
}

void Progress::hide() {
  if (!shown_) return;
  shown_ = false;
  std::fputs(kErase, stderr);
  std::fflush(stderr);
}

std::string progress_text(double begin_s, double end_s, double now_s) {
  const double whole_s = std::max(1e-6, end_s - begin_s);
  const double part = std::clamp((now_s - begin_s) / whole_s, 0.0, 1.0);
  return fmt::format("{:4.0f} % {}", 100 * part,
                     ctime_text(static_cast<std::time_t>(now_s)));
}

}  // namespace balance
