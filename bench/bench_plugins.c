// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// What the plugins cost a host: the time to load models and to instantiate, and
// how the costs of short blocks are spread, in every mode and with every model.
//
// Usage: bench_plugins BUNDLE [SECONDS [SAMPLE_RATE [BLOCK [KIB]]]]
//
// Times to start are of the clock on the wall, with files in the system's
// cache; the least one is what no other program disturbed.  Times of blocks are
// those that the processor spent on this thread.  Between blocks, KIB kibibytes
// (1024) of other memory are read, as a host's other plugins do.  Every pass
// does the same work in the same blocks, and what is told is of the shortest
// time that each block took in any: what it costs without the machine's jitter.
// "As it came" is of the last pass, with the jitter.

#include "bench/bench_host.h"
#include "bench/measure.h"
#include "core/base/arena.h"
#include "core/base/random.h"
#include "core/base/status.h"
#include "core/net/model.h"
#include "plugin/denoise.h"
#include "plugin/melody.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define N_STARTS 41U
#define N_PASSES 5U
#define N_NOISE (1U << 18U)

// Budgets
#define MODEL_SECONDS 0.010
#define PLUGIN_SECONDS 0.020

typedef struct {
  const char* bundle;
  double      seconds;
  double      sample_rate;
  uint32_t    block;
  size_t      n_other; // Floats read between blocks
} Settings;

/// A plugin, how it is used
typedef struct {
  const char* name;
  BenchPlugin plugin;
  const char* model;    ///< Of a denoiser
  const char* other;    ///< And one that it goes over to every second, or NULL
  float       mode;     ///< Of the melody plugin
  bool        has_gate; ///< And all else that a denoiser can do
} Use;

static const Use uses[] = {
  { "denoise, voice", BENCH_MONO, "voice.safetensors", NULL, 0, false },
  { "  with its gate", BENCH_MONO, "voice.safetensors", NULL, 0, true },
  { "  lookahead", BENCH_MONO, "voice-lookahead.safetensors", NULL, 0, false },
  { "  tiny", BENCH_MONO, "tiny.safetensors", NULL, 0, false },
  { "  exchanged",
    BENCH_MONO,
    "voice.safetensors",
    "voice-lookahead.safetensors",
    0,
    false },
  { "stereo, voice", BENCH_STEREO, "voice.safetensors", NULL, 0, false },
  { "  lookahead",
    BENCH_STEREO,
    "voice-lookahead.safetensors",
    NULL,
    0,
    false },
  { "melody, continue", BENCH_MELODY, NULL, NULL, 0, false },
  { "  answer", BENCH_MELODY, NULL, NULL, 1, false },
  { "  vary", BENCH_MELODY, NULL, NULL, 2, false },
  { "  harmonise", BENCH_MELODY, NULL, NULL, 3, false },
};

#define N_USES (sizeof(uses) / sizeof(uses[0]))

static double
wall(void)
{
  struct timespec t = { 0, 0 };
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (1e-9 * (double)t.tv_nsec);
}

// Print the first of N_STARTS times, and the shortest, the median and the
// longest of the others, which are warm
static void
print_starts(const char* const name, float* const times, const double budget)
{
  const size_t n     = N_STARTS - 1U;
  const double first = (double)times[0];
  rondo_measure_sort(times + 1, n);
  const double median = (double)times[1U + (n / 2U)];
  printf("  %-24s %8.2f %8.2f %8.2f %8.2f ms   %.2f of %g ms\n",
         name,
         1e3 * first,
         1e3 * (double)times[1],
         1e3 * median,
         1e3 * (double)times[n],
         (double)times[1] / budget,
         1e3 * budget);
}

static void
bench_loading(const Settings* const s)
{
  static const char* const names[] = {
    "voice", "voice-lookahead", "tiny", "melody", "chorale"
  };
  printf("%-26s %8s %8s %8s %8s      the least is\n",
         "loading a model",
         "first",
         "least",
         "median",
         "most");
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); ++i) {
    char  path[8192];
    float times[N_STARTS];
    snprintf(path, sizeof(path), "%s%s.safetensors", s->bundle, names[i]);
    for (size_t k = 0; k < N_STARTS; ++k) {
      RondoError   error = { RONDO_SUCCESS, "" };
      RondoModel*  model = NULL;
      const double start = wall();
      rondo_measure_require(rondo_model_load(path, &model, &error), &error);
      times[k] = (float)(wall() - start);
      rondo_model_free(model);
    }
    print_starts(names[i], times, MODEL_SECONDS);
  }
}

