// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/random.h"

#include <math.h>
#include <string.h>

// Tries before a biased draw is accepted: a chance below 2^-64
#define MAX_TRIES 64U

// Natural logarithm of a normal x > 0 by plain arithmetic, so that it is the
// same on every machine: x = m 2^e, ln m = 2 atanh((m - 1) / (m + 1))
static double
log_exactly_alike(double x)
{
  uint64_t bits = 0U;
  memcpy(&bits, &x, sizeof(bits));
  int e = (int)(bits >> 52U) - 1022;
  bits  = (bits & 0x000FFFFFFFFFFFFFU) | 0x3FE0000000000000U;

  double m = 0.0; // 0.5 <= m < 1
  memcpy(&m, &bits, sizeof(m));
  if (m < 0.70710678118654752) {
    m *= 2.0;
    --e;
  }
  const double s   = (m - 1.0) / (m + 1.0); // |s| < 0.172
  const double s2  = s * s;
  double       sum = 0.0;
  for (int i = 17; i >= 1; i -= 2) {
    sum = (sum * s2) + (1.0 / i);
  }
  return (2.0 * s * sum) + (0.69314718055994531 * e);
}

// Inverse of the normal distribution, Wichura 1988, algorithm AS 241 (PPND7),
// relative error 1e-7
static double
normal_quantile(double p)
{
  const double q = p - 0.5;
  if (fabs(q) <= 0.425) {
    const double r = 0.180625 - (q * q);
    return q *
           ((((59.109374720 * r + 159.29113202) * r + 50.434271938) * r) +
            3.3871327179) /
           ((((67.187563600 * r + 78.757757664) * r + 17.895169469) * r) + 1.0);
  }
  double r = sqrt(-log_exactly_alike(q < 0.0 ? p : 1.0 - p));
  double x = 0.0;
  if (r <= 5.0) {
    r -= 1.6;
    x = ((((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r) +
         1.4234372777) /
        (((0.12021132975 * r + 0.73700164250) * r) + 1.0);
  } else {
    r -= 5.0;
    x = ((((0.017337203997 * r + 0.42868294337) * r + 3.0812263860) * r) +
         6.6579051150) /
        (((0.012258202635 * r + 0.24197894225) * r) + 1.0);
  }
  return q < 0.0 ? -x : x;
}

RondoRandom
rondo_random(uint64_t seed, uint64_t stream)
{
  RondoRandom random = { 0U, (stream << 1U) | 1U };
  rondo_random_next(&random);
  random.state += seed;
  rondo_random_next(&random);
  return random;
}

uint32_t
rondo_random_next(RondoRandom* random)
{
  const uint64_t old = random->state;
  random->state      = (old * 6364136223846793005U) + random->increment;

  const uint32_t shifted  = (uint32_t)(((old >> 18U) ^ old) >> 27U);
  const uint32_t rotation = (uint32_t)(old >> 59U);
  return (shifted >> rotation) | (shifted << ((32U - rotation) & 31U));
}

float
rondo_random_uniform(RondoRandom* random)
{
  return (float)(rondo_random_next(random) >> 8U) * 0x1p-24f;
}

float
rondo_random_normal(RondoRandom* random)
{
  const double p = ((double)rondo_random_next(random) + 0.5) * 0x1p-32;
  return (float)normal_quantile(p);
}

uint32_t
rondo_random_below(RondoRandom* random, uint32_t limit)
{
  // Lemire 2019, "Fast Random Integer Generation in an Interval": the high
  // half of a product, with the few low halves that would be biased refused
  const uint32_t threshold = (0U - limit) % limit;
  uint64_t       product   = 0U;
  for (uint32_t i = 0U; i < MAX_TRIES; ++i) {
    product = (uint64_t)rondo_random_next(random) * limit;
    if ((uint32_t)product >= threshold) {
      break;
    }
  }
  return (uint32_t)(product >> 32U);
}
