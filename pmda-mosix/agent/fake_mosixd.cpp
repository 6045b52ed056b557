// A double of mosixd for tests of the agent: it answers `status` with a
// snapshot from a JSON file, read anew each time, and everything else with `ok`
// or with what the file's "answers" says for that op. Each request other than
// `status` becomes a line of JSON in a log.
#include "api/fake_mosixd.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>

namespace {

std::string answer(const mosix::Message& request, const std::string& file,
                   std::ofstream& log) {
  std::ifstream in(file);
  mosix::Message state = mosix::Message::parse(in);
  const std::string op = mosix::op_of(request);
  if (op == "status") return mosix::encode(state.at("status"));
  log << request.dump() << std::endl;
  const mosix::Message answers = state.value("answers", mosix::Message{});
  if (answers.contains(op)) return mosix::encode(answers.at(op));
  return mosix::encode({{"op", "ok"}, {"id", request.value("id", "")}});
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 4) {
    std::fprintf(stderr, "usage: fake_mosixd SOCKET SNAPSHOT LOG\n");
    return 2;
  }
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  const std::string file = argv[2];
  std::ofstream log(argv[3]);
  mosix::FakeMosixd fake(argv[1], [&](const mosix::Message& request) {
    return answer(request, file, log);
  });
  int signal = 0;
  sigwait(&ends, &signal);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "fake_mosixd: %s\n", error.what());
  return 1;
}
