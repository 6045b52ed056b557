/*
 * An action plugin of pmbalance outside its tree: `park` writes a line into a
 * file for each process that a rule finds.
 *
 *   cond -> park pick 3 by proc.psinfo.rss
 *                label "too large" weight proc.psinfo.rss / 2
 *                queue slow;
 *
 * PARK_FILE names the file. A process counts as parked when a line "parked PID"
 * is in the file PARK_FILE.done, which something else writes. While there is a
 * file PARK_FILE.off nothing is parked.
 */
#include <math.h>
#include <pmbalance/pmbalance_action.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef PARK_VERSION
#define PARK_VERSION PMB_VERSION
#endif

enum { MOST = 100 };

struct park {
  FILE* out;
  char done[4096];
  char off[4096];
  /* The moves whose end is not known yet. */
  struct {
    uint64_t move;
    int pid;
  } asked[MOST];
  int count;
};

static void* park_open(char* why, size_t size) {
  const char* path = getenv("PARK_FILE");
  struct park* self;
  if (path == NULL || strlen(path) > sizeof self->done - 6) {
    snprintf(why, size, "PARK_FILE names no file");
    return NULL;
  }
  if ((self = calloc(1, sizeof *self)) == NULL) {
    snprintf(why, size, "no memory");
    return NULL;
  }
  if ((self->out = fopen(path, "a")) == NULL) {
    snprintf(why, size, "cannot write %s", path);
    free(self);
    return NULL;
  }
  sprintf(self->done, "%s.done", path);
  sprintf(self->off, "%s.off", path);
  return self;
}

static void write_value(FILE* out, const struct pmb_value* value) {
  fprintf(out, " %s=", value->word);
  if (value->text != NULL)
    fprintf(out, "\"%s\"", value->text);
  else if (value->truth >= 0)
    fprintf(out, "%s", value->truth ? "true" : "false");
  else if (isnan(value->number))
    fprintf(out, "?");
  else
    fprintf(out, "%g", value->number);
}

static void park_act(void* context, const struct pmb_decision* decision,
                     struct pmb_outcome* outcome) {
  struct park* self = context;
  if (self->count == MOST) {
    outcome->state = PMB_REFUSED;
    snprintf(outcome->reason, sizeof outcome->reason, "%d are on their way",
             MOST);
    return;
  }
  fprintf(self->out, "%s: park %d (%s) of %s", decision->rule, decision->pid,
          decision->process, decision->source_host);
  for (size_t i = 0; i < decision->n_values; i++)
    write_value(self->out, &decision->values[i]);
  fputc('\n', self->out);
  if (fflush(self->out) != 0) {
    outcome->state = PMB_FAILED;
    snprintf(outcome->reason, sizeof outcome->reason, "cannot write");
    return;
  }
  /* The strings are gone when this returns: what is kept is copied. */
  self->asked[self->count].move = decision->move;
  self->asked[self->count].pid = decision->pid;
  self->count++;
}

static int is_parked(const struct park* self, int pid) {
  char line[100];
  int parked = 0, found = 0;
  FILE* in = fopen(self->done, "r");
  if (in == NULL) return 0;
  while (!found && fgets(line, sizeof line, in) != NULL)
    found = sscanf(line, "parked %d", &parked) == 1 && parked == pid;
  fclose(in);
  return found;
}

static void park_poll(void* context, uint64_t move,
                      struct pmb_outcome* outcome) {
  struct park* self = context;
  int i = 0;
  while (i < self->count && self->asked[i].move != move) i++;
  if (i == self->count) {
    outcome->state = PMB_FAILED;
    snprintf(outcome->reason, sizeof outcome->reason, "nothing is known of it");
  } else if (is_parked(self, self->asked[i].pid)) {
    outcome->state = PMB_DONE;
    self->asked[i] = self->asked[--self->count];
  }
}

static void park_close(void* context) {
  struct park* self = context;
  fclose(self->out);
  free(self);
}

static int park_ready(void* context, const char* rules, char* why,
                      size_t size) {
  struct park* self = context;
  if (access(self->off, F_OK) != 0) return 1;
  snprintf(why, size, "the car park is closed for %s", rules);
  return 0;
}

const struct pmb_action* pmbalance_action(void) {
  static const struct pmb_clause clauses[] = {
      {"pick", PMB_NUMBER, PMB_BARE, 1, 0, NULL},
      {"by", PMB_COLUMN, PMB_BARE, 1, 0, "pick"},
      {"where", PMB_BOOLEAN, PMB_BARE, 0, 1, "pick"},
      {"label", PMB_STRING, 0, 1, 0, NULL},
      {"weight", PMB_COLUMN, PMB_BARE, 0, 0, "label"},
      {"queue", PMB_WORD, 0, 0, 0, NULL},
  };
  static const struct pmb_action action = {
      .version = PARK_VERSION,
      .word = "park",
      .scope = PMB_SCOPE_HOST,
      .clauses = clauses,
      .n_clauses = sizeof clauses / sizeof clauses[0],
      .open = park_open,
      .act = park_act,
      .poll = park_poll,
      .close = park_close,
      .ready = park_ready,
  };
  return &action;
}
