#include "agent/clients.h"

#include <pcp/pmapi.h>
#include <pcp/pmda.h>

#include "base/text.h"

namespace agent {

void Clients::attribute(int context, int attribute, std::string_view value) {
  if (attribute != PMDA_ATTR_USERID) return;
  // The length that pmcd tells may or may not count the final zero.
  value = value.substr(0, value.find('\0'));
  clients_[context].uid = base::to_number<uid_t>(value);
}

Client Clients::at(int context) const {
  const auto found = clients_.find(context);
  return found == clients_.end() ? Client{} : found->second;
}

}  // namespace agent
