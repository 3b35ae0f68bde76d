// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/info_model.h"

#include "core/audio/denoiser.h"
#include "core/net/config.h"
#include "core/net/description.h"
#include "core/net/model.h"
#include "core/net/safetensors.h"
#include "tool/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REFERENCE_RATE 48000.0 // Hz, at which a latency is told

/// What is told of a model
typedef struct {
  const char*             path;
  const RondoModel*       model;
  const RondoDescription* description;
  const RondoTensors*     tensors;
  const char*             task;    ///< Its name, or NULL
  double                  latency; ///< Seconds, or negative if it has none
} Facts;

static const char* const types[] = { "linear",     "rnn",       "gru",
                                     "lstm",       "embedding", "conv1d",
                                     "layer_norm", "last",      "mean" };

static const char* const activations[] = { "identity", "relu",    "tanh",
                                           "sigmoid",  "softmax", "softplus" };

static RondoStatus
find_task(Facts* facts, RondoError* error)
{
  RondoConfig* const config = facts->description->config;
  RondoConfig*       task   = NULL;
  facts->latency            = -1.0;
  if (!rondo_config_has(config, "task")) {
    return RONDO_SUCCESS;
  }
  RondoStatus st = rondo_config_object(config, "task", &task, error);
  if (!st) {
    st = rondo_config_string(task, "name", &facts->task, error);
  }
  if (!st && facts->task && !strcmp(facts->task, "denoise") &&
      !rondo_model_check_lookahead(facts->model, 0U, NULL)) {
    RondoDenoiser* denoiser = NULL;

    st = rondo_denoiser_new(facts->model, REFERENCE_RATE, 1U, &denoiser, error);
    if (!st) {
      facts->latency =
        (double)rondo_denoiser_latency(denoiser) / REFERENCE_RATE;
    }
    rondo_denoiser_free(denoiser);
  }
  return st;
}

// Return whether the matrices of a layer are int8
static bool
is_int8(const Facts* facts, size_t layer)
{
  const size_t n    = rondo_description_n_tensors(facts->description);
  size_t       n_of = 0U;
  for (size_t i = 0U; i < n; ++i) {
    const RondoTensorSpec spec =
      rondo_description_tensor(facts->description, i);
    if (spec.layer == layer && spec.n_dims >= 2U) {
      if (rondo_tensors_find(facts->tensors, spec.name)->dtype !=
          RONDO_DTYPE_I8) {
        return false;
      }
      ++n_of;
    }
  }
  return n_of > 0U;
}

static void
print_layer(const Facts* facts, size_t index)
{
  const RondoDescription* const description = facts->description;
  const RondoLayer* const       layer       = &description->layers[index];

  printf("  %-12s %s %zu -> %zu",
         layer->name,
         types[layer->type],
         layer->n_inputs,
         layer->n_outputs);
  if (layer->n_tokens) {
    printf(", %zu tokens", layer->n_tokens);
  } else if (layer->n_groups > 1U) {
    printf(", %zu groups", layer->n_groups);
  }
  if (layer->n_kernel) {
    printf(", kernel %zu", layer->n_kernel);
  }
  if (layer->n_stacked > 1U) {
    printf(", %zu layers", layer->n_stacked);
  }
  if (layer->along_groups) {
    printf(", along groups");
  }
  if (layer->n_directions > 1U) {
    printf(", bidirectional");
  }
  if (layer->lookahead && layer->lookahead != RONDO_LOOKAHEAD_WHOLE) {
    printf(", look-ahead %zu", layer->lookahead);
  }
  if (layer->type == RONDO_LAYER_LINEAR || layer->type == RONDO_LAYER_RNN ||
      layer->type == RONDO_LAYER_CONV1D) {
    printf(", %s", activations[layer->activation]);
  } else if (layer->type == RONDO_LAYER_GRU) {
    printf(", reset %s",
           layer->reset == RONDO_RESET_BEFORE ? "before" : "after");
  }
  if (is_int8(facts, index)) {
    printf(", int8");
  }
  printf(", of ");
  for (size_t i = 0U; i < layer->n_sources; ++i) {
    const size_t source = layer->sources[i];
    printf("%s%s",
           i ? " + " : "",
           source == RONDO_SOURCE_INPUTS ? "inputs"
                                         : description->layers[source].name);
  }
  putchar('\n');
}

