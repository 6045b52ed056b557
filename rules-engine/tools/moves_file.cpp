#include "tools/moves_file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <pcp/pmapi.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

namespace balance {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<const char*, 4> kStates = {"asked", "done", "refused",
                                                "failed"};

Json to_json(const Move& move) {
  return {{"process", move.process},
          {"rule", move.rule},
          {"source", move.source},
          {"target", move.target},
          {"user", move.user},
          {"asked", move.asked_s},
          {"ended", move.ended_s},
          {"state", kStates[static_cast<std::size_t>(move.state)]}};
}

Move to_move(const Json& json, double now_s) {
  Move out;
  out.process = json.at("process");
  out.rule = json.at("rule");
  out.source = json.at("source");
  out.target = json.at("target");
  out.user = json.at("user");
  out.asked_s = json.at("asked");
  out.ended_s = json.at("ended");
  const std::string state = json.at("state");
  out.state = MoveState::failed;
  for (std::size_t i = 1; i < kStates.size(); ++i)
    if (state == kStates[i]) out.state = static_cast<MoveState>(i);
  if (state == kStates[0]) out.ended_s = now_s;
  return out;
}

base::Result<void> failed(const std::string& path, const std::string& why) {
  return base::fail(errno, fmt::format("cannot write {}: {}", path, why));
}

}  // namespace

std::string default_moves_file(const std::string& rules) {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return fmt::format("{}/pmbalance/{}@{}.moves", pmGetConfig("PCP_VAR_DIR"),
                     rules, host.data());
}

base::Result<std::vector<Move>> read_moves(const std::string& path,
                                           double now_s) {
  std::vector<Move> out;
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return out;
  std::ifstream in(path);
  try {
    for (const Json& each : Json::parse(in))
      out.push_back(to_move(each, now_s));
  } catch (const Json::exception&) {
    return base::fail(EINVAL, fmt::format("{} is no record of moves: move it "
                                          "away to start without",
                                          path));
  }
  return out;
}

base::Result<void> write_moves(const std::string& path,
                               const std::vector<Move>& moves) {
  Json json = Json::array();
  for (const Move& move : moves) json.push_back(to_json(move));
  const std::filesystem::path file(path);
  std::error_code error;
  if (file.has_parent_path())
    std::filesystem::create_directories(file.parent_path(), error);
  const std::string fresh = path + ".new";
  std::ofstream out(fresh, std::ios::trunc);
  // Names of processes may be no UTF-8.
  out << json.dump(1, ' ', false, Json::error_handler_t::replace) << '\n';
  out.close();
  if (!out) return failed(path, std::strerror(errno));
  std::filesystem::rename(fresh, path, error);
  if (error) return failed(path, error.message());
  return {};
}

}  // namespace balance
