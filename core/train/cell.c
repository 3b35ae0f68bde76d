// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/cell.h"

#include "core/train/conv1d.h"
#include "core/train/embedding.h"
#include "core/train/gru.h"
#include "core/train/layer_norm.h"
#include "core/train/linear.h"
#include "core/train/lstm.h"
#include "core/train/pooling.h"
#include "core/train/rnn.h"

// What a type of layer does
typedef struct {
  void (*forward)(const RondoCell*,
                  const RondoBatch*,
                  const RondoReal* parameters,
                  const RondoReal* x);
  void (*backward)(const RondoCell*,
                   const RondoBatch*,
                   const RondoReal* parameters,
                   const RondoReal* x,
                   RondoReal*       dparameters,
                   RondoReal*       dx);
} Type;

static const Type types[] = {
  [RONDO_LAYER_LINEAR]     = { rondo_linear_forward, rondo_linear_backward },
  [RONDO_LAYER_RNN]        = { rondo_rnn_forward, rondo_rnn_backward },
  [RONDO_LAYER_GRU]        = { rondo_gru_forward, rondo_gru_backward },
  [RONDO_LAYER_LSTM]       = { rondo_lstm_forward, rondo_lstm_backward },
  [RONDO_LAYER_EMBEDDING]  = { rondo_embedding_forward,
                               rondo_embedding_backward },
  [RONDO_LAYER_CONV1D]     = { rondo_conv1d_forward, rondo_conv1d_backward },
  [RONDO_LAYER_LAYER_NORM] = { rondo_layer_norm_forward,
                               rondo_layer_norm_backward },
  [RONDO_LAYER_LAST]       = { rondo_last_forward, rondo_last_backward },
  [RONDO_LAYER_MEAN]       = { rondo_mean_forward, rondo_mean_backward },
};

void
rondo_cell_forward(const RondoCell* const  cell,
                   const RondoBatch* const batch,
                   const RondoReal* const  parameters,
                   const RondoReal* const  x)
{
  types[cell->type].forward(cell, batch, parameters, x);
}

void
rondo_cell_backward(const RondoCell* const  cell,
                    const RondoBatch* const batch,
                    const RondoReal* const  parameters,
                    const RondoReal* const  x,
                    RondoReal* const        dparameters,
                    RondoReal* const        dx)
{
  types[cell->type].backward(cell, batch, parameters, x, dparameters, dx);
}
