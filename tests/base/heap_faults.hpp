// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TESTS_BASE_HEAP_FAULTS_HPP
#define RONDO_TESTS_BASE_HEAP_FAULTS_HPP

#include <cstddef>

namespace rondo {

/// Let `n` calls to the heap from our own objects succeed, and the next fail.
void
arm_heap(std::size_t n);

/// Let all calls to the heap succeed.
void
disarm_heap();

} // namespace rondo

#endif // RONDO_TESTS_BASE_HEAP_FAULTS_HPP
