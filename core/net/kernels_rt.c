// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Compiled once per instruction set, with RONDO_KERNELS_NAME set to its name
// and the compiler's flags to match.

#include "core/net/kernels.h"

#include "core/net/vector_rt.h"

#define CONCATENATE(a, b) a##b
#define TABLE_NAME(name) CONCATENATE(rondo_kernels_, name)
#define QUOTE(name) #name
#define NAME_STRING(name) QUOTE(name)

#define LANES ((size_t)RONDO_LANES)
#define UNROLLED _Pragma("GCC unroll 16")

// Accumulators that fit into the registers, which there are 32 of, or 16
#if defined(__AVX512F__) || defined(RONDO_KERNELS_WIDE) || defined(__aarch64__)
#  define MAX_SUMS 16U
#else
#  define MAX_SUMS 12U
#endif

// Most vectors multiplied at a time, and most rows of results for them
#define MAX_VECTORS (MAX_SUMS < 16U && N_PARTS == 4 ? 2U : 4U)
#define MAX_ROWS 16U

// Rows of 16 that a tile has: what fits, but no more than there are
INLINE size_t
tile_rows(size_t n_vectors, size_t n_rows)
{
  const size_t fit   = MAX_SUMS / (n_vectors * N_PARTS);
  const size_t most  = fit < 1U ? 1U : fit;
  const size_t tiles = (n_rows + most - 1U) / most;
  return (n_rows + tiles - 1U) / tiles;
}

// Panels next to each other, and where their results go
typedef struct {
  const float* weights; // Of the first panel
  const float* bias;
  size_t       panel_size; // Weights of one panel
  size_t       n_inputs;
  const float* x; // (n_vectors, x_stride)
  size_t       x_stride;
  float*       y; // (n_vectors, y_stride)
  size_t       y_stride;
} Product;

// Compute rows `first` … `first + R - 1` of 16 lanes, each one gate of one
// panel, for V vectors.  V, R and G are constants wherever this is inlined,
// so that `sum` lives in registers
INLINE void
multiply_tile(const Product* product,
              const size_t   V,
              const size_t   R,
              const size_t   G,
              const size_t   first)
{
  Vector       sum[4][MAX_ROWS][N_PARTS];
  const float* w[MAX_ROWS];
  UNROLLED
  for (size_t r = 0U; r < R; ++r) {
    const size_t row = first + r;
    w[r]             = product->weights + ((row / G) * product->panel_size) +
           ((row % G) * LANES);
    UNROLLED
    for (size_t i = 0U; i < N_PARTS; ++i) {
      const Vector b = load(product->bias + (row * LANES) + (i * WIDTH));
      UNROLLED
      for (size_t v = 0U; v < V; ++v) {
        sum[v][r][i] = b;
      }
    }
  }
  const float* const x = product->x;
  const size_t       n = product->n_inputs;
  for (size_t k = 0U; k < n; ++k) {
    Vector xk[4];
    UNROLLED
    for (size_t v = 0U; v < V; ++v) {
      xk[v] = spread(x[(v * product->x_stride) + k]);
    }
    UNROLLED
    for (size_t r = 0U; r < R; ++r) {
      UNROLLED
      for (size_t i = 0U; i < N_PARTS; ++i) {
        const Vector wk = load(w[r] + (k * G * LANES) + (i * WIDTH));
        UNROLLED
        for (size_t v = 0U; v < V; ++v) {
          sum[v][r][i] = multiply_add(wk, xk[v], sum[v][r][i]);
        }
      }
    }
  }
  UNROLLED
  for (size_t v = 0U; v < V; ++v) {
    UNROLLED
    for (size_t r = 0U; r < R; ++r) {
      UNROLLED
      for (size_t i = 0U; i < N_PARTS; ++i) {
        store(product->y + (v * product->y_stride) + ((first + r) * LANES) +
                (i * WIDTH),
              sum[v][r][i]);
      }
    }
  }
}

// Compute all G gates of P panels for V vectors
INLINE void
multiply_group(const Product* product,
               const size_t   V,
               const size_t   P,
               const size_t   G)
{
  const size_t rows = P * G;
  const size_t R    = tile_rows(V, rows);
  size_t       row  = 0U;
  UNROLLED
  for (; row + R <= rows; row += R) {
    multiply_tile(product, V, R, G, row);
  }
  UNROLLED
  for (; row < rows; ++row) {
    multiply_tile(product, V, 1U, G, row);
  }
}

// Work on P panels from `panel` on and V vectors from `vector` on
typedef void (*Operation)(const void*  context,
                          size_t       panel,
                          size_t       vector,
                          const size_t P,
                          const size_t V);

