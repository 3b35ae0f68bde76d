// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/options.h"

#include "tool/tool.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HELP_COLUMN 27
#define MAX_WORD 32U

RondoOptions
rondo_options(const RondoCommand* command, int argc, char** argv)
{
  RondoOptions options = { command, argc, argv, 1, NULL, false, argv + 1, 0U };
  return options;
}

int
rondo_options_error(const RondoCommand* command, const char* format, ...)
{
  va_list args;
  va_start(args, format);
  fprintf(stderr, "rondo %s: ", command->name);
  vfprintf(stderr, format, args);
  fprintf(stderr, "\nTry 'rondo %s --help'.\n", command->name);
  va_end(args);
  return RONDO_OPTIONS_ERROR;
}

int
rondo_options_take(RondoOptions* options,
                   bool (*take)(void* to, int option, const char* value),
                   void* to)
{
  const char* value  = NULL;
  int         option = 0;
  while ((option = rondo_options_next(options, &value)) >= 0) {
    if (!take(to, option, value)) {
      return RONDO_OPTIONS_ERROR;
    }
  }
  return option;
}

int
rondo_options_status(int result)
{
  return result == RONDO_OPTIONS_ERROR ? RONDO_EXIT_USAGE : RONDO_EXIT_SUCCESS;
}

// Print a text whose further lines are indented like its first
static void
print_indented(const char* text, int column)
{
  for (const char* c = text; *c; ++c) {
    putchar(*c);
    if (*c == '\n') {
      printf("%*s", column, "");
    }
  }
  putchar('\n');
}

static void
print_option(const RondoOption* option)
{
  char text[64];
  char letter[4] = { option->letter, ',', ' ', '\0' };
  if (option->letter) {
    snprintf(text, sizeof(text), "  -%s", letter);
  } else {
    snprintf(text, sizeof(text), "      ");
  }
  const size_t used = strlen(text);
  snprintf(text + used,
           sizeof(text) - used,
           "--%s%s%s",
           option->name,
           option->value ? " " : "",
           option->value ? option->value : "");
  printf("%-*s", HELP_COLUMN, text);
  if (strlen(text) >= (size_t)HELP_COLUMN) {
    printf("\n%*s", HELP_COLUMN, "");
  }
  print_indented(option->help, HELP_COLUMN);
}

static int
print_help(const RondoCommand* command)
{
  printf("Usage: rondo %s ", command->name);
  print_indented(command->synopsis, 0);
  printf("\n%s\n\nOptions:\n", command->summary);
  for (size_t i = 0U; i < command->n_options; ++i) {
    print_option(&command->options[i]);
  }
  const RondoOption help = { 'h', "help", NULL, "Print this and exit" };
  print_option(&help);
  if (command->notes) {
    printf("\n%s\n", command->notes);
  }
  return RONDO_OPTIONS_HELP;
}

static int
find_long(const RondoCommand* command, const char* name, size_t length)
{
  for (size_t i = 0U; i < command->n_options; ++i) {
    const char* const known = command->options[i].name;
    if (strlen(known) == length && !strncmp(known, name, length)) {
      return (int)i;
    }
  }
  return RONDO_OPTIONS_ERROR;
}

static int
unknown_long(const RondoCommand* command, const char* name, size_t length)
{
  char        text[MAX_WORD + 1U];
  const char* words[64];
  snprintf(text, sizeof(text), "%.*s", (int)length, name);
  size_t n = 0U;
  for (; n < command->n_options && n < 64U; ++n) {
    words[n] = command->options[n].name;
  }
  const char* const nearest = rondo_options_nearest(text, words, n);
  return nearest ? rondo_options_error(command,
                                       "unknown option '--%.*s': did you mean "
                                       "'--%s'?",
                                       (int)length,
                                       name,
                                       nearest)
                 : rondo_options_error(
                     command, "unknown option '--%.*s'", (int)length, name);
}

static int
next_long(RondoOptions* options, const char* text, const char** value)
{
  const RondoCommand* const command = options->command;
  const char* const         equals  = strchr(text, '=');
  const size_t length = equals ? (size_t)(equals - text) : strlen(text);
  if (!strcmp(text, "help")) {
    return print_help(command);
  }
  const int found = find_long(command, text, length);
  if (found < 0) {
    return unknown_long(command, text, length);
  }
  const RondoOption* const option = &command->options[found];
  if (!option->value) {
    return equals ? rondo_options_error(
                      command, "option '--%s' takes no value", option->name)
                  : found;
  }
  if (!equals && options->index >= options->argc) {
    return rondo_options_error(
      command, "option '--%s' needs %s", option->name, option->value);
  }
  *value = equals ? equals + 1 : options->argv[options->index++];
  return found;
}

