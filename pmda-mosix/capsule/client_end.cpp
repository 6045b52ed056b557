#include "capsule/client_end.h"

#include "capsule/frames.h"

namespace mosix {

void ClientEnd::signal(int signo, bool group) {
  signals_.push_back({++last_seq_, signo, group});
}

bool ClientEnd::handle(const Message& message, Time now) {
  const std::string op = op_of(message);
  auto brought = Brought::news;
  if (op == "out") {
    brought = frames::accept(out, message);
  } else if (op == "err") {
    brought = frames::accept(err, message);
  } else if (op == "out_eof") {
    brought = out.accept_end(frames::number(message, "off"));
  } else if (op == "err_eof") {
    brought = err.accept_end(frames::number(message, "off"));
  } else if (op == "exit") {
    status_ = static_cast<int>(frames::signed_number(message, "status"));
    ack_.hurry();
  } else if (op == "ack") {
    acknowledged(message, now);
  } else if (op == "sync") {
    ack_.ask_sync();
  } else {
    return false;
  }
  note(now);
  ack_.came(brought, now);
  return true;
}

void ClientEnd::acknowledged(const Message& message, Time now) {
  const bool sync = frames::flag(message, "sync");
  in.acknowledged(frames::number(message, "in"), sync, now);
  const auto seq = frames::number(message, "seq");
  while (!signals_.empty() && signals_.front().seq <= seq) {
    signals_.pop_front();
    if (signals_sent_ > 0) --signals_sent_;
  }
  if (sync) signals_sent_ = 0;
}

void ClientEnd::note(Time now) {
  ack_.note(out.taken() + err.taken(),
            !out.pending().empty() || !err.pending().empty(), now);
}

void ClientEnd::restart() {
  ack_.ask_sync();
  in.acknowledged(0, true, Time{});
  signals_sent_ = 0;
  if (status_) ack_.hurry();
}

std::optional<Message> ClientEnd::next_signal(Time now) {
  if (signals_sent_ > 0 && now - signal_time_ >= OutStream::kSilence)
    signals_sent_ = 0;
  if (signals_sent_ == signals_.size()) return std::nullopt;
  const Signal& signal = signals_[signals_sent_++];
  signal_time_ = now;
  return Message{{"op", "signal"},
                 {"seq", signal.seq},
                 {"signo", signal.signo},
                 {"group", signal.group}};
}

std::optional<Message> ClientEnd::next(Time now) {
  if (auto signal = next_signal(now)) return signal;
  note(now);
  if (ack_.due(now)) {
    const bool sync = ack_.sent(now);
    return Message{{"op", "ack"},
                   {"out", out.taken()},
                   {"err", err.taken()},
                   {"exit", status_.has_value()},
                   {"sync", sync}};
  }
  return frames::next(in, "in", now);
}

std::optional<Time> ClientEnd::wake_at() const {
  auto at = frames::earlier(ack_.wake_at(), in.wake_at());
  if (signals_sent_ > 0)
    at = frames::earlier(at, signal_time_ + OutStream::kSilence);
  return at;
}

}  // namespace mosix
