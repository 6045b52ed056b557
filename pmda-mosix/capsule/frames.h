// What both ends of a job's stdio need to read and write frames.
#pragma once

#include <optional>
#include <string>

#include "api/wire.h"
#include "capsule/in_stream.h"
#include "capsule/out_stream.h"

namespace mosix::frames {

/// A number of a frame, 0 if it is missing or of another type: frames come from
/// other programs and must not make this one throw.
std::uint64_t number(const Message& message, const char* name);
std::int64_t signed_number(const Message& message, const char* name);
bool flag(const Message& message, const char* name);
/// The bytes of a field, "" if it is missing.
std::string bytes(const Message& message, const char* name);

/// Gives a frame's `off` and `data` to the stream.
Brought accept(InStream& stream, const Message& message);
/// The stream's next piece as a frame `op`, or `op`_eof.
std::optional<Message> next(OutStream& stream, const std::string& op, Time now);

std::optional<Time> earlier(std::optional<Time> a, std::optional<Time> b);
/// For poll(): milliseconds until then, at most a minute; -1: for ever.
int timeout_ms(std::optional<Time> at, Time now);

}  // namespace mosix::frames
