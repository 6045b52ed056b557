#include "agent/clients.h"

#include <charconv>

#include <pcp/pmapi.h>
#include <pcp/pmda.h>

namespace agent {

void Clients::attribute(int context, int attribute, std::string_view value) {
  if (attribute != PMDA_ATTR_USERID) return;
  // The length that pmcd tells may or may not count the final zero.
  value = value.substr(0, value.find('\0'));
  uid_t uid = 0;
  const char* end = value.data() + value.size();
  const auto [rest, error] = std::from_chars(value.data(), end, uid);
  Client& client = clients_[context];
  if (error == std::errc{} && rest == end)
    client.uid = uid;
  else
    client.uid.reset();
}

Client Clients::at(int context) const {
  const auto found = clients_.find(context);
  return found == clients_.end() ? Client{} : found->second;
}

}  // namespace agent
