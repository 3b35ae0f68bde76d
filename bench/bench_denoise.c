// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// What denoising costs: the parts of a hop, and the dearest blocks, which are
// what a listener hears as crackles; 60 seconds of 48 kHz in mono by default.
//
// Usage: bench_denoise MODEL [SECONDS [SAMPLE_RATE [CHANNELS [KIB]]]]
//
// The parts of a hop are medians, which other programs hardly disturb; the
// blocks tell most under "chrt -f 50", ahead of other programs.  Between
// blocks, KIB kibibytes (1024) of other memory are read, as a host's other
// plugins do.  The machine's own jitter is that of a loop of fixed work, as
// long as a dear block, after every block of the same run.

#include "bench/measure.h"
#include "core/audio/bands.h"
#include "core/audio/denoiser.h"
#include "core/audio/features.h"
#include "core/audio/frames.h"
#include "core/base/arena.h"
#include "core/base/random.h"
#include "core/net/model.h"
#include "core/net/stream.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 32U
#define N_REPEATS 3000U

typedef struct {
  double seconds;
  double sample_rate;
  size_t n_channels;
  size_t n_other; // Floats read between blocks
} Settings;

/// Costs of every block in seconds
typedef struct {
  float* blocks;
  float* loops;
  size_t n;
} Costs;

// Noise whose level comes and goes
static void
fill_noise(float* const samples, const size_t n, RondoRandom* const random)
{
  for (size_t i = 0; i < n; ++i) {
    const float level = (i / 4096U) % 3U ? 0.2f : 0.002f;
    samples[i]        = level * rondo_random_normal(random);
  }
}

// Print the medians of (n_parts, N_REPEATS) costs in seconds, also as a share
// of the hop and of one core, which has as long as a hop lasts
static void
print_parts(const char* const* const names,
            float* const             costs,
            const size_t             n_parts,
            const double             duration)
{
  double total = 0.0;
  for (size_t i = 0; i < n_parts; ++i) {
    rondo_measure_sort(costs + (i * N_REPEATS), N_REPEATS);
    total += (double)costs[(i * N_REPEATS) + (N_REPEATS / 2U)];
  }

  printf("one hop of one channel, %.2f ms, medians:\n", 1e3 * duration);
  printf("  %-28s %8s    %6s   %12s\n", "", "cost", "share", "of one core");
  for (size_t i = 0; i <= n_parts; ++i) {
    const double cost =
      i < n_parts ? (double)costs[(i * N_REPEATS) + (N_REPEATS / 2U)] : total;
    printf("  %-28s %8.2f us %6.1f %% %12.3f %%\n",
           i < n_parts ? names[i] : "together",
           1e6 * cost,
           100.0 * cost / total,
           100.0 * cost / duration);
  }
}

// Time the parts of a hop of one channel
static void
bench_parts(const RondoModel* const model, const Settings* const s)
{
  const RondoDescription* const description = rondo_model_description(model);

  RondoError     error    = { RONDO_SUCCESS, "" };
  RondoFrames*   frames   = NULL;
  RondoFeatures* features = NULL;
  RondoStream*   stream   = NULL;
  rondo_measure_require(
    rondo_features_make_frames(description, s->sample_rate, &frames, &error),
    &error);
  const size_t n_bins = rondo_frames_n_bins(frames);
  rondo_measure_require(
    rondo_features_new(
      description, n_bins, rondo_frames_bin_hz(frames), &features, &error),
    &error);
  rondo_measure_require(rondo_stream_new(model, 1, &stream), &error);

  RondoRandom  random   = rondo_random(1, 0);
  const size_t size     = rondo_frames_span(frames);
  float* const samples  = rondo_measure_floats(size + N_REPEATS);
  float* const work     = rondo_measure_floats(4U * n_bins);
  float* const previous = rondo_measure_floats(2U * n_bins);
  float* const spectrum = rondo_measure_floats(2U * n_bins);
  float* const inputs   = rondo_measure_floats(rondo_model_n_inputs(model));
  float* const outputs  = rondo_measure_floats(rondo_model_n_outputs(model));
  float* const gains    = rondo_measure_floats(n_bins);
  float* const costs    = rondo_measure_floats(4U * N_REPEATS);
  fill_noise(samples, size + N_REPEATS, &random);

  for (size_t i = 0; i < N_REPEATS; ++i) {
    const double t0 = rondo_measure_now();
    rondo_frames_analyse(frames, samples + i, work, spectrum);
    const double t1 = rondo_measure_now();
    rondo_features_compute(features, spectrum, previous, work, inputs);
    const double t2 = rondo_measure_now();
    rondo_stream_step(stream, inputs, outputs);
    const double t3 = rondo_measure_now();
    rondo_bands_spread(rondo_features_gain_bands(features), outputs, gains);
    for (size_t k = 0; k < n_bins; ++k) {
      spectrum[2U * k] *= gains[k];
      spectrum[(2U * k) + 1U] *= gains[k];
    }
    rondo_frames_synthesise(frames, spectrum, work);
    const double t4 = rondo_measure_now();

    costs[i]                    = (float)(t1 - t0);
    costs[N_REPEATS + i]        = (float)(t2 - t1);
    costs[(2U * N_REPEATS) + i] = (float)(t3 - t2);
    costs[(3U * N_REPEATS) + i] = (float)(t4 - t3);
  }

  static const char* const names[] = {
    "window and FFT", "features", "network", "gains and synthesis"
  };
  const double hop = (double)rondo_frames_hop(frames);
  print_parts(names, costs, 4, hop / s->sample_rate);

  rondo_aligned_free(costs);
  rondo_aligned_free(gains);
  rondo_aligned_free(outputs);
  rondo_aligned_free(inputs);
  rondo_aligned_free(spectrum);
  rondo_aligned_free(work);
  rondo_aligned_free(samples);
  rondo_stream_free(stream);
  rondo_features_free(features);
  rondo_frames_free(frames);
}

