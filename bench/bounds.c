// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Compiled so that a product and a sum become one instruction where there is
// one.

#include "bench/bounds.h"

#include <stdint.h>

// Sums that do not wait for each other: a multiply-add takes four or five
// cycles, and at most two begin in each
#define N_SUMS 12U

// What the compiler cannot know, and must not leave out
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
static volatile float    factor = 0.5f;
static volatile uint32_t sink;
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

// NOLINTBEGIN(bugprone-macro-parentheses): attributes are no expressions
// Define how to read, and to multiply and add, in vectors of so many bytes
#define DEFINE_BOUNDS(bytes, attribute)                                   \
  attribute static void read_##bytes(const char* memory, size_t n)        \
  {                                                                       \
    typedef uint32_t Line __attribute__((vector_size(bytes), may_alias)); \
    Line             sum[8] = { { 0 } };                                  \
    for (size_t i = 0U; i + (8U * (bytes)) <= n; i += 8U * (bytes)) {     \
      _Pragma("GCC unroll 8") for (size_t j = 0U; j < 8U; ++j)            \
      {                                                                   \
        sum[j] += *(const Line*)(memory + i + (j * (bytes)));             \
      }                                                                   \
    }                                                                     \
    for (size_t j = 1U; j < 8U; ++j) {                                    \
      sum[0] += sum[j];                                                   \
    }                                                                     \
    sink = sum[0][0];                                                     \
  }                                                                       \
                                                                          \
  attribute static void multiply_add_##bytes(size_t n)                    \
  {                                                                       \
    typedef float Vector __attribute__((vector_size(bytes)));             \
    const Vector  a = factor - (Vector){ 0 };                             \
    Vector        sum[N_SUMS];                                            \
    _Pragma("GCC unroll 12") for (size_t j = 0U; j < N_SUMS; ++j)         \
    {                                                                     \
      sum[j] = a + (float)j; /* Or else all would be one */               \
    }                                                                     \
    for (size_t i = 0U; i < n; i += N_SUMS * sizeof(a) / sizeof(float)) { \
      _Pragma("GCC unroll 12") for (size_t j = 0U; j < N_SUMS; ++j)       \
      {                                                                   \
        sum[j] = (sum[j] * a) + a;                                        \
      }                                                                   \
    }                                                                     \
    for (size_t j = 1U; j < N_SUMS; ++j) {                                \
      sum[0] += sum[j];                                                   \
    }                                                                     \
    sink = sum[0][0] > 0.0f;                                              \
  }
// NOLINTEND(bugprone-macro-parentheses)

DEFINE_BOUNDS(16, )
#ifdef __x86_64__
DEFINE_BOUNDS(32, __attribute__((target("avx2,fma"))))
DEFINE_BOUNDS(64, __attribute__((target("avx512f"))))

// Return the bytes of the widest vectors that this processor has
static size_t
widest(void)
{
  return __builtin_cpu_supports("avx512f") ? 64U
         : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
           ? 32U
           : 16U;
}
#else
#  define read_64 read_16
#  define read_32 read_16
#  define multiply_add_64 multiply_add_16
#  define multiply_add_32 multiply_add_16

static size_t
widest(void)
{
  return 16U;
}
#endif

void
rondo_bounds_read(const void* const memory, const size_t n)
{
  const size_t width = widest();
  (width == 64U ? read_64 : width == 32U ? read_32 : read_16)(memory, n);
}

void
rondo_bounds_multiply_add(const size_t n)
{
  const size_t width = widest();
  (width == 64U   ? multiply_add_64
   : width == 32U ? multiply_add_32
                  : multiply_add_16)(n);
}
