// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/eval_table.h"

#include "core/base/file.h"
#include "tool/eval_losses.h"
#include "tool/json.h"
#include "tool/output.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_MANIFEST ((size_t)1 << 28U)
#define MAX_LEVELS 64U

/// Means over some rows
typedef struct {
  size_t n_rows;
  double processed[RONDO_N_SCORES];
  double noisy[RONDO_N_SCORES];

  RondoLosses losses[RONDO_N_PARTS];
} Means;

void
rondo_eval_table_free(RondoEvalTable* table)
{
  for (size_t i = 0U; i < table->n_rows; ++i) {
    free(table->rows[i].name);
  }
  free(table->rows);
  memset(table, 0, sizeof(*table));
}

// Return field `index` of a line that ends with a newline or zero
static const char*
find_field(const char* line, size_t index, size_t* length)
{
  for (; index; --index) {
    line += strcspn(line, "\t\r\n");
    if (*line != '\t') {
      *length = 0U;
      return line;
    }
    ++line;
  }
  *length = strcspn(line, "\t\r\n");
  return line;
}

static bool
find_column(const char* line, const char* name, size_t* index)
{
  size_t      length = 0U;
  const char* field  = line;
  for (*index = 0U;; ++*index) {
    field = find_field(line, *index, &length);
    if (length == strlen(name) && !strncmp(field, name, length)) {
      return true;
    }
    if (field[length] != '\t') {
      return false;
    }
  }
}

static void
read_line(RondoEvalTable* table, const char* line, size_t name, size_t snr)
{
  size_t            name_length = 0U;
  size_t            snr_length  = 0U;
  const char* const name_field  = find_field(line, name, &name_length);
  const char* const snr_field   = find_field(line, snr, &snr_length);
  for (size_t i = 0U; i < table->n_rows; ++i) {
    RondoEvalRow* const row = &table->rows[i];
    if (strlen(row->name) == name_length && snr_length &&
        !strncmp(row->name, name_field, name_length)) {
      char* end    = NULL;
      row->snr     = strtod(snr_field, &end);
      row->has_snr = end == snr_field + snr_length && isfinite(row->snr);
    }
  }
}

RondoStatus
rondo_eval_table_read_manifest(RondoEvalTable* table,
                               const char*     path,
                               RondoError*     error)
{
  void*       data = NULL;
  size_t      size = 0U;
  size_t      name = 0U;
  size_t      snr  = 0U;
  RondoStatus st   = rondo_file_read(path, MAX_MANIFEST, &data, &size, error);
  if (st) {
    return st;
  }
  const char* line = (const char*)data;
  if (!find_column(line, "name", &name) || !find_column(line, "snr", &snr)) {
    st = rondo_error_set(error,
                         RONDO_ERR_BAD_FILE,
                         "%s: the first line names no columns 'name' and "
                         "'snr'",
                         path);
  }
  while (!st && *line) {
    line += strcspn(line, "\n");
    line += *line ? 1 : 0;
    read_line(table, line, name, snr);
  }
  free(data);
  return st;
}

// Return the means over rows of one ratio, or over all rows
static Means
take_means(const RondoEvalTable* table, const double* snr)
{
  Means  means;
  size_t n_processed[RONDO_N_SCORES] = { 0U };
  size_t n_noisy[RONDO_N_SCORES]     = { 0U };
  memset(&means, 0, sizeof(means));
  for (size_t i = 0U; i < table->n_rows; ++i) {
    const RondoEvalRow* const row = &table->rows[i];
    if (!row->scored ||
        (snr && (!row->has_snr || row->snr < *snr || row->snr > *snr))) {
      continue;
    }
    ++means.n_rows;
    rondo_losses_add(means.losses, row->losses);
    for (size_t s = 0U; s < RONDO_N_SCORES; ++s) {
      if (isfinite(row->processed.values[s])) {
        means.processed[s] += row->processed.values[s];
        ++n_processed[s];
      }
      if (table->has_noisy && isfinite(row->noisy.values[s])) {
        means.noisy[s] += row->noisy.values[s];
        ++n_noisy[s];
      }
    }
  }
  for (size_t s = 0U; s < RONDO_N_SCORES; ++s) {
    means.processed[s] = n_processed[s]
                           ? means.processed[s] / (double)n_processed[s]
                           : (double)NAN;
    means.noisy[s] =
      n_noisy[s] ? means.noisy[s] / (double)n_noisy[s] : (double)NAN;
  }
  return means;
}

