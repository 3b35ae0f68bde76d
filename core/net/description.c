// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/description.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Names of RondoLayerType
static const char* const layer_types[] = { "linear",     "rnn",       "gru",
                                           "lstm",       "embedding", "conv1d",
                                           "layer_norm", "last",      "mean",
                                           NULL };

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

// How several sources are joined
static const char* const joins[] = { "whole", "groups", NULL };

// What a recurrent layer runs along
static const char* const directions[] = { "time", "groups", NULL };

#define EPSILON 1e-5 // Of layer_norm, as PyTorch's

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
  layer->type = (RondoLayerType)type;
  return st;
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
    layer->n_inputs += rondo_description_width(description, layer->sources[i]);
  }
  return RONDO_SUCCESS;
}

// Find out whether a layer sees one frame per sequence or all of them
static RondoStatus
check_times(const RondoDescription* description,
            RondoLayer*             layer,
            RondoError*             error)
{
  size_t n_single = 0U;
  for (size_t i = 0U; i < layer->n_sources; ++i) {
    const size_t source = layer->sources[i];
    n_single +=
      source != RONDO_SOURCE_INPUTS && description->layers[source].is_single;
  }
  if (n_single && n_single < layer->n_sources) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "input: some have one step per sequence (after "
                           "last or mean), some have all steps");
  }
  const bool reduces =
    layer->type == RONDO_LAYER_LAST || layer->type == RONDO_LAYER_MEAN;
  const bool needs_time =
    reduces || layer->type == RONDO_LAYER_CONV1D ||
    (rondo_layer_is_recurrent(layer) && !layer->along_groups);
  if (n_single && needs_time) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "%s cannot follow last or mean, which leave one "
                           "step per sequence",
                           layer_types[layer->type]);
  }
  layer->is_single = n_single || reduces;
  return RONDO_SUCCESS;
}

static RondoStatus
check_vectors(const RondoLayer* layer, size_t width, RondoError* error)
{
  return width % layer->n_groups
           ? rondo_error_set(error,
                             RONDO_ERR_BAD_FILE,
                             "groups: an input of width %zu does not fall into "
                             "%zu vectors of equal width",
                             width,
                             layer->n_groups)
           : RONDO_SUCCESS;
}

// Read "groups" and "join", and check that the input, or each of its sources,
// falls into as many vectors
static RondoStatus
read_groups(RondoConfig*            config,
            const RondoDescription* description,
            RondoLayer*             layer,
            RondoError*             error)
{
  size_t      join = 0U;
  RondoStatus st   = rondo_config_integer(
    config, "groups", 1U, RONDO_MAX_GROUPS, &layer->n_groups, error);
  st = st ? st : rondo_config_choice(config, "join", joins, &join, error);
  layer->joins_groups = join == 1U;
  st                  = st ? st : check_vectors(layer, layer->n_inputs, error);
  for (size_t i = 0U; i < layer->n_sources && !st && layer->joins_groups; ++i) {
    st = check_vectors(
      layer, rondo_description_width(description, layer->sources[i]), error);
  }
  return st;
}

// Read "bidirectional" and how far the other direction sees
static RondoStatus
read_directions(RondoConfig* config, RondoLayer* layer, RondoError* error)
{
  size_t      choice           = 0U;
  bool        is_bidirectional = false;
  RondoStatus st =
    rondo_config_choice(config, "along", directions, &choice, error);
  st =
    st
      ? st
      : rondo_config_boolean(config, "bidirectional", &is_bidirectional, error);
  if (st) {
    return st;
  }
  layer->along_groups = choice == 1U;
  layer->n_directions = is_bidirectional ? 2U : 1U;
  layer->lookahead =
    is_bidirectional && !layer->along_groups ? RONDO_LOOKAHEAD_WHOLE : 0U;
  if (rondo_config_has(config, "lookahead") && !layer->lookahead) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "\"lookahead\" is for layers that are bidirectional "
                           "along time");
  }
  return rondo_config_integer(
    config, "lookahead", 1U, RONDO_MAX_LOOKAHEAD, &layer->lookahead, error);
}

static RondoStatus
read_recurrent(RondoConfig*            config,
               const RondoDescription* description,
               RondoLayer*             layer,
               RondoError*             error)
{
  size_t      choice = 0U;
  RondoStatus st     = rondo_config_require(config, "hidden", error);
  st                 = st ? st
                          : rondo_config_integer(
              config, "hidden", 1U, RONDO_MAX_UNITS, &layer->n_units, error);
  st                 = st ? st
                          : rondo_config_integer(
              config, "layers", 1U, RONDO_MAX_STACK, &layer->n_stacked, error);
  if (!st && layer->type == RONDO_LAYER_RNN) {
    st = rondo_config_choice(
      config, "activation", rnn_activations, &choice, error);
    layer->activation = rnn_activation_list[choice];
  } else if (!st && layer->type == RONDO_LAYER_GRU) {
    st           = rondo_config_choice(config, "reset", resets, &choice, error);
    layer->reset = (RondoReset)choice;
  }
  st = st ? st : read_groups(config, description, layer, error);
  return st ? st : read_directions(config, layer, error);
}

