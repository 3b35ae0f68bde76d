// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file kernels.h Inner loops, built once per instruction set.

   All variants come from one source, kernels_rt.c.  The widest one that the
   processor has is chosen when the library starts; the environment variable
   RONDO_CPU (baseline, avx2, avx512, vnni, neon) forces one, as long as the
   processor has it.

   Every sum of products starts with the bias and runs over the inputs in
   rising order, one multiply-add after the other, in one accumulator per row.
   So a value does not depend on how many vectors are multiplied at a time, nor
   on the order in which panels are visited.  Products with int8 are exact sums
   of integers.
*/

#ifndef RONDO_NET_KERNELS_H
#define RONDO_NET_KERNELS_H

#include "core/base/attributes.h"
#include "core/net/description.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// Units of a panel: the unit of packing, whatever the instruction set
#define RONDO_LANES 16U

/// Most gates in a panel
#define RONDO_MAX_GATES 4U

/// Most recurrences that advance together
#define RONDO_MAX_STEPS 2U

/// Most panels of float32 whose step of one vector takes so little time that
/// nothing is gained by products of its input that are batched beforehand
#define RONDO_FEW_PANELS 2U

/// Vectors whose products a step can compute on its way
#define RONDO_AHEAD 8U

/**
   Weights of G gates, packed in panels of 16 units.

   Panel p holds, for every input k, the weights of units 16 p … 16 p + 15 of
   gate 0, then of gate 1, and so on.  Units beyond the last have zeros.  One
   pass over a panel computes all gates of 16 units.
*/
typedef struct {
  const float* weights; ///< (n_panels, n_inputs, n_gates, 16), 64-byte aligned
  const float* bias;    ///< (n_panels, n_gates, 16), 64-byte aligned
  size_t       n_gates; ///< 1 to RONDO_MAX_GATES
  size_t       n_inputs;
  size_t       n_panels;

  // Of int8, instead of `weights`; four inputs of a unit stand together, and
  // inputs beyond the last have zeros
  const int8_t* integers; ///< (n_panels, n_inputs / 4, n_gates, 16, 4), or NULL
  const float*  scales;   ///< (n_panels, n_gates, 16) What 1 stands for
  const int32_t* offsets; ///< (n_panels, n_gates, 16) -128 times the row's sum
} RondoPanels;

/// The largest magnitude of an int8 weight, and of a quantised input
#define RONDO_INT8_MAX 127

/// Return whether both matrices of a recurrence are of float32 and few panels.
static inline bool
rondo_panels_are_few(const RondoPanels* w, const RondoPanels* u)
{
  return u->n_panels <= RONDO_FEW_PANELS && !w->integers && !u->integers;
}

/// Room for vectors that are multiplied by int8 weights
typedef struct {
  int8_t*  integers; ///< (n, stride), 64-byte aligned, as the kernels want them
  float*   scales;   ///< (n) What 1 stands for
  int32_t* negatives; ///< (n) The sum of all integers below 0
  size_t   stride;    ///< A multiple of 64, at least the inputs
} RondoQuantised;

/**
   Products of frames to come, which steps of one vector compute on their way.
*/
typedef struct {
  const RondoPanels*    panels;
  const float*          x; ///< (n, x_stride)
  size_t                x_stride;
  const RondoQuantised* quantised; ///< Room for `n` vectors, for int8
  float*                y; ///< (n, n_panels, n_gates, 16), 64-byte aligned
  size_t                n; ///< Vectors

  // Set by begin()
  size_t n_tiles; ///< Parts of y that steps can compute, or 0
  size_t tile;    ///< The present one: those before are done
  size_t k;       ///< Inputs of it that are done
} RondoAhead;

/**
   One step of a recurrent layer, all channels together.

   Rows are `stride` apart, at least 16 n_panels, and 64-byte aligned; those of
   `a` n_gates as much.  Either `x` is given, and multiplied here by `w`, or `a`
   = W x + b of an earlier multiply().
*/
typedef struct {
  const RondoPanels* w;         ///< Of the input: rnn 1, gru 3, lstm 4 gates
  const RondoPanels* u;         ///< Of the state: the same, or r and z
  const RondoPanels* candidate; ///< Of r * h: 1 gate, for RONDO_RESET_BEFORE
  size_t             n_channels;
  const float*       x; ///< (n_channels, x_stride), or NULL
  size_t             x_stride;
  const float*       a;      ///< (n_channels, n_panels, n_gates, 16), or NULL
  const float*       h;      ///< (n_channels, stride) State before
  float*             h_next; ///< (n_channels, stride) State after, not `h`
  float*             c;      ///< (n_channels, stride) Cell of an lstm, updated
  float*             work;   ///< (2, n_channels, stride) for a reset before
  size_t             stride;
  bool               reverse; ///< Visit panels from last to first
  RondoAhead*        ahead;   ///< What is computed meanwhile, or NULL

  // For int8, room for n_channels vectors
  RondoQuantised quantised_x;
  RondoQuantised quantised_h;
} RondoRecurrence;