static int
compare_numbers(const void* a, const void* b)
{
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return (x > y) - (x < y);
}

// Fill the ratios that occur, from low to high, and return their number
static size_t
find_levels(const RondoEvalTable* table, double* levels)
{
  size_t n = 0U;
  for (size_t i = 0U; i < table->n_rows && n < MAX_LEVELS; ++i) {
    const RondoEvalRow* const row   = &table->rows[i];
    bool                      known = !row->has_snr || !row->scored;
    for (size_t j = 0U; j < n && !known; ++j) {
      known = !compare_numbers(&levels[j], &row->snr);
    }
    if (!known) {
      levels[n++] = row->snr;
    }
  }
  qsort(levels, n, sizeof(levels[0]), compare_numbers);
  return n;
}

static void
print_means(const RondoEvalTable* table, const char* label, const Means* means)
{
  printf("%-10s %6zu", label, means->n_rows);
  for (size_t s = 0U; s < RONDO_N_SCORES; ++s) {
    printf(" %9.3f", means->processed[s]);
  }
  for (size_t s = 0U; s < RONDO_N_SCORES && table->has_noisy; ++s) {
    printf(" %9.3f", means->noisy[s]);
  }
  for (size_t s = 0U; s < RONDO_N_SCORES && table->has_noisy; ++s) {
    printf(" %+9.3f", means->processed[s] - means->noisy[s]);
  }
  putchar('\n');
}

static void
print_losses(const RondoEvalTable* table, const double* levels, size_t n_levels)
{
  putchar('\n');
  rondo_losses_print_heading();
  for (size_t i = 0U; i <= n_levels; ++i) {
    char        label[32] = "all";
    const Means means     = take_means(table, i ? &levels[i - 1U] : NULL);
    if (i) {
      snprintf(label, sizeof(label), "%g dB", levels[i - 1U]);
    }
    printf("%-10s %6zu", label, means.n_rows);
    rondo_losses_print(means.losses);
  }
}

void
rondo_eval_table_print(const RondoEvalTable* table)
{
  double       levels[MAX_LEVELS];
  const size_t n_levels = find_levels(table, levels);
  const Means  all      = take_means(table, NULL);
  printf("delay %ld samples\n\n", table->delay);
  if (table->has_noisy) {
    printf("%17s %29s %29s %29s\n", "", "processed", "noisy", "difference");
  }
  printf("%-10s %6s", "set", "files");
  for (size_t i = 0U; i < (table->has_noisy ? 3U : 1U); ++i) {
    printf(" %9s %9s %9s", "SI-SDR/dB", "STOI", "LSD/dB");
  }
  putchar('\n');
  print_means(table, "all", &all);
  for (size_t i = 0U; i < n_levels; ++i) {
    char        label[32];
    const Means means = take_means(table, &levels[i]);
    snprintf(label, sizeof(label), "%g dB", levels[i]);
    print_means(table, label, &means);
  }
  if (table->has_losses) {
    print_losses(table, levels, n_levels);
  }
}

static void
print_scores_json(const char* key, const double* values, int* first)
{
  rondo_json_key(stdout, first, key);
  fputs("{", stdout);
  int inner = 1;
  for (size_t s = 0U; s < RONDO_N_SCORES; ++s) {
    rondo_json_key(stdout, &inner, rondo_score_names[s]);
    rondo_json_number(stdout, values[s]);
  }
  fputs("}", stdout);
}

static void
print_means_json(const RondoEvalTable* table, const double* snr)
{
  const Means means = take_means(table, snr);
  int         first = 1;
  fputs("{", stdout);
  if (snr) {
    rondo_json_key(stdout, &first, "snr");
    rondo_json_number(stdout, *snr);
  }
  rondo_json_key(stdout, &first, "files");
  printf("%zu", means.n_rows);
  print_scores_json("processed", means.processed, &first);
  if (table->has_noisy) {
    print_scores_json("noisy", means.noisy, &first);
  }
  if (table->has_losses) {
    rondo_json_key(stdout, &first, "losses");
    rondo_losses_print_json(means.losses);
  }
  fputs("}", stdout);
}

