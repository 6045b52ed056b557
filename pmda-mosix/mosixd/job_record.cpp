#include "mosixd/job_record.h"

#include <algorithm>
#include <array>

#include "api/job_name.h"

namespace mosix {
namespace {

using base::fail;
using base::Result;

constexpr std::array<std::string_view, 7> kSourceNames{
    "none", "intent", "granted", "abort", "settled", "moved", "lost"};
constexpr std::array<std::string_view, 6> kTargetNames{
    "none", "building", "prepared", "released", "aborted", "ended"};

template <class State, std::size_t N>
State state_of(const std::array<std::string_view, N>& names,
               const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) throw std::invalid_argument("state " + name);
  return static_cast<State>(found - names.begin());
}

Message to_message(const Copy& copy) {
  return {{"cid", copy.cid},         {"k", copy.k},
          {"inc", copy.incarnation}, {"root_pid", copy.root_pid},
          {"pid", copy.pid},         {"exited", copy.exited},
          {"status", copy.status}};
}

Copy copy_from(const Message& m) {
  return {m.at("cid"), m.at("k"),      m.at("inc"),   m.at("root_pid"),
          m.at("pid"), m.at("exited"), m.at("status")};
}

Message to_message(const SourcePart& part) {
  return {{"state", to_string(part.state)},
          {"k", part.k},
          {"peer", part.peer},
          {"nonce", part.nonce},
          {"rid", part.rid},
          {"reason", part.reason},
          {"since", part.since_ms}};
}

SourcePart source_from(const Message& m) {
  return {state_of<SourceState>(kSourceNames, m.at("state")),
          m.at("k"),
          m.at("peer"),
          m.at("nonce"),
          m.at("rid"),
          m.at("reason"),
          m.at("since")};
}

Message to_message(const TargetPart& part) {
  return {{"state", to_string(part.state)},
          {"k", part.k},
          {"peer", part.peer},
          {"nonce", part.nonce},
          {"reason", part.reason},
          {"since", part.since_ms}};
}

TargetPart target_from(const Message& m) {
  return {state_of<TargetState>(kTargetNames, m.at("state")),
          m.at("k"),
          m.at("peer"),
          m.at("nonce"),
          m.at("reason"),
          m.at("since")};
}

}  // namespace

std::string_view to_string(SourceState state) {
  return kSourceNames[static_cast<std::size_t>(state)];
}

std::string_view to_string(TargetState state) {
  return kTargetNames[static_cast<std::size_t>(state)];
}

bool JobRecord::source_open() const {
  return source.state == SourceState::intent ||
         source.state == SourceState::granted ||
         source.state == SourceState::abort ||
         source.state == SourceState::moved;
}

bool JobRecord::target_open() const {
  return target.state == TargetState::building ||
         target.state == TargetState::prepared ||
         target.state == TargetState::released;
}

Message to_message(const JobRecord& record) {
  return {{"op", "record"},
          {"job", record.job},
          {"home", record.home},
          {"command", bytes_of(record.command)},
          {"uid", record.uid},
          {"lock", record.lock},
          {"nmigs", record.nmigs},
          {"cpu_us", record.cpu_us},
          {"k", record.k},
          {"copy", to_message(record.copy)},
          {"source", to_message(record.source)},
          {"target", to_message(record.target)},
          {"where",
           {{"k", record.where.k},
            {"node", record.where.node},
            {"state", record.where.state},
            {"status", record.where.status}}},
          {"client_pid", record.client_pid},
          {"client_start", record.client_start}};
}

Result<JobRecord> job_record_from(const Message& m) try {
  JobRecord record;
  record.job = m.at("job");
  record.home = m.at("home");
  if (!m.at("command").is_binary()) return fail(EPROTO, "bad command");
  record.command = text_of(m.at("command"));
  record.uid = m.at("uid");
  record.lock = m.at("lock");
  record.nmigs = m.at("nmigs");
  record.cpu_us = m.at("cpu_us");
  record.k = m.at("k");
  record.copy = copy_from(m.at("copy"));
  record.source = source_from(m.at("source"));
  record.target = target_from(m.at("target"));
  const Message& where = m.at("where");
  record.where = {where.at("k"), where.at("node"), where.at("state"),
                  where.at("status")};
  record.client_pid = m.at("client_pid");
  record.client_start = m.at("client_start");
  if (!parse_job_name(record.job)) return fail(EPROTO, "bad job name");
  return record;
} catch (const std::exception& error) {
  return fail(EPROTO, fmt::format("record: {}", error.what()));
}

}  // namespace mosix