static int
next_letter(RondoOptions* options, const char** value)
{
  const RondoCommand* const command = options->command;
  const char                letter  = *options->joined++;
  const char* const         rest    = *options->joined ? options->joined : NULL;
  options->joined                   = rest;
  if (letter == 'h') {
    return print_help(command);
  }
  for (size_t i = 0U; i < command->n_options; ++i) {
    const RondoOption* const option = &command->options[i];
    if (option->letter != letter) {
      continue;
    }
    if (!option->value) {
      return (int)i;
    }
    options->joined = NULL;
    if (!rest && options->index >= options->argc) {
      return rondo_options_error(
        command, "option '-%c' needs %s", letter, option->value);
    }
    *value = rest ? rest : options->argv[options->index++];
    return (int)i;
  }
  return rondo_options_error(command, "unknown option '-%c'", letter);
}

int
rondo_options_next(RondoOptions* options, const char** value)
{
  *value = NULL;
  if (options->joined) {
    return next_letter(options, value);
  }
  while (options->index < options->argc) {
    char* const text = options->argv[options->index++];
    if (options->literal || text[0] != '-' || !text[1]) {
      options->files[options->n_files++] = text;
    } else if (!strcmp(text, "--")) {
      options->literal = true;
    } else if (text[1] == '-') {
      return next_long(options, text + 2, value);
    } else {
      options->joined = text + 1;
      return next_letter(options, value);
    }
  }
  return RONDO_OPTIONS_END;
}

bool
rondo_options_number(const RondoCommand* command,
                     int                 option,
                     const char*         text,
                     double              minimum,
                     double              maximum,
                     double*             value)
{
  char*        end    = NULL;
  const double number = strtod(text, &end);
  if (end == text || *end || !(number >= minimum && number <= maximum)) {
    rondo_options_error(command,
                        "--%s: '%s' is not a number from %g to %g",
                        command->options[option].name,
                        text,
                        minimum,
                        maximum);
    return false;
  }
  *value = number;
  return true;
}

bool
rondo_options_integer(const RondoCommand* command,
                      int                 option,
                      const char*         text,
                      long                minimum,
                      long                maximum,
                      long*               value)
{
  char* end         = NULL;
  errno             = 0;
  const long number = strtol(text, &end, 10);
  if (end == text || *end || errno || number < minimum || number > maximum) {
    rondo_options_error(command,
                        "--%s: '%s' is not a whole number from %ld to %ld",
                        command->options[option].name,
                        text,
                        minimum,
                        maximum);
    return false;
  }
  *value = number;
  return true;
}

bool
rondo_options_choice(const RondoCommand* command,
                     int                 option,
                     const char*         text,
                     const char* const*  words,
                     size_t*             value)
{
  char   list[256] = "";
  size_t used      = 0U;
  for (size_t i = 0U; words[i]; ++i) {
    if (!strcmp(text, words[i])) {
      *value = i;
      return true;
    }
    if (used < sizeof(list)) {
      used += (size_t)snprintf(
        list + used, sizeof(list) - used, "%s%s", i ? ", " : "", words[i]);
    }
  }
  rondo_options_error(command,
                      "--%s: '%s' is none of %s",
                      command->options[option].name,
                      text,
                      list);
  return false;
}

// Return the least number of inserted, dropped or changed letters (Levenshtein)
static size_t
distance(const char* a, const char* b)
{
  size_t       row[MAX_WORD + 1U];
  const size_t n = strlen(b);
  for (size_t j = 0U; j <= n; ++j) {
    row[j] = j;
  }
  for (size_t i = 0U; a[i]; ++i) {
    size_t diagonal = row[0];
    row[0]          = i + 1U;
    for (size_t j = 0U; j < n; ++j) {
      const size_t changed = diagonal + (a[i] != b[j] ? 1U : 0U);
      const size_t fewer   = row[j] < row[j + 1U] ? row[j] : row[j + 1U];
      diagonal             = row[j + 1U];
      row[j + 1U]          = changed < fewer + 1U ? changed : fewer + 1U;
    }
  }
  return row[n];
}

const char*
rondo_options_nearest(const char* text, const char* const* words, size_t n)
{
  const char* nearest = NULL;
  size_t      least   = (strlen(text) / 3U) + 2U;
  for (size_t i = 0U; i < n; ++i) {
    if (strlen(words[i]) <= MAX_WORD) {
      const size_t d = distance(text, words[i]);
      if (d < least) {
        least   = d;
        nearest = words[i];
      }
    }
  }
  return nearest;
}
