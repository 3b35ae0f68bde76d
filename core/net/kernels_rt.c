// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Compiled once per instruction set, with RONDO_KERNELS_NAME set to its name
// and the compiler's flags to match.

#include "core/net/kernels.h"

#include "core/net/panels_rt.h"
#include "core/net/vector_rt.h"

#define CONCATENATE(a, b) a##b
#define TABLE_NAME(name) CONCATENATE(rondo_kernels_, name)
#define QUOTE(name) #name
#define NAME_STRING(name) QUOTE(name)

// y = W x + b for the groups of a multiply()
typedef struct {
  const RondoPanels* panels;
  const float*       x;
  size_t             x_stride;
  float*             y;
  size_t             y_stride;
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
                    panel,                                               \
                    m->x + (vector * m->x_stride),                       \
                    m->x_stride,                                         \
                    m->y + (vector * m->y_stride) + (panel * (G)*LANES), \
                    m->y_stride,                                         \
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
         float* RONDO_RESTRICT y)
{
  const size_t         n_panels = panels->n_panels;
  const Multiplication m        = {
           panels, x, x_stride, y, n_panels * panels->n_gates * LANES
  };
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

// Products of P panels and V vectors that wait for their gates
typedef struct {
  const RondoRecurrence* step;
  size_t                 panel;
  size_t                 vector;
  size_t                 n_panels;
  size_t                 n_vectors;
  const float*           a; // (n_vectors, a_stride), W x + b
  size_t                 a_stride;
  const float*           q; // (n_vectors, n_panels, gates, 16), U h + c
} Sums;

// Gates stand apart from products, whose sums need all of the registers
typedef void (*Gates)(const Sums* sums) RONDO_REALTIME;

#define GATES RONDO_REALTIME static __attribute__((noinline)) void

// Return where the state of a panel and vector of `sums` is
INLINE size_t
place_of(const Sums* sums, size_t v, size_t p)
{
  return ((sums->vector + v) * sums->step->stride) +
         ((sums->panel + p) * LANES);
}

// Multiply V vectors by P panels of the input, with A gates, unless that has
// been done, and of the state, with Q gates; then run `gates`
INLINE void
run_group(const Gates            gates,
          const RondoRecurrence* step,
          const RondoPanels*     state,
          const float*           h,
          const size_t           panel,
          const size_t           vector,
          const size_t           P,
          const size_t           V,
          const size_t           A,
          const size_t           Q)
{
  _Alignas(64) float a[MAX_ROWS * LANES];
  _Alignas(64) float q[MAX_ROWS * LANES];
  Sums               sums = { step, panel, vector, P, V, a, P * A * LANES, q };
  if (step->a) {
    sums.a_stride = step->stride * A;
    sums.a        = step->a + (vector * sums.a_stride) + (panel * A * LANES);
  } else if (A) {
    const float* const x = step->x + (vector * step->x_stride);
    multiply_panels(
      step->w, panel, x, step->x_stride, a, sums.a_stride, V, P, A);
  }
  const float* const hv = h + (vector * step->stride);
  multiply_panels(state, panel, hv, step->stride, q, P * Q * LANES, V, P, Q);
  gates(&sums);
}

#define DEFINE_CELL(name, gates, state, source, A, Q)                     \
  RONDO_REALTIME INLINE void name(const void*  context,                   \
                                  size_t       panel,                     \
                                  size_t       vector,                    \
                                  const size_t P,                         \
                                  const size_t V)                         \
  {                                                                       \
    const RondoRecurrence* const step = (const RondoRecurrence*)context;  \
    run_group(                                                            \
      gates, step, step->state, step->source, panel, vector, P, V, A, Q); \
  }

GATES
rnn_tanh_gates(const Sums* sums)
{
  for (size_t v = 0U; v < sums->n_vectors; ++v) {
    const size_t       n  = sums->n_panels * LANES;
    const float* const a  = sums->a + (v * sums->a_stride);
    const float* const q  = sums->q + (v * n);
    float* const       to = sums->step->h_next + place_of(sums, v, 0U);
    for (size_t i = 0U; i < n; i += WIDTH) {
      store(to + i, hyperbolic_tangent(load(a + i) + load(q + i)));
    }
  }
}

GATES
rnn_relu_gates(const Sums* sums)
{
  for (size_t v = 0U; v < sums->n_vectors; ++v) {
    const size_t       n  = sums->n_panels * LANES;
    const float* const a  = sums->a + (v * sums->a_stride);
    const float* const q  = sums->q + (v * n);
    float* const       to = sums->step->h_next + place_of(sums, v, 0U);
    for (size_t i = 0U; i < n; i += WIDTH) {
      store(to + i, greater(load(a + i) + load(q + i), spread(0.0f)));
    }
  }
}

DEFINE_CELL(rnn_tanh, rnn_tanh_gates, u, h, 1U, 1U)
DEFINE_CELL(rnn_relu, rnn_relu_gates, u, h, 1U, 1U)

RONDO_REALTIME static void
rnn(const RondoRecurrence* step, RondoActivation activation)
{
  const size_t n_panels = step->u->n_panels;
  if (activation == RONDO_ACTIVATION_RELU) {
    visit(rnn_relu, step, 1U, n_panels, step->n_channels, step->reverse);
  } else {
    visit(rnn_tanh, step, 1U, n_panels, step->n_channels, step->reverse);
  }
}

GATES
gru_after_gates(const Sums* sums)
{
  const RondoRecurrence* const step = sums->step;
  for (size_t v = 0U; v < sums->n_vectors; ++v) {
    for (size_t p = 0U; p < sums->n_panels; ++p) {
      const size_t       at      = place_of(sums, v, p);
      const size_t       n_ahead = (v * sums->n_panels) + p;
      const float* const a = sums->a + (v * sums->a_stride) + (p * 3U * LANES);
      const float* const q = sums->q + (n_ahead * 3U * LANES);
      for (size_t i = 0U; i < LANES; i += WIDTH) {
        const Vector h  = load(step->h + at + i);
        const Vector az = load(a + LANES + i);
        const Vector an = load(a + (2U * LANES) + i);
        const Vector qn = load(q + (2U * LANES) + i);
        const Vector r  = logistic(load(a + i) + load(q + i));
        const Vector z  = logistic(az + load(q + LANES + i));
        const Vector n  = hyperbolic_tangent(multiply_add(r, qn, an));
        store(step->h_next + at + i, multiply_add(z, h - n, n));
      }
    }
  }
}

// Leave r * h and z in `work`, and the candidate's input product in `h_next`
GATES
gru_before_gates(const Sums* sums)
{
  const RondoRecurrence* const step   = sums->step;
  float* const                 rh     = step->work;
  float* const                 update = rh + (step->n_channels * step->stride);
  for (size_t v = 0U; v < sums->n_vectors; ++v) {
    for (size_t p = 0U; p < sums->n_panels; ++p) {
      const size_t       at      = place_of(sums, v, p);
      const size_t       n_ahead = (v * sums->n_panels) + p;
      const float* const a = sums->a + (v * sums->a_stride) + (p * 3U * LANES);
      const float* const q = sums->q + (n_ahead * 2U * LANES);
      for (size_t i = 0U; i < LANES; i += WIDTH) {
        const Vector az = load(a + LANES + i);
        const Vector r  = logistic(load(a + i) + load(q + i));
        store(rh + at + i, r * load(step->h + at + i));
        store(update + at + i, logistic(az + load(q + LANES + i)));
        store(step->h_next + at + i, load(a + (2U * LANES) + i));
      }
    }
  }
}

GATES
gru_candidate_gates(const Sums* sums)
{
  const RondoRecurrence* const step = sums->step;
  const float* const update = step->work + (step->n_channels * step->stride);
  for (size_t v = 0U; v < sums->n_vectors; ++v) {
    const size_t       at      = place_of(sums, v, 0U);
    const size_t       n_lanes = sums->n_panels * LANES;
    const float* const q       = sums->q + (v * n_lanes);
    for (size_t i = 0U; i < n_lanes; i += WIDTH) {
      const Vector h  = load(step->h + at + i);
      const Vector z  = load(update + at + i);
      const Vector an = load(step->h_next + at + i);
      const Vector n  = hyperbolic_tangent(an + load(q + i));
      store(step->h_next + at + i, multiply_add(z, h - n, n));
    }
  }
}

DEFINE_CELL(gru_after, gru_after_gates, u, h, 3U, 3U)
DEFINE_CELL(gru_before, gru_before_gates, u, h, 3U, 2U)
DEFINE_CELL(gru_candidate, gru_candidate_gates, candidate, work, 0U, 1U)

RONDO_REALTIME static void
gru(const RondoRecurrence* step, RondoReset reset)
{
  const size_t n_panels   = step->u->n_panels;
  const size_t n_channels = step->n_channels;
  if (reset == RONDO_RESET_AFTER) {
    visit(gru_after, step, 3U, n_panels, n_channels, step->reverse);
  } else {
    visit(gru_before, step, 3U, n_panels, n_channels, step->reverse);
    visit(gru_candidate, step, 1U, n_panels, n_channels, step->reverse);
  }
}

GATES
lstm_gates(const Sums* sums)
{
  const RondoRecurrence* const step = sums->step;
  for (size_t v = 0U; v < sums->n_vectors; ++v) {
    for (size_t p = 0U; p < sums->n_panels; ++p) {
      const size_t       at      = place_of(sums, v, p);
      const size_t       n_ahead = (v * sums->n_panels) + p;
      const float* const a = sums->a + (v * sums->a_stride) + (p * 4U * LANES);
      const float* const q = sums->q + (n_ahead * 4U * LANES);
      for (size_t l = 0U; l < LANES; l += WIDTH) {
        const Vector af = load(a + LANES + l);
        const Vector ag = load(a + (2U * LANES) + l);
        const Vector ao = load(a + (3U * LANES) + l);
        const Vector i  = logistic(load(a + l) + load(q + l));
        const Vector f  = logistic(af + load(q + LANES + l));
        const Vector g  = hyperbolic_tangent(ag + load(q + (2U * LANES) + l));
        const Vector o  = logistic(ao + load(q + (3U * LANES) + l));
        const Vector c  = multiply_add(f, load(step->c + at + l), i * g);
        store(step->c + at + l, c);
        store(step->h_next + at + l, o * hyperbolic_tangent(c));
      }
    }
  }
}

DEFINE_CELL(lstm_cell, lstm_gates, u, h, 4U, 4U)

RONDO_REALTIME static void
lstm(const RondoRecurrence* step)
{
  visit(
    lstm_cell, step, 4U, step->u->n_panels, step->n_channels, step->reverse);
}

INLINE Vector
activate_vector(const RondoActivation activation, Vector x)
{
  switch (activation) {
    case RONDO_ACTIVATION_RELU:
      return greater(x, spread(0.0f));
    case RONDO_ACTIVATION_TANH:
      return hyperbolic_tangent(x);
    case RONDO_ACTIVATION_SIGMOID:
      return logistic(x);
    case RONDO_ACTIVATION_SOFTPLUS:
      return soft_plus(x);
    case RONDO_ACTIVATION_SOFTMAX:
    case RONDO_ACTIVATION_IDENTITY:
      break;
  }
  return x;
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
    for (size_t i = 0U; i < n * stride; i += WIDTH) {
      store(x + i, activate_vector(activation, load(x + i)));
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
  NAME_STRING(RONDO_KERNELS_NAME), multiply, rnn, gru, lstm, activate, normalise
};
