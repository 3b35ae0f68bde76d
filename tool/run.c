// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/tool.h"

#include "core/base/file.h"
#include "core/base/status.h"
#include "core/net/description.h"
#include "core/net/model.h"
#include "core/net/sequence.h"
#include "core/net/stream.h"
#include "tool/console.h"
#include "tool/interrupt.h"
#include "tool/npy.h"
#include "tool/options.h"
#include "tool/output.h"
#include "tool/run_text.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_INPUT ((size_t)1 << 36U) // 64 GiB

enum { INPUT, OUTPUT, STREAM, LOOKAHEAD, GENERATE, SEED, TEXT };

static const RondoOption run_options[] = {
  { 'i', "input", "FILE", "Array to read (.npy), '-' for standard input" },
  { 'o', "output", "FILE", "Array to write (.npy), '-' for standard output" },
  { 0, "stream", "N", "Feed N steps at a time; the result is the same" },
  { 0, "lookahead", "N", "Have bidirectional layers see N steps ahead" },
  { 0, "generate", "N", "Write N steps that go on after the input" },
  { 0,
    "random-seed",
    "N",
    "With --generate: draw outputs that are probabilities\n"
    "(default: round them)" },
  { 0, "text", "TEXT", "Run a model of texts over TEXT" },
};

static const RondoCommand run_command = {
  "run",
  "MODEL --input FILE --output FILE [OPTION]...\n       rondo run MODEL "
  "[--text TEXT]",
  "Run the network in the file MODEL over an array (steps, inputs) of '<f4', "
  "'<f8',\n"
  "'<i4' or '<i8' and write its outputs (steps, outputs) as '<f4': a single "
  "row of\n"
  "them if the network gives one output per sequence.",
  run_options,
  sizeof(run_options) / sizeof(run_options[0]),
  "A model of texts takes TEXT, or each line of standard input, and prints "
  "its\n"
  "label and the probability of it; a tag for each word; or, of a language, "
  "the\n"
  "logarithm of its probability and the perplexity.\n\n"
  "RONDO_CPU=baseline|avx2|avx512|neon in the environment forces the kernels\n"
  "of one instruction set.",
};

typedef struct {
  const char* model;
  const char* input;
  const char* output;
  size_t      n_steps;     ///< At a time, or 0 for all
  size_t      lookahead;   ///< Or 0 for what the model says
  size_t      n_generated; ///< Or 0
  long        seed;        ///< Or negative: nothing is drawn
  const char* text;
} Settings;

// Read everything that standard input has, through a temporary file
static RondoStatus
read_stdin(void** data, size_t* size, RondoError* error)
{
  const int   spool = rondo_output_spool();
  RondoStatus st    = RONDO_SUCCESS;
  *data             = NULL;
  if (spool < 0 || !rondo_output_copy(STDIN_FILENO, spool)) {
    st = rondo_error_set(error, RONDO_ERR_IO, "-: %s", strerror(errno));
  } else {
    const off_t length = lseek(spool, 0, SEEK_END);
    *size              = length > 0 ? (size_t)length : 0U;
    *data              = malloc(*size + 1U);
    size_t done        = 0U;
    while (*data && done < *size) {
      const ssize_t n =
        pread(spool, (char*)*data + done, *size - done, (off_t)done);
      if (n <= 0) {
        break;
      }
      done += (size_t)n;
    }
    if (!*data || done < *size) {
      st = rondo_error_set(error, RONDO_ERR_IO, "-: cannot be held in memory");
    }
  }
  if (spool >= 0) {
    close(spool);
  }
  return st;
}

static RondoStatus
read_array(const char* path, RondoArray* array, RondoError* error)
{
  void*       data = NULL;
  size_t      size = 0U;
  RondoStatus st   = strcmp(path, "-")
                       ? rondo_file_read(path, MAX_INPUT, &data, &size, error)
                       : read_stdin(&data, &size, error);
  if (!st) {
    st = rondo_array_parse(data, size, array, error);
    if (st) {
      rondo_error_prefix(error, path);
    }
  }
  free(data);
  return st;
}

static RondoStatus
check_width(const Settings*   settings,
            const RondoModel* model,
            const RondoArray* in,
            RondoError*       error)
{
  const size_t n_inputs = rondo_model_n_inputs(model);
  return in->n_columns == n_inputs
           ? RONDO_SUCCESS
           : rondo_error_set(error,
                             RONDO_ERR_BAD_FILE,
                             "%s: expected %zu inputs a step, found %zu",
                             settings->input,
                             n_inputs,
                             in->n_columns);
}

