#include "pmapi/instance_names.h"

#include <algorithm>
#include <numeric>

namespace balance {

std::size_t InstanceNames::position(int instance) const {
  if (order_.empty()) {
    const int* begin = ids_.get();
    const int* end = begin + count_;
    const int* at = std::lower_bound(begin, end, instance);
    return at != end && *at == instance ? static_cast<std::size_t>(at - begin)
                                        : count_;
  }
  const auto at = std::lower_bound(
      order_.begin(), order_.end(), instance,
      [this](std::uint32_t i, int wanted) { return ids_[i] < wanted; });
  return at != order_.end() && ids_[*at] == instance ? *at : count_;
}

const char* InstanceNames::find(int instance) const {
  const std::size_t at = position(instance);
  if (at < count_ && texts_[at] != nullptr) return texts_[at];
  const auto asked = asked_.find(instance);
  return asked == asked_.end() ? nullptr : asked->second.c_str();
}

void InstanceNames::forget(int instance) {
  const std::size_t at = position(instance);
  if (at < count_) texts_[at] = nullptr;
  asked_.erase(instance);
}

bool InstanceNames::list(pmInDom domain) {
  int* ids = nullptr;
  char** texts = nullptr;
  const int n = pmGetInDom(domain, &ids, &texts);
  if (n <= 0) return false;
  ids_.reset(ids);
  texts_.reset(texts);
  count_ = static_cast<std::size_t>(n);
  order_.clear();
  if (!std::is_sorted(ids, ids + n)) {
    order_.resize(count_);
    std::iota(order_.begin(), order_.end(), 0U);
    std::sort(order_.begin(), order_.end(),
              [ids](auto a, auto b) { return ids[a] < ids[b]; });
  }
  asked_.clear();
  return true;
}

bool InstanceNames::ask(pmInDom domain, int instance) {
  char* name = nullptr;
  if (pmNameInDom(domain, instance, &name) < 0) return false;
  asked_[instance] = name;
  std::free(name);
  return true;
}

}  // namespace balance