// Panels that one vector is multiplied by at a time: enough independent sums
// to hide the latency of multiply-adds
INLINE size_t
group_size(size_t n_gates)
{
  const size_t fit = MAX_SUMS / (n_gates * N_PARTS);
  return fit >= 8U ? 8U : fit >= 4U ? 4U : fit >= 2U ? 2U : 1U;
}

// The same for several vectors
INLINE size_t
shared_group_size(size_t n_gates)
{
  return n_gates > 1U || N_PARTS > 2 ? 1U : N_PARTS > 1 ? 2U : 4U;
}

// Run `operation` over all vectors for P panels
INLINE void
visit_vectors(const Operation   operation,
              const void* const context,
              const size_t      panel,
              const size_t      P,
              const size_t      n_vectors)
{
  size_t v = 0U;
  for (; MAX_VECTORS == 4U && v + 4U <= n_vectors; v += 4U) {
    operation(context, panel, v, P, 4U);
  }
  for (; v + 2U <= n_vectors; v += 2U) {
    operation(context, panel, v, P, 2U);
  }
  if (v < n_vectors) {
    operation(context, panel, v, P, 1U);
  }
}

// Run `operation` over all panels, P at a time, and all vectors
INLINE size_t
visit_groups(const Operation   operation,
             const void* const context,
             const size_t      P,
             size_t            panel,
             const size_t      n_panels,
             const size_t      n_vectors,
             const bool        reverse)
{
  for (; panel + P <= n_panels; panel += P) {
    const size_t at = reverse ? n_panels - panel - P : panel;
    if (n_vectors == 1U) {
      operation(context, at, 0U, P, 1U);
    } else {
      visit_vectors(operation, context, at, P, n_vectors);
    }
  }
  return panel;
}

INLINE void
visit(const Operation   operation,
      const void* const context,
      const size_t      n_gates,
      const size_t      n_panels,
      const size_t      n_vectors,
      const bool        reverse)
{
  size_t panel = 0U;
  if (n_vectors == 1U) {
    if (group_size(n_gates) == 8U) {
      panel =
        visit_groups(operation, context, 8U, panel, n_panels, 1U, reverse);
    }
    if (group_size(n_gates) >= 4U) {
      panel =
        visit_groups(operation, context, 4U, panel, n_panels, 1U, reverse);
    }
    if (group_size(n_gates) >= 2U) {
      panel =
        visit_groups(operation, context, 2U, panel, n_panels, 1U, reverse);
    }
    visit_groups(operation, context, 1U, panel, n_panels, 1U, reverse);
  } else {
    const size_t P = shared_group_size(n_gates);
    if (P > 1U) {
      panel = visit_groups(
        operation, context, P, panel, n_panels, n_vectors, reverse);
    }
    visit_groups(operation, context, 1U, panel, n_panels, n_vectors, reverse);
  }
}

// y = W x + b for the groups of a multiply()
typedef struct {
  const RondoPanels* panels;
  const float*       x;
  size_t             x_stride;
  float*             y;
  size_t             y_stride;
} Multiplication;

// Multiply P panels of `panels` from `panel` on with V vectors
INLINE void
multiply_panels(const RondoPanels* panels,
                const size_t       panel,
                const float* const x,
                const size_t       x_stride,
                float* const       y,
                const size_t       y_stride,
                const size_t       V,
                const size_t       P,
                const size_t       G)
{
  const size_t  panel_size = panels->n_inputs * G * LANES;
  const Product product    = { panels->weights + (panel * panel_size),
                               panels->bias + (panel * G * LANES),
                               panel_size,
                               panels->n_inputs,
                               x,
                               x_stride,
                               y,
                               y_stride };
  multiply_group(&product, V, P, G);
}

#define DEFINE_MULTIPLY(G)                                               \
  INLINE void multiply_##G(const void*  context,                         \
                           size_t       panel,                           \
                           size_t       vector,                          \
                           const size_t P,                               \
                           const size_t V)                               \
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

static void
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

#define N_LOCAL (MAX_ROWS * RONDO_LANES)

// Return W x + b for P panels and V vectors: computed in `local`, or found
INLINE const float*
input_product(const RondoRecurrence* step,
              const size_t           panel,
              const size_t           vector,
              float* const           local,
              size_t*                stride,
              const size_t           V,
              const size_t           P,
              const size_t           G)
{
  if (step->a) {
    *stride = step->stride * G;
    return step->a + (vector * *stride) + (panel * G * LANES);
  }
  *stride = P * G * LANES;
  multiply_panels(step->w,
                  panel,
                  step->x + (vector * step->x_stride),
                  step->x_stride,
                  local,
                  *stride,
                  V,
                  P,
                  G);
  return local;
}

