#include "tools/session.h"

#include <array>
#include <cstdio>
#include <filesystem>

#include <pcp/pmapi.h>
#include <syslog.h>
#include <unistd.h>

namespace balance {
namespace {

std::uint64_t host_seed() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  std::uint64_t seed = 0;
  for (const char c : name) seed = seed * 31 + static_cast<unsigned char>(c);
  return seed;
}

}  // namespace

void log_line(const std::string& text) {
  pmNotifyErr(LOG_INFO, "%s", text.c_str());
}

std::string rules_name(const CommandLine& command) {
  std::string out;
  for (const std::string& file : command.files)
    out += (out.empty() ? "" : "+") +
           std::filesystem::path(file).filename().string();
  return out;
}

base::Result<void> Session::record(const std::string& host) {
  const std::string& name = request_.command.record;
  if (name.empty()) return {};
  auto recorder = Recorder::open(name, request_.program, host, "", log_line);
  if (!recorder) return tl::make_unexpected(recorder.error());
  observe(std::move(*recorder));
  return {};
}

EngineOptions Session::options(HostName host_name) const {
  const CommandLine& command = request_.command;
  EngineOptions out;
  out.dry_run = command.dry_run;
  out.archive = !command.archives.empty();
  out.explain = command.explain;
  out.show.style = command.values;
  out.show.times = command.times || out.archive;
  out.show.host_name = std::move(host_name);
  out.begin_s = request_.window.start_s;
  out.end_s = request_.window.end_s;
  out.samples = command.samples;
  out.rules = rules_name(command);
  // A replay decides the same on every machine.
  out.seed = command.seed.value_or(out.archive ? 0 : host_seed());
  return out;
}

EngineWorld Session::world(HostName host_name) {
  auto dump = std::make_unique<StateDump>(request_.program, host_name);
  dump_ = dump.get();
  observe(std::move(dump));
  EngineWorld out;
  out.log = log_line;
  out.host_name = std::move(host_name);
  for (const auto& observer : observers_)
    out.observers.push_back(observer.get());
  if (request_.observer != nullptr) out.observers.push_back(request_.observer);
  return out;
}

SignalActions Session::signal_actions() {
  SignalActions out;
  out.hang_up = [this] {
    if (request_.daemon != nullptr) request_.daemon->reopen_log();
  };
  out.dump = [this] {
    std::fputs(dump_->text().c_str(), stderr);
    std::fflush(stderr);
  };
  return out;
}

void Session::say_end() const {
  if (!request_.command.quiet) log_line("evaluator exiting");
}

}  // namespace balance
