// A number made of a text: the same in every build and on every machine, so
// that replays choose alike and archives can be put together.
#pragma once

#include <cstdint>
#include <string_view>

namespace base {

/// FNV-1a.
constexpr std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

/// An instance number for a name, from 0 on. Two names may have the same one.
constexpr int instance_of_name(std::string_view name) {
  return static_cast<int>(stable_hash(name) & 0x3fffffff);
}

}  // namespace base
