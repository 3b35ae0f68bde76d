// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/arena.h"
#include "core/base/random.h"
#include "core/net/kernels.h"
#include "core/train/gemm.h"
#include "core/train/train_kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <memory>
#include <tuple>
#include <vector>

#ifdef RONDO_HAVE_WIDE
// The shape of the AVX-512 kernels, run on AVX2
extern "C" const RondoTrainKernels rondo_train_kernels_wide;
#endif

namespace {

using Floats = std::vector<float>;

const RondoTrainKernels*
find_variant(const char* const name)
{
#ifdef RONDO_HAVE_WIDE
  if (!std::strcmp(name, "wide")) {
    return rondo_train_kernels_variant("avx2") ? &rondo_train_kernels_wide
                                               : nullptr;
  }
#endif
  return rondo_train_kernels_variant(name);
}

struct FreeAligned {
  void operator()(float* p) const { rondo_aligned_free(p); }
};

std::unique_ptr<float, FreeAligned>
make_aligned(const size_t n)
{
  return std::unique_ptr<float, FreeAligned>(
    static_cast<float*>(rondo_aligned_new(sizeof(float) * n)));
}

Floats
draw(RondoRandom& random, const size_t n)
{
  Floats values(n);
  for (float& value : values) {
    value = rondo_random_normal(&random);
  }
  return values;
}

// A matrix within a larger one, whose other elements must stay as they are
struct Matrix {
  Matrix(RondoRandom& random, const size_t n_rows, const size_t n_columns)
    : rows{ n_rows }
    , columns{ n_columns }
    , stride{ n_columns + 3 }
    , values{ draw(random, n_rows * stride) }
  {
  }

  float& at(const size_t i, const size_t j) { return values[(i * stride) + j]; }

  size_t rows;
  size_t columns;
  size_t stride;
  Floats values;
};

// Multiply in double, adding to or replacing C
Matrix
naive(Matrix a, Matrix b, const bool a_transposed, const bool add, Matrix c)
{
  const size_t depth = a_transposed ? a.rows : a.columns;
  for (size_t i = 0; i < c.rows; ++i) {
    for (size_t j = 0; j < c.columns; ++j) {
      double sum = add ? static_cast<double>(c.at(i, j)) : 0.0;
      for (size_t p = 0; p < depth; ++p) {
        const float x = a_transposed ? a.at(p, i) : a.at(i, p);
        sum += static_cast<double>(x) * static_cast<double>(b.at(p, j));
      }
      c.at(i, j) = static_cast<float>(sum);
    }
  }
  return c;
}

void
expect_near(const Matrix& found, const Matrix& expected, const size_t depth)
{
  // Each of the `depth` sums rounds by 6e-8 of its size, which is mostly below
  // the square root of `depth`; a wrong or missing product is off by about 1
  const double tolerance = 1e-6 + (4e-7 * static_cast<double>(depth));
  for (size_t i = 0; i < found.values.size(); ++i) {
    ASSERT_NEAR(found.values[i], expected.values[i], tolerance) << i;
  }
}

struct Shape {
  size_t m;
  size_t n;
  size_t k;
};

class Gemm : public testing::TestWithParam<std::tuple<const char*, Shape>>
{
protected:
  void SetUp() override
  {
    kernels = find_variant(std::get<0>(GetParam()));
    if (!kernels) {
      GTEST_SKIP() << "this processor lacks " << std::get<0>(GetParam());
    }
  }

