// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/options.h"
#include "tool/tool.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define MAX_COMMANDS 16U

typedef struct {
  const char* name;
  int (*run)(int argc, char** argv);
  const char* summary;
} Subcommand;

static const Subcommand subcommands[] = {
  { "denoise", rondo_tool_denoise, "Remove noise from recorded voices" },
  { "eval", rondo_tool_eval, "Score processed voices against clean ones" },
  { "generate", rondo_tool_generate, "Go on with a melody" },
  { "harmonize", rondo_tool_harmonize, "Add parts to a melody" },
  { "info", rondo_tool_info, "Describe models and sound files" },
  { "mix", rondo_tool_mix, "Write what a recipe mixes for training" },
  { "plot", rondo_tool_plot, "Draw spectrograms and training logs" },
  { "quantize", rondo_tool_quantize, "Make matrices of a model int8" },
  { "run", rondo_tool_run, "Run any network over an array" },
  { "sample", rondo_tool_sample, "Write text as a model would go on" },
  { "train", rondo_tool_train, "Train a network from a recipe" },
};

static const size_t n_subcommands =
  sizeof(subcommands) / sizeof(subcommands[0]);

static void
print_help(void)
{
  printf("Usage: rondo COMMAND [OPTION]... [ARGUMENT]...\n\n"
         "Recurrent networks for sound.\n\nCommands:\n");
  for (size_t i = 0U; i < n_subcommands; ++i) {
    printf("  %-10s %s\n", subcommands[i].name, subcommands[i].summary);
  }
  printf("\n'rondo COMMAND --help' tells more, and so does 'man rondo'.\n"
         "Exit status: 0 done, 1 some file failed, 2 wrong usage, "
         "130 interrupted.\n");
}

static int
unknown(const char* name)
{
  const char* names[MAX_COMMANDS];
  for (size_t i = 0U; i < n_subcommands; ++i) {
    names[i] = subcommands[i].name;
  }
  const char* const near = rondo_options_nearest(name, names, n_subcommands);
  fprintf(stderr, "rondo: unknown command '%s'", name);
  if (near) {
    fprintf(stderr, ": did you mean '%s'?", near);
  }
  fprintf(stderr, "\nTry 'rondo --help'.\n");
  return RONDO_EXIT_USAGE;
}

static int
dispatch(int argc, char** argv)
{
  const char* const name = argc > 1 ? argv[1] : NULL;
  if (!name) {
    fprintf(stderr, "rondo: a command is missing\nTry 'rondo --help'.\n");
    return RONDO_EXIT_USAGE;
  }
  if (!strcmp(name, "--help") || !strcmp(name, "-h")) {
    print_help();
    return RONDO_EXIT_SUCCESS;
  }
  if (!strcmp(name, "--version")) {
    printf("rondo %s\n", RONDO_VERSION);
    return RONDO_EXIT_SUCCESS;
  }
  for (size_t i = 0U; i < n_subcommands; ++i) {
    if (!strcmp(name, subcommands[i].name)) {
      return subcommands[i].run(argc - 1, argv + 1);
    }
  }
  return unknown(name);
}

int
main(int argc, char** argv)
{
  int status = dispatch(argc, argv);

  // A full disk shows only when the last of the text is written
  const bool failed = ferror(stdout) != 0;
  if ((fclose(stdout) || failed) && errno != EBADF) {
    if (errno != EPIPE) {
      fprintf(stderr, "rondo: standard output: %s\n", strerror(errno));
    }
    status = status ? status : RONDO_EXIT_FAILURE;
  }
  return status;
}
