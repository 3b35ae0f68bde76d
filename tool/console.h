// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file console.h What a subcommand says on stderr.

   Messages are whole lines, `rondo COMMAND: PATH: REASON`, in which control
   characters are written as escapes.  All functions may be called from any
   thread.
*/

#ifndef RONDO_TOOL_CONSOLE_H
#define RONDO_TOOL_CONSOLE_H

#include <pthread.h>
#include <stdbool.h>

/// When a progress bar is drawn
typedef enum {
  RONDO_PROGRESS_AUTO, ///< If stderr is a terminal
  RONDO_PROGRESS_ALWAYS,
  RONDO_PROGRESS_NEVER,
} RondoProgress;

/// The words for RondoProgress, in order, ended by NULL
extern const char* const rondo_progress_words[];

/// The voice of one subcommand
typedef struct {
  const char*     command; ///< Such as "denoise"
  bool            quiet;   ///< Print errors only
  pthread_mutex_t lock;
  bool            bar;     ///< A bar is wanted
  bool            drawn;   ///< A bar is on the screen
  double          total;   ///< Work to do, in any unit
  double          done;    ///< Work done
  double          started; ///< Seconds
  double          drawn_at;
} RondoConsole;

/// Prepare a console without a progress bar.
void
rondo_console_init(RondoConsole* console, const char* command);

/// Release what rondo_console_init() made and remove the bar.
void
rondo_console_end(RondoConsole* console);

/// Print an error, unless it is empty; `path` may be NULL.
void
rondo_console_error(RondoConsole* console,
                    const char*   path,
                    const char*   format,
                    ...) __attribute__((format(printf, 3, 4)));

/// Print a line unless the console is quiet.
void
rondo_console_note(RondoConsole* console, const char* format, ...)
  __attribute__((format(printf, 2, 3)));

/// Start a bar of `total` work, if `progress` and the terminal say so.
void
rondo_console_start_bar(RondoConsole* console,
                        RondoProgress progress,
                        double        total);

/// Advance the bar; it is drawn at most ten times a second.
void
rondo_console_advance(RondoConsole* console, double work);

/// Remove the bar, so that something else can be printed.
void
rondo_console_stop_bar(RondoConsole* console);

/// Return seconds on a clock that never jumps.
double
rondo_console_seconds(void);

#endif // RONDO_TOOL_CONSOLE_H