  const RondoTrainKernels* kernels{};
  Shape                    shape{ std::get<1>(GetParam()) };
  RondoRandom              random{ rondo_random(1, 1) };
};

TEST_P(Gemm, MultipliesByAPackedMatrix)
{
  Matrix     a{ random, shape.m, shape.k };
  Matrix     b{ random, shape.k, shape.n };
  const auto packed = make_aligned(rondo_gemm_packed_size(shape.k, shape.n));
  rondo_gemm_pack(
    kernels, shape.k, shape.n, b.values.data(), b.stride, 1, packed.get());
  for (const bool add : { false, true }) {
    Matrix       c{ random, shape.m, shape.n };
    const Matrix expected = naive(a, b, false, add, c);
    rondo_gemm_multiply(kernels,
                        shape.m,
                        shape.n,
                        shape.k,
                        a.values.data(),
                        a.stride,
                        packed.get(),
                        add,
                        c.values.data(),
                        c.stride);
    expect_near(c, expected, shape.k);
  }
}

TEST_P(Gemm, PacksATransposedMatrix)
{
  Matrix a{ random, shape.m, shape.k };
  Matrix b{ random, shape.k, shape.n };
  Floats transposed(shape.k * shape.n);
  for (size_t p = 0; p < shape.k; ++p) {
    for (size_t j = 0; j < shape.n; ++j) {
      transposed[(j * shape.k) + p] = b.at(p, j);
    }
  }

  const auto packed = make_aligned(rondo_gemm_packed_size(shape.k, shape.n));
  rondo_gemm_pack(
    kernels, shape.k, shape.n, transposed.data(), 1, shape.k, packed.get());
  Matrix       c{ random, shape.m, shape.n };
  const Matrix expected = naive(a, b, false, false, c);
  rondo_gemm_multiply(kernels,
                      shape.m,
                      shape.n,
                      shape.k,
                      a.values.data(),
                      a.stride,
                      packed.get(),
                      false,
                      c.values.data(),
                      c.stride);
  expect_near(c, expected, shape.k);
}

// With one right matrix and with two of different widths
TEST_P(Gemm, AddsOuterProducts)
{
  Matrix       a{ random, shape.k, shape.m };
  Matrix       b{ random, shape.k, shape.n };
  Matrix       b2{ random, shape.k, 70 };
  Matrix       c{ random, shape.m, shape.n };
  Matrix       c2{ random, shape.m, 70 };
  const Matrix expected  = naive(a, b, true, true, c);
  const Matrix twice     = naive(a, b, true, true, expected);
  const Matrix expected2 = naive(a, b2, true, true, c2);
  const auto   scratch   = make_aligned(RONDO_GEMM_SCRATCH);

  const RondoOuter parts[] = {
    { shape.n, b.values.data(), b.stride, c.values.data(), c.stride },
    { 70, b2.values.data(), b2.stride, c2.values.data(), c2.stride }
  };
  rondo_gemm_outer(kernels,
                   shape.m,
                   shape.k,
                   a.values.data(),
                   a.stride,
                   parts,
                   1,
                   scratch.get());
  expect_near(c, expected, shape.k);
  rondo_gemm_outer(kernels,
                   shape.m,
                   shape.k,
                   a.values.data(),
                   a.stride,
                   parts,
                   2,
                   scratch.get());
  expect_near(c, twice, 2 * shape.k);
  expect_near(c2, expected2, shape.k);
}

const char* const variants[] = { "baseline", "avx2", "avx512", "wide" };

// Around the sizes of tiles and blocks, and the smallest; rows of 1021 columns
// are a multiple of 4096 bytes apart, and 1205 rows make two rounds of blocks
const Shape shapes[] = {
  { 1, 1, 1 },     { 2, 3, 5 },     { 5, 7, 1 },      { 6, 16, 8 },
  { 7, 17, 9 },    { 12, 32, 16 },  { 13, 33, 255 },  { 16, 48, 256 },
  { 31, 31, 257 }, { 95, 15, 11 },  { 96, 16, 10 },   { 97, 1, 3 },
  { 193, 65, 20 }, { 3, 569, 4 },   { 4, 640, 3 },    { 5, 641, 2 },
  { 1, 1, 1000 },  { 11, 23, 700 }, { 49, 20, 1021 }, { 97, 33, 1205 },
};

INSTANTIATE_TEST_SUITE_P(Variants,
                         Gemm,
                         testing::Combine(testing::ValuesIn(variants),
                                          testing::ValuesIn(shapes)));

TEST(GemmSize, TellsOverflow)
{
  const size_t most = std::numeric_limits<size_t>::max();
  EXPECT_EQ(rondo_gemm_packed_size(2, most), 0U);
  EXPECT_EQ(rondo_gemm_packed_size(2, most - 64), 0U);
  EXPECT_EQ(rondo_gemm_packed_size(most, 2), 0U);
  EXPECT_EQ(rondo_gemm_packed_size(3, 33), 3U * 64U);
}

class TrainKernels : public testing::TestWithParam<const char*>
{
protected:
  void SetUp() override
  {
    kernels = find_variant(GetParam());
    if (!kernels) {
      GTEST_SKIP() << "this processor lacks " << GetParam();
    }
  }

