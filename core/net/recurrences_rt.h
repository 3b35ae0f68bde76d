// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file recurrences_rt.h Steps of recurrent cells.

   A private header of kernels_rt.c.
*/

#ifndef RONDO_NET_RECURRENCES_RT_H
#define RONDO_NET_RECURRENCES_RT_H

#include "core/base/attributes.h"
#include "core/net/few_rt.h"
#include "core/net/gates_rt.h"
#include "core/net/kernels.h"
#include "core/net/panels_int8_rt.h"
#include "core/net/panels_rt.h"
#include "core/net/products_rt.h"
#include "core/net/vector_rt.h"

#include <stdbool.h>
#include <stddef.h>

// Recurrences of the same shape that advance together
typedef struct {
  const RondoRecurrence* steps;
  size_t                 n;
} Recurrences;

// Multiply V vectors of each recurrence by P panels of the input, with A gates,
// unless that has been done, and of the state, with Q gates; then run `gates`
INLINE void
run_group(const Gates        gates,
          const Recurrences* all,
          const bool         is_candidate,
          const size_t       panel,
          const size_t       vector,
          const size_t       P,
          const size_t       V,
          const size_t       A,
          const size_t       Q)
{
  _Alignas(64) float a[RONDO_MAX_STEPS][MAX_ROWS * LANES];
  _Alignas(64) float q[RONDO_MAX_STEPS][MAX_ROWS * LANES];
  Row                rows[RONDO_MAX_STEPS * MAX_ROWS];
  size_t             n_rows = 0U;
  for (size_t s = 0U; s < all->n; ++s) {
    const RondoRecurrence* const step     = &all->steps[s];
    const size_t                 stride   = step->stride;
    const bool                   is_ready = step->a != NULL;
    const size_t a_stride = is_ready ? stride * A : P * A * LANES;
    const float* av =
      is_ready ? step->a + (vector * a_stride) + (panel * A * LANES) : a[s];
    // What was read last is read first again: in reverse, the state comes first
    for (size_t i = 0U; i < 2U; ++i) {
      if (i == (step->reverse ? 1U : 0U)) {
        if (A && !is_ready) {
          multiply_panels(step->w,
                          &step->quantised_x,
                          step->reverse,
                          panel,
                          vector,
                          step->x,
                          step->x_stride,
                          a[s],
                          a_stride,
                          NULL,
                          V,
                          P,
                          A);
        }
      } else {
        multiply_panels(is_candidate ? step->candidate : step->u,
                        &step->quantised_h,
                        step->reverse,
                        panel,
                        vector,
                        is_candidate ? step->work : step->h,
                        stride,
                        q[s],
                        P * Q * LANES,
                        step->ahead,
                        V,
                        P,
                        Q);
      }
    }
    for (size_t v = 0U; v < V; ++v) {
      for (size_t p = 0U; p < P; ++p, ++n_rows) {
        rows[n_rows].step = step;
        rows[n_rows].at   = ((vector + v) * stride) + ((panel + p) * LANES);
        rows[n_rows].a    = av + (v * a_stride) + (p * A * LANES);
        rows[n_rows].q    = q[s] + (((v * P) + p) * Q * LANES);
      }
    }
  }
  gates(rows, n_rows);
}

#define DEFINE_CELL(name, gates, is_candidate, A, Q)                \
  RONDO_REALTIME INLINE void name(const void*  context,             \
                                  size_t       panel,               \
                                  size_t       vector,              \
                                  const size_t P,                   \
                                  const size_t V)                   \
  {                                                                 \
    const Recurrences* const all = (const Recurrences*)context;     \
    run_group(gates, all, is_candidate, panel, vector, P, V, A, Q); \
  }

DEFINE_CELL(rnn_tanh, rnn_tanh_gates, false, 1U, 1U)
DEFINE_CELL(rnn_relu, rnn_relu_gates, false, 1U, 1U)
DEFINE_CELL(gru_after, gru_after_gates, false, 3U, 3U)
DEFINE_CELL(gru_before, gru_before_gates, false, 3U, 2U)
DEFINE_CELL(gru_candidate, gru_candidate_gates, true, 0U, 1U)
DEFINE_CELL(lstm_cell, lstm_gates, false, 4U, 4U)

