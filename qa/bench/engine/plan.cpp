#include "plan.h"

#include <algorithm>
#include <cstdio>
#include <sstream>
#include <stdexcept>

namespace bench {

namespace {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 != 0 ? values[middle]
                                : (values[middle - 1] + values[middle]) / 2;
}

Way read_way(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; std::getline(in, word, '\t');) words.push_back(word);
  if (words.size() < 4) throw std::runtime_error("no plan: " + line);
  return {words[0],
          words[1] == "once",
          std::stod(words[2]),
          {words.begin() + 3, words.end()},
          {}};
}

template <typename Of>
std::vector<double> each(const Way& way, Of of) {
  std::vector<double> values;
  for (std::size_t round = 0; round < way.runs.size(); ++round)
    values.push_back(of(round));
  return values;
}

}  // namespace

std::vector<Way> read_plan(std::istream& in) {
  std::vector<Way> ways;
  for (std::string line; std::getline(in, line);)
    ways.push_back(read_way(line));
  if (ways.empty()) throw std::runtime_error("the plan is empty");
  return ways;
}

void print_result(const std::vector<Way>& ways) {
  const std::vector<Cost>& base = ways[0].runs;
  for (const Way& way : ways) {
    const auto wall = [&](std::size_t i) { return way.runs[i].wall_ms; };
    const auto cpu = [&](std::size_t i) { return way.runs[i].cpu_ms; };
    const auto walls = each(way, wall);
    const auto [least, most] = std::minmax_element(walls.begin(), walls.end());
    const auto rss = each(way, [&](std::size_t i) {
      return static_cast<double>(way.runs[i].rss_kb);
    });
    const auto ratios =
        each(way, [&](std::size_t i) { return wall(i) / base[i].wall_ms; });
    const auto excess =
        each(way, [&](std::size_t i) { return wall(i) - base[i].wall_ms; });
    const auto cpu_ratios =
        each(way, [&](std::size_t i) { return cpu(i) / base[i].cpu_ms; });
    std::printf("%s\t%zu\t%.3f\t%.3f\t%.3f\t%.4f\t%.3f\t%.3f\t%.4f\t%.0f\t%s\n",
                way.name.c_str(), way.runs.size(), median(walls), *least, *most,
                median(ratios), median(excess), median(each(way, cpu)),
                median(cpu_ratios), *std::max_element(rss.begin(), rss.end()),
                way.runs[0].cut ? "cut" : "ended");
  }
}

}  // namespace bench
