#include "check/lookup.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "check/nearest.h"
#include "check/walk.h"

namespace balance::check {
namespace {

using lang::ExprId;

/// Where a fetch stands.
enum class Role {
  plain,  ///< without hosts it is of the default host
  sided,  ///< of a candidate or a target: of any host of the rules
  word    ///< `home`, `each target`: no metric
};

/// What a file's fetches are.
class Roles {
 public:
  Roles(const lang::File& file, Catalogue catalogue)
      : file_(file), catalogue_(catalogue), roles_(file.expressions.size()) {
    for (const lang::Statement& statement : file.statements) {
      for_each_part(
          file, statement, [&](ExprId id) { sides(id); },
          [&](lang::ActionId id) { action(id); });
    }
  }

  Role at(ExprId id) const { return roles_[id]; }
  /// Hosts written as operands of clauses.
  const std::vector<std::string>& hosts() const { return hosts_; }

 private:
  void mark(ExprId id, Role role) {
    for_each_below(file_, id, [&](ExprId below) { roles_[below] = role; });
  }

  /// Below `my(` and `target(`.
  void sides(ExprId id) {
    for_each_below(file_, id, [&](ExprId below) {
      const auto* call = std::get_if<lang::Call>(&file_.at(below).node);
      if (call == nullptr) return;
      const std::string& name = call->function.text;
      if (name != "my" && name != "target") return;
      for (const ExprId argument : call->arguments) mark(argument, Role::sided);
    });
  }

  void action(lang::ActionId id) {
    const auto* plugin =
        std::get_if<lang::PluginAction>(&file_.action(id).node);
    if (plugin == nullptr) return;
    const ActionSpec* spec = find_action(catalogue_, plugin->word.text);
    for (const lang::Clause& clause : plugin->clauses) {
      if (const auto* list = std::get_if<lang::HostList>(&clause.operand)) {
        for (const lang::Name& host : list->hosts) hosts_.push_back(host.text);
      } else {
        operand(spec, clause, std::get<ExprId>(clause.operand));
      }
    }
  }

  void operand(const ActionSpec* spec, const lang::Clause& clause, ExprId id) {
    const auto* fetch = std::get_if<lang::Fetch>(&file_.at(id).node);
    const bool word = fetch != nullptr && fetch->is_word() &&
                      clause.order == lang::Order::none &&
                      takes_words(spec, clause.word.text);
    mark(id, word || spec == nullptr ? Role::word : Role::sided);
  }

  static bool takes_words(const ActionSpec* spec, std::string_view clause) {
    if (spec == nullptr) return true;
    return std::none_of(
        spec->clauses.begin(), spec->clauses.end(), [&](const ClauseSpec& one) {
          return one.word == clause && one.operand != OperandKind::word &&
                 one.operand != OperandKind::place;
        });
  }

  const lang::File& file_;
  Catalogue catalogue_;
  std::vector<Role> roles_;
  std::vector<std::string> hosts_;
};

std::string host_text(const std::string& host) {
  return host.empty() ? "the default host" : host;
}

std::string hosts_text(const std::vector<std::string>& hosts) {
  constexpr std::size_t kShown = 4;
  std::string text;
  for (std::size_t i = 0; i < std::min(hosts.size(), kShown); ++i) {
    if (i > 0) text += ", ";
    text += host_text(hosts[i]);
  }
  if (hosts.size() <= kShown) return text;
  return fmt::format("{} and {} more", text, hosts.size() - kShown);
}

class Lookup {
 public:
  Lookup(Checked& checked, const Options& options,
         base::Diagnostics& diagnostics)
      : checked_(checked), options_(options), diagnostics_(diagnostics) {}

  void run(Catalogue catalogue) {
    std::vector<Roles> roles;
    for (const CheckedFile& file : checked_.files) {
      roles.emplace_back(*file.file, catalogue);
      everywhere(*file.file, roles.back());
    }
    if (everywhere_.empty()) everywhere_.emplace_back();
    for (std::size_t i = 0; i < checked_.files.size(); ++i) {
      CheckedFile& file = checked_.files[i];
      for (ExprId id = 0; id < file.metrics.size(); ++id) {
        const auto* fetch = std::get_if<lang::Fetch>(&file.file->at(id).node);
        if (fetch == nullptr || roles[i].at(id) == Role::word) continue;
        absent_ = false;
        file.metrics[id] = find(*fetch, roles[i].at(id));
        file.absent[id] = absent_;
      }
    }
  }

