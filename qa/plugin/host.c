/*
 * Loads a plugin as pmbalance does, and has nothing of pmbalance's own: what
 * loads here uses nothing but the interface.
 */
#include <dlfcn.h>
#include <pmbalance/pmbalance_action.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char** argv) {
  const struct pmb_action* (*entry)(void) = NULL;
  const struct pmb_action* action;
  void* object = argc == 2 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
  void* symbol = object != NULL ? dlsym(object, "pmbalance_action") : NULL;
  if (symbol == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  memcpy(&entry, &symbol, sizeof entry);
  action = entry();
  printf("%s: version %u, %zu clauses\n", action->word,
         (unsigned)action->version, action->n_clauses);
  return 0;
}
