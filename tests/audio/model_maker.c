// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/audio/model_maker.h"

#include "core/audio/bands.h"
#include "core/base/random.h"
#include "core/net/config.h"
#include "core/net/description.h"
#include "core/net/quantise.h"
#include "core/net/safetensors.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_TEXT 4096U

static const double high_hz = 20000.0;

ModelMaker
model_maker(void)
{
  const ModelMaker maker = {
    .seed       = 1,
    .n_units    = 24,
    .recurrent  = 1.0,
    .head       = 4.0,
    .head_bias  = 0.0,
    .activation = "sigmoid",
    .has_voice  = true,
  };
  return maker;
}

// Vectors side by side along time and across, joined, and all else that comes
// before a recurrent layer; the first one reads 24 units, which the last makes
#define GROUPS                                                              \
  "{\"name\": \"each\", \"type\": \"lstm\", \"hidden\": 5, \"groups\": 3}," \
  "{\"name\": \"across\", \"type\": \"gru\", \"reset\": \"before\", "       \
  "\"hidden\": 4,"                                                          \
  " \"groups\": 3, \"along\": \"groups\", \"bidirectional\": true},"        \
  "{\"name\": \"both\", \"type\": \"rnn\", \"hidden\": 4, \"groups\": 3,"   \
  " \"join\": \"groups\", \"input\": [\"each\", \"across\"]},"              \
  "{\"name\": \"even\", \"type\": \"layer_norm\", \"groups\": 3},"          \
  "{\"name\": \"plus\", \"type\": \"linear\", \"out\": 8, \"groups\": 3,"   \
  " \"activation\": \"softplus\"},"                                         \
  "{\"name\": \"max\", \"type\": \"linear\", \"out\": 9,"                   \
  " \"activation\": \"softmax\"},"                                          \
  "{\"name\": \"back\", \"type\": \"conv1d\", \"out\": 24, \"kernel\": 2,"  \
  " \"activation\": \"relu\"},"

#define RNN "\"type\": \"rnn\""
#define LSTM "\"type\": \"lstm\""
#define BEFORE "\"type\": \"gru\", \"reset\": \"before\""

static const struct {
  const char* name;
  const char* cell;
  const char* more;
  const char* pool;
  size_t      lookahead;
  bool        is_int8;
} types[] = {
  { "gru", NULL, NULL, NULL, 0, false },
  { "rnn", RNN, NULL, NULL, 0, false },
  { "lstm", LSTM, NULL, NULL, 0, false },
  { "before", BEFORE, NULL, NULL, 0, false },
  { "groups", NULL, GROUPS, NULL, 0, false },
  { "last", NULL, NULL, "last", 0, false },
  { "mean", NULL, NULL, "mean", 0, false },
  { "ahead", NULL, NULL, NULL, 5, false },
  { "rnn-ahead", RNN, NULL, NULL, 1, false },
  { "lstm-ahead", LSTM, NULL, NULL, 9, false },
  { "before-ahead", BEFORE, NULL, NULL, 2, false },
  { "gru-int8", NULL, NULL, NULL, 0, true },
  { "rnn-int8", RNN, NULL, NULL, 0, true },
  { "lstm-int8", LSTM, NULL, NULL, 0, true },
  { "before-int8", BEFORE, GROUPS, NULL, 0, true },
  { "ahead-int8", NULL, NULL, NULL, 5, true },
};

size_t
model_maker_n_types(void)
{
  return sizeof(types) / sizeof(types[0]);
}

ModelMaker
model_maker_type(const size_t index, const char** const name)
{
  ModelMaker maker = model_maker();
  maker.cell       = types[index].cell;
  maker.more       = types[index].more;
  maker.pool       = types[index].pool;
  maker.lookahead  = types[index].lookahead;
  maker.is_int8    = types[index].is_int8;
  *name            = types[index].name;
  return maker;
}

