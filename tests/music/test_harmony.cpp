// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/harmony.h"
#include "tests/music/chorale_model.hpp"
#include "tests/music/small_model.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace {

using Cells = std::vector<unsigned>;

constexpr std::size_t n_slices = 32U;

unsigned
interval(unsigned a, unsigned b)
{
  return (a > b ? a - b : b - a) % 12U;
}

unsigned
count_parallels(const Cells& cells)
{
  unsigned n = 0U;
  for (std::size_t t = 1U; t < cells.size() / 4U; ++t) {
    const unsigned* const now    = &cells[t * 4U];
    const unsigned* const before = now - 4;
    for (unsigned a = 0U; a < 4U; ++a) {
      for (unsigned b = a + 1U; b < 4U; ++b) {
        const unsigned i = interval(now[a], now[b]);
        n += i == interval(before[a], before[b]) && (i == 0U || i == 7U) &&
                 now[a] != before[a] && now[b] != before[b]
               ? 1U
               : 0U;
      }
    }
  }
  return n;
}

class Harmony : public ::testing::Test
{
protected:
  Harmony()
  {
    EXPECT_EQ(rondo_harmony_check(model, &error), RONDO_SUCCESS)
      << error.message;
    how.n_passes = 12U;
  }

  ~Harmony() override { rondo_model_free(model); }

  // Fill in the parts of `holes` below, above and between notes of a scale
  Cells fill(unsigned     parts = 0xEU,
             std::size_t  first = 0U,
             int          shift = 0,
             std::uint8_t bass  = 48U)
  {
    static const std::uint8_t scale[] = { 60U, 62U, 64U, 65U, 67U, 69U, 71U };
    RondoChorale              chorale{};
    std::vector<std::uint8_t> holes(n_slices * 4U);
    chorale.bar = { 4U, 4U };
    for (std::size_t t = 0U; t < n_slices; ++t) {
      const std::uint8_t given[] = { scale[t / 4U % 7U], 60U, 55U, bass };
      RondoSlice         slice;
      for (std::size_t i = 0U; i < 4U; ++i) {
        slice.pitches[i]    = static_cast<std::uint8_t>(given[i] - shift);
        holes[(t * 4U) + i] = t >= first && (parts >> i & 1U) != 0U ? 1U : 0U;
      }
      EXPECT_EQ(rondo_chorale_add(&chorale, slice), RONDO_SUCCESS);
    }
    EXPECT_EQ(rondo_harmony_fill(model, &how, shift, holes.data(), &chorale),
              RONDO_SUCCESS);
    Cells out;
    for (std::size_t k = 0U; k < holes.size(); ++k) {
      const unsigned pitch = chorale.slices[k / 4U].pitches[k % 4U];
      EXPECT_LT(pitch, 128U);
      out.push_back(pitch);
      if (holes[k] == 0U) {
        const unsigned given[] = { scale[k / 16U % 7U], 60U, 55U, 48U };
        EXPECT_EQ(static_cast<int>(pitch),
                  static_cast<int>(given[k % 4U]) - shift);
      }
    }
    rondo_chorale_clear(&chorale);
    return out;
  }

  RondoModel*  model = load_small_model(harmony_description());
  RondoFilling how   = rondo_filling(0);
  RondoError   error{};
};

TEST_F(Harmony, SaysTheSameForTheSameSeed)
{
  const Cells first = fill();
  EXPECT_EQ(fill(), first);
  how.seed = 2U;
  EXPECT_NE(fill(), first);
}

TEST_F(Harmony, DoesNotSeeWhatIsInHoles)
{
  how.n_passes = 1U;
  EXPECT_EQ(fill(0x8U, 0U, 0, 40U), fill(0x8U, 0U, 0, 55U));
}

TEST_F(Harmony, KeepsToRangesAndOrder)
{
  how.temperature   = 3.0;
  how.high[1]       = 58U;
  how.high[2]       = 52U;
  how.low[3]        = 45U;
  how.high[3]       = 47U;
  const Cells cells = fill();
  for (std::size_t k = 0U; k < cells.size(); ++k) {
    if (k % 4U > 0U) {
      EXPECT_LE(cells[k], cells[k - 1U]);
      EXPECT_GE(cells[k], how.low[k % 4U]);
      EXPECT_LE(cells[k], how.high[k % 4U]);
    }
  }
}

TEST_F(Harmony, FillsInAnyPartOrRegion)
{
  const Cells tenor = fill(0x4U);
  EXPECT_NE(fill(0x5U), tenor); // The soprano as well
  const Cells late = fill(0xFU, 20U);
  EXPECT_EQ(late.size(), n_slices * 4U);
}

TEST_F(Harmony, MovesWithTheKey)
{
  for (std::size_t i = 0U; i < 4U; ++i) {
    how.low[i]  = 0U;
    how.high[i] = 127U;
  }
  const Cells low  = fill();
  const Cells high = fill(0xEU, 0U, -3);
  for (std::size_t k = 0U; k < low.size(); ++k) {
    EXPECT_EQ(high[k], low[k] + 3U);
  }
}

TEST_F(Harmony, MakesFewerParallelsWhereTheyCost)
{
  how.temperature   = 50.0; // Any note
  how.crosses       = true;
  unsigned n_free   = 0U;
  unsigned n_costly = 0U;
  for (how.seed = 1U; how.seed <= 20U; ++how.seed) {
    how.parallels = 0.0F;
    n_free += count_parallels(fill());
    how.parallels = 5000.0F;
    n_costly += count_parallels(fill());
  }
  EXPECT_GT(n_free, 8U);
  EXPECT_LT(n_costly, n_free / 4U);
}

TEST_F(Harmony, HastensLessWhereThatCosts)
{
  unsigned n_hasty[2] = { 0U, 0U };
  for (std::size_t k = 0U; k < 2U; ++k) {
    how.hasty         = k == 0U ? 0.0F : 1000.0F;
    how.temperature   = 2.0;
    const Cells cells = fill(0x8U);
    for (std::size_t t = 1U; t < n_slices; t += 2U) {
      n_hasty[k] += cells[(t * 4U) + 3U] != cells[(t * 4U) - 1U] ? 1U : 0U;
    }
  }
  EXPECT_GT(n_hasty[0], 0U);
  EXPECT_EQ(n_hasty[1], 0U);
}

TEST_F(Harmony, NeedsNoSlices)
{
  RondoChorale chorale{};
  EXPECT_EQ(rondo_harmony_fill(model, &how, 0, nullptr, &chorale),
            RONDO_SUCCESS);
}

TEST_F(Harmony, RefusesOtherNetworks)
{
  std::string task = harmony_description();
  task.replace(task.find("\"harmony\""), 9U, "\"chorale\"");
  std::string groups = harmony_description();
  groups.replace(groups.find("\"groups\": 4, \"out\": 65"),
                 22U,
                 "\"groups\": 2, \"out\": 130");
  for (const std::string& description :
       { task, groups, harmony_description(R"("activation": "sigmoid")") }) {
    RondoModel* const wrong = load_small_model(description);
    EXPECT_NE(rondo_harmony_check(wrong, &error), RONDO_SUCCESS);
    EXPECT_NE(std::string(error.message).find("expected"), std::string::npos)
      << error.message;
    rondo_model_free(wrong);
  }
}

} // namespace