// Read "out", and "activation" of the types that have one
static RondoStatus
read_out(RondoConfig* config, RondoLayer* layer, RondoError* error)
{
  size_t      choice = 0U;
  RondoStatus st     = rondo_config_require(config, "out", error);
  st                 = st ? st
                          : rondo_config_integer(
              config, "out", 1U, RONDO_MAX_UNITS, &layer->n_units, error);
  if (!st && layer->type != RONDO_LAYER_EMBEDDING) {
    st = rondo_config_choice(config, "activation", activations, &choice, error);
    layer->activation = (RondoActivation)choice;
  }
  return st;
}

static RondoStatus
read_embedding(RondoConfig*            config,
               const RondoDescription* description,
               RondoLayer*             layer,
               RondoError*             error)
{
  if (layer->n_sources != 1U || layer->sources[0] != RONDO_SOURCE_INPUTS) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "an embedding reads tokens: its input is \"inputs\" "
                           "and nothing else");
  }
  layer->n_groups = description->n_inputs;
  RondoStatus st  = rondo_config_require(config, "tokens", error);
  st              = st ? st
                       : rondo_config_integer(
              config, "tokens", 1U, RONDO_MAX_TOKENS, &layer->n_tokens, error);
  return st ? st : read_out(config, layer, error);
}

static RondoStatus
read_conv1d(RondoConfig* config, RondoLayer* layer, RondoError* error)
{
  RondoStatus st = rondo_config_require(config, "kernel", error);
  st             = st ? st
                      : rondo_config_integer(
              config, "kernel", 1U, RONDO_MAX_KERNEL, &layer->n_kernel, error);
  return st ? st : read_out(config, layer, error);
}

static RondoStatus
read_layer_norm(RondoConfig*            config,
                const RondoDescription* description,
                RondoLayer*             layer,
                RondoError*             error)
{
  layer->epsilon = EPSILON;
  RondoStatus st = read_groups(config, description, layer, error);
  st             = st ? st
                      : rondo_config_number(
              config, "epsilon", 1e-12, 1.0, &layer->epsilon, error);
  layer->n_units = layer->n_inputs / layer->n_groups;
  return st;
}

// Read the keys of one type of layer
static RondoStatus
read_options(RondoConfig*            config,
             const RondoDescription* description,
             RondoLayer*             layer,
             RondoError*             error)
{
  RondoStatus st      = RONDO_SUCCESS;
  layer->n_stacked    = 1U;
  layer->n_groups     = 1U;
  layer->n_directions = 1U;
  switch (layer->type) {
    case RONDO_LAYER_LINEAR:
      st = read_groups(config, description, layer, error);
      st = st ? st : read_out(config, layer, error);
      break;
    case RONDO_LAYER_RNN:
    case RONDO_LAYER_GRU:
    case RONDO_LAYER_LSTM:
      st = read_recurrent(config, description, layer, error);
      break;
    case RONDO_LAYER_EMBEDDING:
      st = read_embedding(config, description, layer, error);
      break;
    case RONDO_LAYER_CONV1D:
      st = read_conv1d(config, layer, error);
      break;
    case RONDO_LAYER_LAYER_NORM:
      st = read_layer_norm(config, description, layer, error);
      break;
    case RONDO_LAYER_LAST:
    case RONDO_LAYER_MEAN:
      layer->n_units = layer->n_inputs;
      break;
  }
  layer->n_outputs = layer->n_groups * layer->n_directions * layer->n_units;
  if (!st && layer->n_outputs > RONDO_MAX_UNITS) {
    st = rondo_error_set(error,
                         RONDO_ERR_BAD_FILE,
                         "an output of width %zu is wider than %u",
                         layer->n_outputs,
                         RONDO_MAX_UNITS);
  }
  return st ? st : check_times(description, layer, error);
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
  st = st ? st : read_options(config, description, layer, error);
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
      description->layers[description->n_layers - 1U].n_outputs;
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
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
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

size_t
rondo_description_width(const RondoDescription* description, size_t source)
{
  return source == RONDO_SOURCE_INPUTS ? description->n_inputs
                                       : description->layers[source].n_outputs;
}

bool
rondo_layer_is_recurrent(const RondoLayer* layer)
{
  return layer->type == RONDO_LAYER_RNN || layer->type == RONDO_LAYER_GRU ||
         layer->type == RONDO_LAYER_LSTM;
}

size_t
rondo_layer_n_gates(const RondoLayer* layer)
{
  return layer->type == RONDO_LAYER_LSTM  ? 4U
         : layer->type == RONDO_LAYER_GRU ? 3U
                                          : 1U;
}

bool
rondo_description_is_single(const RondoDescription* description)
{
  return description->layers[description->n_layers - 1U].is_single;
}