/// Advances `n_steps` recurrences of the same shape, such as both directions of
/// a layer
typedef void (*RondoAdvance)(const RondoRecurrence* steps, size_t n_steps)
  RONDO_REALTIME;

/// The kernels of one instruction set; `n` is a number of vectors
typedef struct {
  const char* name;

  /**
     Multiply: y = W x + b for `n` vectors.

     @param reverse Visit panels from last to first.  Alternating finds those
     that were used last still in the cache.
     @param x (n, x_stride), of which n_inputs are read.
     @param quantised Room for `n` vectors, if the weights are int8.
     @param[out] y (n, n_panels, n_gates, 16), 64-byte aligned.  Not `x`.
  */
  void (*multiply)(const RondoPanels*    panels,
                   bool                  reverse,
                   size_t                n,
                   const float*          x,
                   size_t                x_stride,
                   const RondoQuantised* quantised,
                   float* RONDO_RESTRICT y) RONDO_REALTIME;

  /// Begin `ahead`, of which all but its tiles is set.
  void (*begin)(RondoAhead* ahead) RONDO_REALTIME;

  /// Compute all of `ahead` that is left: y = W x + b, as multiply() does.
  void (*finish)(RondoAhead* ahead, bool reverse) RONDO_REALTIME;

  /**
     Return what advances recurrences of `layer` with weights as those of
     `step`.

     Elman 1990, with tanh or relu:

         h' = activation(W x + b + U h + c)

     Gated recurrent units, gates in the order r, z, n; Cho et al. 2014, "after"
     is the form of cuDNN and PyTorch:

         r  = sigmoid(W_r x + b_r + U_r h + c_r)
         z  = sigmoid(W_z x + b_z + U_z h + c_z)
         n  = tanh(W_n x + b_n + r * (U_n h + c_n))    reset after
         n  = tanh(W_n x + b_n + U_n (r * h) + c_n)    reset before
         h' = (1 - z) n + z h

     Long short-term memories, gates in the order i, f, g, o; Hochreiter and
     Schmidhuber 1997 with the forget gate of Gers et al. 2000:

         c' = sigmoid(f) c + sigmoid(i) tanh(g)
         h' = sigmoid(o) tanh(c')

     Setup.
  */
  RondoAdvance (*choose)(const RondoLayer* layer, const RondoRecurrence* step);

  /**
     Apply `activation` to `n` vectors in place, within 1e-6.

     @param x (n, stride), of which `n_units` count; stride is a multiple of
     16, rows are 64-byte aligned, and what follows n_units is overwritten.
  */
  void (*activate)(RondoActivation activation,
                   size_t          n,
                   size_t          n_units,
                   float*          x,
                   size_t          stride) RONDO_REALTIME;

  /**
     Normalise `n` vectors, each to mean 0 and variance 1, then scale and shift
     them: y = weight * (x - mean) / sqrt(variance + epsilon) + bias.

     Ba et al. 2016.  Two passes, the second of which makes up for the rounding
     of the mean; sums run over 16 lanes, which are then added in order.

     @param x (n, x_stride), of which `n_units` are read.
     @param weight,bias (stride), 64-byte aligned, zeros after n_units.
     @param[out] y (n, stride), 64-byte aligned, zeros after n_units.  Not `x`.
  */
  void (*normalise)(const float*          weight,
                    const float*          bias,
                    float                 epsilon,
                    size_t                n,
                    size_t                n_units,
                    const float*          x,
                    size_t                x_stride,
                    float* RONDO_RESTRICT y,
                    size_t                stride) RONDO_REALTIME;
} RondoKernels;

/// Return the kernels chosen when the library started.
const RondoKernels*
rondo_kernels(void);

/// Return the variant called `name` if it is built in and can run, or NULL.
const RondoKernels*
rondo_kernels_variant(const char* name);

/// Return the name of variant `index`, able to run or not, or NULL.
const char*
rondo_kernels_name(size_t index);

RONDO_END_DECLS

#endif // RONDO_NET_KERNELS_H