// Print the strings of a card one a line, and all else as JSON
static void
print_card(RondoConfig* config)
{
  RondoConfig* card = NULL;
  const char*  text = NULL;
  if (rondo_config_is_string(config, "card")) {
    if (!rondo_config_string(config, "card", &text, NULL)) {
      printf("  card         %s\n", text);
    }
    return;
  }
  if (rondo_config_object(config, "card", &card, NULL) || !card) {
    return;
  }
  printf("  card\n");
  for (const char* key = rondo_config_next_key(card, NULL); key;
       key             = rondo_config_next_key(card, key)) {
    RondoConfig* object = NULL;
    if (rondo_config_is_string(card, key)) {
      if (!rondo_config_string(card, key, &text, NULL)) {
        printf("    %s: %s\n", key, text);
      }
    } else if (!rondo_config_object(card, key, &object, NULL) && object) {
      char* const written = rondo_config_write(object);
      printf("    %s: %s\n", key, written ? written : "");
      free(written);
    }
  }
}

static void
print_metadata(const RondoTensors* tensors)
{
  for (size_t i = 0U; i < rondo_tensors_n_metadata(tensors); ++i) {
    const char* key   = NULL;
    const char* value = NULL;
    rondo_tensors_metadata_at(tensors, i, &key, &value);
    if (strcmp(key, RONDO_METADATA_KEY)) {
      printf("  %-12s %s\n", key, value);
    }
  }
}

static void
print_facts(const Facts* facts)
{
  const RondoModel* const model = facts->model;

  printf("%s: network, %zu inputs, %zu outputs\n",
         facts->path,
         rondo_model_n_inputs(model),
         rondo_model_n_outputs(model));
  for (size_t i = 0U; i < facts->description->n_layers; ++i) {
    print_layer(facts, i);
  }
  printf("  parameters   %zu\n"
         "  operations   %zu a step\n",
         rondo_model_n_parameters(model),
         rondo_model_n_operations(model));
  const size_t delay = rondo_model_delay(model, 0U);
  if (delay == RONDO_LOOKAHEAD_WHOLE) {
    printf("  delay        the whole sequence\n");
  } else {
    printf("  delay        %zu steps\n", delay);
  }
  if (facts->task) {
    printf("  task         %s\n", facts->task);
  }
  if (facts->latency >= 0.0) {
    printf("  latency      %.1f ms\n", facts->latency * 1000.0);
  }
  print_card(facts->description->config);
  print_metadata(facts->tensors);
}

static void
print_facts_json(const Facts* facts)
{
  const RondoModel* const model = facts->model;

  int first = 1;
  fputs("{", stdout);
  rondo_json_key(stdout, &first, "file");
  rondo_json_string(stdout, facts->path);
  printf(", \"kind\": \"model\", \"inputs\": %zu, \"outputs\": %zu, "
         "\"parameters\": %zu, \"operations\": %zu",
         rondo_model_n_inputs(model),
         rondo_model_n_outputs(model),
         rondo_model_n_parameters(model),
         rondo_model_n_operations(model));
  const size_t delay = rondo_model_delay(model, 0U);
  if (delay != RONDO_LOOKAHEAD_WHOLE) {
    printf(", \"delay\": %zu", delay);
  }
  if (facts->task) {
    rondo_json_key(stdout, &first, "task");
    rondo_json_string(stdout, facts->task);
  }
  if (facts->latency >= 0.0) {
    rondo_json_key(stdout, &first, "latency_seconds");
    rondo_json_number(stdout, facts->latency);
  }
  fputs(", \"metadata\": {", stdout);
  first = 1;
  for (size_t i = 0U; i < rondo_tensors_n_metadata(facts->tensors); ++i) {
    const char* key   = NULL;
    const char* value = NULL;
    rondo_tensors_metadata_at(facts->tensors, i, &key, &value);
    if (strcmp(key, RONDO_METADATA_KEY)) {
      rondo_json_key(stdout, &first, key);
      rondo_json_string(stdout, value);
    }
  }
  char* const text = rondo_config_write(facts->description->config);
  printf("}, \"description\": %s}", text ? text : "null");
  free(text);
}

RondoStatus
rondo_info_model(const char* path, bool json, RondoError* error)
{
  RondoTensors* tensors = NULL;
  RondoModel*   model   = NULL;
  Facts         facts   = { path, NULL, NULL, NULL, NULL, -1.0 };
  RondoStatus   st      = rondo_tensors_read(path, &tensors, error);
  if (!st) {
    st = rondo_model_new(tensors, &model, error);
  }
  if (!st) {
    facts.model       = model;
    facts.tensors     = tensors;
    facts.description = rondo_model_description(model);
    st                = find_task(&facts, error);
  }
  if (!st && json) {
    print_facts_json(&facts);
  } else if (!st) {
    print_facts(&facts);
  }
  rondo_model_free(model);
  rondo_tensors_free(tensors);
  return st;
}
