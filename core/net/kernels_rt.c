// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Compiled once per instruction set, with RONDO_KERNELS_NAME set to its name
// and the compiler's flags to match.

#include "core/net/kernels.h"

#include "core/net/activations_rt.h"
#include "core/net/products_rt.h"
#include "core/net/recurrences_rt.h"
#include "core/net/vector_rt.h"

#define CONCATENATE(a, b) a##b
#define TABLE_NAME(name) CONCATENATE(rondo_kernels_, name)
#define QUOTE(name) #name
#define NAME_STRING(name) QUOTE(name)

// Apply `activation` to 16 lanes
INLINE void
activate_lanes(const RondoActivation activation, float* x)
{
  Vector y[N_PARTS];
  EACH(j, N_PARTS)
  {
    y[j] = load(x + (j * WIDTH));
  }
  if (activation == RONDO_ACTIVATION_TANH) {
    hyperbolic_tangent(y, N_PARTS);
  } else if (activation == RONDO_ACTIVATION_SIGMOID) {
    logistic(y, N_PARTS);
  }
  EACH(j, N_PARTS)
  {
    if (activation == RONDO_ACTIVATION_RELU) {
      y[j] = greater(y[j], spread(0.0f));
    } else if (activation == RONDO_ACTIVATION_SOFTPLUS) {
      y[j] = soft_plus(y[j]);
    }
    store(x + (j * WIDTH), y[j]);
  }
}

// y_i = exp(x_i - max x) / sum_j exp(x_j - max x)
static void
soft_max(float* x, size_t n_units, size_t stride)
{
  for (size_t i = n_units; i < stride; ++i) {
    x[i] = -3e38f; // What is padding counts for nothing
  }
  float most = x[0];
  for (size_t i = 1U; i < n_units; ++i) {
    most = x[i] > most ? x[i] : most;
  }
  Vector sum = spread(0.0f);
  for (size_t i = 0U; i < stride; i += WIDTH) {
    const Vector y = exponential(load(x + i) - most);
    store(x + i, y);
    sum += y;
  }
  float total = 0.0f;
  for (size_t i = 0U; i < WIDTH; ++i) {
    total += sum[i];
  }
  for (size_t i = 0U; i < stride; i += WIDTH) {
    store(x + i, load(x + i) / total);
  }
}

RONDO_REALTIME static void
activate(RondoActivation activation,
         size_t          n,
         size_t          n_units,
         float*          x,
         size_t          stride)
{
  if (activation == RONDO_ACTIVATION_SOFTMAX) {
    for (size_t v = 0U; v < n; ++v) {
      soft_max(x + (v * stride), n_units, stride);
    }
  } else if (activation != RONDO_ACTIVATION_IDENTITY) {
    for (size_t i = 0U; i < n * stride; i += LANES) {
      activate_lanes(activation, x + i);
    }
  }
}

// Sum (n), a multiple of 16: over the lanes, then of the lanes in order
static float
sum_of(const float* x, size_t n)
{
  _Alignas(64) float lanes[LANES] = { 0.0f };
  for (size_t i = 0U; i < n; i += LANES) {
    for (size_t l = 0U; l < LANES; l += WIDTH) {
      store(lanes + l, load(lanes + l) + load(x + i + l));
    }
  }
  float sum = 0.0f;
  for (size_t l = 0U; l < LANES; ++l) {
    sum += lanes[l];
  }
  return sum;
}

static float
sum_of_squares(const float* x, size_t n)
{
  _Alignas(64) float lanes[LANES] = { 0.0f };
  for (size_t i = 0U; i < n; i += LANES) {
    for (size_t l = 0U; l < LANES; l += WIDTH) {
      const Vector xl = load(x + i + l);
      store(lanes + l, multiply_add(xl, xl, load(lanes + l)));
    }
  }
  float sum = 0.0f;
  for (size_t l = 0U; l < LANES; ++l) {
    sum += lanes[l];
  }
  return sum;
}

// Subtract `x` from the units of (stride) and leave zeros after them
static void
subtract(float* y, size_t n_units, size_t stride, float x)
{
  for (size_t i = 0U; i < stride; i += WIDTH) {
    store(y + i, load(y + i) - x);
  }
  for (size_t i = n_units; i < stride; ++i) {
    y[i] = 0.0f;
  }
}

RONDO_REALTIME static void
normalise(const float*          weight,
          const float*          bias,
          float                 epsilon,
          size_t                n,
          size_t                n_units,
          const float*          x,
          size_t                x_stride,
          float* RONDO_RESTRICT y,
          size_t                stride)
{
  const float count = (float)n_units;
  for (size_t v = 0U; v < n; ++v, x += x_stride, y += stride) {
    for (size_t i = 0U; i < stride; ++i) {
      y[i] = i < n_units ? x[i] : 0.0f;
    }
    subtract(y, n_units, stride, sum_of(y, stride) / count);
    subtract(y, n_units, stride, sum_of(y, stride) / count);
    const float variance = sum_of_squares(y, stride) / count;
    const float scale    = 1.0f / __builtin_sqrtf(variance + epsilon);
    for (size_t i = 0U; i < stride; i += WIDTH) {
      const Vector unit = load(y + i) * scale;
      store(y + i, multiply_add(unit, load(weight + i), load(bias + i)));
    }
  }
}

extern const RondoKernels TABLE_NAME(RONDO_KERNELS_NAME);

const RondoKernels TABLE_NAME(RONDO_KERNELS_NAME) = {
  NAME_STRING(RONDO_KERNELS_NAME),
  multiply_vectors,
  begin,
  finish,
  choose_advance,
  activate,
  normalise
};