static void
bench_instantiation(const Settings* const s)
{
  static const double rates[] = { 44100.0, 48000.0, 96000.0, 192000.0 };
  puts("instantiating and activating a plugin");
  for (BenchPlugin plugin = BENCH_MONO; plugin < BENCH_N_PLUGINS; ++plugin) {
    bench_host_load(s->bundle, plugin);
    for (size_t r = 0; r < sizeof(rates) / sizeof(rates[0]); ++r) {
      char  name[64];
      float times[N_STARTS];
      for (size_t k = 0; k < N_STARTS; ++k) {
        const double     start = wall();
        BenchHost* const host  = bench_host_new(s->bundle, plugin, rates[r]);
        times[k]               = (float)(wall() - start);
        bench_host_free(host);
      }
      snprintf(name,
               sizeof(name),
               "%s, %g kHz",
               bench_plugin_name(plugin),
               1e-3 * rates[r]);
      print_starts(name, times, PLUGIN_SECONDS);
    }
  }
}

// Do before block `i` what keeps a plugin at work: play, turn knobs, go over to
// another model
static void
disturb(BenchHost* const   host,
        const Use* const   use,
        const size_t       i,
        const size_t       n_per_second,
        RondoRandom* const random)
{
  if (use->other && i % n_per_second == n_per_second / 2U) {
    const bool odd = (i / n_per_second) % 2U;
    bench_host_use_model(host, odd ? use->model : use->other);
  }
  if (use->plugin != BENCH_MELODY) {
    return;
  }

  if (i % (n_per_second / 4U) == 0U) {
    bench_host_set(
      host, RONDO_PLAYER_TEMPERATURE, 0.5f + rondo_random_uniform(random));
  }
  if (i % (4U * n_per_second) == 0U) {
    bench_host_set(
      host, RONDO_PLAYER_RANDOM_SEED, (float)rondo_random_below(random, 1000U));
  }
  if (i % (n_per_second / 16U) == 0U) {
    const bool    on         = i / (n_per_second / 16U) % 2U;
    const uint8_t pitch      = (uint8_t)(60U + rondo_random_below(random, 24U));
    const uint8_t message[3] = { on ? 0x90 : 0x80, pitch, 100 };
    bench_host_hear(host, message);
  }
  const bool freezes = i / n_per_second % 8U == 7U;
  bench_host_set(host, RONDO_PLAYER_FREEZE, freezes ? 1.0f : 0.0f);
}

static void
prepare(BenchHost* const host, const Use* const use)
{
  if (use->plugin == BENCH_MELODY) {
    bench_host_set(host, RONDO_PLAYER_MODE, use->mode);
    bench_host_roll(host);
    return;
  }
  bench_host_use_model(host, use->model);
  if (use->has_gate) {
    bench_host_set(host, RONDO_DENOISE_MONO_GATE, 1.0f);
    bench_host_set(host, RONDO_DENOISE_LIMIT, 24.0f);
    bench_host_set(host, RONDO_DENOISE_MIX, 80.0f);
    bench_host_set(host, RONDO_DENOISE_LISTEN, 1.0f);
  }
}

static void
run_pass(const Settings* const s,
         const Use* const      use,
         float* const          noise,
         const float* const    other,
         float* const          costs,
         const size_t          n)
{
  RondoRandom      random       = rondo_random(2, 0);
  const size_t     n_per_second = (size_t)(s->sample_rate / s->block) + 1U;
  BenchHost* const host =
    bench_host_new(s->bundle, use->plugin, s->sample_rate);
  prepare(host, use);
  for (size_t i = 0; i < n; ++i) {
    disturb(host, use, i, n_per_second, &random);
    rondo_measure_read(other, s->n_other);
    costs[i] = (float)bench_host_run(
      host, noise + ((i * s->block) % (N_NOISE - s->block)), s->block);
  }
  bench_host_free(host);
}

static double
share(const float* const sorted, const size_t n, const double place)
{
  return (double)sorted[(size_t)(place * (double)(n - 1U))];
}

