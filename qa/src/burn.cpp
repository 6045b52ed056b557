// burn: a job of the demo and the tests. It does a given amount of work, not a
// given time of it, and its result is known without doing the work: what it
// prints tells whether a migration changed anything. While it works it appends
// lines to a file, from which one sees where it ran, and that it ran once.
//
//   burn NAME UNITS LOG   works; prints the checksum
//   burn --expect NAME UNITS   prints the checksum that the work leads to
//   burn --calibrate   prints how many units this machine does in a CPU second
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <climits>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace {

// The state is generators x -> a x + c, modulo 2^64. A unit is kRounds steps of
// each generator of one block, the blocks taking turns: small blocks, so that
// the CPU is what limits; many, so that there is memory to move. Each step
// waits for the one before, so that two CPUs that are threads of one core
// hardly disturb each other: nodes of a real cluster do not.
constexpr std::size_t kBlock = 2048;
constexpr std::size_t kBlocks = 512;  // 8 MiB in all
constexpr unsigned kRounds = 128;
constexpr std::uint64_t kA = 6364136223846793005u;
constexpr std::uint64_t kC = 1442695040888963407u;
// A line is written after so many units.
constexpr std::uint64_t kUnitsPerLine = 200;

std::vector<std::uint64_t> seed(std::string_view name) {
  std::uint64_t x = 14695981039346656037u;
  for (const char letter : name)
    x = (x ^ static_cast<unsigned char>(letter)) * 1099511628211u;
  std::vector<std::uint64_t> words(kBlock * kBlocks);
  for (std::uint64_t& word : words) word = x = x * kA + kC;
  return words;
}

/// The block that unit number `unit` works on.
std::span<std::uint64_t> block_of(std::vector<std::uint64_t>& words,
                                  std::uint64_t unit) {
  return std::span(words).subspan(unit % kBlocks * kBlock, kBlock);
}

void work(std::span<std::uint64_t> block) {
  for (std::uint64_t& word : block)
    for (unsigned round = 0; round < kRounds; ++round) word = word * kA + kC;
}

std::uint64_t checksum(const std::vector<std::uint64_t>& words) {
  std::uint64_t sum = 0;
  for (const std::uint64_t word : words) sum = (sum << 1 | sum >> 63) ^ word;
  return sum;
}

/// What `steps` steps make of the block: together they are one step x -> a^n x
/// + c (a^n - 1) / (a - 1), found by squaring.
void jump(std::span<std::uint64_t> block, std::uint64_t steps) {
  std::uint64_t a = kA;
  std::uint64_t c = kC;
  std::uint64_t all_a = 1;
  std::uint64_t all_c = 0;
  for (; steps != 0; steps >>= 1) {
    if ((steps & 1) != 0) {
      all_a *= a;
      all_c = all_c * a + c;
    }
    c *= a + 1;
    a *= a;
  }
  for (std::uint64_t& word : block) word = word * all_a + all_c;
}

void write_line(int log, std::string_view name, std::uint64_t number) {
  // Asked each time: it is the name of the node where we are now.
  std::array<char, HOST_NAME_MAX + 1> node{};
  gethostname(node.data(), node.size() - 1);
  const double now = std::chrono::duration<double>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
  std::array<char, 256> line{};
  const int length =
      std::snprintf(line.data(), line.size(), "%.*s %s %llu %.3f\n",
                    static_cast<int>(name.size()), name.data(), node.data(),
                    static_cast<unsigned long long>(number), now);
  if (write(log, line.data(), static_cast<std::size_t>(length)) != length) {
    std::perror("burn: log");
    std::exit(1);
  }
}

int run(std::string_view name, std::uint64_t units, const char* path) {
  const int log = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (log < 0) {
    std::perror(path);
    return 1;
  }
  std::vector<std::uint64_t> words = seed(name);
  std::uint64_t lines = 0;
  write_line(log, name, lines++);
  for (std::uint64_t unit = 1; unit <= units; ++unit) {
    work(block_of(words, unit - 1));
    if (unit % kUnitsPerLine == 0 || unit == units)
      write_line(log, name, lines++);
  }
  std::printf("%016llx\n", static_cast<unsigned long long>(checksum(words)));
  return 0;
}

int expect(std::string_view name, std::uint64_t units) {
  std::vector<std::uint64_t> words = seed(name);
  for (std::uint64_t block = 0; block < kBlocks; ++block) {
    const std::uint64_t turns =
        units / kBlocks + (block < units % kBlocks ? 1 : 0);
    jump(block_of(words, block), turns * kRounds);
  }
  std::printf("%016llx\n", static_cast<unsigned long long>(checksum(words)));
  return 0;
}

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) +
         static_cast<double>(now.tv_nsec) / 1e9;
}

/// The best of some tries: others may take the CPU's caches meanwhile.
int calibrate() {
  constexpr int kTries = 5;
  constexpr double kSeconds = 0.4;
  std::vector<std::uint64_t> words = seed("calibrate");
  std::uint64_t best = 0;
  for (int i = 0; i < kTries; ++i) {
    const double start = cpu_seconds();
    std::uint64_t units = 0;
    while (cpu_seconds() < start + kSeconds) {
      work(block_of(words, units));
      ++units;
    }
    best = std::max(best, units);
  }
  // Used, or the compiler may leave the work out.
  if (checksum(words) == 0) std::fputs("burn: zero\n", stderr);
  std::printf("%.0f\n", static_cast<double>(best) / kSeconds);
  return 0;
}

bool number(std::string_view text, std::uint64_t& value) {
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  return error == std::errc{} && rest == end;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> words(argv + 1, argv + argc);
  std::uint64_t units = 0;
  if (words.size() == 1 && words[0] == "--calibrate") return calibrate();
  if (words.size() == 3 && number(words[2], units) && words[0] == "--expect")
    return expect(words[1], units);
  if (words.size() == 3 && number(words[1], units))
    return run(words[0], units, argv[3]);
  std::fputs("usage: burn NAME UNITS LOG | --expect NAME UNITS | --calibrate\n",
             stderr);
  return 2;
}
