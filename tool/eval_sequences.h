// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TOOL_EVAL_SEQUENCES_H
#define RONDO_TOOL_EVAL_SEQUENCES_H

/// Run `rondo eval frames|classify|tag|language`; return the exit status.
int
rondo_eval_sequences(int argc, char** argv);

#endif // RONDO_TOOL_EVAL_SEQUENCES_H
