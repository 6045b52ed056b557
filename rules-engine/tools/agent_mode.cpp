#include "tools/agent_mode.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <string_view>

#include <fmt/format.h>
#include <signal.h>
#include <syslog.h>
#include <unistd.h>

#include "check/walk.h"
#include "pmapi/context.h"

namespace balance {
namespace {

using check::CheckedFile;

constexpr const char* kCode = "A01";

/// A statement that can be a metric.
struct Named {
  const lang::Name* name;
  const check::Facts* facts;
  bool known;  ///< all metrics of the value are known
};

/// Whether all metrics of a value are known, those of the names in it too.
class Known {
 public:
  explicit Known(const check::Checked& checked) : checked_(checked) {}

  bool of(const CheckedFile& file, lang::ExprId root) {
    bool out = true;
    check::for_each_below(*file.file, root, [&](lang::ExprId id) {
      if (std::holds_alternative<lang::Fetch>(file.file->at(id).node))
        out = out && file.metrics[id].has_value();
      if (const check::Definition* name = file.names[id])
        out = out && of(*name);
    });
    return out;
  }

 private:
  bool of(const check::Definition& name) {
    const auto found = names_.find(&name);
    if (found != names_.end()) return found->second;
    return names_[&name] = of(checked_.file_of(name), name.expression);
  }

  const check::Checked& checked_;
  std::map<const check::Definition*, bool> names_;
};

class Collector {
 public:
  Collector(const check::Checked& checked, base::Diagnostics& diagnostics)
      : checked_(checked), known_(checked), diagnostics_(diagnostics) {}

  std::vector<Named> run() {
    for (const CheckedFile& file : checked_.files)
      for (std::size_t i = 0; i < file.labels.size(); ++i)
        if (!file.labels[i].empty()) add(file, file.file->statements[i]);
    return std::move(out_);
  }

 private:
  void add(const CheckedFile& file, const lang::Statement& statement) {
    const auto* body = std::get_if<lang::ExpressionBody>(&statement.body);
    if (body == nullptr)
      return error(action_of(*file.file, statement),
                   "with -x a statement gives a value; it has no action");
    if (!statement.name)
      return error(statement.span,
                   "with -x a statement needs the name of a metric");
    const check::Facts& facts = file.facts_of(body->expression);
    if (facts.type == lang::Kind::text)
      return error(file.file->at(body->expression).span,
                   "with -x a statement gives a number; this is a text");
    out_.push_back(
        {&*statement.name, &facts, known_.of(file, body->expression)});
  }

  static base::Span action_of(const lang::File& file,
                              const lang::Statement& statement) {
    const auto* rule = std::get_if<lang::Rule>(&statement.body);
    return rule == nullptr ? statement.span : file.action(rule->action).span;
  }

  void error(const base::Span& span, std::string text) {
    diagnostics_.error(kCode, span, std::move(text));
  }

  const check::Checked& checked_;
  Known known_;
  base::Diagnostics& diagnostics_;
  std::vector<Named> out_;
};

bool fits(int exponent) {
  return exponent >= -8 && exponent <= 7;
}

/// Canonical: bytes, seconds, counts. None of what has no unit, or too much.
std::array<int, 6> units_of(const check::Facts& facts) {
  if (facts.type == lang::Kind::truth) return {};
  lang::Dimension is = facts.dimension.value_or(lang::Dimension{});
  if (!fits(is.space) || !fits(is.time) || !fits(is.count)) is = {};
  return {is.space, is.time, is.count, PM_SPACE_BYTE, PM_TIME_SEC, 0};
}

AgentMetric metric_of(const Named& statement, pmID id) {
  const bool truth = statement.facts->type == lang::Kind::truth;
  return {id, statement.known || truth ? PM_TYPE_DOUBLE : PM_TYPE_NOSUPPORT,
          units_of(*statement.facts)};
}

/// Of the first element, the newest sample.
double number_of(const Rule& rule, const Evaluator& columns) {
  const Column& column = columns.column(rule.shown);
  if (column.size() == 0) return no_number();
  if (column.type == Type::number) return column.numbers.front();
  if (column.type != Type::truth || column.truths.front() == Tri::unknown)
    return no_number();
  return column.truths.front() == Tri::yes ? 1 : 0;
}

}  // namespace

base::Result<std::vector<pmID>> local_metric_ids(
    const std::vector<std::string>& names) {
  const int code = pmLoadNameSpace(PM_NS_DEFAULT);
  if (code < 0 && code != PM_ERR_DUPPMNS)
    return base::fail(
        code, fmt::format("cannot load the name space: {}", pm_error(code)));
  std::vector<pmID> out;
  for (const std::string& name : names) {
    const char* text = name.c_str();
    pmID id = PM_ID_NULL;
    out.push_back(pmLookupName(1, &text, &id) < 0 ? PM_ID_NULL : id);
  }
  // The names of hosts are asked of them.
  if (code >= 0) pmUnloadNameSpace();
  return out;
}

std::vector<AgentMetric> agent_metrics(const check::Checked& checked,
                                       const MetricIds& ids,
                                       base::Diagnostics& diagnostics) {
  const std::vector<Named> statements = Collector(checked, diagnostics).run();
  std::vector<std::string> names;
  for (const Named& one : statements) names.push_back(one.name->text);
  const auto found = ids(names);
  if (!found) {
    diagnostics.error(kCode, {}, found.error().text);
    return {};
  }
  std::vector<AgentMetric> out;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    if ((*found)[i] == PM_ID_NULL)
      diagnostics.error(
          kCode, statements[i].name->span,
          fmt::format("with -x a name is that of a metric; `{}` is not in the "
                      "name space",
                      names[i]));
    out.push_back(metric_of(statements[i], (*found)[i]));
  }
  return out;
}

AgentStream::AgentStream(const Program& program,
                         std::vector<AgentMetric> metrics, Write write)
    : program_(program),
      metrics_(std::move(metrics)),
      write_(std::move(write)) {
  for (const AgentMetric& metric : metrics_) write_(descriptor_pdu(metric));
}

void AgentStream::evaluated(const Task& task, const Evaluator& columns,
                            const Tick&) {
  std::vector<AgentValue> values;
  for (std::size_t i = task.first; i < task.first + task.count; ++i)
    values.push_back({metrics_[i].id, number_of(program_.rules[i], columns)});
  write_(result_pdu(values));
}

void write_to_agent(const std::string& message) {
  signal(SIGPIPE, SIG_IGN);
  std::string_view rest = message;
  while (!rest.empty()) {
    const ssize_t written = write(STDOUT_FILENO, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      if (errno != EPIPE)
        pmNotifyErr(LOG_ERR, "cannot write values: %s", std::strerror(errno));
      kill(getpid(), SIGTERM);
      return;
    }
  }
}

}  // namespace balance
