// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/arena.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace {

TEST(Arena, CountsWhatItThenCarves)
{
  RondoArena count = rondo_arena(nullptr);
  EXPECT_EQ(nullptr, rondo_arena_take(&count, 3, 4));
  EXPECT_EQ(nullptr, rondo_arena_take(&count, 0, 4));
  EXPECT_EQ(nullptr, rondo_arena_take(&count, 65, 1));
  EXPECT_EQ(64U + 0U + 128U, count.used);

  void* const memory = rondo_aligned_new(count.used);
  ASSERT_NE(nullptr, memory);
  RondoArena  carve = rondo_arena(memory);
  char* const a     = static_cast<char*>(rondo_arena_take(&carve, 3, 4));
  rondo_arena_take(&carve, 0, 4);
  char* const b = static_cast<char*>(rondo_arena_take(&carve, 65, 1));
  EXPECT_EQ(memory, a);
  EXPECT_EQ(a + 64, b);
  EXPECT_EQ(count.used, carve.used);
  EXPECT_FALSE(carve.overflow);
  rondo_aligned_free(memory);
}

TEST(Arena, NotesSizesThatOverflow)
{
  RondoArena product = rondo_arena(nullptr);
  rondo_arena_take(&product, SIZE_MAX / 2U, 3);
  EXPECT_TRUE(product.overflow);

  RondoArena rounding = rondo_arena(nullptr);
  rondo_arena_take(&rounding, SIZE_MAX, 1);
  EXPECT_TRUE(rounding.overflow);

  RondoArena sum = rondo_arena(nullptr);
  rondo_arena_take(&sum, PTRDIFF_MAX / 2U, 1);
  EXPECT_FALSE(sum.overflow);
  rondo_arena_take(&sum, PTRDIFF_MAX / 2U + 64U, 1);
  EXPECT_TRUE(sum.overflow);
}

TEST(Arena, AlignedMemoryIsAlignedAndCleared)
{
  for (const std::size_t size : { 0U, 1U, 63U, 64U, 1000U }) {
    auto* const memory = static_cast<unsigned char*>(rondo_aligned_new(size));
    ASSERT_NE(nullptr, memory);
    EXPECT_EQ(0U, reinterpret_cast<std::uintptr_t>(memory) % RONDO_ALIGNMENT);
    for (std::size_t i = 0; i < size; ++i) {
      ASSERT_EQ(0U, memory[i]);
    }
    rondo_aligned_free(memory);
  }
  rondo_aligned_free(nullptr);
  EXPECT_EQ(nullptr, rondo_aligned_new(SIZE_MAX));
}

} // namespace
