// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file description.h What a network is made of.

   Setup (allocates).
*/

#ifndef RONDO_NET_DESCRIPTION_H
#define RONDO_NET_DESCRIPTION_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/config.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

#define RONDO_DESCRIPTION_VERSION 1U
#define RONDO_MAX_LAYERS 64U ///< Entries of "layers"
#define RONDO_MAX_STACK 16U  ///< "layers" of one recurrent entry
#define RONDO_MAX_UNITS 16384U
#define RONDO_MAX_SOURCES 16U ///< Names in one "input"
#define RONDO_MAX_NAME 63U    ///< Bytes of a layer's name
#define RONDO_MAX_GROUPS 4096U
#define RONDO_MAX_KERNEL 1024U    ///< Frames that a conv1d sees
#define RONDO_MAX_TOKENS 1048576U ///< Rows of an embedding
#define RONDO_MAX_LOOKAHEAD 4096U ///< Frames

/// The look-ahead of a layer that sees the whole sequence
#define RONDO_LOOKAHEAD_WHOLE ((size_t)-1)

/// The index that stands for the network's own input in RondoLayer.sources
#define RONDO_SOURCE_INPUTS ((size_t)-1)

typedef enum {
  RONDO_LAYER_LINEAR,
  RONDO_LAYER_RNN,
  RONDO_LAYER_GRU,
  RONDO_LAYER_LSTM,
  RONDO_LAYER_EMBEDDING,  ///< A row of a table for each token
  RONDO_LAYER_CONV1D,     ///< Over the last frames: causal
  RONDO_LAYER_LAYER_NORM, ///< Ba et al. 2016, over the units of one frame
  RONDO_LAYER_LAST,       ///< The final step: many to one
  RONDO_LAYER_MEAN,       ///< The mean over time: many to one
} RondoLayerType;

typedef enum {
  RONDO_ACTIVATION_IDENTITY,
  RONDO_ACTIVATION_RELU,
  RONDO_ACTIVATION_TANH,
  RONDO_ACTIVATION_SIGMOID,
  RONDO_ACTIVATION_SOFTMAX,
  RONDO_ACTIVATION_SOFTPLUS,
} RondoActivation;

/// Where the reset gate of a GRU acts
typedef enum {
  RONDO_RESET_AFTER,  ///< n = tanh(W x + b + r * (U h + c)): cuDNN, PyTorch
  RONDO_RESET_BEFORE, ///< n = tanh(W x + b + U (r * h) + c): Cho et al. 2014
} RondoReset;

/**
   One entry of "layers".

   The input is `n_groups` vectors of n_inputs / n_groups, all handled by the
   same weights.  It is all sources side by side; or, if they are joined group
   by group, each of its vectors is those of this group of all sources side by
   side.  The output has for each group first the forward units, then those of
   the other direction.
*/
typedef struct {
  char            name[RONDO_MAX_NAME + 1];
  RondoLayerType  type;
  RondoActivation activation; ///< Of linear, conv1d: any; of rnn: tanh or relu
  RondoReset      reset;      ///< Of gru
  size_t          n_inputs;   ///< Width of all sources together
  size_t          n_units;    ///< H or out: of one group and one direction
  size_t          n_outputs;  ///< Width of the output: groups, both directions
  size_t          n_stacked;  ///< "layers" of a recurrent type, else 1
  size_t          n_groups;   ///< Vectors side by side, 1 if there are none
  size_t          n_directions; ///< 2 if bidirectional, else 1
  size_t          lookahead;    ///< Frames that the other direction sees
  size_t          n_kernel;     ///< Of conv1d: frames, this one included
  size_t          n_tokens;     ///< Of embedding
  double          epsilon;      ///< Of layer_norm
  bool            along_groups; ///< Recurrence over the groups of one frame
  bool            joins_groups; ///< Sources are joined group by group
  bool            is_single;    ///< One output per sequence: last, mean, after
  size_t          n_sources;
  size_t          sources[RONDO_MAX_SOURCES]; ///< Earlier layers, concatenated
} RondoLayer;

/// A checked description: every width and source is consistent
typedef struct {
  size_t       n_inputs;
  size_t       n_outputs; ///< Width of the last layer
  size_t       n_layers;
  RondoLayer   layers[RONDO_MAX_LAYERS];
  RondoConfig* config; ///< The whole tree; "task" and card are read from it
} RondoDescription;

/**
   Read a description from `config`, which it owns from then on (freed on
   failure too).

   "task" and "card" are left to their readers; any other unknown key, type or
   version is an error that names the layer.
*/
RONDO_NODISCARD RondoStatus
rondo_description_new(RondoConfig*       config,
                      RondoDescription** out,
                      RondoError*        error);

/// Free a description; NULL is harmless.
void
rondo_description_free(RondoDescription* description);

/**
   Borrow the "task" object.

   @param name The task that the caller can do; another one is an error.
*/
RONDO_NODISCARD RondoStatus
rondo_description_task(const RondoDescription* description,
                       const char*             name,
                       RondoConfig**           task,
                       RondoError*             error);

/// A tensor that a description calls for
typedef struct {
  char   name[RONDO_MAX_NAME + 32]; ///< PyTorch's, such as "gru.weight_ih_l0"
  size_t n_dims;                    ///< 1 to 3
  size_t dims[3];                   ///< As many as there are, then 1
  size_t n_elements;                ///< Their product
  size_t layer;                     ///< Index of the entry it belongs to
} RondoTensorSpec;

/// Return the width of a source: an earlier layer, or the network's input.
size_t
rondo_description_width(const RondoDescription* description, size_t source);

/// Return whether `layer` has a state that goes on from frame to frame.
bool
rondo_layer_is_recurrent(const RondoLayer* layer);

/// Return the number of gates: 3 of gru, 4 of lstm, 1 of all others.
size_t
rondo_layer_n_gates(const RondoLayer* layer);

/// Return whether the network gives one output per sequence: many to one.
bool
rondo_description_is_single(const RondoDescription* description);

/// Return the number of tensors that `description` calls for.
size_t
rondo_description_n_tensors(const RondoDescription* description);

/// Return tensor `index`, in order of layers, as PyTorch's state_dict orders.
RondoTensorSpec
rondo_description_tensor(const RondoDescription* description, size_t index);

RONDO_END_DECLS

#endif // RONDO_NET_DESCRIPTION_H