// Process in short blocks as a host does, and time each
static double
run_blocks(RondoDenoiser* const  denoiser,
           const Settings* const s,
           const size_t          n_rounds,
           Costs* const          costs)
{
  const size_t n_samples = 1U << 18U;
  RondoRandom  random    = rondo_random(2, 0);
  float* const noise     = rondo_measure_floats(n_samples);
  float* const other     = rondo_measure_floats(s->n_other);
  float* const blocks    = rondo_measure_floats(s->n_channels * BLOCK);
  const float* in[RONDO_MAX_CHANNELS];
  float*       out[RONDO_MAX_CHANNELS];
  fill_noise(noise, n_samples, &random);

  double total = 0.0;
  for (size_t i = 0; i < costs->n; ++i) {
    for (size_t c = 0; c < s->n_channels; ++c) {
      in[c]  = noise + ((i * BLOCK) % n_samples);
      out[c] = blocks + (c * BLOCK);
    }
    rondo_measure_read(other, s->n_other);

    const double t0 = rondo_measure_now();
    rondo_denoiser_process(denoiser, in, out, BLOCK);
    const double t1 = rondo_measure_now();
    rondo_measure_loop(n_rounds);
    const double t2 = rondo_measure_now();

    costs->blocks[i] = (float)(t1 - t0);
    costs->loops[i]  = (float)(t2 - t1);
    total += t1 - t0;
  }

  rondo_aligned_free(blocks);
  rondo_aligned_free(other);
  rondo_aligned_free(noise);
  return total;
}

static void
bench_blocks(const RondoModel* const model, const Settings* const s)
{
  const double duration = BLOCK / s->sample_rate;
  const size_t n        = (size_t)(s->seconds / duration);
  RondoError   error    = { RONDO_SUCCESS, "" };

  RondoDenoiser* denoiser = NULL;
  rondo_measure_require(
    rondo_denoiser_new(model, s->sample_rate, s->n_channels, &denoiser, &error),
    &error);

  // One block of a hop is dear: the middle one of these is what a loop takes
  const size_t n_warm    = n < 3000U ? n : 3000U;
  const size_t n_per_hop = rondo_denoiser_hop(denoiser) / BLOCK;
  const size_t n_dear    = n_per_hop ? n_warm / n_per_hop : n_warm;
  Costs costs = { rondo_measure_floats(n), rondo_measure_floats(n), n_warm };
  run_blocks(denoiser, s, 0, &costs);
  rondo_measure_sort(costs.blocks, n_warm);
  const double dear_cost = (double)costs.blocks[n_warm - 1U - (n_dear / 2U)];

  costs.n = n;
  const double total =
    run_blocks(denoiser, s, rondo_measure_rounds(dear_cost), &costs);

  printf("blocks of %u samples, %zu of them, %zu KiB read before each,\n"
         "as a share of their own duration of %.1f us:\n",
         BLOCK,
         n,
         s->n_other * sizeof(float) / 1024U,
         1e6 * duration);
  rondo_measure_print_head();
  rondo_measure_print("denoiser", costs.blocks, n, duration);
  rondo_measure_print("machine", costs.loops, n, duration);
  printf("mean %.2f us a hop, %.3f %% of one core, %.0f times faster than real "
         "time\n",
         1e6 * total / s->seconds * (double)rondo_denoiser_hop(denoiser) /
           s->sample_rate,
         100.0 * total / s->seconds,
         s->seconds / total);

  rondo_aligned_free(costs.loops);
  rondo_aligned_free(costs.blocks);
  rondo_denoiser_free(denoiser);
}

int
main(int argc, char** argv)
{
  const double   kib      = rondo_measure_argument(argc, argv, 5, 1024.0);
  const Settings settings = {
    .seconds     = rondo_measure_argument(argc, argv, 2, 60.0),
    .sample_rate = rondo_measure_argument(argc, argv, 3, 48000.0),
    .n_channels  = (size_t)rondo_measure_argument(argc, argv, 4, 1.0),
    .n_other     = (size_t)(kib * 1024.0 / sizeof(float)),
  };

  if (argc < 2 || argc > 6 || !(settings.seconds > 0.0) || kib < 0.0) {
    fputs("Usage: bench_denoise MODEL [SECONDS [SAMPLE_RATE [CHANNELS "
          "[KIB]]]]\n",
          stderr);
    return 2;
  }

  RondoError  error = { RONDO_SUCCESS, "" };
  RondoModel* model = NULL;
  rondo_measure_require(rondo_model_load(argv[1], &model, &error), &error);
  printf("%s: %zu parameters, %g Hz, %zu channels\n",
         argv[1],
         rondo_model_n_parameters(model),
         settings.sample_rate,
         settings.n_channels);

  bench_parts(model, &settings);
  bench_blocks(model, &settings);
  rondo_model_free(model);
  return 0;
}
