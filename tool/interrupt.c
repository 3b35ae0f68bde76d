// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

// A signal handler may set it, whatever threads look at it
_Static_assert(ATOMIC_BOOL_LOCK_FREE == 2, "a flag would take a lock");

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
static atomic_bool interrupted = false;

static void
on_signal(int number)
{
  (void)number;
  atomic_store(&interrupted, true);
}

void
rondo_interrupt_catch(void)
{
  struct sigaction action;
  memset(&action, 0, sizeof(action));
  sigemptyset(&action.sa_mask);

  // Without SA_RESTART a read from a pipe ends with EINTR and can stop
  action.sa_handler  = on_signal;
  const int caught[] = { SIGINT, SIGTERM, SIGHUP };
  for (size_t i = 0U; i < sizeof(caught) / sizeof(caught[0]); ++i) {
    struct sigaction old;
    if (!sigaction(caught[i], NULL, &old) && old.sa_handler != SIG_IGN) {
      (void)sigaction(caught[i], &action, NULL);
    }
  }

  action.sa_handler = SIG_IGN;
  (void)sigaction(SIGPIPE, &action, NULL);
}

bool
rondo_interrupted(void)
{
  return atomic_load(&interrupted);
}
