// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Every allocation of a constructor fails once.  The linker turns calls to the
// heap from our objects to those below; FFTW keeps its own, since it ends the
// program when memory is out.

#include "core/audio/bands.h"
#include "core/audio/denoiser.h"
#include "core/audio/frames.h"
#include "core/audio/metrics.h"
#include "core/audio/resample.h"
#include "tests/audio/denoiser_test.h"
#include "tests/audio/model_maker.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <functional>
#include <vector>

namespace {

bool   is_armed      = false;
size_t n_before_fail = 0; ///< Allocations that still succeed
long   n_live        = 0;

bool
fails()
{
  return is_armed && n_before_fail-- == 0;
}

void*
count(void* const memory)
{
  n_live += (is_armed && memory) ? 1 : 0;
  return memory;
}

} // namespace

// NOLINTBEGIN(bugprone-reserved-identifier): the linker's names
extern "C" {

void*
__real_malloc(size_t size);
void*
__real_calloc(size_t count, size_t size);
void*
__real_aligned_alloc(size_t alignment, size_t size);
int
__real_posix_memalign(void** out, size_t alignment, size_t size);
void
__real_free(void* memory);

void*
__wrap_malloc(const size_t size)
{
  return fails() ? nullptr : count(__real_malloc(size));
}

void*
__wrap_calloc(const size_t n, const size_t size)
{
  return fails() ? nullptr : count(__real_calloc(n, size));
}

void*
__wrap_aligned_alloc(const size_t alignment, const size_t size)
{
  return fails() ? nullptr : count(__real_aligned_alloc(alignment, size));
}

int
__wrap_posix_memalign(void** const out, const size_t alignment, const size_t n)
{
  if (fails()) {
    return 12; // ENOMEM
  }
  const int st = __real_posix_memalign(out, alignment, n);
  count(st ? nullptr : *out);
  return st;
}

void
__wrap_free(void* const memory)
{
  n_live -= (is_armed && memory) ? 1 : 0;
  __real_free(memory);
}
}
// NOLINTEND(bugprone-reserved-identifier)

namespace {

/// Fail each allocation of `make` in turn, then let it succeed
template<class T>
void
fail_each(const std::function<RondoStatus(T**)>& make,
          void (*const destroy)(T*))
{
  size_t n_failures = 0;
  for (;; ++n_failures) {
    ASSERT_LT(n_failures, 1000U);

    T* object     = nullptr;
    n_before_fail = n_failures;
    n_live        = 0;
    is_armed      = true;

    const RondoStatus st = make(&object);
    destroy(object);
    is_armed = false;

    EXPECT_EQ(n_live, 0) << "after failure of allocation " << n_failures;
    if (st == RONDO_SUCCESS) {
      break;
    }
    EXPECT_EQ(st, RONDO_ERR_NO_MEMORY);
    EXPECT_EQ(object, nullptr);
  }
  EXPECT_GT(n_failures, 0U);
}

TEST(AudioFaults, FramesWithoutMemoryFail)
{
  fail_each<RondoFrames>(
    [](RondoFrames** out) { return rondo_frames_new(48000.0, 0.02, 1, out); },
    rondo_frames_free);
}

TEST(AudioFaults, BandsWithoutMemoryFail)
{
  const double centres[] = { 0.0, 100.0, 200.0 };
  fail_each<RondoBands>(
    [&](RondoBands** out) {
      return rondo_bands_new(centres, 3, 481, 50.0, out);
    },
    rondo_bands_free);
}

TEST(AudioFaults, ResamplersWithoutMemoryFail)
{
  fail_each<RondoResampler>(
    [](RondoResampler** out) { return rondo_resampler_new(48000, 16000, out); },
    rondo_resampler_free);
}

TEST(AudioFaults, LossesWithoutMemoryFail)
{
  const std::vector<float> x(1000U, 0.1f);
  RondoLosses              losses[RONDO_N_PARTS];
  fail_each<RondoLosses>(
    [&](RondoLosses** const) {
      return rondo_metrics_losses(
        x.data(), x.data(), x.data(), x.size(), 8000U, losses);
    },
    [](RondoLosses* const) {});
}

TEST(AudioFaults, DenoisersWithoutMemoryFail)
{
  const Model model{ model_maker() };
  RondoError  error{};

  // The description keeps the objects inside it once they have been read
  const Denoiser first{ model, 48000.0, 2 };

  fail_each<RondoDenoiser>(
    [&](RondoDenoiser** out) {
      return rondo_denoiser_new(model.impl, 48000.0, 2, out, &error);
    },
    rondo_denoiser_free);
  EXPECT_NE(error.message[0], '\0');
}

} // namespace
