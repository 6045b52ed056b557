#include <chrono>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "column.h"

namespace bench {

void rest() {
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
}

double cpu_ms(pid_t pid) {
  clockid_t clock{};
  timespec time{};
  if (const int error = clock_getcpuclockid(pid, &clock); error != 0)
    throw std::system_error(error, std::generic_category(), "CPU clock");
  if (clock_gettime(clock, &time) != 0)
    throw std::system_error(errno, std::generic_category(), "CPU clock");
  return static_cast<double>(time.tv_sec) * 1e3 +
         static_cast<double>(time.tv_nsec) / 1e6;
}

double ended_children_ms(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  // Of the fields after the name, which may hold blanks, these are the 14th and
  // the 15th.
  std::string text;
  std::getline(file, text, '\0');
  long user = 0;
  long system = 0;
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos ||
      std::sscanf(text.c_str() + name_end + 1,
                  " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %ld "
                  "%ld",
                  &user, &system) != 2)
    throw std::runtime_error("no /proc/PID/stat");
  return static_cast<double>(user + system) * 1e3 /
         static_cast<double>(sysconf(_SC_CLK_TCK));
}

namespace {

class Command : public Column {
 public:
  explicit Command(std::vector<std::string> words) : words_(std::move(words)) {}

  std::string name() const override {
    std::string line;
    for (const std::string& word : words_)
      line += (line.empty() ? "" : " ") + word;
    return line;
  }

  double sample() override {
    std::vector<char*> arguments;
    for (std::string& word : words_) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null",
                                     O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    rest();
    pid_t pid = 0;
    const int error = posix_spawnp(&pid, arguments[0], &actions, nullptr,
                                   arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
      throw std::system_error(error, std::generic_category(), words_[0]);
    rusage usage{};
    int status = 0;
    if (wait4(pid, &status, 0, &usage) != pid || status != 0)
      throw std::runtime_error(words_[0] + " failed");
    return ms(usage.ru_utime) + ms(usage.ru_stime);
  }

 private:
  static double ms(const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 +
           static_cast<double>(time.tv_usec) / 1e3;
  }

  std::vector<std::string> words_;
};

}  // namespace

void add_command(Columns& columns, const std::vector<std::string>& words) {
  auto column = std::make_unique<Command>(words);
  try {
    column->sample();
    columns.push_back(std::move(column));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", column->name().c_str(), error.what());
  }
}

}  // namespace bench