// Compute U h + c for P panels and V vectors in `local`
INLINE void
state_product(const RondoPanels* panels,
              const float*       h,
              const size_t       h_stride,
              const size_t       panel,
              float* const       local,
              const size_t       V,
              const size_t       P,
              const size_t       G)
{
  multiply_panels(panels, panel, h, h_stride, local, P * G * LANES, V, P, G);
}

INLINE void
rnn_group(const RondoRecurrence* step,
          const bool             is_relu,
          const size_t           panel,
          const size_t           vector,
          const size_t           P,
          const size_t           V)
{
  _Alignas(64) float local[N_LOCAL];
  _Alignas(64) float q[N_LOCAL];
  const size_t       stride   = step->stride;
  const size_t       at       = (vector * stride) + (panel * LANES);
  size_t             a_stride = 0U;

  const float* const a =
    input_product(step, panel, vector, local, &a_stride, V, P, 1U);
  state_product(
    step->u, step->h + (vector * stride), stride, panel, q, V, P, 1U);
  for (size_t v = 0U; v < V; ++v) {
    for (size_t i = 0U; i < P * LANES; i += WIDTH) {
      const Vector y =
        load(a + (v * a_stride) + i) + load(q + (v * P * LANES) + i);
      store(step->h_next + at + (v * stride) + i,
            is_relu ? greater(y, spread(0.0f)) : hyperbolic_tangent(y));
    }
  }
}

INLINE void
rnn_tanh(const void*  context,
         size_t       panel,
         size_t       vector,
         const size_t P,
         const size_t V)
{
  rnn_group((const RondoRecurrence*)context, false, panel, vector, P, V);
}

INLINE void
rnn_relu(const void*  context,
         size_t       panel,
         size_t       vector,
         const size_t P,
         const size_t V)
{
  rnn_group((const RondoRecurrence*)context, true, panel, vector, P, V);
}

static void
rnn(const RondoRecurrence* step, RondoActivation activation)
{
  const size_t n_panels = step->u->n_panels;
  if (activation == RONDO_ACTIVATION_RELU) {
    visit(rnn_relu, step, 1U, n_panels, step->n_channels, step->reverse);
  } else {
    visit(rnn_tanh, step, 1U, n_panels, step->n_channels, step->reverse);
  }
}

INLINE void
gru_after(const void*  context,
          size_t       panel,
          size_t       vector,
          const size_t P,
          const size_t V)
{
  const RondoRecurrence* const step = (const RondoRecurrence*)context;
  _Alignas(64) float           local[N_LOCAL];
  _Alignas(64) float           q[N_LOCAL];
  const size_t                 stride   = step->stride;
  size_t                       a_stride = 0U;

  const float* const a =
    input_product(step, panel, vector, local, &a_stride, V, P, 3U);
  state_product(
    step->u, step->h + (vector * stride), stride, panel, q, V, P, 3U);
  for (size_t v = 0U; v < V; ++v) {
    for (size_t p = 0U; p < P; ++p) {
      const float* const av = a + (v * a_stride) + (p * 3U * LANES);
      const float* const qv = q + (((v * P) + p) * 3U * LANES);
      const size_t       at = ((vector + v) * stride) + ((panel + p) * LANES);
      for (size_t i = 0U; i < LANES; i += WIDTH) {
        const Vector h  = load(step->h + at + i);
        const Vector r  = logistic(load(av + i) + load(qv + i));
        const Vector az = load(av + LANES + i);
        const Vector z  = logistic(az + load(qv + LANES + i));
        const Vector qn = load(qv + (2U * LANES) + i);
        const Vector n =
          hyperbolic_tangent(multiply_add(r, qn, load(av + (2U * LANES) + i)));
        store(step->h_next + at + i, multiply_add(z, h - n, n));
      }
    }
  }
}

