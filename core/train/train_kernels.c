// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/train_kernels.h"

#include "core/net/kernels.h"

#include <string.h>

extern const RondoTrainKernels rondo_train_kernels_baseline;

#ifdef RONDO_HAVE_X86
extern const RondoTrainKernels rondo_train_kernels_avx2;
extern const RondoTrainKernels rondo_train_kernels_avx512;
#endif

const RondoTrainKernels*
rondo_train_kernels_variant(const char* const name)
{
#ifdef RONDO_HAVE_X86
  __builtin_cpu_init();
  // VNNI is of int8 alone
  if (!strcmp(name, "avx512") || !strcmp(name, "vnni")) {
    return __builtin_cpu_supports("avx512f") ? &rondo_train_kernels_avx512
                                             : NULL;
  }

  if (!strcmp(name, "avx2")) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
             ? &rondo_train_kernels_avx2
             : NULL;
  }
#endif

  return strcmp(name, "baseline") ? NULL : &rondo_train_kernels_baseline;
}

const RondoTrainKernels*
rondo_train_kernels(void)
{
  const RondoTrainKernels* const kernels =
    rondo_train_kernels_variant(rondo_kernels()->name);

  return kernels ? kernels : &rondo_train_kernels_baseline;
}
