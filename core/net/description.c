// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/description.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Names of RondoLayerType, then what later versions of the format may bring
static const char* const layer_types[] = { "linear",     "rnn",       "gru",
                                           "lstm",       "embedding", "conv1d",
                                           "layer_norm", "last",      NULL };

#define N_LAYER_TYPES 4U

// Names of RondoActivation
static const char* const activations[] = { "identity", "relu",    "tanh",
                                           "sigmoid",  "softmax", "softplus",
                                           NULL };

// Activations of an rnn, and which RondoActivation each is
static const char* const     rnn_activations[]     = { "tanh", "relu", NULL };
static const RondoActivation rnn_activation_list[] = { RONDO_ACTIVATION_TANH,
                                                       RONDO_ACTIVATION_RELU };

// Names of RondoReset
static const char* const resets[] = { "after", "before", NULL };

// Keys of the format that this version reads but cannot do
static const char* const later_keys[] = { "bidirectional",
                                          "groups",
                                          "along",
                                          NULL };

// Tensors of one recurrent layer, in PyTorch's order
static const char* const recurrent_tensors[] = { "weight_ih",
                                                 "weight_hh",
                                                 "bias_ih",
                                                 "bias_hh" };

#define N_RECURRENT_TENSORS 4U

static size_t
gate_count(RondoLayerType type)
{
  switch (type) {
    case RONDO_LAYER_LSTM:
      return 4U;
    case RONDO_LAYER_GRU:
      return 3U;
    case RONDO_LAYER_RNN:
    case RONDO_LAYER_LINEAR:
      break;
  }
  return 1U;
}

static RondoStatus
read_name(RondoConfig*            config,
          const RondoDescription* description,
          RondoLayer*             layer,
          RondoError*             error)
{
  const char* name = NULL;
  RondoStatus st   = rondo_config_require(config, "name", error);
  st = st ? st : rondo_config_string(config, "name", &name, error);
  if (st) {
    return st;
  }
  const size_t length = strlen(name);
  if (length < 1U || length > RONDO_MAX_NAME) {
    return rondo_error_set(
      error,
      RONDO_ERR_BAD_FILE,
      "layers[%zu].name: expected 1 to %u bytes, found %zu",
      description->n_layers,
      RONDO_MAX_NAME,
      length);
  }
  if (!strcmp(name, "inputs")) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "layers[%zu].name: \"inputs\" means the network's "
                           "own input",
                           description->n_layers);
  }
  for (size_t i = 0U; i < description->n_layers; ++i) {
    if (!strcmp(name, description->layers[i].name)) {
      return rondo_error_set(error,
                             RONDO_ERR_BAD_FILE,
                             "layers[%zu].name: \"%s\" is layers[%zu] already",
                             description->n_layers,
                             name,
                             i);
    }
  }
  memcpy(layer->name, name, length + 1U);
  return RONDO_SUCCESS;
}

static RondoStatus
read_type(RondoConfig* config, RondoLayer* layer, RondoError* error)
{
  size_t      type = 0U;
  RondoStatus st   = rondo_config_require(config, "type", error);
  st = st ? st : rondo_config_choice(config, "type", layer_types, &type, error);
  if (st) {
    return st;
  }
  if (type >= N_LAYER_TYPES) {
    return rondo_error_set(error,
                           RONDO_ERR_UNSUPPORTED,
                           "type \"%s\" is not supported by this version",
                           layer_types[type]);
  }
  layer->type = (RondoLayerType)type;
  for (size_t i = 0U; later_keys[i]; ++i) {
    if (rondo_config_has(config, later_keys[i])) {
      return rondo_error_set(error,
                             RONDO_ERR_UNSUPPORTED,
                             "\"%s\" is not supported by this version",
                             later_keys[i]);
    }
  }
  return RONDO_SUCCESS;
}

// Find the layer or input called `name`
static RondoStatus
find_source(const RondoDescription* description,
            const char*             name,
            size_t*                 source,
            RondoError*             error)
{
  *source = RONDO_SOURCE_INPUTS;
  if (!strcmp(name, "inputs")) {
    return RONDO_SUCCESS;
  }
  for (size_t i = 0U; i < description->n_layers; ++i) {
    if (!strcmp(name, description->layers[i].name)) {
      *source = i;
      return RONDO_SUCCESS;
    }
  }
  return rondo_error_set(error,
                         RONDO_ERR_BAD_FILE,
                         "input \"%.*s\" is not \"inputs\" or an earlier layer",
                         (int)RONDO_MAX_NAME,
                         name);
}

