// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Compiled once per instruction set, with RONDO_KERNELS_NAME set to its name
// and the compiler's flags to match.

#include "core/net/kernels.h"

#include "core/net/activations_rt.h"
#include "core/net/ahead_rt.h"
#include "core/net/few_rt.h"
#include "core/net/gates_rt.h"
#include "core/net/panels_int8_rt.h"
#include "core/net/panels_rt.h"
#include "core/net/vector_rt.h"

#define CONCATENATE(a, b) a##b
#define TABLE_NAME(name) CONCATENATE(rondo_kernels_, name)
#define QUOTE(name) #name
#define NAME_STRING(name) QUOTE(name)

// Half of 4 panels is enough where rows are whole vectors
#define CAN_HALVE (N_PARTS == 1)
#define MOST_HALVED 64U

// Multiply a vector by P panels of few inputs in two halves, each of which fits
// into the nearest cache: what was read last is read first again
INLINE void
call_halves(const Product* product,
            const bool     reverse,
            const size_t   P,
            const size_t   G)
{
  EACH(i, 2U)
  {
    const size_t p    = (reverse ? 1U - i : i) * (P / 2U);
    Product      half = *product;
    half.weights += p * product->panel_size;
    half.bias += p * G * LANES;
    half.y += p * G * LANES;
    call_group(&half, 1U, P / 2U, G);
  }
}

// Multiply V vectors by P panels with G gates, and compute some of `ahead`,
// unless it is NULL
INLINE void
multiply_panels(const RondoPanels*    panels,
                const RondoQuantised* quantised,
                const bool            reverse,
                const size_t          panel,
                const size_t          vector,
                const float*          x,
                const size_t          x_stride,
                float*                y,
                const size_t          y_stride,
                RondoAhead*           ahead,
                const size_t          V,
                const size_t          P,
                const size_t          G)
{
  if (panels->integers) {
    const DotProduct product = { panels, at_vector(quantised, vector),
                                 panel,  reverse,
                                 y,      y_stride };
    call_dot_group(&product, V, P, G);
  } else {
    const Product product = make_product(
      panels, panel, G, x + (vector * x_stride), x_stride, y, y_stride);
    if (CAN_GO_AHEAD && V == 1U && has_tile(ahead)) {
      call_group_ahead(&product, P, G, ahead);
    } else if (CAN_HALVE && V == 1U && P == 4U && G >= 3U &&
               panels->n_inputs <= MOST_HALVED) {
      call_halves(&product, reverse, P, G);
    } else {
      call_group(&product, V, P, G);
    }
  }
}

// y = W x + b for the groups of a multiply()
typedef struct {
  const RondoPanels*    panels;
  const RondoQuantised* quantised;
  bool                  reverse;
  const float*          x;
  size_t                x_stride;
  float*                y;
  size_t                y_stride;
} Multiplication;

#define DEFINE_MULTIPLY(G)                                               \
  RONDO_REALTIME INLINE void multiply_##G(const void*  context,          \
                                          size_t       panel,            \
                                          size_t       vector,           \
                                          const size_t P,                \
                                          const size_t V)                \
  {                                                                      \
    const Multiplication* const m = (const Multiplication*)context;      \
    multiply_panels(m->panels,                                           \
                    m->quantised,                                        \
                    m->reverse,                                          \
                    panel,                                               \
                    vector,                                              \
                    m->x,                                                \
                    m->x_stride,                                         \
                    m->y + (vector * m->y_stride) + (panel * (G)*LANES), \
                    m->y_stride,                                         \
                    NULL,                                                \
                    V,                                                   \
                    P,                                                   \
                    G);                                                  \
  }

DEFINE_MULTIPLY(1U)
DEFINE_MULTIPLY(2U)
DEFINE_MULTIPLY(3U)
DEFINE_MULTIPLY(4U)

// NOLINTBEGIN(readability-non-const-parameter): results go to y
RONDO_REALTIME static void
multiply(const RondoPanels*    panels,
         bool                  reverse,
         size_t                n,
         const float*          x,
         size_t                x_stride,
         const RondoQuantised* quantised,
         float* RONDO_RESTRICT y)
{
  const size_t         n_panels = panels->n_panels;
  const Multiplication m        = { panels,
                                    quantised,
                                    reverse,
                                    x,
                                    x_stride,
                                    y,
                                    n_panels * panels->n_gates * LANES };
  if (panels->integers) {
    quantise(quantised, n, panels->n_inputs, x, x_stride);
  }
  switch (panels->n_gates) {
    case 1U:
      visit(multiply_1U, &m, 1U, n_panels, n, reverse);
      break;
    case 2U:
      visit(multiply_2U, &m, 2U, n_panels, n, reverse);
      break;
    case 3U:
      visit(multiply_3U, &m, 3U, n_panels, n, reverse);
      break;
    default:
      visit(multiply_4U, &m, 4U, n_panels, n, reverse);
      break;
  }
}
// NOLINTEND(readability-non-const-parameter)

RONDO_REALTIME static void
begin(RondoAhead* ahead)
{
  ahead->n_tiles = count_tiles(ahead);
  ahead->tile    = 0U;
  ahead->k       = 0U;
}

RONDO_REALTIME static void
finish(RondoAhead* ahead, bool reverse)
{
  if (!ahead->tile && !ahead->k) {
    multiply(ahead->panels,
             reverse,
             ahead->n,
             ahead->x,
             ahead->x_stride,
             ahead->quantised,
             ahead->y);
  } else {
    while (has_tile(ahead)) {
      finish_tile(ahead);
    }
  }
}

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

  const bool is_few =
    step->u->n_panels <= MOST_FEW && !step->u->integers && !step->w->integers;
  const size_t i = is_few ? step->u->n_panels - 1U : MOST_FEW;
  if (layer->type == RONDO_LAYER_LSTM) {
    return lstm[i];
  }
  if (layer->type == RONDO_LAYER_GRU) {
    return layer->reset == RONDO_RESET_AFTER ? after[i] : many_gru_before;
  }
  return layer->activation == RONDO_ACTIVATION_RELU ? relu[i] : tanh[i];
}

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
  multiply,
  begin,
  finish,
  choose_advance,
  activate,
  normalise
};
