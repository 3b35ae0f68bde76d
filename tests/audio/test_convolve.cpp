// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/convolve.h"
#include "core/base/random.h"
#include "core/base/status.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <vector>

namespace {

using Floats = std::vector<float>;

struct FreeConvolver {
  void operator()(RondoConvolver* c) const { rondo_convolver_free(c); }
};

using Convolver = std::unique_ptr<RondoConvolver, FreeConvolver>;

Convolver
make(const size_t max_signal, const size_t max_response)
{
  RondoConvolver* convolver = nullptr;
  EXPECT_EQ(rondo_convolver_new(max_signal, max_response, &convolver),
            RONDO_SUCCESS);
  return Convolver(convolver);
}

Floats
draw(const size_t n, const uint64_t seed)
{
  RondoRandom random = rondo_random(seed, 0);
  Floats      values(n);
  for (float& value : values) {
    value = rondo_random_normal(&random);
  }
  return values;
}

// The definition, in double
std::vector<double>
convolve(const Floats& x, const Floats& h, const size_t n_out)
{
  std::vector<double> y(n_out);
  for (size_t i = 0; i < x.size(); ++i) {
    for (size_t j = 0; j < h.size() && i + j < n_out; ++j) {
      y[i + j] += static_cast<double>(x[i]) * static_cast<double>(h[j]);
    }
  }
  return y;
}

void
expect_convolution(const Convolver& convolver,
                   const Floats&    x,
                   const Floats&    h,
                   const size_t     n_out)
{
  Floats out(n_out);
  rondo_convolver_set_signal(convolver.get(), x.data(), x.size());
  rondo_convolver_process(
    convolver.get(), h.data(), h.size(), out.data(), n_out);

  // A transform rounds as often as it has stages; outputs are sums of as many
  // products of variance 1 as the shorter one has samples
  const std::vector<double> expected = convolve(x, h, n_out);
  const double              terms =
    static_cast<double>(std::min(x.size(), h.size()) + x.size() / 16);
  const double tolerance = 4e-6 * std::sqrt(terms) + 1e-6;
  for (size_t i = 0; i < n_out; ++i) {
    ASSERT_NEAR(static_cast<double>(out[i]), expected[i], tolerance)
      << i << " of " << x.size() << " * " << h.size();
  }
}

} // namespace

TEST(Convolve, AgreesWithTheDefinitionAtAnySize)
{
  const size_t sizes[][2] = { { 1, 1 },    { 1, 7 },    { 2, 1 },
                              { 5, 3 },    { 16, 16 },  { 17, 16 },
                              { 100, 29 }, { 37, 211 }, { 1000, 1 },
                              { 997, 333 } };
  for (const auto& size : sizes) {
    const Convolver convolver = make(size[0], size[1]);
    expect_convolution(convolver, draw(size[0], 1), draw(size[1], 2), size[0]);
  }
}

TEST(Convolve, TakesLessThanItHasRoomFor)
{
  const Convolver convolver = make(300, 200);
  expect_convolution(convolver, draw(300, 1), draw(200, 2), 300);
  expect_convolution(convolver, draw(40, 3), draw(7, 4), 300);
  expect_convolution(convolver, draw(300, 5), draw(200, 6), 10);
  expect_convolution(convolver, draw(1, 7), draw(200, 8), 300);
}

TEST(Convolve, KeepsTheSignalForFurtherResponses)
{
  const Convolver convolver = make(120, 50);
  const Floats    x         = draw(120, 1);
  rondo_convolver_set_signal(convolver.get(), x.data(), x.size());

  Floats one(120);
  Floats two(120);
  Floats again(120);
  Floats h = draw(50, 2);
  rondo_convolver_process(convolver.get(), h.data(), 50, one.data(), 120);
  rondo_convolver_process(convolver.get(), h.data(), 10, two.data(), 120);
  rondo_convolver_process(convolver.get(), h.data(), 50, again.data(), 120);
  EXPECT_EQ(one, again);
  EXPECT_NE(one, two);
}

TEST(Convolve, RefusesSizesThatAreNone)
{
  RondoConvolver* convolver = nullptr;
  const size_t    huge      = std::numeric_limits<size_t>::max();
  EXPECT_EQ(rondo_convolver_new(0, 5, &convolver), RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(rondo_convolver_new(5, 0, &convolver), RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(rondo_convolver_new(huge, 5, &convolver), RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(rondo_convolver_new(5, huge, &convolver), RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(convolver, nullptr);
  rondo_convolver_free(nullptr);
}