// Sort costs, and print how they are spread around their mean
static void
print_spread(const char* const name,
             float* const      costs,
             const size_t      n,
             const double      duration)
{
  static const double places[] = { 0.5, 0.99, 0.9999, 1.0 };

  double sum = 0.0;
  for (size_t i = 0; i < n; ++i) {
    sum += (double)costs[i];
  }
  const double mean = sum / (double)n;
  rondo_measure_sort(costs, n);
  printf(
    "  %-18s %8.2f us %7.3f %%", name, 1e6 * mean, 100.0 * mean / duration);
  for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); ++i) {
    printf(" %7.2f", share(costs, n, places[i]) / mean);
  }
  printf("  %7.2f %%\n", 100.0 * (double)costs[n - 1U] / duration);
}

static const double edges[] = { 0.001, 0.002, 0.005, 0.01, 0.02,
                                0.05,  0.1,   0.15,  1e9 };

#define N_EDGES (sizeof(edges) / sizeof(edges[0]))

// Print how many of the sorted costs are in each class
static void
print_histogram(const char* const  name,
                const float* const costs,
                const size_t       n,
                const double       duration)
{
  size_t done = 0;
  printf("  %-18s", name);
  for (size_t i = 0; i < N_EDGES; ++i) {
    const size_t before = done;
    while (done < n && (double)costs[done] < edges[i] * duration) {
      ++done;
    }
    printf(" %8zu", done - before);
  }
  putchar('\n');
}

static void
bench_blocks(const Settings* const s)
{
  const double duration = s->block / s->sample_rate;
  const size_t n        = (size_t)(s->seconds / duration);
  float* const noise    = rondo_measure_floats(N_NOISE);
  float* const other    = rondo_measure_floats(s->n_other);
  float* const costs    = rondo_measure_floats(n);
  float* const least    = rondo_measure_floats(N_USES * n);
  RondoRandom  random   = rondo_random(1, 0);
  for (size_t i = 0; i < N_NOISE; ++i) {
    noise[i] =
      ((i / 4096U) % 3U ? 0.2f : 0.002f) * rondo_random_normal(&random);
  }

  printf("run() of %u samples at %g Hz, %zu blocks, %zu KiB read before each:\n"
         "the mean, also as a share of the %.1f us that a block lasts; what "
         "others cost\nin multiples of the mean; and the dearest as such a "
         "share\n  %30s %9s %7s %7s %7s %7s  %9s\n",
         s->block,
         s->sample_rate,
         n,
         s->n_other * sizeof(float) / 1024U,
         1e6 * duration,
         "mean",
         "share",
         "p50",
         "p99",
         "p99.99",
         "max",
         "max");
  for (size_t i = 0; i < N_USES; ++i) {
    float* const best = least + (i * n);
    for (unsigned pass = 0; pass < N_PASSES; ++pass) {
      run_pass(s, &uses[i], noise, other, costs, n);
      if (pass) {
        rondo_measure_keep_least(best, costs, n);
      } else {
        memcpy(best, costs, n * sizeof(float));
      }
    }
    print_spread(uses[i].name, best, n, duration);
    print_spread("    as it came", costs, n, duration);
  }

  printf("blocks by what they cost, up to as much of a block's time\n  %-18s",
         "");
  for (size_t i = 0; i + 1U < N_EDGES; ++i) {
    printf(" %6g %%", 100.0 * edges[i]);
  }
  puts("     more");
  for (size_t i = 0; i < N_USES; ++i) {
    print_histogram(uses[i].name, least + (i * n), n, duration);
  }

  rondo_aligned_free(least);
  rondo_aligned_free(costs);
  rondo_aligned_free(other);
  rondo_aligned_free(noise);
}

int
main(int argc, char** argv)
{
  const double kib      = rondo_measure_argument(argc, argv, 5, 1024.0);
  const double block    = rondo_measure_argument(argc, argv, 4, 32.0);
  Settings     settings = {
        .seconds     = rondo_measure_argument(argc, argv, 2, 20.0),
        .sample_rate = rondo_measure_argument(argc, argv, 3, 48000.0),
        .block       = (uint32_t)block,
        .n_other     = (size_t)(kib * 1024.0 / sizeof(float)),
  };
  if (argc < 2 || argc > 6 || !(settings.seconds > 0.0) || kib < 0.0 ||
      !(block >= 1.0 && block <= BENCH_MAX_BLOCK)) {
    fputs("Usage: bench_plugins BUNDLE [SECONDS [SAMPLE_RATE [BLOCK [KIB]]]]\n",
          stderr);
    return 2;
  }

  char bundle[4096];
  snprintf(bundle, sizeof(bundle), "%s/", argv[1]);
  settings.bundle = bundle;
  bench_loading(&settings);
  bench_instantiation(&settings);
  bench_blocks(&settings);
  return 0;
}
