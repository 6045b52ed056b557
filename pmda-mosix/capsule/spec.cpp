#include "capsule/spec.h"

#include <cerrno>

#include "host/file.h"

namespace mosix {

using base::fail;
using base::Result;

namespace {

Message field(const Message& message, const char* name) {
  const auto value = message.find(name);
  return value == message.end() ? Message() : *value;
}

std::vector<Limit> limits_from(const Message& map) {
  std::vector<Limit> limits;
  for (const auto& [name, pair] : map.items()) {
    const int resource = limit_resource(name);
    if (resource < 0) continue;
    limits.push_back({name, resource, pair.at(0).get<std::uint64_t>(),
                      pair.at(1).get<std::uint64_t>()});
  }
  return limits;
}

void read_start(const Message& message, Spec& spec) {
  spec.argv = texts_of(message.at("argv"));
  spec.env = texts_of(field(message, "env"));
  spec.cwd = text_of(message.at("cwd"));
  spec.umask = message.at("umask").get<mode_t>();
  spec.uid = message.at("uid").get<uid_t>();
  spec.gid = message.at("gid").get<gid_t>();
  spec.groups = message.at("groups").get<std::vector<gid_t>>();
  const Message limits = field(message, "limits");
  if (limits.is_object()) spec.limits = limits_from(limits);
}

Spec read_fields(const Message& message) {
  Spec spec;
  spec.cid = message.at("cid").get<std::string>();
  spec.socket = message.at("socket").get<std::string>();
  spec.cgroup = message.at("cgroup").get<std::string>();
  spec.first_pid = message.at("first_pid").get<int>();
  spec.affinity = message.value("affinity", std::vector<int>{});
  spec.restore = message.at("mode").get<std::string>() == "restore";
  if (spec.restore)
    spec.root_pid = message.at("root_pid").get<int>();
  else
    read_start(message, spec);
  return spec;
}

}  // namespace

Result<Spec> parse_spec(const Message& message) {
  Spec spec;
  try {
    spec = read_fields(message);
  } catch (const nlohmann::json::exception& error) {
    return fail(EINVAL, fmt::format("spec: {}", error.what()));
  }
  if (!spec.restore && (spec.argv.empty() || spec.argv.front().empty()))
    return fail(EINVAL, "spec: argv names no program");
  if (spec.first_pid < 2) return fail(EINVAL, "spec: first_pid is below 2");
  for (const std::string& text : {spec.cgroup, spec.socket})
    if (!text.starts_with('/'))
      return fail(EINVAL, fmt::format("spec: '{}' is no absolute path", text));
  return spec;
}

Result<Spec> read_spec(const std::string& dir) {
  Message message;
  if (auto cbor = read_file(dir + "/spec.cbor")) {
    message = Message::from_cbor(*cbor, true, /*allow_exceptions=*/false);
  } else {
    auto text = read_file(dir + "/spec.json");
    if (!text) return tl::make_unexpected(text.error());
    message = Message::parse(*text, nullptr, /*allow_exceptions=*/false);
  }
  if (!message.is_object())
    return fail(EINVAL, fmt::format("{}: the spec is not readable", dir));
  return parse_spec(message);
}

}  // namespace mosix
