// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TOOL_INTERRUPT_H
#define RONDO_TOOL_INTERRUPT_H

#include <stdbool.h>

/**
   Catch SIGINT, SIGTERM and SIGHUP, so that work can stop cleanly, and ignore
   SIGPIPE, so that a reader who has gone away is an error of write().
*/
void
rondo_interrupt_catch(void);

/// Return whether one of the signals has come.  Long loops ask this.
bool
rondo_interrupted(void);

#endif // RONDO_TOOL_INTERRUPT_H
