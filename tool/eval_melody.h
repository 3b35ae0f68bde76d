// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TOOL_EVAL_MELODY_H
#define RONDO_TOOL_EVAL_MELODY_H

/// Run `rondo eval melody FILE...`; return the exit status.
int
rondo_eval_melody(int argc, char** argv);

#endif // RONDO_TOOL_EVAL_MELODY_H