// Check that the inputs are tokens if the network looks them up
static RondoStatus
check_tokens(const Settings*   settings,
             const RondoModel* model,
             const RondoArray* in,
             RondoError*       error)
{
  const RondoDescription* const description = rondo_model_description(model);
  size_t                        n_tokens    = SIZE_MAX;
  for (size_t i = 0U; i < description->n_layers; ++i) {
    const size_t n = description->layers[i].n_tokens;
    n_tokens       = n && n < n_tokens ? n : n_tokens;
  }
  const size_t n = n_tokens < SIZE_MAX ? in->n_rows * in->n_columns : 0U;
  for (size_t i = 0U; i < n; ++i) {
    const float x = in->values[i];
    if (!(x >= 0.0f && x < (float)n_tokens && x == floorf(x))) {
      return rondo_error_set(error,
                             RONDO_ERR_BAD_FILE,
                             "%s: step %zu: expected tokens from 0 to %zu, "
                             "found %.9g",
                             settings->input,
                             i / in->n_columns,
                             n_tokens - 1U,
                             (double)x);
    }
  }
  return RONDO_SUCCESS;
}

// Return whether a layer looks ahead, as far as it is told to
static bool
looks_ahead(const RondoModel* model)
{
  const RondoDescription* const description = rondo_model_description(model);
  for (size_t i = 0U; i < description->n_layers; ++i) {
    if (description->layers[i].lookahead) {
      return true;
    }
  }
  return false;
}

static RondoStatus
check_lookahead(const Settings*   settings,
                const RondoModel* model,
                RondoError*       error)
{
  RondoStatus st = RONDO_SUCCESS;
  if (settings->lookahead && !looks_ahead(model)) {
    st = rondo_error_set(error,
                         RONDO_ERR_UNSUPPORTED,
                         "no layer is bidirectional along time, so that there "
                         "is nothing to look ahead");
  } else if (settings->n_steps) {
    RondoError why = { RONDO_SUCCESS, "" };
    st = rondo_model_check_lookahead(model, settings->lookahead, &why);
    if (st) {
      rondo_error_set(error, st, "%s, or --lookahead", why.message);
    }
  }
  if (st) {
    rondo_error_prefix(error, settings->model);
  }
  return st;
}

// Make room for `n_late` outputs more than there are inputs
static RondoStatus
make_outputs(const RondoModel* model,
             const RondoArray* in,
             size_t            n_late,
             RondoArray*       out)
{
  const size_t n_outputs = rondo_model_n_outputs(model);
  size_t       n_rows    = 0U;
  size_t       count     = 0U;
  if (__builtin_add_overflow(in->n_rows, n_late, &n_rows) ||
      __builtin_mul_overflow(n_rows, n_outputs, &count)) {
    return RONDO_ERR_NO_MEMORY;
  }
  out->n_rows    = in->n_rows;
  out->n_columns = n_outputs;
  out->values    = (float*)calloc(count ? count : 1U, sizeof(float));
  return out->values ? RONDO_SUCCESS : RONDO_ERR_NO_MEMORY;
}

// Run a stream over all of `in`, and on until what is late has come
static RondoStatus
run_stream(const Settings*   settings,
           const RondoModel* model,
           const RondoArray* in,
           RondoArray*       out)
{
  RondoStream* stream = NULL;
  RondoStatus  st =
    rondo_stream_new_ahead(model, 1U, settings->lookahead, &stream);
  const size_t n_late = st ? 0U : rondo_stream_delay(stream);
  st                  = st ? st : make_outputs(model, in, n_late, out);
  if (!st) {
    const size_t end   = in->n_rows + n_late;
    const size_t block = settings->n_steps ? settings->n_steps : end;
    for (size_t t = 0U; t < end && !rondo_interrupted();) {
      const bool   has_ended = t >= in->n_rows;
      const size_t left      = (has_ended ? end : in->n_rows) - t;
      const size_t n         = left < block ? left : block;
      rondo_stream_process(stream,
                           n,
                           has_ended ? NULL : in->values + (t * in->n_columns),
                           out->values + (t * out->n_columns));
      t += n;
    }
    memmove(out->values,
            out->values + (n_late * out->n_columns),
            in->n_rows * out->n_columns * sizeof(float));
  }
  rondo_stream_free(stream);
  return st;
}

// Run over all of `in` as a whole
static RondoStatus
run_sequence(const RondoModel* model, const RondoArray* in, RondoArray* out)
{
  const RondoStatus st = make_outputs(model, in, 0U, out);
  return st || !in->n_rows
           ? st
           : rondo_sequence_run(model, 1U, in->n_rows, in->values, out->values);
}

static RondoStatus
check_input(const Settings*   settings,
            const RondoModel* model,
            const RondoArray* in,
            RondoError*       error)
{
  RondoStatus st = check_width(settings, model, in, error);
  st             = st ? st : check_tokens(settings, model, in, error);
  return st ? st : check_lookahead(settings, model, error);
}

