// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// What composing costs: notes a second, and the dearest blocks of a performer,
// which are what a listener hears as crackles.
//
// Usage: bench_melody MELODY [CHORALE [SECONDS [SAMPLE_RATE [KIB]]]]
//
// CHORALE may be "-": no voices are added.  Settings change four times a
// second, so that phrases are written all the time.  Between blocks, KIB
// kibibytes (1024) of other memory are read, as a host's other plugins do.
//
// Times are those that the processor spent on this thread, so that other
// programs disturb them less.  Blocks still tell most under "chrt -f 50"; the
// machine's own jitter is that of a loop of fixed work, as long as a dear
// block, after every block of the same run.  Every pass does the same work in
// the same blocks, so "at best" is of the shortest time that each block took in
// any of them: what it costs without jitter.

#include "bench/measure.h"
#include "core/base/arena.h"
#include "core/base/random.h"
#include "core/music/composer.h"
#include "core/music/performer.h"
#include "core/net/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 32U
#define N_REPEATS 21U
#define N_PASSES 7U
#define N_TOKENS 2000U

typedef struct {
  const RondoModel* melody;
  const RondoModel* chorale;
  double            seconds;
  double            sample_rate;
  size_t            n_other; // Floats read between blocks
} Settings;

// Compose as fast as it goes, and print the median
static void
bench_composer(const RondoModel* const model)
{
  const RondoBar       bar      = { 4, 4 };
  const RondoComposing how      = { .sampler = { 1.0, 0, 0.95 },
                                    .low     = 48,
                                    .high    = 84,
                                    .scale   = 0xFFF,
                                    .rests   = true,
                                    .holds   = true,
                                    .most    = 192 };
  RondoComposer*       composer = NULL;
  RondoError           error    = { RONDO_ERR_NO_MEMORY, "out of memory" };
  float                rates[N_REPEATS];
  rondo_measure_require(rondo_composer_new(model, &composer), &error);
  for (unsigned i = 0; i < N_REPEATS; ++i) {
    size_t n_notes = 0;
    rondo_composer_begin(composer, bar, RONDO_MODE_MAJOR, 0, i, 0);
    const double t = rondo_measure_now();
    for (unsigned k = 0; k < N_TOKENS; ++k) {
      n_notes += rondo_composer_next(composer, &how) < RONDO_MELODY_REST;
    }
    rates[i] = (float)((double)n_notes / (rondo_measure_now() - t));
  }
  rondo_measure_sort(rates, N_REPEATS);
  printf("composing: %.0f notes a second on one core "
         "(median of %u times %u tokens; slowest %.0f)\n",
         (double)rates[N_REPEATS / 2U],
         N_REPEATS,
         N_TOKENS,
         (double)rates[0]);
  rondo_composer_free(composer);
}

// Let somebody play, and turn knobs
static void
disturb(RondoPerformer* const         performer,
        RondoPerformerControls* const controls,
        RondoRandom* const            random,
        const size_t                  i)
{
  if (i % 375U == 0U) {
    controls->temperature = 0.5f + rondo_random_uniform(random);
  }
  if (i % 6000U == 0U) {
    controls->random_seed = (int)rondo_random_below(random, 1000U);
  }
  if (i % 94U == 0U) {
    const uint8_t pitch  = (uint8_t)(60U + rondo_random_below(random, 24U));
    const uint8_t on[3]  = { 0x90, pitch, 100 };
    const uint8_t off[3] = { 0x80, pitch, 64 };
    rondo_performer_hear(performer, i % 188U ? on : off, 3);
  }
}