static void
describe(const ModelMaker* const maker, char* const text)
{
  const double fine_hz  = maker->is_coarse ? 500.0 : 4000.0;
  const double step_hz  = maker->is_coarse ? 100.0 : 50.0;
  const double erb_step = maker->is_coarse ? 3.0 : 0.9;
  const char*  cell     = maker->cell ? maker->cell : "\"type\": \"gru\"";

  double       centres[RONDO_MAX_BANDS] = { 0.0 };
  const size_t n_coarse = rondo_bands_place(0.0, 100.0, 1.2, high_hz, centres);
  const size_t n_fine   = (size_t)(fine_hz / step_hz) + 1U;
  const size_t n_gains =
    rondo_bands_place(fine_hz, step_hz, erb_step, high_hz, centres);
  const size_t n_inputs = maker->n_spanned ? 3U * n_gains : n_coarse + n_fine;

  char sees[128] = "";
  if (maker->n_spanned) {
    snprintf(sees,
             sizeof(sees),
             "\"spanned_frames\": %zu, \"phase\": true",
             maker->n_spanned);
  } else {
    snprintf(sees,
             sizeof(sees),
             "\"coarse\": {\"fine_hz\": 0, \"step_hz\": 100,"
             " \"erb_step\": 1.2, \"high_hz\": %g}",
             high_hz);
  }

  // Layers of all types, and what the cell is besides
  char         more[512] = "";
  char         ahead[64] = "";
  const size_t n_groups  = maker->n_units % 2U ? 1U : 2U;
  if (maker->sees_all) {
    snprintf(ahead, sizeof(ahead), ", \"bidirectional\": true");
  } else if (maker->lookahead) {
    snprintf(more,
             sizeof(more),
             "{\"name\": \"conv\", \"type\": \"conv1d\", \"out\": %zu,"
             " \"kernel\": 3},"
             "{\"name\": \"norm\", \"type\": \"layer_norm\"},"
             "{\"name\": \"bands\", \"type\": \"lstm\", \"hidden\": 3,"
             " \"groups\": %zu, \"along\": \"groups\","
             " \"bidirectional\": true},",
             maker->n_units,
             n_groups);
    snprintf(ahead,
             sizeof(ahead),
             ", \"bidirectional\": true, \"lookahead\": %zu",
             maker->lookahead);
  }

  char pool[64] = "";
  if (maker->pool) {
    snprintf(pool,
             sizeof(pool),
             "{\"name\": \"pool\", \"type\": \"%s\"},",
             maker->pool);
  }

  snprintf(text,
           MAX_TEXT,
           "{\"version\": 1, \"inputs\": %zu, \"layers\": ["
           "{\"name\": \"in\", \"type\": \"linear\", \"out\": %zu,"
           " \"activation\": \"tanh\"},"
           "%s%s{\"name\": \"cell\", %s, \"hidden\": %zu, \"layers\": 2%s},"
           "%s{\"name\": \"head\", \"type\": \"linear\", \"out\": %zu,"
           " \"activation\": \"%s\", \"input\": [%s]}],"
           "\"task\": {\"name\": \"denoise\", \"frame_seconds\": 0.02, %s,"
           "\"fine\": {\"fine_hz\": %g, \"step_hz\": %g,"
           " \"erb_step\": %g, \"high_hz\": %g},"
           "\"voice\": %s}}",
           n_inputs,
           maker->n_units,
           maker->more ? maker->more : "",
           more,
           cell,
           maker->n_units,
           ahead,
           pool,
           n_gains + (maker->has_voice ? 1U : 0U),
           maker->activation,
           maker->pool ? "\"pool\"" : "\"in\", \"cell\"",
           sees,
           fine_hz,
           step_hz,
           erb_step,
           high_hz,
           maker->has_voice ? "true" : "false");
}

static void
fill(const ModelMaker* const      maker,
     const RondoTensorSpec* const spec,
     RondoRandom* const           random,
     float* const                 values)
{
  const bool   is_head   = !strncmp(spec->name, "head", 4);
  const bool   is_first  = !strncmp(spec->name, "in.", 3);
  const size_t n_columns = spec->dims[1] * spec->dims[2];
  const size_t n_heard   = !maker->is_deaf || is_first || spec->n_dims == 1
                             ? n_columns
                           : is_head ? maker->n_units
                                     : 0U;
  const double scale =
    (is_head ? maker->head : maker->recurrent) / sqrt((double)n_heard);

  for (size_t i = 0; i < spec->n_elements; ++i) {
    if (i % n_columns < n_heard && (is_first || is_head || !maker->is_deaf)) {
      const double x = (2.0 * (double)rondo_random_uniform(random)) - 1.0;
      values[i] =
        (float)((is_head && spec->n_dims == 1) ? maker->head_bias : scale * x);
    }
  }
}

