#include "record/metric_names.h"

namespace balance {
namespace {

using agent::kCount;
using agent::kNoUnit;
using agent::kSeconds;
using agent::kSingular;

constexpr pmUnits kMicroseconds = PMDA_PMUNITS(0, 1, 0, 0, PM_TIME_USEC, 0);

/// A property of a decision.
constexpr agent::MetricRow decision(const char* name, unsigned item, int type,
                                    const char* oneline, const char* help) {
  return {name,    1,       item, type, kDecisionDomain, PM_SEM_DISCRETE,
          kNoUnit, oneline, help};
}

}  // namespace

const std::array<agent::IndomRow, 2> kRecordDomains = {{
    {kRuleDomain, "rules",
     "One instance for each statement of the rule files that has a value: its\n"
     "name as written, or expr_1, expr_2 … Blanks in names become \"_\"."},
    {kDecisionDomain, "decisions",
     "One instance for each decision of the engine: the number of the move.\n"
     "Numbers start with 1 when the engine starts. Some instances are listed\n"
     "ahead of the decisions that they are for, and have no values yet."},
}};

const std::array<agent::MetricRow, kRecordMetricCount> kRecordMetrics = {{
    {"rule.truth", 0, 0, PM_TYPE_32, kRuleDomain, PM_SEM_INSTANT, kNoUnit,
     "whether the condition of a rule is true",
     "1 true, 0 false, -1 unknown, at the last evaluation of the rule. A\n"
     "condition with a value for each host or instance is true if any of\n"
     "them is; otherwise unknown if any is unknown or there are none; a\n"
     "ruleset is true if any of its conditions is. Expressions that are\n"
     "numbers or strings have no truth."},
    {"rule.firings", 0, 1, PM_TYPE_U32, kRuleDomain, PM_SEM_COUNTER, kCount,
     "actions of a rule that were carried out",
     "Text actions executed (or printed, from archives) and moves decided.\n"
     "What is held off does not count."},
    {"rule.value", 0, 2, PM_TYPE_DOUBLE, kRuleDomain, PM_SEM_INSTANT, kNoUnit,
     "the value that a rule compares, if it is one number",
     "What %v is in the texts of the rule's actions, or the value of a named\n"
     "expression, in bytes, seconds and counts. No value if there is none, or\n"
     "if there is one for each of several hosts or instances. Of a ruleset:\n"
     "that of its first true condition."},
    decision("decision.job", 0, PM_TYPE_STRING, "the job that is to move",
             "HOMEID:HOMEPID:START, its identity for life; HOST#PID where no "
             "job\nis known."),
    decision("decision.source", 1, PM_TYPE_STRING,
             "the node that the job is to leave", "By name."),
    decision("decision.destination", 2, PM_TYPE_STRING,
             "the node that the job is to go to",
             "By name; \"home\" and \"best\" where the action left the choice "
             "to\nthe job's home or to MOSIX."),
    decision("decision.action", 3, PM_TYPE_STRING,
             "the action that was asked for",
             "The word of the action in the rule: migrate, colocate."),
    decision("decision.rule", 4, PM_TYPE_STRING, "the rule that decided",
             ""
             "Its name."),
    decision("decision.gain", 5, PM_TYPE_DOUBLE,
             "what the decision is expected to gain",
             "The action's clause gain, or else what the first shift takes "
             "from\nthe source, in the units of its metric. No value without "
             "them."),
    decision("decision.cost", 6, PM_TYPE_DOUBLE,
             "what the decision is expected to cost",
             "The action's clause cost. No value where it is not known."),
    decision("decision.outcome", 7, PM_TYPE_STRING,
             "what became of the decision",
             "asked, then done, refused or failed. In a replay and a dry run "
             "a\nmove counts as done one delta after it was decided."),
    decision("decision.reason", 8, PM_TYPE_STRING,
             "why the decision was refused or failed",
             "No value if it was not."),
    {"engine.eval.time", 2, 0, PM_TYPE_U64, kSingular, PM_SEM_COUNTER,
     kMicroseconds, "time spent in fetching and evaluating",
     "By the clock, waiting for hosts included."},
    {"engine.ticks", 2, 1, PM_TYPE_U64, kSingular, PM_SEM_COUNTER, kCount,
     "evaluations made", "Of all rules with one delta that stand together."},
    {"engine.missed", 2, 2, PM_TYPE_U64, kSingular, PM_SEM_COUNTER, kCount,
     "evaluations that were due and not made",
     "Because the engine, or a host that it waited for, was late."},
    {"engine.age", 2, 3, PM_TYPE_DOUBLE, kSingular, PM_SEM_INSTANT, kSeconds,
     "age of the oldest value that was used",
     "At the last evaluation. Values older than two deltas are not used."},
    {"engine.config_ok", 2, 4, PM_TYPE_U32, kSingular, PM_SEM_DISCRETE, kNoUnit,
     "whether the rule files are those that run",
     "0 after they were read again with errors, so that the old rules run\n"
     "on. 1 otherwise."},
}};

}  // namespace balance
