/*
 * The interface of pmbalance's action plugins: shared objects in the plugin
 * folder that answer `pmbalance_action`. A plugin is called from one thread at
 * a time, never from the one that evaluates rules, so it may wait a while; it
 * must not throw, exit, or change signal handlers.
 */
#ifndef PMBALANCE_ACTION_H
#define PMBALANCE_ACTION_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A plugin of another version is refused. */
#define PMB_VERSION 1

/* What follows the word of a clause. */
enum pmb_operand {
  PMB_NUMBER,
  PMB_TIME,    /* seconds */
  PMB_RATE,    /* a number, or a number per time */
  PMB_BOOLEAN, /* of a candidate, or of a candidate and a target */
  PMB_COLUMN,  /* a number of a candidate, or of it and a target */
  PMB_PLACE,   /* home, best, a host, or the least or greatest of a column */
  PMB_HOSTS,   /* after `among` also a metric whose instances are nodes */
  PMB_METRIC,
  PMB_WORD,
  PMB_STRING
};

/* Whom an operand may ask about; or-ed. */
#define PMB_BARE 1u   /* the candidate where it is listed */
#define PMB_MY 2u     /* where the candidate runs */
#define PMB_TARGET 4u /* the node that might take it */

/* One clause that may stand in the action. */
struct pmb_clause {
  const char* word;
  enum pmb_operand operand;
  unsigned sides;
  int required;
  int repeatable;
  const char* parent; /* the clause it belongs to, or NULL: the action */
};

/* What the engine fetches for the action, beside what the rule names. */
enum pmb_need_of {
  PMB_NEED_JOB,   /* of a process, a string: its identity for life */
  PMB_NEED_HOME,  /* of a process: node id of its home */
  PMB_NEED_WHERE, /* of a process: node id of where it runs */
  PMB_NEED_USER,  /* of a process: user id */
  PMB_NEED_NODE,  /* of a host: its node id */
  /*
   * Of a row of a node table, where each instance is a node: its node id. Where
   * a rule takes targets from such a table, a row without id is no target.
   */
  PMB_NEED_ROW,
  /*
   * Of a process, never less than before: how often it has moved. So cooldowns
   * hold after moves too that this engine did not ask for.
   */
  PMB_NEED_MOVES
};

struct pmb_need {
  enum pmb_need_of what;
  const char* metric;
};

enum pmb_scope {
  PMB_SCOPE_HOST,   /* runs for each host that makes the condition true */
  PMB_SCOPE_CLUSTER /* runs once */
};

#define PMB_NODE_HOME 0
#define PMB_NODE_BEST (-1)
#define PMB_NODE_UNKNOWN (-2)

/*
 * A clause that only the plugin knows, evaluated for this decision; of a list
 * of hosts one for each.
 */
struct pmb_value {
  const char* word;
  double number;    /* NaN: no number, or no value */
  int truth;        /* 0 no, 1 yes, -1 unknown or no Boolean */
  const char* text; /* NULL: no text */
};

/* Strings are valid during the call only. */
struct pmb_decision {
  uint64_t move; /* distinct for each decision of this engine */
  const char* rule;
  const char* job; /* "" if not known */
  int pid;         /* at source_host */
  const char* process;
  const char* source_host;
  const char* target_host; /* or the row of a node table; "best" */
  int source_node;         /* where it runs, or PMB_NODE_UNKNOWN */
  int target_node;         /* of an action without `to`: PMB_NODE_BEST */
  const struct pmb_value* values;
  size_t n_values;
};

enum pmb_state { PMB_ASKED, PMB_DONE, PMB_REFUSED, PMB_FAILED };

struct pmb_outcome {
  enum pmb_state state;
  char reason[256]; /* of PMB_REFUSED and PMB_FAILED; ends with 0 */
};

struct pmb_action {
  uint32_t version; /* PMB_VERSION */
  const char* word; /* of the action in rules */
  enum pmb_scope scope;
  const struct pmb_clause* clauses;
  size_t n_clauses;
  const struct pmb_need* needs;
  size_t n_needs;
  /* Called once before the others. NULL: it cannot work, `why` says why. */
  void* (*open)(char* why, size_t size);
  /* Asks for the move. Leaves PMB_ASKED when its end is not known yet. */
  void (*act)(void* self, const struct pmb_decision* decision,
              struct pmb_outcome* outcome);
  /* Called about twice a second for each move that is PMB_ASKED. */
  void (*poll)(void* self, uint64_t move, struct pmb_outcome* outcome);
  void (*close)(void* self);
  /*
   * May this engine ask for moves now? Called about twice a second; NULL: it
   * always may. 1: yes. 0: no, and `why` says why: another engine acts on the
   * same rules, or somebody switched balancing off. `rules` names the set of
   * rules; of the engines that run one set only one should act.
   */
  int (*ready)(void* self, const char* rules, char* why, size_t size);
};

/* The one symbol of a plugin. */
const struct pmb_action* pmbalance_action(void);

#ifdef __cplusplus
}
#endif

#endif
