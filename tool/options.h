// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file options.h The command line of a subcommand.

   Options may stand anywhere before `--`; `--name=value`, `--name value`, `-n
   value` and `-nvalue` are the same, flags of one letter may be joined, and
   `-` alone is a file.  Every subcommand has `-h`, `--help`.
*/

#ifndef RONDO_TOOL_OPTIONS_H
#define RONDO_TOOL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

/// One option of a subcommand
typedef struct {
  char        letter; ///< Short form, or 0 if there is none
  const char* name;   ///< Long form without dashes
  const char* value;  ///< What it takes, such as "FILE", or NULL for a flag
  const char* help;   ///< One or more lines
} RondoOption;

/// All that the help of a subcommand says
typedef struct {
  const char*        name;     ///< Such as "denoise"
  const char*        synopsis; ///< What follows the name, one form a line
  const char*        summary;  ///< A paragraph
  const RondoOption* options;
  size_t             n_options;
  const char*        notes; ///< Further paragraphs, or NULL
} RondoCommand;

/// What rondo_options_next() returns beside the index of an option
enum {
  RONDO_OPTIONS_END   = -1, ///< All read; `files` are complete
  RONDO_OPTIONS_HELP  = -2, ///< The help was printed
  RONDO_OPTIONS_ERROR = -3, ///< A usage message was printed
};

/// A command line that is being read
typedef struct {
  const RondoCommand* command;
  int                 argc;
  char**              argv;
  int                 index;   ///< Of the next argument
  const char*         joined;  ///< The rest of joined letters, or NULL
  bool                literal; ///< `--` has been met
  char**              files;   ///< Arguments that are not options
  size_t              n_files;
} RondoOptions;

/// Return a reader of `argv`, whose order it changes.
RondoOptions
rondo_options(const RondoCommand* command, int argc, char** argv);

/**
   Return the index of the next option, or one of the negative values above.

   @param[out] value The option's value, or NULL for a flag.
*/
int
rondo_options_next(RondoOptions* options, const char** value);

/**
   Give all options to `take`, which returns whether one is good and prints a
   usage message otherwise.

   @return RONDO_OPTIONS_END if all are good, or another negative value.
*/
int
rondo_options_take(RondoOptions* options,
                   bool (*take)(void* to, int option, const char* value),
                   void* to);

/// Return the exit status that belongs to a negative value.
int
rondo_options_status(int result);

/// Print a usage message and return RONDO_OPTIONS_ERROR.
int
rondo_options_error(const RondoCommand* command, const char* format, ...)
  __attribute__((format(printf, 2, 3)));

/// Read a number in minimum <= x <= maximum, or print a usage message.
bool
rondo_options_number(const RondoCommand* command,
                     int                 option,
                     const char*         text,
                     double              minimum,
                     double              maximum,
                     double*             value);

/// Read an integer in minimum <= x <= maximum, or print a usage message.
bool
rondo_options_integer(const RondoCommand* command,
                      int                 option,
                      const char*         text,
                      long                minimum,
                      long                maximum,
                      long*               value);

/// Read one of the NULL-terminated `words`, or print a usage message.
bool
rondo_options_choice(const RondoCommand* command,
                     int                 option,
                     const char*         text,
                     const char* const*  words,
                     size_t*             value);

/// Return the one of `n` words most like `text`, or NULL if none is.
const char*
rondo_options_nearest(const char* text, const char* const* words, size_t n);

#endif // RONDO_TOOL_OPTIONS_H
