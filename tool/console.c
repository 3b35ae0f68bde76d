// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/console.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define REDRAW_SECONDS 0.1
#define MAX_BAR 40

const char* const rondo_progress_words[] = { "auto", "always", "never", NULL };

double
rondo_console_seconds(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + ((double)now.tv_nsec * 1e-9);
}

void
rondo_console_init(RondoConsole* console, const char* command)
{
  memset(console, 0, sizeof(*console));
  console->command = command;
  pthread_mutex_init(&console->lock, NULL);
}

static void
erase_bar(RondoConsole* console)
{
  if (console->drawn) {
    fputs("\r\033[K", stderr);
    console->drawn = false;
  }
}

void
rondo_console_stop_bar(RondoConsole* console)
{
  pthread_mutex_lock(&console->lock);
  erase_bar(console);
  console->bar = false;
  pthread_mutex_unlock(&console->lock);
}

void
rondo_console_end(RondoConsole* console)
{
  rondo_console_stop_bar(console);
  pthread_mutex_destroy(&console->lock);
}

// Return `text` with escapes in place of control characters, or NULL
static char*
escape(const char* text)
{
  char* const escaped = (char*)malloc((strlen(text) * 4U) + 1U);
  char*       out     = escaped;
  for (const char* c = text; out && *c; ++c) {
    if (*c == '\n') {
      *out++ = '\\';
      *out++ = 'n';
    } else if ((unsigned char)*c < 0x20U || *c == 0x7F) {
      out += sprintf(out, "\\%03o", (unsigned)(unsigned char)*c);
    } else {
      *out++ = *c;
    }
  }
  if (out) {
    *out = '\0';
  }
  return escaped;
}

static void
print_line(RondoConsole* console, const char* path, const char* text)
{
  if (!*text) {
    return;
  }
  char* const shown_path = path ? escape(path) : NULL;
  char* const shown_text = escape(text);
  pthread_mutex_lock(&console->lock);
  erase_bar(console);
  fprintf(stderr,
          "rondo %s: %s%s%s\n",
          console->command,
          shown_path ? shown_path : "",
          shown_path ? ": " : "",
          shown_text ? shown_text : text);
  pthread_mutex_unlock(&console->lock);
  free(shown_path);
  free(shown_text);
}

static void
print_arguments(RondoConsole* console,
                const char*   path,
                const char*   format,
                va_list       args)
{
  char* text = NULL;
  if (vasprintf(&text, format, args) < 0) {
    print_line(console, path, format);
    return;
  }
  print_line(console, path, text);
  free(text);
}

void
rondo_console_error(RondoConsole* console,
                    const char*   path,
                    const char*   format,
                    ...)
{
  va_list args;
  va_start(args, format);
  print_arguments(console, path, format, args);
  va_end(args);
}

void
rondo_console_note(RondoConsole* console, const char* format, ...)
{
  if (console->quiet) {
    return;
  }
  va_list args;
  va_start(args, format);
  print_arguments(console, NULL, format, args);
  va_end(args);
}

void
rondo_console_start_bar(RondoConsole* console,
                        RondoProgress progress,
                        double        total)
{
  console->bar = progress == RONDO_PROGRESS_ALWAYS ||
                 (progress == RONDO_PROGRESS_AUTO && isatty(STDERR_FILENO));
  console->total   = total;
  console->done    = 0.0;
  console->started = rondo_console_seconds();
  // What is done at once needs no bar on a terminal
  console->drawn_at =
    progress == RONDO_PROGRESS_ALWAYS ? -1.0 : console->started;
}

static int
bar_width(void)
{
  struct winsize size;
  const int      columns =
    ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || !size.ws_col ? 80 : size.ws_col;
  const int width = columns - 32;
  return width < 0 ? 0 : width > MAX_BAR ? MAX_BAR : width;
}

static void
draw_bar(RondoConsole* console, double now)
{
  const double part =
    console->done < console->total ? console->done / console->total : 1.0;
  const double elapsed = now - console->started;
  const double left    = part > 0.0 ? (elapsed / part) - elapsed : 0.0;
  const long   seconds = (long)(left + 0.5);
  char         bar[MAX_BAR + 1];
  const int    width  = bar_width();
  const int    filled = (int)(part * width);
  for (int i = 0; i < width; ++i) {
    bar[i] = i < filled ? '#' : '-';
  }
  bar[width] = '\0';
  fprintf(stderr,
          "\r\033[K%3.0f %% [%s] %ld:%02ld left",
          part * 100.0,
          bar,
          seconds / 60,
          seconds % 60);
  console->drawn    = true;
  console->drawn_at = now;
}

void
rondo_console_advance(RondoConsole* console, double work)
{
  pthread_mutex_lock(&console->lock);
  console->done += work;
  const double now = rondo_console_seconds();
  if (console->bar && now - console->drawn_at >= REDRAW_SECONDS) {
    draw_bar(console, now);
  }
  pthread_mutex_unlock(&console->lock);
}