  const RondoTrainKernels* kernels{};
};

TEST_P(TrainKernels, TanhIsRightToHalfAMillionth)
{
  for (int i = -200000; i <= 200000; ++i) {
    const float x = 1e-4F * static_cast<float>(i);
    float       y = x;
    kernels->tanh(&y, 1);
    const double expected = std::tanh(static_cast<double>(x));
    ASSERT_NEAR(y, expected, 5e-7 * std::abs(expected)) << x;
  }
}

TEST_P(TrainKernels, SigmoidIsRightToHalfAMillionth)
{
  for (int i = -860000; i <= 860000; i += 7) {
    const float x = 1e-4F * static_cast<float>(i);
    float       y = x;
    kernels->sigmoid(&y, 1);
    const double expected = 1.0 / (1.0 + std::exp(-static_cast<double>(x)));
    ASSERT_NEAR(y, expected, 5e-7 * expected) << x;
  }
}

TEST_P(TrainKernels, FunctionsKeepToTheirEnds)
{
  const float infinity = std::numeric_limits<float>::infinity();
  const float nan      = std::numeric_limits<float>::quiet_NaN();

  Floats x = { 0.0F, -infinity, infinity, -1e30F, 1e30F, 1e-30F, nan };
  kernels->tanh(x.data(), x.size());
  EXPECT_EQ(Floats(x.begin(), x.end() - 1),
            (Floats{ 0.0F, -1.0F, 1.0F, -1.0F, 1.0F, 1e-30F }));
  EXPECT_TRUE(std::isnan(x.back()));

  x = { 0.0F, infinity, 1e30F, nan, -infinity, -1e30F };
  kernels->sigmoid(x.data(), x.size());
  EXPECT_EQ(Floats(x.begin(), x.begin() + 3), (Floats{ 0.5F, 1.0F, 1.0F }));
  EXPECT_TRUE(std::isnan(x[3]));
  EXPECT_NEAR(x[4], 0.0F, 1e-37F);
  EXPECT_NEAR(x[5], 0.0F, 1e-37F);
}

TEST_P(TrainKernels, FunctionsOfABlockEqualThoseOfItsElements)
{
  RondoRandom random = rondo_random(1, 1);
  for (size_t n = 0; n < 40; ++n) {
    const Floats x      = draw(random, n + 1);
    Floats       block  = x;
    Floats       single = x;
    for (const auto function : { kernels->tanh, kernels->sigmoid }) {
      function(block.data(), n);
      for (size_t i = 0; i < n; ++i) {
        function(&single[i], 1);
      }
      EXPECT_EQ(block, single);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Variants, TrainKernels, testing::ValuesIn(variants));

#ifdef __x86_64__
TEST(TrainKernelChoice, IsThereForEveryVariantOfTheEngine)
{
  for (std::size_t i = 0; rondo_kernels_name(i); ++i) {
    const char* const name = rondo_kernels_name(i);
    if (rondo_kernels_variant(name)) {
      EXPECT_NE(rondo_train_kernels_variant(name), nullptr) << name;
    }
  }
}
#endif

TEST(TrainKernelChoice, KnowsOnlyItsNames)
{
  EXPECT_EQ(rondo_train_kernels_variant("no such"), nullptr);
  EXPECT_EQ(rondo_train_kernels_variant(""), nullptr);
  ASSERT_NE(rondo_train_kernels_variant("baseline"), nullptr);
  EXPECT_STREQ(rondo_train_kernels_variant("baseline")->name, "baseline");
}

} // namespace
