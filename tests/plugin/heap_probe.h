// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TESTS_PLUGIN_HEAP_PROBE_H
#define RONDO_TESTS_PLUGIN_HEAP_PROBE_H

#include <cstddef>

// Counts the heap calls of this thread while it exists.  Under a sanitizer,
// which has a heap of its own, it counts none and works() is false.
class HeapProbe
{
public:
  HeapProbe();
  ~HeapProbe();

  HeapProbe(const HeapProbe&)            = delete;
  HeapProbe& operator=(const HeapProbe&) = delete;

  size_t n_calls() const;

  static bool works();
};

#endif // RONDO_TESTS_PLUGIN_HEAP_PROBE_H