// Visit all panels and vectors of all recurrences
INLINE void
visit_all(const Operation        operation,
          const size_t           n_gates,
          const RondoRecurrence* steps,
          size_t                 n_steps)
{
  const Recurrences all = { steps, n_steps };
  visit(operation,
        &all,
        n_gates,
        steps->u->n_panels,
        steps->n_channels,
        steps->reverse);
}

// Quantise what is multiplied by int8: the states, and inputs unless products
// with these are there
static void
quantise_all(const RondoRecurrence* steps, size_t n_steps)
{
  for (size_t s = 0U; s < n_steps; ++s) {
    const RondoRecurrence* const step = &steps[s];
    const size_t                 n    = step->n_channels;
    if (step->u->integers) {
      quantise(&step->quantised_h, n, step->u->n_inputs, step->h, step->stride);
    }
    if (step->w->integers && !step->a) {
      quantise(
        &step->quantised_x, n, step->w->n_inputs, step->x, step->x_stride);
    }
  }
}

INLINE void
quantise_steps(const RondoRecurrence* steps, size_t n_steps)
{
  if (steps->w->integers || steps->u->integers) {
    quantise_all(steps, n_steps);
  }
}

#define DEFINE_ADVANCE(name, operation, G)                        \
  RONDO_REALTIME static void name(const RondoRecurrence* steps,   \
                                  size_t                 n_steps) \
  {                                                               \
    quantise_steps(steps, n_steps);                               \
    visit_all(operation, G, steps, n_steps);                      \
  }

DEFINE_ADVANCE(many_rnn_tanh, rnn_tanh, 1U)
DEFINE_ADVANCE(many_rnn_relu, rnn_relu, 1U)
DEFINE_ADVANCE(many_gru_after, gru_after, 3U)
DEFINE_ADVANCE(many_lstm, lstm_cell, 4U)

RONDO_REALTIME static void
many_gru_before(const RondoRecurrence* steps, size_t n_steps)
{
  quantise_steps(steps, n_steps);
  visit_all(gru_before, 3U, steps, n_steps);
  for (size_t s = 0U; s < n_steps; ++s) {
    const RondoRecurrence* const step = &steps[s];
    if (step->candidate->integers) {
      quantise(&step->quantised_h,
               step->n_channels,
               step->candidate->n_inputs,
               step->work,
               step->stride);
    }
  }
  visit_all(gru_candidate, 1U, steps, n_steps);
}

DEFINE_FEW(rnn_tanh_1, rnn_tanh_gates_of, many_rnn_tanh, 1U, 1U)
DEFINE_FEW(rnn_tanh_2, rnn_tanh_gates_of, many_rnn_tanh, 2U, 1U)
DEFINE_FEW(rnn_relu_1, rnn_relu_gates_of, many_rnn_relu, 1U, 1U)
DEFINE_FEW(rnn_relu_2, rnn_relu_gates_of, many_rnn_relu, 2U, 1U)
DEFINE_FEW(gru_after_1, gru_after_gates_of, many_gru_after, 1U, 3U)
DEFINE_FEW(gru_after_2, gru_after_gates_of, many_gru_after, 2U, 3U)
DEFINE_FEW(lstm_1, lstm_gates_of, many_lstm, 1U, 4U)
DEFINE_FEW(lstm_2, lstm_gates_of, many_lstm, 2U, 4U)

static RondoAdvance
choose_advance(const RondoLayer* layer, const RondoRecurrence* step)
{
  // Of one panel, two, and more
  static const RondoAdvance tanh[]  = { rnn_tanh_1, rnn_tanh_2, many_rnn_tanh };
  static const RondoAdvance relu[]  = { rnn_relu_1, rnn_relu_2, many_rnn_relu };
  static const RondoAdvance after[] = { gru_after_1,
                                        gru_after_2,
                                        many_gru_after };
  static const RondoAdvance lstm[]  = { lstm_1, lstm_2, many_lstm };

  const size_t i = rondo_panels_are_few(step->w, step->u)
                     ? step->u->n_panels - 1U
                     : RONDO_FEW_PANELS;
  if (layer->type == RONDO_LAYER_LSTM) {
    return lstm[i];
  }
  if (layer->type == RONDO_LAYER_GRU) {
    return layer->reset == RONDO_RESET_AFTER ? after[i] : many_gru_before;
  }
  return layer->activation == RONDO_ACTIVATION_RELU ? relu[i] : tanh[i];
}

#endif // RONDO_NET_RECURRENCES_RT_H