// Perform in short blocks as a host asks for, and time each
static void
run_blocks(const Settings* const s,
           const int             mode,
           const size_t          n_rounds,
           float* const          blocks,
           float* const          loops,
           const size_t          n)
{
  RondoError      error     = { RONDO_SUCCESS, "" };
  RondoPerformer* performer = NULL;
  rondo_measure_require(
    rondo_performer_new(
      s->melody, s->chorale, s->sample_rate, &performer, &error),
    &error);
  RondoPerformerControls controls = rondo_performer_defaults();
  const RondoTransport   rolls    = { 1.0, 0.0, 0, 4.0, 4.0, 120.0 };
  RondoRandom            random   = rondo_random(2, 0);
  float* const other = rondo_measure_floats(s->n_other ? s->n_other : 1U);
  controls.mode      = mode;
  for (size_t i = 0; i < n; ++i) {
    rondo_measure_read(other, s->n_other);

    const double t0 = rondo_measure_now();
    rondo_performer_begin_block(performer, &controls);
    if (i == 0) {
      rondo_performer_locate(performer, &rolls);
    }
    disturb(performer, &controls, &random, i);
    rondo_performer_advance(performer, BLOCK);
    while (rondo_performer_peek(performer)) {
      rondo_performer_pop(performer);
    }
    const double t1 = rondo_measure_now();
    rondo_measure_loop(n_rounds);
    const double t2 = rondo_measure_now();
    blocks[i]       = (float)(t1 - t0);
    loops[i]        = (float)(t2 - t1);
  }
  rondo_aligned_free(other);
  rondo_performer_free(performer);
}

static void
bench_blocks(const Settings* const s)
{
  static const char* const names[] = {
    "continue", "answer", "vary", "harmonize"
  };
  const double duration = BLOCK / s->sample_rate;
  const size_t n        = (size_t)(s->seconds / duration);
  const size_t n_warm   = n < 4000U ? n : 4000U;
  float* const blocks   = rondo_measure_floats(n);
  float* const loops    = rondo_measure_floats(n);
  float* const least    = rondo_measure_floats(n);

  printf("blocks of %u samples at %g Hz, %zu of each mode, %zu KiB read before"
         " each,\nas a share of their own duration of %.1f us:\n",
         BLOCK,
         s->sample_rate,
         n,
         s->n_other * sizeof(float) / 1024U,
         1e6 * duration);
  rondo_measure_print_head();
  for (int mode = 0; mode < RONDO_N_PERFORM_MODES; ++mode) {
    run_blocks(s, mode, 0, blocks, loops, n_warm);
    rondo_measure_sort(blocks, n_warm);
    const double dear     = (double)blocks[n_warm * 99U / 100U];
    const size_t n_rounds = rondo_measure_rounds(dear);
    for (unsigned i = 0; i < N_PASSES; ++i) {
      run_blocks(s, mode, n_rounds, blocks, loops, n);
      if (i) {
        rondo_measure_keep_least(least, blocks, n);
      } else {
        memcpy(least, blocks, n * sizeof(float));
      }
    }
    rondo_measure_print(names[mode], blocks, n, duration);
    rondo_measure_print("  machine", loops, n, duration);
    rondo_measure_print("  at best", least, n, duration);
  }
  rondo_aligned_free(least);
  rondo_aligned_free(loops);
  rondo_aligned_free(blocks);
}

int
main(int argc, char** argv)
{
  const double kib      = rondo_measure_argument(argc, argv, 5, 1024.0);
  Settings     settings = {
        .seconds     = rondo_measure_argument(argc, argv, 3, 20.0),
        .sample_rate = rondo_measure_argument(argc, argv, 4, 48000.0),
        .n_other     = (size_t)(kib * 1024.0 / sizeof(float)),
  };
  if (argc < 2 || argc > 6 || !(settings.seconds > 0.0) || kib < 0.0) {
    fputs("Usage: bench_melody MELODY [CHORALE [SECONDS [SAMPLE_RATE "
          "[KIB]]]]\n",
          stderr);
    return 2;
  }

  RondoError  error   = { RONDO_SUCCESS, "" };
  RondoModel* melody  = NULL;
  RondoModel* chorale = NULL;
  rondo_measure_require(rondo_model_load(argv[1], &melody, &error), &error);
  rondo_measure_require(rondo_composer_check(melody, &error), &error);
  if (argc > 2 && strcmp(argv[2], "-") != 0) {
    rondo_measure_require(rondo_model_load(argv[2], &chorale, &error), &error);
  }
  settings.melody  = melody;
  settings.chorale = chorale;
  printf("%s: %zu parameters\n", argv[1], rondo_model_n_parameters(melody));
  bench_composer(melody);
  bench_blocks(&settings);
  rondo_model_free(chorale);
  rondo_model_free(melody);
  return 0;
}
