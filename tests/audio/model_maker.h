// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TESTS_AUDIO_MODEL_MAKER_H
#define RONDO_TESTS_AUDIO_MODEL_MAKER_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// What a made denoising network is like
typedef struct {
  uint64_t    seed;
  size_t      n_units;    ///< Of the two hidden layers
  double      recurrent;  ///< Scale of the hidden layers' weights
  double      head;       ///< Scale of the last layer's weights
  double      head_bias;  ///< All of the last layer's biases
  const char* activation; ///< Of the last layer
  bool        has_voice;
  bool        is_coarse; ///< Few bands
  bool        is_deaf;   ///< The last layer hears none but the first
  bool        is_meter;  ///< Gains are 1, and voice is 1 if it is loud, else 0
  bool        sees_all;  ///< The two layers are bidirectional
  size_t      lookahead; ///< If not 0: of two layers, after all other types
  size_t      n_spanned; ///< If not 0: frames that it spans, of which it also
                         ///< sees the phases, and no coarse bands
  const char* cell;    ///< If not NULL: what the two layers are, instead of gru
  const char* more;    ///< If not NULL: layers before them, each with a comma
  const char* pool;    ///< If not NULL: the type of a layer after them
  bool        is_int8; ///< Wherever weights can be
} ModelMaker;

/// Return what makes a small network with lively gains and a voice.
ModelMaker
model_maker(void);

/// Return how many types of networks there are.
size_t
model_maker_n_types(void);

/// Return what makes one; between them they have all that a network can have.
ModelMaker
model_maker_type(size_t index, const char** name);

/// Write a model again, with int8 wherever weights can be.
RONDO_NODISCARD RondoStatus
model_maker_write_int8(const char* from, const char* to, RondoError* error);

/// Write the model file `path`.
RONDO_NODISCARD RondoStatus
model_maker_write(const ModelMaker* maker, const char* path, RondoError* error);

/// Make a model, or print why not and return NULL.
RondoModel*
model_maker_new(const ModelMaker* maker);

RONDO_END_DECLS

#endif // RONDO_TESTS_AUDIO_MODEL_MAKER_H