static RondoStatus
read_sources(RondoConfig*            config,
             const RondoDescription* description,
             RondoLayer*             layer,
             RondoError*             error)
{
  const size_t n = rondo_config_count(config, "input");
  if (n > RONDO_MAX_SOURCES || (!n && rondo_config_has(config, "input"))) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "input: expected 1 to %u names, found %zu",
                           RONDO_MAX_SOURCES,
                           n);
  }
  layer->n_sources = n ? n : 1U;
  layer->sources[0] =
    description->n_layers ? description->n_layers - 1U : RONDO_SOURCE_INPUTS;
  for (size_t i = 0U; i < n; ++i) {
    const char* name = NULL;
    RondoStatus st   = rondo_config_string_at(config, "input", i, &name, error);
    st = st ? st : find_source(description, name, &layer->sources[i], error);
    if (st) {
      return st;
    }
  }
  for (size_t i = 0U; i < layer->n_sources; ++i) {
    const size_t source = layer->sources[i];
    layer->n_inputs += source == RONDO_SOURCE_INPUTS
                         ? description->n_inputs
                         : description->layers[source].n_units;
  }
  return RONDO_SUCCESS;
}

// Read the keys of one type of layer
static RondoStatus
read_options(RondoConfig* config, RondoLayer* layer, RondoError* error)
{
  const bool        is_linear = layer->type == RONDO_LAYER_LINEAR;
  const char* const width     = is_linear ? "out" : "hidden";

  RondoStatus st   = rondo_config_require(config, width, error);
  st               = st ? st
                        : rondo_config_integer(
              config, width, 1U, RONDO_MAX_UNITS, &layer->n_units, error);
  layer->n_stacked = 1U;
  if (!st && !is_linear) {
    st = rondo_config_integer(
      config, "layers", 1U, RONDO_MAX_STACK, &layer->n_stacked, error);
  }
  size_t choice = 0U;
  if (!st && is_linear) {
    st = rondo_config_choice(config, "activation", activations, &choice, error);
    layer->activation = (RondoActivation)choice;
  } else if (!st && layer->type == RONDO_LAYER_RNN) {
    st = rondo_config_choice(
      config, "activation", rnn_activations, &choice, error);
    layer->activation = rnn_activation_list[choice];
  } else if (!st && layer->type == RONDO_LAYER_GRU) {
    st           = rondo_config_choice(config, "reset", resets, &choice, error);
    layer->reset = (RondoReset)choice;
  }
  return st;
}

static RondoStatus
read_layer(RondoConfig*      config,
           RondoDescription* description,
           RondoError*       error)
{
  RondoLayer* const layer = &description->layers[description->n_layers];
  RondoStatus       st    = read_name(config, description, layer, error);
  if (st) {
    return st;
  }
  st = read_type(config, layer, error);
  st = st ? st : read_sources(config, description, layer, error);
  st = st ? st : read_options(config, layer, error);
  st = st ? st : rondo_config_refuse_unknown(config, error);
  if (st) {
    char context[RONDO_MAX_NAME + 16U];
    snprintf(context, sizeof(context), "layer %s", layer->name);
    rondo_error_prefix(error, context);
    return st;
  }
  ++description->n_layers;
  return RONDO_SUCCESS;
}

static RondoStatus
read_layers(RondoConfig*      config,
            RondoDescription* description,
            RondoError*       error)
{
  RondoStatus  st = rondo_config_require(config, "layers", error);
  const size_t n  = rondo_config_count(config, "layers");
  if (!st && (n < 1U || n > RONDO_MAX_LAYERS)) {
    st = rondo_error_set(error,
                         RONDO_ERR_BAD_FILE,
                         "layers: expected 1 to %u layers, found %zu",
                         RONDO_MAX_LAYERS,
                         n);
  }
  for (size_t i = 0U; i < n && !st; ++i) {
    RondoConfig* layer = NULL;
    st = rondo_config_element(config, "layers", i, &layer, error);
    st = st ? st : read_layer(layer, description, error);
  }
  return st;
}

static RondoStatus
read_version(RondoConfig* config, RondoError* error)
{
  size_t      version = 0U;
  RondoStatus st      = rondo_config_require(config, "version", error);
  st =
    st ? st
       : rondo_config_integer(config, "version", 1U, SIZE_MAX, &version, error);
  if (!st && version > RONDO_DESCRIPTION_VERSION) {
    st = rondo_error_set(error,
                         RONDO_ERR_BAD_VERSION,
                         "version %zu is newer than %u, the newest that this "
                         "program knows",
                         version,
                         RONDO_DESCRIPTION_VERSION);
  }
  return st;
}

