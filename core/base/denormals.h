// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_BASE_DENORMALS_H
#define RONDO_BASE_DENORMALS_H

#include "core/base/attributes.h"

#include <stdint.h>

#if defined(__SSE2__)
#  include <xmmintrin.h>
#endif

// Processing (audio thread)

/// The floating-point mode of a thread
typedef uint64_t RondoDenormals;

/**
   Take denormal numbers as 0 in this thread from now on.

   Arithmetic on them is up to a hundred times slower on some processors, and
   signals that fade to silence are full of them.

   @return The mode to give to rondo_denormals_restore().
*/
static inline RONDO_REALTIME RondoDenormals
rondo_denormals_flush(void)
{
#if defined(__SSE2__)
  // Flush-to-zero and denormals-are-zero, bits 15 and 6 of MXCSR
  const unsigned mode = _mm_getcsr();
  _mm_setcsr(mode | 0x8040U);
  return mode;
#elif defined(__aarch64__)
  // Flush-to-zero, bit 24 of FPCR
  uint64_t mode = 0;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  __asm__ volatile("msr fpcr, %0" : : "r"(mode | ((uint64_t)1 << 24U)));
  return mode;
#else
  return 0;
#endif
}

/// Return to the mode before rondo_denormals_flush().
static inline RONDO_REALTIME void
rondo_denormals_restore(const RondoDenormals mode)
{
#if defined(__SSE2__)
  _mm_setcsr((unsigned)mode);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(mode));
#else
  (void)mode;
#endif
}

#endif // RONDO_BASE_DENORMALS_H
