/*
 * Preloaded into `criu restore`: what it traces is killed by the kernel if it
 * dies before it detaches, so a copy whose restore was cut short never runs.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/types.h>

typedef long (*PtraceCall)(enum __ptrace_request, pid_t, void*, void*);

static PtraceCall next_ptrace(void) {
  /* POSIX guarantees what ISO C does not: an object pointer that dlsym returns
   * may be a function's. */
  union {
    void* object;
    PtraceCall call;
  } next;
  next.object = dlsym(RTLD_NEXT, "ptrace");
  return next.call;
}

long ptrace(enum __ptrace_request request, ...) {
  va_list arguments;
  va_start(arguments, request);
  pid_t pid = va_arg(arguments, pid_t);
  void* address = va_arg(arguments, void*);
  void* data = va_arg(arguments, void*);
  va_end(arguments);
  if (request == PTRACE_SEIZE || request == PTRACE_SETOPTIONS)
    data = (void*)((uintptr_t)data | PTRACE_O_EXITKILL);
  return next_ptrace()(request, pid, address, data);
}