static RondoStatus
read_description(RondoDescription* description, RondoError* error)
{
  RondoConfig* const config = description->config;

  // The task and the card are for others: only note that they may be there
  RondoConfig* object = NULL;
  const char*  string = NULL;
  RondoStatus  st     = read_version(config, error);
  st = st ? st : rondo_config_object(config, "task", &object, error);
  if (!st) {
    st = rondo_config_is_string(config, "card")
           ? rondo_config_string(config, "card", &string, error)
           : rondo_config_object(config, "card", &object, error);
  }
  st = st ? st : rondo_config_require(config, "inputs", error);
  st =
    st
      ? st
      : rondo_config_integer(
          config, "inputs", 1U, RONDO_MAX_UNITS, &description->n_inputs, error);
  st = st ? st : read_layers(config, description, error);
  st = st ? st : rondo_config_refuse_unknown(config, error);
  if (!st) {
    description->n_outputs =
      description->layers[description->n_layers - 1U].n_units;
  }
  return st;
}

RondoStatus
rondo_description_new(RondoConfig*       config,
                      RondoDescription** out,
                      RondoError*        error)
{
  *out = NULL;
  RondoDescription* const description =
    (RondoDescription*)calloc(1, sizeof(RondoDescription));
  if (!description) {
    rondo_config_free(config);
    return rondo_error_set(
      error, RONDO_ERR_NO_MEMORY, "%s", rondo_strerror(RONDO_ERR_NO_MEMORY));
  }
  description->config  = config;
  const RondoStatus st = read_description(description, error);
  if (st) {
    rondo_description_free(description);
    return st;
  }
  *out = description;
  return RONDO_SUCCESS;
}

void
rondo_description_free(RondoDescription* description)
{
  if (description) {
    rondo_config_free(description->config);
    free(description);
  }
}

RondoStatus
rondo_description_task(const RondoDescription* description,
                       const char*             name,
                       RondoConfig**           task,
                       RondoError*             error)
{
  *task              = NULL;
  RondoConfig* found = NULL;
  const char*  is    = NULL;
  RondoStatus  st    = rondo_config_require(description->config, "task", error);
  st =
    st ? st : rondo_config_object(description->config, "task", &found, error);
  st = st ? st : rondo_config_require(found, "name", error);
  st = st ? st : rondo_config_string(found, "name", &is, error);
  if (st) {
    return st;
  }
  if (strcmp(is, name) != 0) {
    return rondo_error_set(error,
                           RONDO_ERR_UNSUPPORTED,
                           "expected a model for \"%s\", found one for "
                           "\"%.60s\"",
                           name,
                           is);
  }
  *task = found;
  return RONDO_SUCCESS;
}

static size_t
count_tensors(const RondoLayer* layer)
{
  return layer->type == RONDO_LAYER_LINEAR
           ? 2U
           : layer->n_stacked * N_RECURRENT_TENSORS;
}

size_t
rondo_description_n_tensors(const RondoDescription* description)
{
  size_t n = 0U;
  for (size_t i = 0U; i < description->n_layers; ++i) {
    n += count_tensors(&description->layers[i]);
  }
  return n;
}

static void
specify_linear(const RondoLayer* layer, size_t index, RondoTensorSpec* spec)
{
  spec->n_dims  = index ? 1U : 2U;
  spec->dims[0] = layer->n_units;
  spec->dims[1] = index ? 1U : layer->n_inputs;
  snprintf(spec->name,
           sizeof(spec->name),
           "%s.%s",
           layer->name,
           index ? "bias" : "weight");
}

static void
specify_recurrent(const RondoLayer* layer, size_t index, RondoTensorSpec* spec)
{
  const size_t depth = index / N_RECURRENT_TENSORS;
  const size_t which = index % N_RECURRENT_TENSORS;
  const size_t X     = depth ? layer->n_units : layer->n_inputs;

  spec->n_dims  = which < 2U ? 2U : 1U;
  spec->dims[0] = gate_count(layer->type) * layer->n_units;
  spec->dims[1] = which == 0U ? X : which == 1U ? layer->n_units : 1U;
  snprintf(spec->name,
           sizeof(spec->name),
           "%s.%s_l%zu",
           layer->name,
           recurrent_tensors[which],
           depth);
}

RondoTensorSpec
rondo_description_tensor(const RondoDescription* description, size_t index)
{
  RondoTensorSpec spec = { .n_dims = 0U };
  for (size_t i = 0U; i < description->n_layers; ++i) {
    const RondoLayer* const layer = &description->layers[i];
    const size_t            n     = count_tensors(layer);
    if (index < n) {
      spec.layer = i;
      if (layer->type == RONDO_LAYER_LINEAR) {
        specify_linear(layer, index, &spec);
      } else {
        specify_recurrent(layer, index, &spec);
      }
      break;
    }
    index -= n;
  }
  return spec;
}
