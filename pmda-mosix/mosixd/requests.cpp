#include "mosixd/requests.h"

#include <algorithm>
#include <cstdio>
#include <fstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/snapshot.h"
#include "base/log.h"

namespace mosix {
namespace {

std::string journal_line(const RequestTable::Row& row) {
  Message line = to_message(row.request);
  line.erase("op");
  line["origin"] = row.origin;
  line["automatic"] = row.automatic;
  line["asked_ms"] = row.asked_ms;
  return line.dump(-1, ' ', false, Message::error_handler_t::replace) + "\n";
}

/// A line that cannot be read (cut off by a crash) is nothing.
std::optional<RequestTable::Row> row_of(const std::string& line) {
  const Message message = Message::parse(line, nullptr, false);
  if (!message.is_object()) return std::nullopt;
  auto request = request_from(message);
  if (!request) return std::nullopt;
  return RequestTable::Row{*request, message.value("origin", 0),
                           message.value("automatic", false),
                           message.value("asked_ms", std::int64_t{0})};
}

}  // namespace

base::Result<void> RequestTable::open(const std::string& path) {
  path_ = path;
  std::ifstream in(path);
  std::string line;
  while (std::getline(in, line)) {
    auto row = row_of(line);
    if (!row) continue;
    next_seq_ = std::max(next_seq_, row->request.seq + 1);
    if (Row* known = find(row->request.id))
      *known = *row;
    else
      rows_.push_back(*row);
  }
  while (rows_.size() > kMax) rows_.pop_front();
  const std::string fresh = path + ".new";
  std::ofstream out(fresh, std::ios::trunc);
  for (const Row& row : rows_) out << journal_line(row);
  out.close();
  if (!out || std::rename(fresh.c_str(), path.c_str()) != 0)
    return base::fail_errno(path);
  return {};
}

RequestTable::Row* RequestTable::find(const std::string& id) {
  const auto row =
      std::find_if(rows_.rbegin(), rows_.rend(),
                   [&](const Row& r) { return r.request.id == id; });
  return row == rows_.rend() ? nullptr : &*row;
}

RequestTable::Row& RequestTable::add(Row row) {
  row.request.seq = next_seq_++;
  rows_.push_back(std::move(row));
  // A row that is still going on must not be forgotten; there are never as
  // many of them as the table is long.
  while (rows_.size() > kMax && is_final(rows_.front().request.state))
    rows_.pop_front();
  ++counters_.asked;
  append(rows_.back());
  if (is_final(rows_.back().request.state)) count(rows_.back().request);
  return rows_.back();
}

void RequestTable::changed(const Row& row) {
  append(row);
  if (is_final(row.request.state)) count(row.request);
}

void RequestTable::count(const Request& request) {
  if (request.state == RequestState::refused) ++counters_.refused;
  if (request.state == RequestState::failed) ++counters_.failed;
  if (request.state != RequestState::done) return;
  ++counters_.done;
  auto to = std::find_if(counters_.to.begin(), counters_.to.end(),
                         [&](const auto& t) { return t.node == request.to; });
  if (to == counters_.to.end())
    to = counters_.to.insert(to, {.node = request.to, .done = 0});
  ++to->done;
}

void RequestTable::append(const Row& row) {
  // The journal is for people and for restarts; a full disk must not stop a
  // move, so an error is only logged.
  std::ofstream out(path_, std::ios::app);
  out << journal_line(row);
  out.flush();
  if (!out) base::log_warning("{}: cannot write the request journal", path_);
}

}  // namespace mosix
