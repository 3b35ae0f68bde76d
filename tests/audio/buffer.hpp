// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TESTS_AUDIO_BUFFER_HPP
#define RONDO_TESTS_AUDIO_BUFFER_HPP

#include "core/base/arena.h"

#include <cstddef>

/// Floats that are aligned as transforms ask for, at first zeros
struct Buffer {
  explicit Buffer(const size_t n)
    : data{ (float*)rondo_aligned_new(n * sizeof(float)) }
  {
  }

  ~Buffer() { rondo_aligned_free(data); }

  Buffer(const Buffer&)            = delete;
  Buffer& operator=(const Buffer&) = delete;

  float* data;
};

#endif // RONDO_TESTS_AUDIO_BUFFER_HPP
