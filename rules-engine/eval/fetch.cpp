#include "eval/fetch.h"

#include <algorithm>

#include "eval/evaluator.h"

namespace balance {
namespace {

double number_of(const Sample::Reading& reading) {
  return std::visit(
      [](const auto& x) -> double {
        if constexpr (std::is_arithmetic_v<std::decay_t<decltype(x)>>)
          return static_cast<double>(x);
        else
          return no_number();
      },
      reading.value);
}

bool names_match(std::string_view name, std::string_view wanted) {
  return name == wanted || first_word(name) == wanted ||
         name == first_word(wanted);
}

class Fetcher {
 public:
  Fetcher(const MetricUse& use, Type type, std::uint64_t evaluation,
          StateTable<RateState>& rates)
      : use_(use), evaluation_(evaluation), rates_(rates) {
    column_.type = type;
    index_->listed = use.instances.size() > 1;
  }

  void host(HostId host, const Sample* sample) {
    if (std::find(index_->hosts.begin(), index_->hosts.end(), host) !=
        index_->hosts.end())
      return;
    index_->hosts.push_back(host);
    if (sample == nullptr)
      missing({.host = host}, "");
    else if (use_.instances.empty())
      all(host, *sample);
    else
      listed(host, *sample);
  }

  Column finish() {
    column_.index = index_;
    return std::move(column_);
  }

 private:
  void missing(Key key, std::string name) {
    key_of(key, std::move(name));
    push({});
  }

  void key_of(Key key, std::string name) {
    index_->keys.push_back(key);
    index_->names.push_back(std::move(name));
  }

  void push(const Value& value) {
    switch (column_.type) {
      case Type::number:
        column_.numbers.push_back(value.number);
        break;
      case Type::truth:
        column_.truths.push_back(value.truth);
        break;
      case Type::text:
        column_.texts.push_back(value.text);
        break;
    }
  }

  static std::string name_of(const Sample& sample, int instance) {
    if (!sample.names) return "";
    const auto found = sample.names->find(instance);
    return found == sample.names->end() ? "" : found->second;
  }

  void all(HostId host, const Sample& sample) {
    for (const Sample::Reading& reading : sample.readings) {
      const Key key = key_at(host, sample, reading.instance);
      key_of(key, name_of(sample, reading.instance));
      push(value(key, sample, reading));
    }
    if (!sample.instances && sample.readings.empty())
      missing({.host = host}, "");
  }

  /// The instances that the text names. A single one is a value of the host.
  void listed(HostId host, const Sample& sample) {
    int absent = kNoInstance;
    for (const std::string& wanted : use_.instances) {
      const auto found = std::find_if(
          sample.readings.begin(), sample.readings.end(), [&](const auto& r) {
            return names_match(name_of(sample, r.instance), wanted);
          });
      const bool there = found != sample.readings.end();
      const Key key = key_at(host, sample, there ? found->instance : --absent);
      const bool alone = use_.instances.size() == 1;
      key_of(alone ? Key{.host = host} : key, wanted);
      push(there ? value(key, sample, *found) : Value{});
    }
  }

  static Key key_at(HostId host, const Sample& sample, int instance) {
    if (!sample.instances) return {.host = host};
    return {host, sample.domain, instance};
  }

  Value value(const Key& key, const Sample& sample,
              const Sample::Reading& reading) {
    if (column_.type == Type::text) {
      Value out{.type = Type::text, .text = std::nullopt};
      if (const auto* text = std::get_if<std::string>(&reading.value))
        out.text = *text;
      return out;
    }
    double number = number_of(reading);
    if (sample.counter && !use_.instant && has_number(number))
      number =
          step_rate(rates_.at(key, evaluation_), reading, sample.taken_s, true);
    return Value::of(has_number(number) ? number * sample.scale : number);
  }

  const MetricUse& use_;
  std::uint64_t evaluation_;
  StateTable<RateState>& rates_;
  std::shared_ptr<Index> index_ = std::make_shared<Index>();
  Column column_;
};

}  // namespace

Column fetch(const MetricUse& use, Type type, const Snapshot& snapshot,
             double delta_s, std::uint64_t evaluation,
             StateTable<RateState>& rates) {
  Fetcher fetcher(use, type, evaluation, rates);
  for (const HostId host : use.hosts)
    fetcher.host(host, Evaluator::fresh(snapshot, use.name, host, delta_s));
  return fetcher.finish();
}

}  // namespace balance
