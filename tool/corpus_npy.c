// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/file.h"
#include "tool/corpus.h"
#include "tool/npy.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST_FILE ((size_t)1U << 34U)

static const char input_ending[] = ".x.npy";

static int
is_input(const struct dirent* const entry)
{
  const size_t n   = strlen(entry->d_name);
  const size_t end = strlen(input_ending);
  return n > end && !strcmp(entry->d_name + n - end, input_ending);
}

static RondoStatus
read_array(const char* const path,
           RondoArray* const array,
           RondoError* const error)
{
  void*       data = NULL;
  size_t      size = 0;
  RondoStatus st   = rondo_file_read(path, LARGEST_FILE, &data, &size, error);
  if (!st && (st = rondo_array_parse(data, size, array, error))) {
    rondo_error_prefix(error, path);
  }
  free(data);
  return st;
}

static RondoStatus
check_width(const char* const path,
            const char* const what,
            size_t* const     expected,
            const size_t      found,
            RondoError* const error)
{
  if (*expected && *expected != found) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "%s: expected %zu %s a step, found %zu",
                           path,
                           *expected,
                           what,
                           found);
  }
  *expected = found;
  return RONDO_SUCCESS;
}

// Check that targets are classes below `n_classes`
static RondoStatus
check_classes(const char* const       path,
              const RondoArray* const y,
              const size_t            n_classes,
              RondoError* const       error)
{
  if (y->n_columns != 1) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "%s: expected one class a step, found %zu values",
                           path,
                           y->n_columns);
  }
  for (size_t i = 0; i < y->n_rows; ++i) {
    const float c = y->values[i];
    if (c != floorf(c) || c < -1.0f || c >= (float)n_classes) {
      return rondo_error_set(
        error,
        RONDO_ERR_BAD_FILE,
        "%s: the class at [%zu] is %g, expected an integer "
        "from 0 to %zu, or -1 for none",
        path,
        i,
        (double)c,
        n_classes - 1);
    }
  }
  return RONDO_SUCCESS;
}

static RondoStatus
add_pair(RondoSequences* const   set,
         const RondoArray* const x,
         const RondoArray* const y,
         const char* const       path,
         RondoError* const       error)
{
  if (!x->n_rows || !x->n_columns || !y->n_columns) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "%s: there is nothing in these inputs or targets",
                           path);
  }
  if (y->n_rows != x->n_rows && y->n_rows != 1) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "%s: expected as many steps as the inputs have, "
                           "%zu, or one, found %zu",
                           path,
                           x->n_rows,
                           y->n_rows);
  }
  const bool is_single = y->n_rows == 1 && x->n_rows > 1;
  if (set->count && set->is_single != is_single) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "%s: one target per sequence, or one per step, but "
                           "not both",
                           path);
  }
  const size_t         n_x = x->n_rows * x->n_columns;
  const size_t         n_y = y->n_rows * y->n_columns;
  RondoSequence* const s   = rondo_sequences_add(set, n_x + n_y);
  if (!s) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  memcpy(s->memory, x->values, sizeof(float) * n_x);
  memcpy(s->memory + n_x, y->values, sizeof(float) * n_y);
  set->is_single = is_single;
  s->x           = s->memory;
  s->y           = s->memory + n_x;
  s->n_steps     = x->n_rows;
  s->n_targets   = y->n_rows;
  return RONDO_SUCCESS;
}

// Read NAME.x.npy at `x_path` and NAME.y.npy beside it
static RondoStatus
read_pair(RondoSequences* const set,
          char* const           x_path,
          const size_t          n_classes,
          RondoError* const     error)
{
  RondoArray  x      = { NULL, 0, 0 };
  RondoArray  y      = { NULL, 0, 0 };
  char* const y_path = strdup(x_path);
  RondoStatus st =
    y_path ? RONDO_SUCCESS : rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  if (y_path) {
    y_path[strlen(y_path) - strlen(input_ending) + 1] = 'y';
    st = read_array(x_path, &x, error);
  }
  st = st ? st : read_array(y_path, &y, error);
  st =
    st ? st : check_width(x_path, "inputs", &set->n_inputs, x.n_columns, error);
  if (!st) {
    st =
      n_classes
        ? check_classes(y_path, &y, n_classes, error)
        : check_width(y_path, "targets", &set->n_outputs, y.n_columns, error);
  }
  st = st ? st : add_pair(set, &x, &y, y_path, error);
  rondo_array_free(&x);
  rondo_array_free(&y);
  free(y_path);
  return st;
}

static RondoStatus
read_folder(RondoSequences* const set,
            const char* const     folder,
            const size_t          n_classes,
            RondoError* const     error)
{
  struct dirent** entries = NULL;
  const int       n       = scandir(folder, &entries, is_input, alphasort);
  if (n < 0) {
    return rondo_error_set(
      error, RONDO_ERR_IO, "%s: %s", folder, strerror(errno));
  }
  RondoStatus st = RONDO_SUCCESS;
  if (!n) {
    st = rondo_error_set(error,
                         RONDO_ERR_BAD_FILE,
                         "%s: there are no files NAME%s",
                         folder,
                         input_ending);
  }
  for (int i = 0; i < n; ++i) {
    char* path = NULL;
    if (!st && asprintf(&path, "%s/%s", folder, entries[i]->d_name) < 0) {
      path = NULL;
      st   = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
    }
    if (path) {
      st = read_pair(set, path, n_classes, error);
    }
    free(path);
    free(entries[i]);
  }
  free((void*)entries);
  return st;
}

RondoStatus
rondo_corpus_read_npy(RondoCorpus* const corpus,
                      RondoConfig* const data,
                      const char* const  folder,
                      RondoError* const  error)
{
  size_t      n_classes = 0;
  size_t      n_inputs  = 0;
  size_t      n_outputs = 0;
  RondoStatus st =
    rondo_config_integer(data, "classes", 2, 16384, &n_classes, error);
  for (size_t i = 0; !st && i < RONDO_N_SPLITS; ++i) {
    RondoSequences* const set = &corpus->splits[i];
    set->n_inputs             = n_inputs;
    set->n_outputs            = n_classes ? n_classes : n_outputs;
    set->classes              = n_classes > 0;

    char* path = NULL;
    if (rondo_config_has(data, rondo_split_names[i])) {
      st = rondo_corpus_path(data, rondo_split_names[i], folder, &path, error);
      st = st ? st : read_folder(set, path, n_classes, error);
    }
    free(path);
    n_inputs  = set->n_inputs;
    n_outputs = set->n_outputs;
  }
  return st ? st : rondo_config_refuse_unknown(data, error);
}