// The first half of a reset before: r * h and z into `work`, the candidate's
// input product into `h_next`
INLINE void
gru_before_gates(const void*  context,
                 size_t       panel,
                 size_t       vector,
                 const size_t P,
                 const size_t V)
{
  const RondoRecurrence* const step = (const RondoRecurrence*)context;
  _Alignas(64) float           local[N_LOCAL];
  _Alignas(64) float           q[N_LOCAL];
  const size_t                 stride   = step->stride;
  float* const                 rh       = step->work;
  float* const                 update   = rh + (step->n_channels * stride);
  size_t                       a_stride = 0U;

  const float* const a =
    input_product(step, panel, vector, local, &a_stride, V, P, 3U);
  state_product(
    step->u, step->h + (vector * stride), stride, panel, q, V, P, 2U);
  for (size_t v = 0U; v < V; ++v) {
    for (size_t p = 0U; p < P; ++p) {
      const float* const av = a + (v * a_stride) + (p * 3U * LANES);
      const float* const qv = q + (((v * P) + p) * 2U * LANES);
      const size_t       at = ((vector + v) * stride) + ((panel + p) * LANES);
      for (size_t i = 0U; i < LANES; i += WIDTH) {
        const Vector az = load(av + LANES + i);
        const Vector r  = logistic(load(av + i) + load(qv + i));
        store(rh + at + i, r * load(step->h + at + i));
        store(update + at + i, logistic(az + load(qv + LANES + i)));
        store(step->h_next + at + i, load(av + (2U * LANES) + i));
      }
    }
  }
}

INLINE void
gru_before_candidate(const void*  context,
                     size_t       panel,
                     size_t       vector,
                     const size_t P,
                     const size_t V)
{
  const RondoRecurrence* const step = (const RondoRecurrence*)context;
  _Alignas(64) float           q[N_LOCAL];
  const size_t                 stride = step->stride;
  const float* const           rh     = step->work + (vector * stride);
  const float* const update = step->work + (step->n_channels * stride);

  state_product(step->candidate, rh, stride, panel, q, V, P, 1U);
  for (size_t v = 0U; v < V; ++v) {
    const size_t at = ((vector + v) * stride) + (panel * LANES);
    for (size_t i = 0U; i < P * LANES; i += WIDTH) {
      const Vector h = load(step->h + at + i);
      const Vector z = load(update + at + i);
      const Vector n = hyperbolic_tangent(load(step->h_next + at + i) +
                                          load(q + (v * P * LANES) + i));
      store(step->h_next + at + i, multiply_add(z, h - n, n));
    }
  }
}

static void
gru(const RondoRecurrence* step, RondoReset reset)
{
  const size_t n_panels   = step->u->n_panels;
  const size_t n_channels = step->n_channels;
  if (reset == RONDO_RESET_AFTER) {
    visit(gru_after, step, 3U, n_panels, n_channels, step->reverse);
  } else {
    visit(gru_before_gates, step, 3U, n_panels, n_channels, step->reverse);
    visit(gru_before_candidate, step, 1U, n_panels, n_channels, step->reverse);
  }
}

INLINE void
lstm_group(const void*  context,
           size_t       panel,
           size_t       vector,
           const size_t P,
           const size_t V)
{
  const RondoRecurrence* const step = (const RondoRecurrence*)context;
  _Alignas(64) float           local[N_LOCAL];
  _Alignas(64) float           q[N_LOCAL];
  const size_t                 stride   = step->stride;
  size_t                       a_stride = 0U;

  const float* const a =
    input_product(step, panel, vector, local, &a_stride, V, P, 4U);
  state_product(
    step->u, step->h + (vector * stride), stride, panel, q, V, P, 4U);
  for (size_t v = 0U; v < V; ++v) {
    for (size_t p = 0U; p < P; ++p) {
      const float* const av = a + (v * a_stride) + (p * 4U * LANES);
      const float* const qv = q + (((v * P) + p) * 4U * LANES);
      const size_t       at = ((vector + v) * stride) + ((panel + p) * LANES);
      for (size_t l = 0U; l < LANES; l += WIDTH) {
        const Vector af = load(av + LANES + l);
        const Vector ag = load(av + (2U * LANES) + l);
        const Vector ao = load(av + (3U * LANES) + l);
        const Vector i  = logistic(load(av + l) + load(qv + l));
        const Vector f  = logistic(af + load(qv + LANES + l));
        const Vector g  = hyperbolic_tangent(ag + load(qv + (2U * LANES) + l));
        const Vector o  = logistic(ao + load(qv + (3U * LANES) + l));
        const Vector c  = multiply_add(f, load(step->c + at + l), i * g);
        store(step->c + at + l, c);
        store(step->h_next + at + l, o * hyperbolic_tangent(c));
      }
    }
  }
}

static void
lstm(const RondoRecurrence* step)
{
  visit(
    lstm_group, step, 4U, step->u->n_panels, step->n_channels, step->reverse);
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

static void
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

extern const RondoKernels TABLE_NAME(RONDO_KERNELS_NAME);

const RondoKernels TABLE_NAME(RONDO_KERNELS_NAME) = {
  NAME_STRING(RONDO_KERNELS_NAME), multiply, rnn, gru, lstm, activate
};