static RondoStatus
run_network(const Settings*   settings,
            const RondoModel* model,
            const RondoArray* in,
            RondoArray*       out,
            RondoError*       error)
{
  const bool sees_all = rondo_model_check_lookahead(
                          model, settings->lookahead, NULL) != RONDO_SUCCESS;
  const RondoStatus st = sees_all ? run_sequence(model, in, out)
                                  : run_stream(settings, model, in, out);
  if (st) {
    return rondo_error_set_status(error, st);
  }
  if (in->n_rows &&
      rondo_description_is_single(rondo_model_description(model))) {
    const size_t n = out->n_columns;
    memmove(
      out->values, out->values + ((in->n_rows - 1U) * n), n * sizeof(float));
    out->n_rows = 1U;
  }
  return RONDO_SUCCESS;
}

static RondoStatus
write_array(const char* path, const RondoArray* array, RondoError* error)
{
  char         header[128];
  const size_t header_size = rondo_array_header(array, header);
  const size_t count       = array->n_rows * array->n_columns;
  RondoOutput  output;
  RondoStatus  st = rondo_output_open(&output, path, true, error);
  if (!st) {
    st = rondo_output_write(&output, header, header_size, error);
  }
  if (!st) {
    st =
      rondo_output_write(&output, array->values, count * sizeof(float), error);
  }
  if (!st) {
    st = rondo_output_commit(&output, error);
  } else {
    rondo_output_discard(&output);
  }
  if (st && error->message[0]) {
    rondo_error_prefix(error, path);
  }
  return st;
}

static RondoStatus
run(const Settings* settings, RondoError* error)
{
  if (!settings->input) {
    return rondo_run_text(settings->model, settings->text, error);
  }

  RondoModel* model = NULL;
  RondoArray  in    = { NULL, 0U, 0U };
  RondoArray  out   = { NULL, 0U, 0U };
  RondoStatus st    = rondo_model_load(settings->model, &model, error);
  if (!st) {
    st = read_array(settings->input, &in, error);
  }
  if (!st) {
    st = check_input(settings, model, &in, error);
  }
  if (!st) {
    st = settings->n_generated
           ? rondo_run_generate(
               model, &in, settings->n_generated, settings->seed, &out, error)
           : run_network(settings, model, &in, &out, error);
  }
  if (!st && !rondo_interrupted()) {
    st = write_array(settings->output, &out, error);
  }
  rondo_array_free(&in);
  rondo_array_free(&out);
  rondo_model_free(model);
  return st;
}

static bool
take(void* to, int option, const char* value)
{
  Settings* const settings = (Settings*)to;
  long            n        = 0;
  switch (option) {
    case INPUT:
      settings->input = value;
      return true;
    case OUTPUT:
      settings->output = value;
      return true;
    case TEXT:
      settings->text = value;
      return true;
    case SEED:
      return rondo_options_integer(
        &run_command, option, value, 0, INT32_MAX, &settings->seed);
    default:
      if (!rondo_options_integer(&run_command,
                                 option,
                                 value,
                                 1,
                                 option == LOOKAHEAD ? (long)RONDO_MAX_LOOKAHEAD
                                                     : 1L << 30,
                                 &n)) {
        return false;
      }
      *(option == STREAM      ? &settings->n_steps
        : option == LOOKAHEAD ? &settings->lookahead
                              : &settings->n_generated) = (size_t)n;
      return true;
  }
}

static int
parse(int argc, char** argv, Settings* settings)
{
  RondoOptions options = rondo_options(&run_command, argc, argv);
  const int    option  = rondo_options_take(&options, take, settings);
  if (option != RONDO_OPTIONS_END) {
    return option;
  }
  if (options.n_files != 1U) {
    return rondo_options_error(&run_command,
                               options.n_files ? "more than one MODEL is given"
                                               : "MODEL is missing");
  }
  if (!settings->input != !settings->output ||
      (settings->input && settings->text)) {
    return settings->text
             ? rondo_options_error(&run_command,
                                   "--text and files are both given")
             : rondo_options_error(&run_command,
                                   "--%s is missing",
                                   settings->input ? "output" : "input");
  }
  settings->model = options.files[0];
  return RONDO_OPTIONS_END;
}

int
rondo_tool_run(int argc, char** argv)
{
  Settings  settings = { .seed = -1 };
  const int result   = parse(argc, argv, &settings);
  if (result != RONDO_OPTIONS_END) {
    return rondo_options_status(result);
  }
  RondoConsole console;
  rondo_console_init(&console, "run");
  rondo_interrupt_catch();
  RondoError        error = { RONDO_SUCCESS, "" };
  const RondoStatus st    = run(&settings, &error);
  if (st && !rondo_interrupted()) {
    rondo_console_error(&console, NULL, "%s", error.message);
  }
  rondo_console_end(&console);
  return rondo_interrupted() ? RONDO_EXIT_INTERRUPTED
         : st                ? RONDO_EXIT_FAILURE
                             : RONDO_EXIT_SUCCESS;
}
