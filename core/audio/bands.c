// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/bands.h"

#include "core/audio/bands_impl.h"
#include "core/base/arena.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

double
rondo_erb_from_hz(const double hz)
{
  return 21.4 * log10((0.00437 * hz) + 1.0);
}

double
rondo_hz_from_erb(const double erb)
{
  return (pow(10.0, erb / 21.4) - 1.0) / 0.00437;
}

size_t
rondo_bands_place(const double  fine_hz,
                  const double  step_hz,
                  const double  erb_step,
                  const double  high_hz,
                  double* const centres)
{
  // Hz, so that rounding loses no centre at fine_hz
  static const double slack = 1e-6;

  if (!(fine_hz >= 0.0 && step_hz > 0.0 && erb_step > 0.0 && high_hz > 0.0 &&
        isfinite(high_hz))) {
    return 0;
  }

  size_t n     = 0;
  double place = 0.0;
  while (place < high_hz && (place == 0.0 || place + step_hz <= high_hz)) {
    if (n + 1U >= RONDO_MAX_BANDS) {
      return 0;
    }
    centres[n++] = place;

    const double fine = (double)n * step_hz;
    const double erb  = rondo_hz_from_erb(rondo_erb_from_hz(place) + erb_step);
    place = (fine <= fine_hz + slack) ? fine : fmax(place + step_hz, erb);
  }

  centres[n++] = high_hz;
  return n;
}

static bool
centres_are_rising(const double* const centres, const size_t n_bands)
{
  if (!(centres[0] >= 0.0)) {
    return false;
  }
  for (size_t i = 1; i < n_bands; ++i) {
    if (!(centres[i] > centres[i - 1U])) {
      return false;
    }
  }
  return isfinite(centres[n_bands - 1U]);
}

// Bins below the last centre, the only ones that lie between two bands
static size_t
count_inside(const double last_centre, const size_t n_bins, const double bin_hz)
{
  size_t n = 0;
  while (n < n_bins && (double)n * bin_hz < last_centre) {
    ++n;
  }
  return n;
}

static void
carve(RondoArena* const arena, RondoBands* const bands)
{
  bands->below    = rondo_arena_take(arena, bands->n_inside, sizeof(uint32_t));
  bands->fraction = rondo_arena_take(arena, bands->n_inside, sizeof(float));
  bands->spans = rondo_arena_take(arena, bands->n_bands, sizeof(RondoBandSpan));

  // A bin weighs in two bands, and one at the last centre in that alone
  bands->weights =
    rondo_arena_take(arena, (2U * bands->n_inside) + 1U, sizeof(float));
}

static void
fill_fractions(RondoBands* const   bands,
               const double* const centres,
               const double        bin_hz)
{
  size_t b = 0;
  for (size_t k = 0; k < bands->n_inside; ++k) {
    const double hz = (double)k * bin_hz;
    while (b + 1U < bands->n_bands && centres[b + 1U] <= hz) {
      ++b;
    }

    // Bins below the first centre are the first band's alone
    const double width    = centres[b + 1U] - centres[b];
    const double fraction = (hz > centres[b]) ? (hz - centres[b]) / width : 0.0;
    bands->below[k]       = (uint32_t)b;
    bands->fraction[k]    = (float)fraction;
  }
}

static double
weight_of(const RondoBands* const bands,
          const size_t            b,
          const size_t            k,
          const double            last_centre,
          const double            bin_hz)
{
  if (k >= bands->n_inside) {
    const bool at_last = (double)k * bin_hz == last_centre;
    return (at_last && b + 1U == bands->n_bands) ? 1.0 : 0.0;
  }
  if (bands->below[k] == b) {
    return 1.0 - (double)bands->fraction[k];
  }
  return (bands->below[k] + 1U == b) ? (double)bands->fraction[k] : 0.0;
}

// The range of bins of positive weight, and the weights, which sum to 1
static void
fill_span(RondoBands* const bands,
          const size_t      b,
          const uint32_t    offset,
          const double      last_centre,
          const double      bin_hz)
{
  RondoBandSpan* const span = &bands->spans[b];

  *span = (RondoBandSpan){ .offset = offset };

  double sum = 0.0;
  for (size_t k = 0; k < bands->n_bins && k <= bands->n_inside; ++k) {
    const double weight = weight_of(bands, b, k, last_centre, bin_hz);
    if (weight > 0.0) {
      span->first = span->count ? span->first : (uint32_t)k;
      bands->weights[offset + span->count++] = (float)weight;
      sum += weight;
    }
  }

  for (uint32_t i = 0; i < span->count; ++i) {
    const double weight        = (double)bands->weights[offset + i];
    bands->weights[offset + i] = (float)(weight / sum);
  }
}

RondoStatus
rondo_bands_new(const double* const centres,
                const size_t        n_bands,
                const size_t        n_bins,
                const double        bin_hz,
                RondoBands** const  out)
{
  *out = NULL;
  if (n_bands < 2 || n_bands > RONDO_MAX_BANDS || n_bins < 1 ||
      n_bins > UINT32_MAX / 4U || !(bin_hz > 0.0) ||
      !centres_are_rising(centres, n_bands)) {
    return RONDO_ERR_BAD_ARGUMENT;
  }

  const double last_centre = centres[n_bands - 1U];
  RondoBands   layout      = {
           .n_bands  = n_bands,
           .n_bins   = n_bins,
           .n_inside = count_inside(last_centre, n_bins, bin_hz),
  };

  RondoArena arena = rondo_arena(NULL);
  rondo_arena_take(&arena, 1, sizeof(RondoBands));
  carve(&arena, &layout);

  void* const memory = arena.overflow ? NULL : rondo_aligned_new(arena.used);
  if (!memory) {
    return RONDO_ERR_NO_MEMORY;
  }

  arena                   = rondo_arena(memory);
  RondoBands* const bands = rondo_arena_take(&arena, 1, sizeof(RondoBands));
  *bands                  = layout;
  carve(&arena, bands);

  fill_fractions(bands, centres, bin_hz);
  uint32_t offset = 0;
  for (size_t b = 0; b < n_bands; ++b) {
    fill_span(bands, b, offset, last_centre, bin_hz);
    offset += bands->spans[b].count;
  }

  *out = bands;
  return RONDO_SUCCESS;
}

void
rondo_bands_free(RondoBands* const bands)
{
  rondo_aligned_free(bands);
}

size_t
rondo_bands_count(const RondoBands* const bands)
{
  return bands->n_bands;
}
