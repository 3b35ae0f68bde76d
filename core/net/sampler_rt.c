// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/sampler.h"

#include <float.h>
#include <stdbool.h>
#include <string.h>

// ln 2 in two parts, the first of so few bits that its products are exact
// (Cody and Waite 1980)
#define LN2_HIGH 0x1.62e42feep-1
#define LN2_LOW 0x1.a39ef35793c76p-33

// Below this, exp() is denormal
#define SMALLEST (-708.0)

// The logarithm of a probability too small to tell
#define LEAST (-90.0f)

// p = 2^n m, ln(m) = 2 artanh(s) = 2 (s + s^3 / 3 + ...), s = (m - 1) / (m + 1)
float
rondo_sampler_logit(const float p)
{
  if (!(p > FLT_MIN)) {
    return LEAST;
  }
  uint32_t bits = 0;
  memcpy(&bits, &p, sizeof(bits));
  const int n = (int)(bits >> 23U) - 127;
  bits        = (bits & 0x7FFFFFU) | 0x3F800000U;
  float m     = 0.0f;
  memcpy(&m, &bits, sizeof(m));

  const double s    = ((double)m - 1.0) / ((double)m + 1.0);
  double       rest = 0.0;
  for (int i = 19; i > 0; i -= 2) {
    rest = (rest * s * s) + (1.0 / i);
  }
  return (float)((n * 0x1.62e42fefa39efp-1) + (2.0 * s * rest));
}

// Return exp(x) for x <= 0, to a few units of the last place
static double
exponential(const double x)
{
  if (!(x > SMALLEST)) {
    return 0.0;
  }
  // exp(x) = 2^n exp(r), |r| <= ln(2) / 2
  const int64_t n = (int64_t)((x / (LN2_HIGH + LN2_LOW)) - 0.5);
  const double  r = (x - ((double)n * LN2_HIGH)) - ((double)n * LN2_LOW);

  // Taylor's series, 1 + r (1 + r / 2 (1 + r / 3 (...)))
  double y = 1.0;
  for (int i = 14; i > 0; --i) {
    y = 1.0 + (r * y / (double)i);
  }
  const uint64_t bits  = (uint64_t)(n + 1023) << 52U;
  double         scale = 0.0;
  memcpy(&scale, &bits, sizeof(scale));
  return y * scale;
}

// Return whether token `a` comes after token `b` in the order
static bool
is_after(const float* const logits, const uint32_t a, const uint32_t b)
{
  return logits[a] < logits[b] || (logits[a] == logits[b] && a > b);
}

// Let the token at `at` sink to its place in the heap of (n)
static void
sink(const float* const logits, uint32_t* const heap, const size_t n, size_t at)
{
  for (size_t child = (2 * at) + 1; child < n; child = (2 * at) + 1) {
    if (child + 1 < n && is_after(logits, heap[child + 1], heap[child])) {
      ++child;
    }
    if (!is_after(logits, heap[child], heap[at])) {
      return;
    }
    const uint32_t kept = heap[at];
    heap[at]            = heap[child];
    heap[child]         = kept;
    at                  = child;
  }
}

// Sort by heap (Williams 1964), which needs no memory
static void
sort(const float* const logits, uint32_t* const order, const size_t n)
{
  for (size_t i = 0; i < n; ++i) {
    order[i] = (uint32_t)i;
  }
  for (size_t i = n / 2; i-- > 0;) {
    sink(logits, order, n, i);
  }
  for (size_t i = n; i-- > 1;) {
    const uint32_t last = order[0];
    order[0]            = order[i];
    order[i]            = last;
    sink(logits, order, i, 0);
  }
}

void
rondo_sampler_distribution(const RondoSampler* const sampler,
                           const size_t              n,
                           const float* const        logits,
                           double* const             probabilities,
                           uint32_t* const           order)
{
  const bool   all  = !sampler->top_k || sampler->top_k > n;
  const size_t most = sampler->temperature > 0.0 ? all ? n : sampler->top_k : 1;

  memset(probabilities, 0, sizeof(double) * n);
  sort(logits, order, n);
  double sum = 0.0;
  for (size_t i = 0; i < most; ++i) {
    const double below = (double)logits[order[i]] - (double)logits[order[0]];
    probabilities[order[i]] =
      i ? exponential(below / sampler->temperature) : 1.0;
    sum += probabilities[order[i]];
  }

  double kept = 0.0;
  for (size_t i = 0; i < most; ++i) {
    double* const p = &probabilities[order[i]];
    if (i && kept >= sampler->top_p * sum) {
      *p = 0.0;
    }
    kept += *p;
  }
  for (size_t i = 0; i < n; ++i) {
    probabilities[i] /= kept;
  }
}

size_t
rondo_sampler_draw(const size_t        n,
                   const double* const probabilities,
                   RondoRandom* const  random)
{
  const double x    = ((double)rondo_random_next(random) + 0.5) * 0x1p-32;
  double       sum  = 0.0;
  size_t       last = 0;
  for (size_t i = 0; i < n; ++i) {
    if (probabilities[i] > 0.0) {
      sum += probabilities[i];
      last = i;
      if (x < sum) {
        break;
      }
    }
  }
  return last;
}
