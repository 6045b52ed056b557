// shares: processes with known shares of the CPU, while others begin and end.
//
//   shares SECONDS LOG
//
// Two hot and two cold ones, which only sleep, stay; each kBirth_s another
// begins, cold or now and then hot, for a short life. A line of LOG for each
// that ended: "PID KIND BEGIN END CPU", times in seconds since the epoch, CPU
// in seconds.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace {

constexpr double kHot = 0.1;
constexpr double kPeriod_s = 0.05;
constexpr double kBirth_s = 0.2;
// Of the cold ones; many see no tick, or one.
constexpr std::array<double, 6> kLives_s = {0.3, 0.7, 1.4, 2.7, 0.1, 3.4};
constexpr double kHotLife_s = 5;
constexpr unsigned kHotOne = 10;  // so many are born for each hot one

double now_s(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) * 1e-9;
}

void sleep_s(double seconds) {
  if (seconds > 0) usleep(static_cast<useconds_t>(seconds * 1e6));
}

/// In user mode: what is counted is its utime.
void spin(double seconds) {
  const double end_s = now_s(CLOCK_MONOTONIC) + seconds;
  while (now_s(CLOCK_MONOTONIC) < end_s)
    ;
}

/// What it could not have of its share it takes later.
[[noreturn]] void live(double share, double seconds) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // no longer than the family
  const double begin_s = now_s(CLOCK_MONOTONIC);
  for (double age_s = 0; age_s < seconds;
       age_s = now_s(CLOCK_MONOTONIC) - begin_s) {
    while (now_s(CLOCK_PROCESS_CPUTIME_ID) < share * age_s) spin(0.001);
    sleep_s(share > 0 ? kPeriod_s : seconds);
  }
  _exit(0);
}

struct Life {
  bool hot = false;
  double begin_s = 0;
};

class Family {
 public:
  explicit Family(std::FILE* log) : log_(log) {}

  void bear(bool hot, double seconds) {
    const double begin_s = now_s(CLOCK_REALTIME);
    const pid_t pid = fork();
    if (pid == 0) live(hot ? kHot : 0, seconds);
    if (pid > 0) lives_[pid] = {hot, begin_s};
  }
  void bury() {
    rusage used{};
    pid_t pid = 0;
    while ((pid = wait4(-1, nullptr, WNOHANG, &used)) > 0) {
      const Life& life = lives_[pid];
      const double cpu_s = static_cast<double>(used.ru_utime.tv_sec) +
                           static_cast<double>(used.ru_utime.tv_usec) * 1e-6;
      std::fprintf(log_, "%d %s %.3f %.3f %.3f\n", pid,
                   life.hot ? "hot" : "cold", life.begin_s,
                   now_s(CLOCK_REALTIME), cpu_s);
      lives_.erase(pid);
    }
    std::fflush(log_);
  }
  bool alive() const { return !lives_.empty(); }

 private:
  std::FILE* log_;
  std::map<pid_t, Life> lives_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: shares SECONDS LOG\n", stderr);
    return 2;
  }
  const double seconds = std::atof(argv[1]);
  std::FILE* log = std::fopen(argv[2], "w");
  if (log == nullptr) {
    std::perror(argv[2]);
    return 1;
  }
  Family family(log);
  for (const bool hot : {true, true, false, false}) family.bear(hot, seconds);
  const double end_s = now_s(CLOCK_MONOTONIC) + seconds;
  for (unsigned i = 0; now_s(CLOCK_MONOTONIC) < end_s; ++i) {
    if (i % kHotOne == 0)
      family.bear(true, kHotLife_s);
    else
      family.bear(false, kLives_s[i % kLives_s.size()]);
    sleep_s(kBirth_s);
    family.bury();
  }
  while (family.alive()) {
    sleep_s(kPeriod_s);
    family.bury();
  }
  std::fclose(log);
}
