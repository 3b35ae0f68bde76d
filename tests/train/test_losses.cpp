// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Built in float and in double; against PyTorch in test_golden.cpp

#include "core/train/losses.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace {

using Reals   = std::vector<RondoReal>;
using Classes = std::vector<int32_t>;

constexpr RondoReal missing = NAN;

// A loss of y, with its gradient unless that is NULL
using Loss = std::function<RondoLoss(const Reals& y, double, RondoReal* dy)>;

// (3, 2, 2): the second sequence has two steps
constexpr std::array<size_t, 2> lengths = { 3, 2 };
constexpr RondoLossShape        shape   = { 3, 2, 2, lengths.data() };

const Reals logits = { 1, -2, 0.5F, 0.25F, -1, 3, 0.7F, 0.1F, 2, 2.5F, 9, 9 };

const std::array<Loss, 3> losses = {
  [](const Reals& y, const double scale, RondoReal* const dy) {
    const Reals target = { 0,    1, 0.5F, missing, missing, missing,
                           1.5F, 0, 1,    1,       5,       missing };
    return rondo_loss_squared(&shape, y.data(), target.data(), scale, dy);
  },
  [](const Reals& y, const double scale, RondoReal* const dy) {
    const Reals target = { 0, 1,     0.5F, missing, missing, missing,
                           1, 0.25F, 1,    1,       0,       missing };
    return rondo_loss_binary(&shape, y.data(), target.data(), scale, dy);
  },
  [](const Reals& y, const double scale, RondoReal* const dy) {
    const Classes target = { 0, 1, RONDO_CLASS_MISSING, 1, 0, 1 };
    return rondo_loss_classes(&shape, y.data(), target.data(), scale, dy);
  },
};

class Losses : public testing::TestWithParam<size_t>
{
};

TEST_P(Losses, CountOnlyStepsThatAreThereAndHaveATarget)
{
  EXPECT_EQ(losses[GetParam()](logits, 1.0, nullptr).n_steps, 4U);
}

TEST_P(Losses, HaveNoGradientWhereNothingCounts)
{
  Reals dy(logits.size(), missing);
  (void)losses[GetParam()](logits, 1.0, dy.data());
  for (const size_t i : { 4U, 5U, 10U, 11U }) {
    EXPECT_EQ(dy[i], 0) << i;
  }
  EXPECT_NE(dy[0], 0);
}

TEST_P(Losses, ScaleTheGradientAndNotTheSum)
{
  Reals           once(logits.size());
  Reals           half(logits.size());
  const RondoLoss one = losses[GetParam()](logits, 1.0, once.data());
  const RondoLoss two = losses[GetParam()](logits, 0.5, half.data());
  EXPECT_EQ(one.sum, two.sum);
  for (size_t i = 0; i < once.size(); ++i) {
    EXPECT_EQ(half[i], once[i] / 2);
  }
}

TEST_P(Losses, MayReplaceTheOutputs)
{
  Reals dy(logits.size());
  Reals y = logits;
  (void)losses[GetParam()](y, 1.0, dy.data());
  (void)losses[GetParam()](y, 1.0, y.data());
  EXPECT_EQ(y, dy);
}

TEST_P(Losses, HaveTheGradientOfCentralDifferences)
{
  // The step's second power, and rounding of the inputs divided by the step
  const bool   single    = sizeof(RondoReal) == sizeof(float);
  const double step      = single ? 1e-2 : 1e-5;
  const double tolerance = single ? 1e-3 : 1e-9;

  Reals dy(logits.size());
  (void)losses[GetParam()](logits, 1.0, dy.data());
  for (size_t i = 0; i < logits.size(); ++i) {
    Reals above = logits;
    Reals below = logits;
    above[i] += static_cast<RondoReal>(step);
    below[i] -= static_cast<RondoReal>(step);
    const double difference = losses[GetParam()](above, 1.0, nullptr).sum -
                              losses[GetParam()](below, 1.0, nullptr).sum;
    EXPECT_NEAR(
      static_cast<double>(dy[i]), difference / (2.0 * step), tolerance)
      << i;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Losses, testing::Range(size_t{ 0 }, size_t{ 3 }));

TEST(Losses, StayFiniteAtHugeLogits)
{
  const RondoLossShape one    = { 1, 1, 2, nullptr };
  const Reals          y      = { 3e4F, -3e4F };
  const Reals          target = { 0, 1 };
  const Classes        classes{ 1 };
  Reals                dy(2);

  EXPECT_DOUBLE_EQ(
    rondo_loss_binary(&one, y.data(), target.data(), 1.0, dy.data()).sum, 6e4);
  EXPECT_EQ(dy, (Reals{ 1, -1 }));
  EXPECT_DOUBLE_EQ(
    rondo_loss_classes(&one, y.data(), classes.data(), 1.0, dy.data()).sum,
    6e4);
  EXPECT_EQ(dy, (Reals{ 1, -1 }));
}

TEST(Losses, OfNoStepsAreZero)
{
  const std::array<size_t, 2> none  = { 0, 0 };
  const RondoLossShape        empty = { 3, 2, 2, none.data() };
  const Classes               classes(6, 0);
  Reals                       dy(12, missing);
  const RondoLoss             loss =
    rondo_loss_classes(&empty, logits.data(), classes.data(), 1.0, dy.data());
  EXPECT_EQ(loss.sum, 0.0);
  EXPECT_EQ(loss.n_steps, 0U);
  EXPECT_EQ(dy, Reals(12));
}

} // namespace
