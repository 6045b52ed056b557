// mosix-peer: the forced command behind a node's ssh key. It runs on the node
// that was called, and does two things and no others:
//
//   channel                  joins the ssh channel to mosixd's socket
//   images JOB K NONCE       unpacks the images of a move, if mosixd agrees
//
// Which node calls is known from the key (--node in authorized_keys), what it
// wants from SSH_ORIGINAL_COMMAND. Nothing of that reaches a shell.
#include <array>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "api/api.h"
#include "api/wire.h"

namespace {

using mosix::Connection;
using mosix::Message;

constexpr int kMosixdWait_ms = 5000;

int complain(const std::string& text) {
  std::cerr << "mosix-peer: " << text << '\n';
  return 1;
}

bool write_all(int fd, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t n = write(fd, data, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    data += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

/// Copies what is there from one descriptor to another; false at the end.
bool copy_some(int from, int to) {
  std::array<char, 65536> chunk;
  const ssize_t n = read(from, chunk.data(), chunk.size());
  if (n < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  return n > 0 && write_all(to, chunk.data(), static_cast<std::size_t>(n));
}

int join_channel(Connection& mosixd, int node) {
  if (!mosixd.send({{"op", "peer"}, {"node", node}}))
    return complain("mosixd does not listen");
  std::array<pollfd, 2> ends{pollfd{STDIN_FILENO, POLLIN, 0},
                             pollfd{mosixd.fd(), POLLIN, 0}};
  for (;;) {
    if (poll(ends.data(), ends.size(), -1) < 0 && errno != EINTR)
      return complain("poll failed");
    if (ends[0].revents != 0 && !copy_some(STDIN_FILENO, mosixd.fd())) return 0;
    if (ends[1].revents != 0 && !copy_some(mosixd.fd(), STDOUT_FILENO))
      return 0;
  }
}

int unpack_images(Connection& mosixd, int node,
                  const std::vector<std::string>& words) {
  const Message ask{{"op", "images"},
                    {"node", node},
                    {"job", words[1]},
                    {"k", std::strtoull(words[2].c_str(), nullptr, 10)},
                    {"nonce", words[3]}};
  if (!mosixd.send(ask)) return complain("mosixd does not listen");
  auto answer = mosixd.receive(kMosixdWait_ms);
  if (!answer) return complain(answer.error().text);
  if (mosix::op_of(*answer) != "ok")
    return complain(answer->value("text", "refused"));
  const std::string dir = answer->value("dir", "");
  if (dir.empty()) return complain("mosixd named no folder");
  // --no-overwrite-dir and the default refusal of "..": the archive stays in
  // the folder that mosixd made for it.
  execlp("tar", "tar", "-x", "-f", "-", "-C", dir.c_str(), "--no-same-owner",
         "--no-overwrite-dir", static_cast<char*>(nullptr));
  return complain("cannot run tar");
}

int serve(int node, const std::string& socket) {
  const char* command = std::getenv("SSH_ORIGINAL_COMMAND");
  std::istringstream in(command == nullptr ? "" : command);
  const std::vector<std::string> words{std::istream_iterator<std::string>(in),
                                       {}};
  auto mosixd = Connection::open(socket);
  if (!mosixd) return complain(mosixd.error().text);
  if (words.size() == 1 && words[0] == "channel")
    return join_channel(*mosixd, node);
  if (words.size() == 4 && words[0] == "images")
    return unpack_images(*mosixd, node, words);
  return complain("this key is for mosixd only");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"The end of a channel between two nodes (run by sshd)",
               "mosix-peer"};
  int node = 0;
  std::string socket = mosix::default_socket();
  app.add_option("--node", node, "the node whose key this is")->required();
  app.add_option("--socket", socket, "mosixd's socket")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return serve(node, socket);
}
