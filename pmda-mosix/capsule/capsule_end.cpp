#include "capsule/capsule_end.h"

#include <csignal>
#include <utility>

#include "capsule/frames.h"

namespace mosix {
namespace {

/// `exit` is repeated after this time without an acknowledgement.
constexpr auto kExitAgain = std::chrono::seconds(1);

Message stream_state(std::uint64_t off, std::string_view pending, bool ended) {
  return {{"off", off}, {"pending", bytes_of(pending)}, {"eof", ended}};
}

Message part(const Message& baggage, const char* name) {
  const auto value = baggage.find(name);
  if (value == baggage.end() || !value->is_object()) return Message::object();
  return *value;
}

OutStream out_from(const Message& state) {
  return {frames::number(state, "off"), frames::bytes(state, "pending"),
          frames::flag(state, "eof")};
}

}  // namespace

CapsuleEnd CapsuleEnd::from_baggage(const Message& baggage) {
  CapsuleEnd end;
  const Message in = part(baggage, "in");
  end.in = {frames::number(in, "off"), frames::bytes(in, "pending"),
            frames::flag(in, "eof")};
  end.out = out_from(part(baggage, "out"));
  end.err = out_from(part(baggage, "err"));
  end.seq_ = frames::number(baggage, "seq");
  const auto signals = baggage.find("signals");
  if (signals != baggage.end() && signals->is_array())
    for (const Message& signal : *signals)
      end.signals_.push_back({static_cast<int>(frames::number(signal, "signo")),
                              frames::flag(signal, "group")});
  end.stopped_ = frames::flag(baggage, "stopped");
  if (frames::flag(baggage, "client_gone")) end.lose_client();
  return end;
}

Message CapsuleEnd::baggage() const {
  Message signals = Message::array();
  for (const JobSignal& signal : signals_)
    signals.push_back({{"signo", signal.signo}, {"group", signal.group}});
  return {{"in", stream_state(in.expected(), in.pending(), in.ended())},
          {"out", stream_state(out.off(), out.pending(), out.ended())},
          {"err", stream_state(err.off(), err.pending(), err.ended())},
          {"seq", seq_},
          {"signals", std::move(signals)},
          {"stopped", stopped_},
          {"client_gone", client_gone_}};
}

bool CapsuleEnd::handle(const Message& message, Time now) {
  const std::string op = op_of(message);
  auto brought = Brought::news;
  if (op == "in") {
    brought = frames::accept(in, message);
  } else if (op == "in_eof") {
    brought = in.accept_end(frames::number(message, "off"));
  } else if (op == "signal") {
    brought = take_signal(message);
  } else if (op == "ack") {
    const bool sync = frames::flag(message, "sync");
    out.acknowledged(frames::number(message, "out"), sync, now);
    err.acknowledged(frames::number(message, "err"), sync, now);
    if (frames::flag(message, "exit")) exit_acked_ = true;
    if (sync) exit_sent_.reset();
  } else if (op == "sync") {
    ack_.ask_sync();
  } else if (op == "client_state") {
    brought = take_state(frames::flag(message, "stopped"));
  } else if (op == "client_gone") {
    // What a terminal that hangs up sends: a stopped job is to hear it, too.
    if (!client_gone_)
      signals_.insert(signals_.end(), {{SIGHUP, true}, {SIGCONT, true}});
    lose_client();
  } else {
    return false;
  }
  note(now);
  ack_.came(brought, now);
  return true;
}

Brought CapsuleEnd::take_signal(const Message& message) {
  const auto seq = frames::number(message, "seq");
  const JobSignal signal{static_cast<int>(frames::number(message, "signo")),
                         frames::flag(message, "group")};
  if (seq <= seq_) return Brought::nothing;
  if (hold_) return Brought::news;  // it will come again
  if (seq != seq_ + 1) return Brought::gap;
  seq_ = seq;
  signals_.push_back(signal);
  return Brought::news;
}

Brought CapsuleEnd::take_state(bool stopped) {
  if (stopped == stopped_) return Brought::nothing;
  if (hold_) return Brought::news;  // it will come again
  stopped_ = stopped;
  ++states_;
  signals_.push_back({stopped ? SIGSTOP : SIGCONT, true});
  return Brought::news;
}

std::vector<JobSignal> CapsuleEnd::take_signals() {
  if (hold_) return {};
  return std::exchange(signals_, {});
}

void CapsuleEnd::lose_client() {
  client_gone_ = true;
  out.discard();
  err.discard();
  in.abandon();
}

void CapsuleEnd::note(Time now) {
  // Each signal counts as something taken, or it would not be told.
  ack_.note(in.taken() + seq_ + states_, !in.pending().empty(), now);
}

bool CapsuleEnd::exit_wanted() const {
  return status_ && !exit_acked_ && out.settled() && err.settled() &&
         ((out.ended() && err.ended()) || client_gone_);
}

std::optional<Message> CapsuleEnd::next_exit(Time now) {
  if (!exit_wanted() || (exit_sent_ && now - *exit_sent_ < kExitAgain))
    return std::nullopt;
  exit_sent_ = now;
  return Message{{"op", "exit"}, {"status", *status_}};
}

std::optional<Message> CapsuleEnd::next(Time now) {
  note(now);
  if (ack_.due(now)) {
    const bool sync = ack_.sent(now);
    return Message{{"op", "ack"},
                   {"in", in.taken()},
                   {"seq", seq_},
                   {"stopped", stopped_},
                   {"sync", sync}};
  }
  if (auto piece = frames::next(err, "err", now)) return piece;
  if (auto piece = frames::next(out, "out", now)) return piece;
  return next_exit(now);
}

std::optional<Time> CapsuleEnd::wake_at() const {
  auto at = frames::earlier(ack_.wake_at(), out.wake_at());
  at = frames::earlier(at, err.wake_at());
  if (exit_wanted() && exit_sent_)
    at = frames::earlier(at, *exit_sent_ + kExitAgain);
  return at;
}

}  // namespace mosix
