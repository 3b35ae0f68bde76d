// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/losses.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>
#include <tgmath.h>

// Return a loss, and its derivative by y in `dy`
typedef RondoReal (*UnitLoss)(RondoReal y, RondoReal target, RondoReal* dy);

static RondoReal
squared(const RondoReal y, const RondoReal target, RondoReal* const dy)
{
  *dy = 2 * (y - target);
  return (y - target) * (y - target);
}

static RondoReal
binary(const RondoReal y, const RondoReal target, RondoReal* const dy)
{
  // sigmoid(y) - t, where exp does not overflow
  const RondoReal e = exp(-fabs(y));
  *dy               = ((y < 0 ? e : 1) / (1 + e)) - target;
  return (y > 0 ? y : 0) - (target * y) + log(1 + e);
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
    RondoReal d = 0;
    if (!isnan(target[i])) {
      *sum += (double)loss(y[i], target[i], &d);
      ++n_scored;
    }
    if (dy) {
      dy[i] = (RondoReal)scale * d;
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

// Return the cross-entropy of a row of n logits and a class; y may be dy
static double
score_class(const size_t           n,
            const RondoReal* const y,
            const size_t           target,
            const double           scale,
            RondoReal* const       dy)
{
  const RondoReal at_target = y[target];

  RondoReal largest = y[0];
  for (size_t i = 1; i < n; ++i) {
    largest = y[i] > largest ? y[i] : largest;
  }

  double sum = 0.0;
  for (size_t i = 0; i < n; ++i) {
    const RondoReal e = exp(y[i] - largest);
    sum += (double)e;
    if (dy) {
      dy[i] = e;
    }
  }

  // dy = softmax(y) - 1 at the class
  const RondoReal factor = (RondoReal)(scale / sum);
  for (size_t i = 0; i < n && dy; ++i) {
    dy[i] *= factor;
  }
  if (dy) {
    dy[target] -= (RondoReal)scale;
  }
  return log(sum) + (double)largest - (double)at_target;
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
