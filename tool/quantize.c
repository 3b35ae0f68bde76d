// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/tool.h"

#include "core/net/model.h"
#include "core/net/quantise.h"
#include "core/net/safetensors.h"
#include "tool/console.h"
#include "tool/model_path.h"
#include "tool/options.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { OUTPUT, LAYERS, QUIET, N_OPTIONS };

static const RondoOption options[N_OPTIONS] = {
  { 'o', "output", "FILE", "Model to write" },
  { 'l',
    "layers",
    "NAME,...",
    "Layers whose matrices become int8 (default: all that\n"
    "gain from it, those without groups that have 32\n"
    "inputs or more and, if recurrent, as many units)" },
  { 'q', "quiet", NULL, "Print errors only" },
};

static const RondoCommand command = {
  .name      = "quantize",
  .synopsis  = "[OPTION]... MODEL --output FILE",
  .summary   = "Write MODEL with matrices of int8, one scale a row: a quarter "
               "of the size,\nand several times as fast where matrices are "
               "large.",
  .options   = options,
  .n_options = N_OPTIONS,
  .notes =
    "Inputs of these matrices are quantised as well while the network runs, "
    "each\nvector by its own largest value.  Measure what that costs with "
    "'rondo eval'\nbefore you use the model.  A model of int8 can be trained "
    "further; what\n'rondo train' writes is float32.\n",
};

typedef struct {
  const char* model;
  const char* output;
  const char* layers;
  bool        quiet;
} Arguments;

// Return a negative value of rondo_options_next(); RONDO_OPTIONS_END is good
static int
read_arguments(int argc, char** argv, Arguments* arguments)
{
  RondoOptions reader = rondo_options(&command, argc, argv);
  const char*  value  = NULL;
  int          option = 0;
  while ((option = rondo_options_next(&reader, &value)) >= 0) {
    if (option == OUTPUT) {
      arguments->output = value;
    } else if (option == LAYERS) {
      arguments->layers = value;
    } else {
      arguments->quiet = true;
    }
  }
  if (option != RONDO_OPTIONS_END) {
    return option;
  }
  if (reader.n_files != 1U) {
    return rondo_options_error(
      &command, "expected one model, found %zu", reader.n_files);
  }
  if (!arguments->output) {
    return rondo_options_error(&command, "--output is missing");
  }
  arguments->model = reader.files[0];
  return RONDO_OPTIONS_END;
}

// Mark the layer whose name is the `n` characters at `name`
static RondoStatus
choose_layer(const RondoDescription* description,
             const char*             name,
             size_t                  n,
             bool*                   is_int8,
             RondoError*             error)
{
  for (size_t i = 0U; i < description->n_layers; ++i) {
    const RondoLayer* const layer = &description->layers[i];
    if (strlen(layer->name) == n && !memcmp(layer->name, name, n)) {
      is_int8[i] = true;
      return rondo_layer_can_be_int8(layer)
               ? RONDO_SUCCESS
               : rondo_error_set(error,
                                 RONDO_ERR_BAD_ARGUMENT,
                                 "layer %s has no matrices for int8",
                                 layer->name);
    }
  }
  return rondo_error_set(
    error, RONDO_ERR_BAD_ARGUMENT, "there is no layer %.*s", (int)n, name);
}

// Mark the layers of a list, or those that gain from int8
static RondoStatus
choose_layers(const RondoDescription* description,
              const char*             list,
              bool*                   is_int8,
              RondoError*             error)
{
  size_t n_chosen = 0U;
  for (size_t i = 0U; !list && i < description->n_layers; ++i) {
    is_int8[i] = rondo_layer_gains_from_int8(&description->layers[i]);
    n_chosen += is_int8[i];
  }
  RondoStatus st = RONDO_SUCCESS;
  for (const char* name = list; name && !st; ++n_chosen) {
    const size_t n = strcspn(name, ",");
    st             = choose_layer(description, name, n, is_int8, error);
    name           = name[n] ? name + n + 1U : NULL;
  }
  return st || n_chosen
           ? st
           : rondo_error_set(error,
                             RONDO_ERR_UNSUPPORTED,
                             "no layer gains from int8; name some with "
                             "--layers to have it all the same");
}

static double
kilobytes(const char* path)
{
  struct stat status;
  return !path || stat(path, &status) ? 0.0 : (double)status.st_size / 1000.0;
}

static RondoStatus
quantise(const Arguments* arguments,
         const char*      path,
         RondoConsole*    console,
         RondoError*      error)
{
  RondoTensors* tensors                   = NULL;
  RondoModel*   model                     = NULL;
  bool          is_int8[RONDO_MAX_LAYERS] = { false };

  RondoStatus st = rondo_tensors_read(path, &tensors, error);
  if (!st && (st = rondo_model_new(tensors, &model, error))) {
    rondo_error_prefix(error, path);
  }
  if (!st) {
    const RondoDescription* const description = rondo_model_description(model);
    st = choose_layers(description, arguments->layers, is_int8, error);
    if (st) {
      rondo_error_prefix(error, path);
    } else {
      st =
        rondo_quantise(tensors, description, is_int8, arguments->output, error);
    }
  }
  if (!st) {
    rondo_console_note(console,
                       "%s: %.0f kB, before %.0f kB",
                       arguments->output,
                       kilobytes(arguments->output),
                       kilobytes(path));
  }
  rondo_model_free(model);
  rondo_tensors_free(tensors);
  return st;
}

int
rondo_tool_quantize(int argc, char** argv)
{
  Arguments arguments = { NULL, NULL, NULL, false };
  const int result    = read_arguments(argc, argv, &arguments);
  if (result != RONDO_OPTIONS_END) {
    return rondo_options_status(result);
  }
  RondoConsole console;
  rondo_console_init(&console, command.name);
  console.quiet            = arguments.quiet;
  char* const       preset = rondo_preset_find(arguments.model);
  RondoError        error  = { RONDO_SUCCESS, "" };
  const RondoStatus st =
    quantise(&arguments, preset ? preset : arguments.model, &console, &error);
  if (st) {
    rondo_console_error(&console, NULL, "%s", error.message);
  }
  rondo_console_end(&console);
  free(preset);
  return st ? RONDO_EXIT_FAILURE : RONDO_EXIT_SUCCESS;
}
