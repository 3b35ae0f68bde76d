// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/kernels.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

extern const RondoKernels rondo_kernels_baseline;
#ifdef RONDO_HAVE_AVX2
extern const RondoKernels rondo_kernels_avx2;
#endif
#ifdef RONDO_HAVE_AVX512
extern const RondoKernels rondo_kernels_avx512;
#endif
#ifdef RONDO_HAVE_VNNI
extern const RondoKernels rondo_kernels_vnni;
#endif
#ifdef RONDO_HAVE_NEON
extern const RondoKernels rondo_kernels_neon;
#endif

// NOLINTBEGIN(cppcoreguidelines-interfaces-global-init): addresses are constant

// The variants that are built in, narrowest first, and NULL
static const RondoKernels* const variants[] = { &rondo_kernels_baseline,
#ifdef RONDO_HAVE_NEON
                                                &rondo_kernels_neon,
#endif
#ifdef RONDO_HAVE_AVX2
                                                &rondo_kernels_avx2,
#endif
#ifdef RONDO_HAVE_AVX512
                                                &rondo_kernels_avx512,
#endif
#ifdef RONDO_HAVE_VNNI
                                                &rondo_kernels_vnni,
#endif
                                                NULL };

// The one global variable: set once, when the library starts
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
static const RondoKernels* chosen = &rondo_kernels_baseline;

// NOLINTEND(cppcoreguidelines-interfaces-global-init)

static bool
can_run(const char* name)
{
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!strcmp(name, "avx2")) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  }
  const bool avx512 =
    __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
    __builtin_cpu_supports("fma");
  if (!strcmp(name, "avx512")) {
    return avx512;
  }
  if (!strcmp(name, "vnni")) {
    return avx512 && __builtin_cpu_supports("avx512vnni");
  }
#endif
  return !strcmp(name, "baseline") || !strcmp(name, "neon");
}

const RondoKernels*
rondo_kernels_variant(const char* name)
{
  for (size_t i = 0U; variants[i]; ++i) {
    if (!strcmp(variants[i]->name, name)) {
      return can_run(name) ? variants[i] : NULL;
    }
  }
  return NULL;
}

const char*
rondo_kernels_name(size_t index)
{
  for (size_t i = 0U; variants[i]; ++i) {
    if (i == index) {
      return variants[i]->name;
    }
  }
  return NULL;
}

__attribute__((constructor)) static void
choose(void)
{
  for (size_t i = 0U; variants[i]; ++i) {
    if (can_run(variants[i]->name)) {
      chosen = variants[i];
    }
  }
  const char* const         wish   = getenv("RONDO_CPU");
  const RondoKernels* const wished = wish ? rondo_kernels_variant(wish) : NULL;
  if (wished) {
    chosen = wished;
  }
}

const RondoKernels*
rondo_kernels(void)
{
  return chosen;
}
