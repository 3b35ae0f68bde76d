// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TESTS_BASE_HEAP_FAULTS_HPP
#define RONDO_TESTS_BASE_HEAP_FAULTS_HPP

#include "core/base/status.h"

#include <gtest/gtest.h>

#include <cstddef>

namespace rondo {

/// Let `n` calls for memory from our own objects succeed, and the next fail.
void
arm_heap(std::size_t n);

/// Let all calls for memory succeed; return whether one has failed.
bool
disarm_heap();

/// Return how many blocks our own objects hold.
long
heap_blocks();

/// Call `action` with one call for memory after the other failing, until none
/// does, and return how many there are.  It must say so, and keep nothing.
template<class Action>
std::size_t
fail_each(const Action& action)
{
  for (std::size_t n = 0U; n < 10000U; ++n) {
    const long n_blocks = heap_blocks();
    arm_heap(n);
    const RondoStatus st = action();
    if (!disarm_heap()) {
      EXPECT_EQ(st, RONDO_SUCCESS);
      return n;
    }
    EXPECT_EQ(st, RONDO_ERR_NO_MEMORY) << "call " << n;
    EXPECT_EQ(heap_blocks(), n_blocks) << "call " << n;
  }
  ADD_FAILURE() << "calls for memory without end";
  return 0U;
}

/// As fail_each(), of what `make` makes and `destroy` takes away.
template<class T, class Make>
std::size_t
fail_each_new(const Make& make, void (*const destroy)(T*))
{
  return fail_each([&] {
    T*                object = nullptr;
    const RondoStatus st     = make(&object);
    EXPECT_EQ(st == RONDO_SUCCESS, object != nullptr);
    destroy(object);
    return st;
  });
}

} // namespace rondo

#endif // RONDO_TESTS_BASE_HEAP_FAULTS_HPP
