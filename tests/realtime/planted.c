// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// What the check of symbols must find

#include <stdlib.h>
#include <string.h>

float*
planted(const float* samples, size_t n);

float*
planted(const float* const samples, const size_t n)
{
  float* const copy = (float*)malloc(n * sizeof(float));
  if (copy) {
    memcpy(copy, samples, n * sizeof(float));
  }
  return copy;
}
