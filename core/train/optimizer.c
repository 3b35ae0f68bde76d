// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/optimizer.h"

#include <math.h>

double
rondo_clip_by_norm(RondoReal* const gradients,
                   const size_t     n,
                   const double     max_norm)
{
  // Element i is added to sum i mod 8, in ascending order
  double sums[8] = { 0 };
  size_t i       = 0;
  for (; i + 8 <= n; i += 8) {
    for (size_t j = 0; j < 8; ++j) {
      const double g = (double)gradients[i + j];
      sums[j] += g * g;
    }
  }
  for (size_t j = 0; i < n; ++i, ++j) {
    const double g = (double)gradients[i];
    sums[j] += g * g;
  }

  const double norm = sqrt(((sums[0] + sums[1]) + (sums[2] + sums[3])) +
                           ((sums[4] + sums[5]) + (sums[6] + sums[7])));
  if (norm > max_norm && isfinite(norm)) {
    const RondoReal scale = (RondoReal)(max_norm / norm);
    for (size_t j = 0; j < n; ++j) {
      gradients[j] *= scale;
    }
  }

  return norm;
}

double
rondo_clip_by_value(RondoReal* const gradients,
                    const size_t     n,
                    const double     limit)
{
  double largest = 0.0;
  for (size_t i = 0; i < n; ++i) {
    const double size = fabs((double)gradients[i]);
    if (isnan(size)) {
      return size;
    }
    largest = size > largest ? size : largest;
  }

  if (largest > limit && isfinite(largest)) {
    const RondoReal most = (RondoReal)limit;
    for (size_t i = 0; i < n; ++i) {
      const RondoReal g = gradients[i];
      gradients[i]      = g > most ? most : g < -most ? -most : g;
    }
  }
  return largest;
}

void
rondo_descent_step(const RondoDescent* const       descent,
                   const double                    learning_rate,
                   const size_t                    n,
                   RondoReal* RONDO_RESTRICT const parameters,
                   const RondoReal* const          gradients,
                   RondoReal* RONDO_RESTRICT const v)
{
  const RondoReal rate     = (RondoReal)learning_rate;
  const RondoReal momentum = (RondoReal)descent->momentum;
  const RondoReal decay    = (RondoReal)descent->weight_decay;
  for (size_t i = 0; i < n; ++i) {
    const RondoReal g = gradients[i] + (decay * parameters[i]);

    v[i] = (momentum * v[i]) + g;
    parameters[i] -= rate * (descent->nesterov ? g + (momentum * v[i]) : v[i]);
  }
}

void
rondo_adam_step(const RondoAdam* const          adam,
                const double                    learning_rate,
                const size_t                    step,
                const size_t                    n,
                RondoReal* RONDO_RESTRICT const parameters,
                const RondoReal* const          gradients,
                RondoReal* RONDO_RESTRICT const m,
                RondoReal* RONDO_RESTRICT const v)
{
  const RondoReal beta1   = (RondoReal)adam->beta1;
  const RondoReal beta2   = (RondoReal)adam->beta2;
  const RondoReal rest1   = (RondoReal)(1.0 - adam->beta1);
  const RondoReal rest2   = (RondoReal)(1.0 - adam->beta2);
  const RondoReal epsilon = (RondoReal)adam->epsilon;

  // Moments start at 0; without that bias: m / (1 - beta1^t), and v alike
  const double    unbias1 = 1.0 - pow(adam->beta1, (double)step);
  const double    unbias2 = 1.0 - pow(adam->beta2, (double)step);
  const RondoReal rate    = (RondoReal)(learning_rate / unbias1);
  const RondoReal root    = (RondoReal)(1.0 / sqrt(unbias2));
  const RondoReal keep =
    (RondoReal)(1.0 - (learning_rate * adam->weight_decay));

  for (size_t i = 0; i < n; ++i) {
    const RondoReal g = gradients[i];

    // m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2
    m[i] = (beta1 * m[i]) + (rest1 * g);
    v[i] = (beta2 * v[i]) + (rest2 * g * g);

    // w = w (1 - rate decay) - rate m / (sqrt(v) + epsilon)
#ifdef RONDO_DOUBLE
    const RondoReal deviation = sqrt(v[i]) * root;
#else
    const RondoReal deviation = sqrtf(v[i]) * root;
#endif
    parameters[i] =
      (parameters[i] * keep) - (rate * m[i] / (deviation + epsilon));
  }
}