static void
print_row_json(const RondoEvalTable* table, const RondoEvalRow* row)
{
  int first = 1;
  fputs("{", stdout);
  rondo_json_key(stdout, &first, "name");
  rondo_json_string(stdout, row->name);
  if (row->has_snr) {
    rondo_json_key(stdout, &first, "snr");
    rondo_json_number(stdout, row->snr);
  }
  print_scores_json("processed", row->processed.values, &first);
  if (table->has_noisy) {
    print_scores_json("noisy", row->noisy.values, &first);
  }
  if (table->has_losses) {
    rondo_json_key(stdout, &first, "losses");
    rondo_losses_print_json(row->losses);
  }
  fputs("}", stdout);
}

void
rondo_eval_table_print_json(const RondoEvalTable* table)
{
  double       levels[MAX_LEVELS];
  const size_t n_levels = find_levels(table, levels);
  printf("{\n  \"delay\": %ld,\n  \"all\": ", table->delay);
  print_means_json(table, NULL);
  fputs(",\n  \"snr\": [", stdout);
  for (size_t i = 0U; i < n_levels; ++i) {
    fputs(i ? ",\n    " : "\n    ", stdout);
    print_means_json(table, &levels[i]);
  }
  fputs("],\n  \"files\": [", stdout);
  const char* separator = "\n    ";
  for (size_t i = 0U; i < table->n_rows; ++i) {
    if (table->rows[i].scored) {
      fputs(separator, stdout);
      print_row_json(table, &table->rows[i]);
      separator = ",\n    ";
    }
  }
  fputs("]\n}\n", stdout);
}

// Write a field, in quotes where it needs them
static void
write_field(FILE* stream, const char* text)
{
  if (!strpbrk(text, ",\"\r\n")) {
    fputs(text, stream);
    return;
  }
  fputc('"', stream);
  for (; *text; ++text) {
    fputs(*text == '"' ? "\"" : "", stream);
    fputc(*text, stream);
  }
  fputc('"', stream);
}

static void
write_scores(FILE* stream, const double* values)
{
  for (size_t s = 0U; s < RONDO_N_SCORES; ++s) {
    fputc(',', stream);
    if (isfinite(values[s])) {
      fprintf(stream, "%.9g", values[s]);
    }
  }
}

static void
write_rows(FILE* stream, const RondoEvalTable* table)
{
  fputs("name,snr", stream);
  for (size_t i = 0U; i < (table->has_noisy ? 2U : 1U); ++i) {
    for (size_t s = 0U; s < RONDO_N_SCORES; ++s) {
      fprintf(stream, ",%s%s", i ? "noisy_" : "", rondo_score_names[s]);
    }
  }
  if (table->has_losses) {
    rondo_losses_write_heading(stream);
  }
  fputc('\n', stream);
  for (size_t i = 0U; i < table->n_rows; ++i) {
    const RondoEvalRow* const row = &table->rows[i];
    if (row->scored) {
      write_field(stream, row->name);
      fputc(',', stream);
      if (row->has_snr) {
        fprintf(stream, "%g", row->snr);
      }
      write_scores(stream, row->processed.values);
      if (table->has_noisy) {
        write_scores(stream, row->noisy.values);
      }
      if (table->has_losses) {
        rondo_losses_write(stream, row->losses);
      }
      fputc('\n', stream);
    }
  }
}

RondoStatus
rondo_eval_table_write(const RondoEvalTable* table,
                       const char*           path,
                       RondoError*           error)
{
  char*       text   = NULL;
  size_t      size   = 0U;
  FILE* const stream = open_memstream(&text, &size);
  if (stream) {
    write_rows(stream, table);
  }
  const bool        made = stream && !ferror(stream) && !fclose(stream);
  const RondoStatus st   = made
                             ? rondo_output_write_file(path, text, size, error)
                             : rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  free(text);
  return st;
}
