// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TOOL_TOOL_H
#define RONDO_TOOL_TOOL_H

/// Exit statuses of `rondo`
enum {
  RONDO_EXIT_SUCCESS     = 0,
  RONDO_EXIT_FAILURE     = 1,   ///< Some file failed
  RONDO_EXIT_USAGE       = 2,   ///< The command line was wrong
  RONDO_EXIT_INTERRUPTED = 130, ///< Stopped by Ctrl+C or a signal like it
};

// Subcommands: argv[0] is the subcommand's own name.

int
rondo_tool_denoise(int argc, char** argv);

int
rondo_tool_eval(int argc, char** argv);

int
rondo_tool_generate(int argc, char** argv);

int
rondo_tool_harmonize(int argc, char** argv);

int
rondo_tool_info(int argc, char** argv);

int
rondo_tool_mix(int argc, char** argv);

int
rondo_tool_plot(int argc, char** argv);

int
rondo_tool_quantize(int argc, char** argv);

int
rondo_tool_run(int argc, char** argv);

int
rondo_tool_sample(int argc, char** argv);

int
rondo_tool_train(int argc, char** argv);

#endif // RONDO_TOOL_TOOL_H
