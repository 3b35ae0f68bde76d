// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/network.h"

#include "core/base/random.h"

#include <math.h>
#include <string.h>

// As of the settings in network.h
#define EMBEDDING_DEVIATION 0.1

static void
draw_uniform(RondoRandom* const random,
             const size_t       n,
             const double       limit,
             RondoReal* const   w)
{
  for (size_t i = 0; i < n; ++i) {
    w[i] = (RondoReal)(limit * ((2.0 * rondo_random_uniform(random)) - 1.0));
  }
}

static double
dot(const size_t n, const RondoReal* const a, const RondoReal* const b)
{
  double sum = 0.0;
  for (size_t i = 0; i < n; ++i) {
    sum += (double)a[i] * (double)b[i];
  }
  return sum;
}

// Make row `i` of w (H, H) orthogonal to the rows above, and its norm 1
static double
orthonormalise_row(const size_t H, const size_t i, RondoReal* const w)
{
  RondoReal* const row = w + (i * H);
  for (size_t j = 0; j < i; ++j) {
    const RondoReal* const above = w + (j * H);
    const double           share = dot(H, row, above);
    for (size_t k = 0; k < H; ++k) {
      row[k] = (RondoReal)((double)row[k] - (share * (double)above[k]));
    }
  }

  const double norm = sqrt(dot(H, row, row));
  for (size_t k = 0; k < H && norm > 0.0; ++k) {
    row[k] = (RondoReal)((double)row[k] / norm);
  }
  return norm;
}

// Draw an orthogonal matrix (H, H): Gram-Schmidt over normal rows
static void
draw_orthogonal(RondoRandom* const random, const size_t H, RondoReal* const w)
{
  // Rows of so small a rest would be mostly rounding: drawn anew
  const double smallest = 1e-3;

  for (size_t i = 0; i < H; ++i) {
    do {
      for (size_t k = 0; k < H; ++k) {
        w[(i * H) + k] = (RondoReal)rondo_random_normal(random);
      }
    } while (orthonormalise_row(H, i, w) < smallest);

    // Twice is enough (Giraud et al. 2005)
    (void)orthonormalise_row(H, i, w);
  }
}

// Draw W (n_gates H, n_inputs)
static void
draw_glorot(RondoRandom* const random,
            const size_t       n_gates,
            const size_t       H,
            const size_t       n_inputs,
            RondoReal* const   w)
{
  // Glorot and Bengio 2010, equation 16, each gate for itself
  const double limit = sqrt(6.0 / (double)(n_inputs + H));
  draw_uniform(random, n_gates * H * n_inputs, limit, w);
}

// Draw the recurrent weights (H, H) of one gate
static void
draw_recurrent(RondoRandom* const               random,
               const RondoInitialisation* const settings,
               const size_t                     H,
               RondoReal* const                 w)
{
  switch (settings->recurrent) {
    case RONDO_RECURRENT_ORTHOGONAL:
      draw_orthogonal(random, H, w);
      break;
    case RONDO_RECURRENT_GLOROT:
      draw_glorot(random, 1, H, H, w);
      break;
    case RONDO_RECURRENT_IDENTITY:
      memset(w, 0, sizeof(RondoReal) * H * H);
      for (size_t i = 0; i < H; ++i) {
        w[i * (H + 1)] = 1;
      }
      break;
  }

  for (size_t i = 0; i < H * H; ++i) {
    w[i] *= (RondoReal)settings->gain;
  }
}

// Draw one tensor of a layer
static void
draw_tensor(RondoRandom* const               random,
            const RondoInitialisation* const settings,
            const RondoLayer* const          layer,
            const RondoTensorSpec* const     tensor,
            RondoReal* const                 w)
{
  const size_t H       = layer->n_units;
  const size_t n_gates = tensor->dims[0] / H;
  if (tensor->n_dims == 2 && strstr(tensor->name, ".weight_hh_")) {
    for (size_t gate = 0; gate < n_gates; ++gate) {
      draw_recurrent(random, settings, H, w + (gate * H * H));
    }
    return;
  }
  if (layer->type == RONDO_LAYER_EMBEDDING) {
    for (size_t i = 0; i < tensor->n_elements; ++i) {
      w[i] =
        (RondoReal)(EMBEDDING_DEVIATION * (double)rondo_random_normal(random));
    }
    return;
  }
  if (tensor->n_dims > 1) {
    draw_glorot(random, n_gates, H, tensor->dims[1] * tensor->dims[2], w);
    return;
  }

  memset(w, 0, sizeof(RondoReal) * tensor->n_elements);
  if (layer->type == RONDO_LAYER_LSTM && strstr(tensor->name, ".bias_ih_")) {
    for (size_t i = H; i < 2 * H; ++i) {
      w[i] = (RondoReal)settings->forget_bias;
    }
  } else if (layer->type == RONDO_LAYER_LAYER_NORM &&
             strstr(tensor->name, ".weight")) {
    for (size_t i = 0; i < H; ++i) {
      w[i] = 1;
    }
  }
}

RondoInitialisation
rondo_initialisation(void)
{
  const RondoInitialisation usual = { RONDO_RECURRENT_ORTHOGONAL, 1.0, 1.0 };
  return usual;
}

void
rondo_network_initialise(const RondoDescription* const    description,
                         const RondoInitialisation* const settings,
                         RondoRandom* const               random,
                         RondoReal* const                 parameters)
{
  const size_t n_tensors = rondo_description_n_tensors(description);

  size_t offset = 0;
  for (size_t i = 0; i < n_tensors; ++i) {
    const RondoTensorSpec tensor = rondo_description_tensor(description, i);
    draw_tensor(random,
                settings,
                &description->layers[tensor.layer],
                &tensor,
                parameters + offset);
    offset += tensor.n_elements;
  }
}
