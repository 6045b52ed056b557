#include "host/fault.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <optional>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "host/file.h"

namespace mosix {

using base::take_line;
using base::take_word;
using base::to_number;

namespace {

std::string& fault_path() {
  static std::string path;
  return path;
}

struct Line {
  std::string action;
  std::string argument;
};

/// Takes the first line of `point` out of `text`.
std::optional<Line> take_fault(std::string& text, std::string_view point) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto begin = static_cast<std::size_t>(rest.data() - text.data());
    auto line = take_line(rest);
    if (take_word(line) != point) continue;
    Line found;
    found.action = take_word(line);
    found.argument = take_word(line);
    const auto end = static_cast<std::size_t>(rest.data() - text.data());
    text.erase(begin, end - begin);
    return found;
  }
  return std::nullopt;
}

/// The same with the file, which several processes may hold at a time.
std::optional<Line> take_from_file(std::string_view point) {
  auto fd = open_file(fault_path(), O_RDWR);
  if (!fd || flock(fd->get(), LOCK_EX) < 0) return std::nullopt;
  auto text = read_file(fault_path());
  if (!text) return std::nullopt;
  auto found = take_fault(*text, point);
  if (!found) return std::nullopt;
  const auto size = static_cast<ssize_t>(text->size());
  if (pwrite(fd->get(), text->data(), text->size(), 0) != size ||
      ftruncate(fd->get(), size) < 0)
    base::log_error("fault {}: the line stays: {}", point,
                    std::strerror(errno));
  return found;
}

void wait_for_go(std::string_view point) {
  const auto go = fmt::format("{}.{}.go", fault_path(), point);
  while (access(go.c_str(), F_OK) < 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

}  // namespace

void fault_open(std::string path) {
  fault_path() = std::move(path);
}

bool fault(std::string_view point) {
  if (fault_path().empty()) return false;
  struct stat info;
  if (stat(fault_path().c_str(), &info) < 0 || info.st_size == 0) return false;
  const auto line = take_from_file(point);
  if (!line) return false;
  base::log_warning("fault {}: {} {}", point, line->action, line->argument);
  if (line->action == "fail") return true;
  if (line->action == "kill9") raise(SIGKILL);
  if (line->action == "stop") raise(SIGSTOP);
  if (line->action == "exit") _exit(1);
  if (line->action == "wait") wait_for_go(point);
  if (line->action == "delay")
    std::this_thread::sleep_for(
        std::chrono::milliseconds(to_number<int>(line->argument).value_or(0)));
  return false;
}

}  // namespace mosix
