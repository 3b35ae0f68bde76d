// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_AUDIO_DECIBELS_H
#define RONDO_AUDIO_DECIBELS_H

#include "core/base/attributes.h"

#include <stdint.h>
#include <string.h>

// Processing (audio thread)

/**
   Return 10 log10(power) within 1e-4 dB.

   With power = m 2^e, sqrt(1/2) <= m < sqrt(2), and t = (m - 1) / (m + 1),
   log2(power) = e + 2 / ln(2) (t + t^3 / 3 + t^5 / 5 + ...): three terms leave
   2e-6.  It has no branch, so loops over it are vectorised.

   @param power Positive, finite and not denormal.
*/
static inline RONDO_REALTIME float
rondo_decibels(const float power)
{
  int32_t bits = 0;
  memcpy(&bits, &power, sizeof(bits));

  // The exponent that leaves a mantissa of at least sqrt(1/2) = 0x3f3504f3
  const int32_t exponent = (bits - 0x3f3504f3) >> 23;
  const int32_t rest     = bits - (exponent * 0x800000);
  float         m        = 0.0f;
  memcpy(&m, &rest, sizeof(m));

  const float t      = (m - 1.0f) / (m + 1.0f);
  const float t2     = t * t;
  const float series = 1.0f + (t2 * ((1.0f / 3.0f) + (t2 * (1.0f / 5.0f))));

  // 10 log10(2) and 20 / ln(10)
  return (3.01029996f * (float)exponent) + (8.68588964f * t * series);
}

/**
   Return 10^(-attenuation / 20) within 1e-6 of it; 1 exactly for 0.

   With n the integer nearest to x and f = x - n, 2^x = 2^n e^(f ln(2)): six
   terms of the exponential series leave 2e-7.

   @param attenuation 0 to 200 dB.
*/
static inline RONDO_REALTIME float
rondo_gain_from_attenuation(const float attenuation)
{
  // 20 log10(2) = 6.02...
  const float   x = attenuation * -0.166096405f;
  const int32_t n = (int32_t)(x - 0.5f);
  const float   f = (x - (float)n) * 0.693147181f;

  const float high   = (1.0f / 24.0f) + (f * ((1.0f / 120.0f) + (f / 720.0f)));
  const float series = 0.5f + (f * ((1.0f / 6.0f) + (f * high)));
  const float e_to_f = 1.0f + (f * (1.0f + (f * series)));

  const int32_t bits  = (n + 127) << 23;
  float         power = 0.0f;
  memcpy(&power, &bits, sizeof(power));
  return power * e_to_f;
}

#endif // RONDO_AUDIO_DECIBELS_H