 private:
  using Reply = Metrics::Reply;
  /// Hosts without a metric, by what they say of it.
  using Lacking = std::map<std::string, std::vector<std::string>>;

  void everywhere(const lang::File& file, const Roles& roles) {
    std::set<std::string> known(everywhere_.begin(), everywhere_.end());
    const auto add = [&](const std::string& host) {
      if (known.insert(host).second) everywhere_.push_back(host);
    };
    for (const lang::Expression& expression : file.expressions) {
      const auto* fetch = std::get_if<lang::Fetch>(&expression.node);
      if (fetch == nullptr) continue;
      for (const lang::Name& host : fetch->hosts) add(host.text);
    }
    for (const std::string& host : roles.hosts()) add(host);
  }

  std::optional<MetricFacts> find(const lang::Fetch& fetch, Role role) {
    std::vector<std::string> hosts;
    for (const lang::Name& host : fetch.hosts) hosts.push_back(host.text);
    const bool anywhere = hosts.empty() && role == Role::sided;
    if (anywhere) hosts = everywhere_;
    if (hosts.empty()) hosts.emplace_back();
    std::optional<MetricFacts> facts;
    Lacking lacking;
    std::vector<std::string> unsupported;
    for (const std::string& host : hosts) {
      const Reply& reply = ask(fetch, host);
      if (reply.answer == Metrics::Answer::missing)
        lacking[reply.reason].push_back(host);
      if (reply.answer != Metrics::Answer::known) continue;
      if (!is_supported(reply.facts)) unsupported.push_back(host);
      const std::uint32_t width = facts ? facts->width : 0;
      if (!facts || !is_supported(*facts)) facts = reply.facts;
      facts->width = std::max(width, reply.facts.width);
      if (anywhere && is_supported(*facts)) break;
    }
    if (!(anywhere && facts && is_supported(*facts))) {
      for (const auto& [reason, where] : lacking)
        report_missing(fetch.metric, reason, where);
      report_unsupported(fetch.metric, unsupported);
    }
    absent_ = !lacking.empty() && !facts;
    if (facts) fits(fetch, *facts);
    if (facts && facts->instances && facts->width == 0) absent_ = true;
    if (facts && facts->instances) have_instances(fetch, hosts);
    return facts;
  }

  static bool is_supported(const MetricFacts& facts) {
    return facts.kind != MetricFacts::Kind::unknown;
  }

  const Reply& ask(const lang::Fetch& fetch, const std::string& host) {
    const auto [found, added] =
        replies_.try_emplace({fetch.metric.text, host}, Reply{});
    if (!added) return found->second;
    Reply& reply = found->second;
    reply = options_.metrics->find(fetch.metric.text, host);
    if (reply.answer == Metrics::Answer::unreachable) {
      if (host.empty() && options_.default_host_may_come) return reply;
      if (!told_.insert(host).second) return reply;
      diagnostics_.warning("M07", place_of(fetch, host), reply.reason);
    } else if (reply.answer == Metrics::Answer::no_archive) {
      checked_.missing.push_back({fetch.metric.text, host, fetch.metric.span});
      if (!told_.insert(host).second) return reply;
      diagnostics_.error("M08", place_of(fetch, host),
                         fmt::format("there is no archive of {}{}",
                                     host_text(host), reason(reply)));
    } else if (reply.answer == Metrics::Answer::missing) {
      checked_.missing.push_back({fetch.metric.text, host, fetch.metric.span});
    }
    return reply;
  }

  static std::string reason(const Reply& reply) {
    return reply.reason.empty() ? "" : ": " + reply.reason;
  }

  static lang::Span place_of(const lang::Fetch& fetch,
                             const std::string& host) {
    for (const lang::Name& one : fetch.hosts) {
      if (one.text == host) return one.span;
    }
    return fetch.metric.span;
  }

