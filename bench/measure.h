// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file measure.h What benchmarks of short blocks share.

   Times are those that the processor spent on this thread, so that other
   programs disturb them less.
*/

#ifndef RONDO_BENCH_MEASURE_H
#define RONDO_BENCH_MEASURE_H

#include "core/base/status.h"

#include <stddef.h>

/// Return the time of this thread in seconds.
double
rondo_measure_now(void);

/// End the program with the error's message, unless all is well.
void
rondo_measure_require(RondoStatus status, const RondoError* error);

/// Return memory from rondo_aligned_new(), or end the program.
float*
rondo_measure_floats(size_t n);

/// Sort costs, the lowest first.
void
rondo_measure_sort(float* costs, size_t n);

/// Work for `n` rounds, which take the same time whenever that is done.
void
rondo_measure_loop(size_t n);

/// Return the rounds of rondo_measure_loop() that take `seconds`, at best.
size_t
rondo_measure_rounds(double seconds);

/// Read memory, as what else a host runs between two blocks does.
void
rondo_measure_read(const float* memory, size_t n);

/// Keep the lower one of each of `n` costs in `least`.
void
rondo_measure_keep_least(float* least, const float* costs, size_t n);

/// Print the head of a table of rondo_measure_print().
void
rondo_measure_print_head(void);

/// Sort costs in seconds, and print how they are spread, in percent of
/// `duration`.
void
rondo_measure_print(const char* name, float* costs, size_t n, double duration);

/// Return a number of the command line, or what to take if there is none.
double
rondo_measure_argument(int argc, char** argv, int index, double otherwise);

#endif // RONDO_BENCH_MEASURE_H
