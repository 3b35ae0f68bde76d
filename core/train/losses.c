// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/losses.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

// Return a loss, and its derivative by y in `dy`
typedef double (*UnitLoss)(double y, double target, double* dy);

static double
squared(const double y, const double target, double* const dy)
{
  *dy = 2.0 * (y - target);
  return (y - target) * (y - target);
}

static double
binary(const double y, const double target, double* const dy)
{
  // sigmoid(y) - t, where exp does not overflow
  const double e = exp(-fabs(y));
  *dy            = ((y < 0.0 ? e : 1.0) / (1.0 + e)) - target;
  return fmax(y, 0.0) - (target * y) + log1p(e);
}

static bool
is_within(const RondoLossShape* const shape, const size_t t, const size_t b)
{
  return !shape->lengths || t < shape->lengths[b];
}

// Score the units of a row that have a target; return how many those are
static size_t
score_units(const UnitLoss         loss,
            const size_t           n,
            const RondoReal* const y,
            const RondoReal* const target,
            const double           scale,
            RondoReal* const       dy,
            double* const          sum)
{
  size_t n_scored = 0;
  for (size_t i = 0; i < n; ++i) {
    double d = 0.0;
    if (!isnan(target[i])) {
      *sum += loss((double)y[i], (double)target[i], &d);
      ++n_scored;
    }
    if (dy) {
      dy[i] = (RondoReal)(scale * d);
    }
  }
  return n_scored;
}

// Score a batch whose units each have a target
static RondoLoss
score_batch(const UnitLoss              loss,
            const RondoLossShape* const shape,
            const RondoReal* const      y,
            const RondoReal* const      target,
            const double                scale,
            RondoReal* const            dy)
{
  const size_t n      = shape->n_units;
  RondoLoss    result = { 0.0, 0 };
  for (size_t t = 0; t < shape->n_steps; ++t) {
    for (size_t b = 0; b < shape->n_batch; ++b) {
      const size_t     at     = ((t * shape->n_batch) + b) * n;
      RondoReal* const dy_row = dy ? dy + at : NULL;
      if (is_within(shape, t, b)) {
        result.n_steps +=
          score_units(loss, n, y + at, target + at, scale, dy_row, &result.sum)
            ? 1
            : 0;
      } else if (dy) {
        memset(dy_row, 0, sizeof(RondoReal) * n);
      }
    }
  }
  return result;
}

RondoLoss
rondo_loss_squared(const RondoLossShape* const shape,
                   const RondoReal* const      y,
                   const RondoReal* const      target,
                   const double                scale,
                   RondoReal* const            dy)
{
  return score_batch(squared, shape, y, target, scale, dy);
}

RondoLoss
rondo_loss_binary(const RondoLossShape* const shape,
                  const RondoReal* const      y,
                  const RondoReal* const      target,
                  const double                scale,
                  RondoReal* const            dy)
{
  return score_batch(binary, shape, y, target, scale, dy);
}

// Return the cross-entropy of a row of n logits and a class
static double
score_class(const size_t           n,
            const RondoReal* const y,
            const size_t           target,
            const double           scale,
            RondoReal* const       dy)
{
  double largest = (double)y[0];
  for (size_t i = 1; i < n; ++i) {
    largest = fmax(largest, (double)y[i]);
  }

  double sum = 0.0;
  for (size_t i = 0; i < n; ++i) {
    sum += exp((double)y[i] - largest);
  }
  const double loss = log(sum) + largest - (double)y[target];

  // dy = softmax(y) - 1 at the class
  for (size_t i = 0; i < n && dy; ++i) {
    const double p = exp((double)y[i] - largest) / sum;
    dy[i]          = (RondoReal)(scale * (i == target ? p - 1.0 : p));
  }
  return loss;
}

RondoLoss
rondo_loss_classes(const RondoLossShape* const shape,
                   const RondoReal* const      y,
                   const int32_t* const        target,
                   const double                scale,
                   RondoReal* const            dy)
{
  const size_t n      = shape->n_units;
  RondoLoss    result = { 0.0, 0 };
  for (size_t t = 0; t < shape->n_steps; ++t) {
    for (size_t b = 0; b < shape->n_batch; ++b) {
      const size_t     row    = (t * shape->n_batch) + b;
      RondoReal* const dy_row = dy ? dy + (row * n) : NULL;
      if (is_within(shape, t, b) && target[row] != RONDO_CLASS_MISSING) {
        assert(target[row] >= 0 && (size_t)target[row] < n);
        result.sum +=
          score_class(n, y + (row * n), (size_t)target[row], scale, dy_row);
        ++result.n_steps;
      } else if (dy) {
        memset(dy_row, 0, sizeof(RondoReal) * n);
      }
    }
  }
  return result;
}
