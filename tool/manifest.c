// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/manifest.h"

#include "core/base/file.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// A manifest of a million files is about this long
#define LONGEST (256U << 20U)

#define MAX_COLUMNS 64U

/// Columns that are of interest
typedef struct {
  size_t file;
  size_t label;
  size_t bandwidth;
} Columns;

// Cut the next value out of `*text`, in place; return whether the line goes on
static bool
next_value(char** const text, char** const value)
{
  char* read  = *text;
  char* write = read;
  bool  open  = false;
  *value      = write;
  for (; *read; ++read) {
    if (*read == '"' && open && read[1] == '"') {
      *write++ = *read++;
    } else if (*read == '"') {
      open = !open;
    } else if (!open && (*read == ',' || *read == '\n')) {
      break;
    } else if (*read != '\r') {
      *write++ = *read;
    }
  }
  const char end = *read;
  *text          = end ? read + 1 : read;
  *write         = '\0';
  return end == ',';
}

// Cut a line into values; return how many
static size_t
next_line(char** const text, char** const values)
{
  size_t n    = 0;
  bool   more = true;
  while (more) {
    char* value = NULL;
    more        = next_value(text, &value);
    if (n < MAX_COLUMNS) {
      values[n++] = value;
    }
  }
  return n;
}

static size_t
find_column(char* const* const values, const size_t n, const char* const name)
{
  size_t i = 0;
  while (i < n && strcmp(values[i], name) != 0) {
    ++i;
  }
  return i < n ? i : MAX_COLUMNS;
}

static int
compare_rows(const void* const a, const void* const b)
{
  return strcmp(((const RondoManifestRow*)a)->file,
                ((const RondoManifestRow*)b)->file);
}

static size_t
count_lines(const char* text)
{
  size_t n = 1;
  for (; *text; ++text) {
    n += *text == '\n' ? 1 : 0;
  }
  return n;
}

static void
read_rows(RondoManifest* const manifest, char* text, const Columns columns)
{
  while (*text) {
    char*        values[MAX_COLUMNS];
    const size_t n = next_line(&text, values);
    if (columns.file >= n || !*values[columns.file]) {
      continue;
    }
    RondoManifestRow* const row = &manifest->rows[manifest->n_rows++];
    row->file                   = values[columns.file];
    row->label        = columns.label < n ? values[columns.label] : "";
    row->bandwidth_hz = 0.0;
    if (columns.bandwidth < n) {
      row->bandwidth_hz = strtod(values[columns.bandwidth], NULL);
    }
  }
  qsort(
    manifest->rows, manifest->n_rows, sizeof(RondoManifestRow), compare_rows);
}

RondoStatus
rondo_manifest_read(const char* const    path,
                    RondoManifest* const manifest,
                    RondoError* const    error)
{
  memset(manifest, 0, sizeof(*manifest));
  void*       data   = NULL;
  size_t      size   = 0;
  RondoStatus status = rondo_file_read(path, LONGEST, &data, &size, error);
  if (status) {
    return status;
  }

  manifest->text = (char*)data;
  manifest->rows = (RondoManifestRow*)calloc(count_lines(manifest->text),
                                             sizeof(RondoManifestRow));
  if (!manifest->rows) {
    rondo_manifest_free(manifest);
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }

  char*         text = manifest->text;
  char*         names[MAX_COLUMNS];
  const size_t  n       = next_line(&text, names);
  const Columns columns = { find_column(names, n, "file"),
                            find_column(names, n, "speaker_or_class"),
                            find_column(names, n, "bandwidth_hz") };
  if (columns.file == MAX_COLUMNS) {
    rondo_manifest_free(manifest);
    return rondo_error_set(
      error, RONDO_ERR_BAD_FILE, "%s: there is no column \"file\"", path);
  }
  read_rows(manifest, text, columns);
  return RONDO_SUCCESS;
}

void
rondo_manifest_free(RondoManifest* const manifest)
{
  free(manifest->text);
  free(manifest->rows);
  memset(manifest, 0, sizeof(*manifest));
}

const RondoManifestRow*
rondo_manifest_find(const RondoManifest* const manifest, const char* const file)
{
  const RondoManifestRow key = { file, NULL, 0.0 };
  return manifest->n_rows
           ? (const RondoManifestRow*)bsearch(&key,
                                              manifest->rows,
                                              manifest->n_rows,
                                              sizeof(RondoManifestRow),
                                              compare_rows)
           : NULL;
}