  /// The hosts of which nothing was said yet about this metric.
  std::vector<std::string> not_warned(const std::string& metric,
                                      std::vector<std::string> hosts) {
    const auto warned = [&](const std::string& host) {
      return !warned_.insert({metric, host}).second;
    };
    hosts.erase(std::remove_if(hosts.begin(), hosts.end(), warned),
                hosts.end());
    return hosts;
  }

  /// An error at each place; a warning once for each host.
  void report_missing(const lang::Name& metric, const std::string& reason,
                      std::vector<std::string> hosts) {
    if (options_.metrics_must_exist) {
      diagnostics_.error("M06", metric.span,
                         missing_text(metric.text, reason, hosts));
      return;
    }
    hosts = not_warned(metric.text, std::move(hosts));
    if (hosts.empty()) return;
    diagnostics_.warning("M06", metric.span,
                         missing_text(metric.text, reason, hosts));
  }

  std::string missing_text(const std::string& metric, const std::string& reason,
                           const std::vector<std::string>& hosts) const {
    const std::string where = hosts_text(hosts);
    if (!reason.empty()) {
      return fmt::format("metric `{}` is not currently available on {}: {}",
                         metric, where, reason);
    }
    const std::string near = options_.metrics->nearest(metric, hosts.front());
    return fmt::format(
        "no metric `{}` on {}{}", metric, where,
        near.empty() ? "" : fmt::format(". Did you mean `{}`?", near));
  }

  /// No mistake of the rule: on another host it may have values.
  void report_unsupported(const lang::Name& metric,
                          const std::vector<std::string>& hosts) {
    const std::vector<std::string> told = not_warned(metric.text, hosts);
    if (told.empty()) return;
    diagnostics_.warning(
        "M06", metric.span,
        fmt::format("metric `{}` has no values: not supported on {}",
                    metric.text, hosts_text(told)));
  }

  void fits(const lang::Fetch& fetch, const MetricFacts& facts) {
    if (facts.kind == MetricFacts::Kind::other) {
      diagnostics_.error(
          "M02", fetch.metric.span,
          fmt::format("metric `{}` has inappropriate type: neither numbers nor "
                      "texts",
                      fetch.metric.text));
    }
    if (!facts.instances && !fetch.instances.empty()) {
      diagnostics_.error(
          "M09", fetch.instances.front().span,
          fmt::format("metric `{}` has no instances", fetch.metric.text));
    }
  }

  /// Instances come and go: a warning, where no host has one.
  void have_instances(const lang::Fetch& fetch,
                      const std::vector<std::string>& hosts) {
    if (fetch.instances.empty()) return;
    std::vector<std::string> all;
    for (const std::string& host : hosts) {
      const auto found = options_.metrics->instances(fetch.metric.text, host);
      all.insert(all.end(), found.begin(), found.end());
    }
    if (all.empty()) return;
    absent_ = true;
    for (const lang::Name& one : fetch.instances) {
      const bool known =
          std::any_of(all.begin(), all.end(), [&](const std::string& instance) {
            return base::means_instance(one.text, instance);
          });
      absent_ = absent_ && !known;
      if (known || !warned_.insert({fetch.metric.text, one.text}).second) {
        continue;
      }
      diagnostics_.warning(
          "M10", one.span,
          fmt::format("metric `{}` has no instance `{}` on {}{}",
                      fetch.metric.text, one.text, hosts_text(hosts),
                      did_you_mean(one.text, all)));
    }
  }

  bool absent_ = false;  ///< of the fetch at hand
  Checked& checked_;
  const Options& options_;
  base::Diagnostics& diagnostics_;
  std::vector<std::string> everywhere_;  ///< all hosts that the rules name
  std::map<std::pair<std::string, std::string>, Reply> replies_;
  std::set<std::string> told_;  ///< hosts of M07 and M08
  std::set<std::pair<std::string, std::string>> warned_;  ///< M06, M10
};

}  // namespace

void look_up_metrics(Checked& checked, Catalogue catalogue,
                     const Options& options, base::Diagnostics& diagnostics) {
  for (CheckedFile& file : checked.files) {
    file.metrics.assign(file.file->expressions.size(), std::nullopt);
    file.absent.assign(file.file->expressions.size(), false);
  }
  if (options.metrics != nullptr) {
    Lookup(checked, options, diagnostics).run(catalogue);
  }
}

}  // namespace balance::check