// The first layer tells by its sign whether the mean level of all bands is over
// -70 dB, where it is 0; of the outputs voice alone hears that
static void
fill_meter(const RondoTensorSpec* const spec,
           const size_t                 n_units,
           float* const                 values)
{
  const bool   is_head   = !strncmp(spec->name, "head", 4);
  const bool   is_first  = !strncmp(spec->name, "in.", 3);
  const bool   is_bias   = spec->n_dims == 1;
  const size_t n_columns = spec->dims[1] * spec->dims[2];
  const size_t n_gains   = spec->dims[0] - 1U;

  for (size_t i = 0; i < spec->n_elements; ++i) {
    const size_t row    = i / n_columns;
    const size_t column = i % n_columns;
    if (is_first) {
      values[i] = is_bias ? 0.0f : 50.0f / (float)n_columns;
    } else if (is_head && is_bias) {
      values[i] = (row < n_gains) ? 30.0f : 0.0f;
    } else if (is_head && row == n_gains && column < n_units) {
      values[i] = 60.0f / (float)n_units;
    }
  }
}

static RondoStatus
write_model(const ModelMaker* const       maker,
            const RondoDescription* const description,
            const char* const             text,
            const char* const             path,
            RondoError* const             error)
{
  const size_t n       = rondo_description_n_tensors(description);
  RondoRandom  random  = rondo_random(maker->seed, 0);
  RondoTensor* tensors = calloc(n, sizeof(RondoTensor));
  char(*names)[sizeof(((RondoTensorSpec*)NULL)->name)] =
    calloc(n, sizeof(*names));

  for (size_t i = 0; i < n; ++i) {
    const RondoTensorSpec spec = rondo_description_tensor(description, i);

    float* const values = calloc(spec.n_elements, sizeof(float));
    if (maker->is_meter) {
      fill_meter(&spec, maker->n_units, values);
    } else {
      fill(maker, &spec, &random, values);
    }
    memcpy(names[i], spec.name, sizeof(spec.name));

    tensors[i] =
      (RondoTensor){ .name       = names[i],
                     .dtype      = RONDO_DTYPE_F32,
                     .n_dims     = spec.n_dims,
                     .dims       = { spec.dims[0], spec.dims[1], spec.dims[2] },
                     .n_elements = spec.n_elements,
                     .data       = values };
  }

  const RondoMetadata metadata = { RONDO_METADATA_KEY, text };
  const RondoStatus   st =
    rondo_tensors_write(path, tensors, n, &metadata, 1, error);

  for (size_t i = 0; i < n; ++i) {
    free((void*)tensors[i].data);
  }
  free(names);
  free(tensors);
  return st;
}

RondoStatus
model_maker_write_int8(const char* const from,
                       const char* const to,
                       RondoError* const error)
{
  RondoTensors* tensors = NULL;
  RondoModel*   model   = NULL;

  RondoStatus st = rondo_tensors_read(from, &tensors, error);
  if (!st && !(st = rondo_model_new(tensors, &model, error))) {
    const RondoDescription* const d = rondo_model_description(model);
    bool                          is_int8[RONDO_MAX_LAYERS] = { false };
    for (size_t i = 0; i < d->n_layers; ++i) {
      is_int8[i] = rondo_layer_can_be_int8(&d->layers[i]);
    }
    st = rondo_quantise(tensors, d, is_int8, to, error);
  }
  rondo_model_free(model);
  rondo_tensors_free(tensors);
  return st;
}

RondoStatus
model_maker_write(const ModelMaker* const maker,
                  const char* const       path,
                  RondoError* const       error)
{
  char text[MAX_TEXT] = { 0 };
  describe(maker, text);

  RondoConfig* config = NULL;
  RondoStatus  st     = rondo_config_parse(text, strlen(text), &config, error);
  if (st) {
    return st;
  }

  RondoDescription* description = NULL;
  if ((st = rondo_description_new(config, &description, error))) {
    return st;
  }

  st = write_model(maker, description, text, path, error);
  rondo_description_free(description);
  return st || !maker->is_int8 ? st : model_maker_write_int8(path, path, error);
}

RondoModel*
model_maker_new(const ModelMaker* const maker)
{
  const char* folder    = getenv("TMPDIR");
  char        path[512] = { 0 };
  snprintf(path, sizeof(path), "%s/rondo-XXXXXX", folder ? folder : P_tmpdir);

  const int fd = mkstemp(path);
  if (fd < 0) {
    perror(path);
    return NULL;
  }
  close(fd);

  RondoError  error = { RONDO_SUCCESS, "" };
  RondoModel* model = NULL;
  if (model_maker_write(maker, path, &error) ||
      rondo_model_load(path, &model, &error)) {
    fprintf(stderr, "%s: %s\n", path, error.message);
  }
  unlink(path);
  return model;
}
