#include "compile/listing_text.h"

#include <algorithm>
#include <cctype>

namespace balance {
namespace {

std::string instances_text(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += " #" + listing_name(name);
  return out;
}

}  // namespace

std::string listing_text(const ListingParts& parts, const ListingWorld& world) {
  std::string out;
  for (const ListingPart& part : parts) {
    if (part.kind == ListingPart::Kind::text) out += part.text;
    if (part.kind == ListingPart::Kind::instances)
      out += instances_text(world.instances(part.text, part.host));
    if (part.kind != ListingPart::Kind::host) continue;
    const std::string known = world.host_name(part.host);
    const std::string& name = known.empty() ? part.host : known;
    if (!name.empty()) out += " :" + listing_name(name);
  }
  return out;
}

std::string listing_name(const std::string& name) {
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return std::isgraph(static_cast<unsigned char>(c)) != 0 && c != '\'' &&
           c != '"' && c != '\\';
  });
  if (plain) return name;
  std::string out = "'";
  for (const char c : name) {
    if (c == '\'' || c == '\\' || c == '$') out += '\\';
    out += c;
  }
  return out + '\'';
}

}  // namespace balance
