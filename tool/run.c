// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/tool.h"

#include "core/base/file.h"
#include "core/base/status.h"
#include "core/net/model.h"
#include "core/net/stream.h"
#include "tool/console.h"
#include "tool/interrupt.h"
#include "tool/npy.h"
#include "tool/options.h"
#include "tool/output.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_INPUT ((size_t)1 << 36U) // 64 GiB

enum { INPUT, OUTPUT, STREAM };

static const RondoOption run_options[] = {
  { 'i', "input", "FILE", "Array to read (.npy), '-' for standard input" },
  { 'o', "output", "FILE", "Array to write (.npy), '-' for standard output" },
  { 0, "stream", "N", "Feed N steps at a time; the result is the same" },
};

static const RondoCommand run_command = {
  "run",
  "MODEL --input FILE --output FILE [OPTION]...",
  "Run the network in the file MODEL over an array (steps, inputs) of '<f4' "
  "or\n"
  "'<f8' and write its outputs (steps, outputs) as '<f4'.",
  run_options,
  sizeof(run_options) / sizeof(run_options[0]),
  "RONDO_CPU=baseline|avx2|avx512|neon in the environment forces the kernels\n"
  "of one instruction set.",
};

typedef struct {
  const char* model;
  const char* input;
  const char* output;
  size_t      n_steps; ///< At a time, or 0 for all
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

static RondoStatus
run_network(const Settings*   settings,
            const RondoModel* model,
            const RondoArray* in,
            RondoArray*       out,
            RondoError*       error)
{
  RondoStream* stream = NULL;
  RondoStatus  st     = check_width(settings, model, in, error);
  if (st) {
    return st;
  }
  out->n_rows    = in->n_rows;
  out->n_columns = rondo_model_n_outputs(model);
  out->values =
    (float*)calloc((in->n_rows * out->n_columns) + 1U, sizeof(float));
  if (!out->values || rondo_stream_new(model, 1U, &stream)) {
    return rondo_error_set(error, RONDO_ERR_NO_MEMORY, "Out of memory");
  }
  const size_t block = settings->n_steps ? settings->n_steps : in->n_rows;
  for (size_t t = 0U; t < in->n_rows && !rondo_interrupted();) {
    const size_t left = in->n_rows - t;
    const size_t n    = left < block ? left : block;
    rondo_stream_process(stream,
                         n,
                         in->values + (t * in->n_columns),
                         out->values + (t * out->n_columns));
    t += n;
  }
  rondo_stream_free(stream);
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
  RondoModel* model = NULL;
  RondoArray  in    = { NULL, 0U, 0U };
  RondoArray  out   = { NULL, 0U, 0U };
  RondoStatus st    = rondo_model_load(settings->model, &model, error);
  if (!st) {
    st = read_array(settings->input, &in, error);
  }
  if (!st) {
    st = run_network(settings, model, &in, &out, error);
  }
  if (!st && !rondo_interrupted()) {
    st = write_array(settings->output, &out, error);
  }
  rondo_array_free(&in);
  rondo_array_free(&out);
  rondo_model_free(model);
  return st;
}

static int
parse(int argc, char** argv, Settings* settings)
{
  RondoOptions options = rondo_options(&run_command, argc, argv);
  const char*  value   = NULL;
  int          option  = 0;
  while ((option = rondo_options_next(&options, &value)) >= 0) {
    if (option == INPUT) {
      settings->input = value;
    } else if (option == OUTPUT) {
      settings->output = value;
    } else {
      long n = 0;
      if (!rondo_options_integer(
            &run_command, option, value, 1, 1L << 30, &n)) {
        return RONDO_OPTIONS_ERROR;
      }
      settings->n_steps = (size_t)n;
    }
  }
  if (option != RONDO_OPTIONS_END) {
    return option;
  }
  if (options.n_files != 1U) {
    return rondo_options_error(&run_command,
                               options.n_files ? "more than one MODEL is given"
                                               : "MODEL is missing");
  }
  if (!settings->input || !settings->output) {
    return rondo_options_error(
      &run_command, "--%s is missing", settings->input ? "output" : "input");
  }
  settings->model = options.files[0];
  return RONDO_OPTIONS_END;
}

int
rondo_tool_run(int argc, char** argv)
{
  Settings  settings = { NULL, NULL, NULL, 0U };
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
