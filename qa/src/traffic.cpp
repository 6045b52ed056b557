// traffic: makes network traffic of exactly known bytes, for tests and
// measurements, and says what it did: a line for each process,
//   PID PROTO in=BYTES out=BYTES conns=N role=ROLE
// and then "ready". With --hold the processes stay until a line or the end of
// stdin, SIGTERM or SIGINT. Whatever happens, none outlives the first one, or
// --limit. Roles: server, client, server-child and client-child (workers, with
// the counts of their own), idle; gone: all short-lived processes together.
#include <chrono>
#include <cstdio>
#include <map>

#include <CLI/CLI.hpp>

#include "traffic_commands.h"

namespace traffic {

std::uint64_t now_us() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

Pace::Pace(double rate)
    : interval_us_(rate > 0 ? static_cast<std::uint64_t>(1e6 / rate) : 0),
      next_us_(now_us()) {}

void Pace::pass() {
  if (interval_us_ == 0) return;
  const std::uint64_t now = now_us();
  if (now < next_us_) sleep_us(next_us_ - now);
  next_us_ += interval_us_;
}

int report_and_end(Gang& gang, Protocol protocol, const Common& common) {
  for (const Account& account : gang.accounts())
    std::printf("%d %s in=%llu out=%llu conns=%llu role=%s\n",
                account.pid.load(), protocol_name(protocol),
                static_cast<unsigned long long>(account.in),
                static_cast<unsigned long long>(account.out),
                static_cast<unsigned long long>(account.conns), account.role);
  std::puts("ready");
  std::fflush(stdout);
  if (common.hold) Gang::hold();
  return gang.end() ? 0 : 1;
}

namespace {

const std::map<std::string, Protocol> kProtocols = {
    {"tcp", Protocol::kTcp},
    {"udp", Protocol::kUdp},
    {"unix", Protocol::kUnix},
    {"unix-dgram", Protocol::kUnixDatagram}};
const std::map<std::string, Workers> kWorkers = {
    {"plain", Workers::kPlain},
    {"fork", Workers::kFork},
    {"threads", Workers::kThreads}};
const std::map<std::string, Sides> kSides = {{"both", Sides::kBoth},
                                             {"server", Sides::kServer},
                                             {"client", Sides::kClient}};
const std::map<std::string, Call> kCalls = {{"send", Call::kSend},
                                            {"write", Call::kWrite},
                                            {"sendfile", Call::kSendfile},
                                            {"sendmmsg", Call::kSendmmsg}};
const std::map<std::string, End> kEnds = {{"close", End::kClose},
                                          {"rst", End::kReset},
                                          {"unread", End::kUnread},
                                          {"shutdown", End::kShutdown}};

template <typename T>
void add_word(CLI::App& app, const std::string& name, T& value,
              const std::map<std::string, T>& words, const std::string& help) {
  app.add_option(name, value, help)->transform(CLI::CheckedTransformer(words));
}

void add_common(CLI::App& app, Common& common) {
  app.add_flag("--hold", common.hold, "stay until told to end");
  app.add_option("--limit", common.limit, "seconds until all is killed")
      ->check(CLI::Range(1, 86400))
      ->capture_default_str();
}

void add_sizes(CLI::App& app, Talk& talk) {
  app.add_option("--bytes", talk.bytes, "of the client, each connection");
  app.add_option("--reply", talk.reply, "bytes of the server");
  app.add_option("--chunk", talk.chunk, "bytes of a call or a datagram")
      ->check(CLI::Range(std::size_t{1}, kMaxChunk));
}

CLI::App* add_run(CLI::App& app, RunOptions& options) {
  CLI::App* run = app.add_subcommand("run", "a server and its clients");
  add_common(*run, options.common);
  add_sizes(*run, options.talk);
  add_word(*run, "--proto", options.talk.protocol, kProtocols, "protocol");
  add_word(*run, "--call", options.talk.call, kCalls, "how clients send");
  add_word(*run, "--end", options.talk.end, kEnds, "how connections end");
  add_word(*run, "--server", options.server, kWorkers,
           "fork: accept, fork, close; threads: they accept");
  add_word(*run, "--client", options.client, kWorkers, "what the workers are");
  run->add_option("--workers", options.workers, "clients at the same time")
      ->check(CLI::Range(1, 4096));
  run->add_option("--conns", options.conns, "of each, one after another")
      ->check(CLI::Range(1, 1000000));
  run->add_option("--rate", options.rate, "connections a second of each");
  run->add_option("--life", options.talk.life_us,
                  "microseconds from the last byte to the end");
  run->add_flag("--keep", options.keep, "leave the sockets open");
  add_word(*run, "--only", options.sides, kSides, "server or client");
  run->add_option("--port", options.port, "of the server")
      ->check(CLI::Range(0, 65535));
  run->add_option("--address", options.address, "of the server");
  run->add_option("--server-net", options.server_network,
                  "network namespace: pid, or name of ip netns");
  run->add_option("--client-net", options.client_network, "the same");
  return run;
}

CLI::App* add_idle(CLI::App& app, IdleOptions& options) {
  CLI::App* idle = app.add_subcommand("idle", "processes with idle sockets");
  options.common.hold = true;
  idle->add_option("--limit", options.common.limit, "seconds until the end");
  idle->add_option("--processes", options.processes)
      ->check(CLI::Range(1, 9999));
  idle->add_option("--sockets", options.sockets, "of each, an even number")
      ->check(CLI::Range(0, 1000000));
  return idle;
}

CLI::App* add_churn(CLI::App& app, ChurnOptions& options) {
  CLI::App* churn = app.add_subcommand("churn", "much coming and going");
  options.talk.bytes = 1000;
  options.talk.reply = 500;
  add_common(*churn, options.common);
  add_sizes(*churn, options.talk);
  churn->add_option("--seconds", options.seconds);
  churn->add_option("--servers", options.servers)->check(CLI::Range(1, 64));
  churn->add_option("--clients", options.clients)->check(CLI::Range(0, 64));
  churn->add_option("--rate", options.rate, "connections a second, each");
  churn->add_option("--processes", options.processes,
                    "short-lived ones a second");
  return churn;
}

/// Why the talk is not possible; nullptr if it is.
const char* objection(const RunOptions& options) {
  const Talk& talk = options.talk;
  const bool datagrams = !is_stream(talk.protocol);
  if (talk.end != End::kClose && datagrams)
    return "datagrams know no end of a connection";
  if (talk.end == End::kUnread &&
      (talk.protocol != Protocol::kTcp || talk.reply > 32768))
    return "unread: for tcp, and a reply of 32768 bytes at most";
  if (datagrams && (options.server != Workers::kPlain || talk.bytes == 0 ||
                    talk.chunk > 65000 || talk.reply > kWindow * talk.chunk))
    return "datagrams: plain server, some bytes, a reply of 8 chunks at most";
  if (options.sides != Sides::kBoth && talk.protocol != Protocol::kTcp)
    return "one side alone: for tcp";
  if (options.sides == Sides::kClient && options.port == 0)
    return "a client alone needs the server's port";
  if (datagrams && talk.call == Call::kSendfile)
    return "sendfile is for streams";
  return nullptr;
}

}  // namespace

}  // namespace traffic

int main(int argc, char** argv) {
  using namespace traffic;
  CLI::App app("Makes network traffic of exactly known bytes");
  RunOptions run_options;
  IdleOptions idle_options;
  ChurnOptions churn_options;
  const CLI::App* runs = add_run(app, run_options);
  const CLI::App* idles = add_idle(app, idle_options);
  add_churn(app, churn_options);
  app.require_subcommand(1);
  CLI11_PARSE(app, argc, argv);

  if (runs->parsed()) {
    if (const char* why = objection(run_options)) {
      std::fprintf(stderr, "traffic: %s\n", why);
      return 2;
    }
    return run(run_options);
  }
  return idles->parsed() ? idle(idle_options) : churn(churn_options);
}
