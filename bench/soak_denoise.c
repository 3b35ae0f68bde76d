// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Whether the denoiser plugin stands days of whatever comes: what goes wrong
// ends the program, and so does memory or time that grows.
//
// Usage: soak_denoise [--find TEXT] BUNDLE HOURS [SEED [SOUND...]]
//
// BUNDLE is a folder with denoise.so.  HOURS of scenes (soak_scene.h), with
// pieces of the sounds (48 kHz, their first channel) among them, go through in
// blocks of 1 to 8192 samples.  Checked are, of every sample, that it is finite
// and not far above what was fed in; that a second after each storm nothing is
// heard of it; after each hour (a quarter of all, if that is shorter), that the
// plugin does as a fresh one does, and that no more memory is resident; at the
// end, that the last hour took as little time as the first and silence as
// little as sound, and that a restarted plugin does to the bit what a fresh one
// does.  With TEXT, a failure that tells of it is what is asked for.

#include "bench/bench_host.h"
#include "bench/measure.h"
#include "bench/soak_scene.h"
#include "bench/soak_sound.h"
#include "core/base/random.h"
#include "plugin/denoise.h"

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BLOCK_LOG2 13U // 8192 samples
#define MAX_BLOCK (1U << MAX_BLOCK_LOG2)
#define MAX_COSTS 2000U // Scenes of an hour, at least two seconds long

// What the denoiser limits its input to, and how far above the input of the
// last two scenes output may be: overlapping frames of one gain add up to less
static const float max_input = 1048576.0f;
static const float headroom  = 4.0f;

// How far below a synthetic voice that both are fed the difference to a fresh
// plugin must be: some units of a network remember for minutes, and whether
// that is a voice is open to doubt.  (Real voices: 40 dB.)
static const double max_difference_db = -6.0;

static const long   max_growth_kib = 512;
static const double max_slowdown   = 1.5;

/// What is measured of an hour; costs are seconds for one of sound
typedef struct {
  float  costs[MAX_COSTS];
  float  silent_costs[MAX_COSTS];
  size_t n_costs;
  size_t n_silent_costs;
  size_t n_storms;
  float  largest;
} Hour;

typedef struct {
  const char* find;
  const char* bundle;
  BenchHost*  plugin;
  SoakScenes  scenes;
  RondoRandom random;   // Of block sizes
  uint64_t    n_done;   // Samples
  float       peaks[2]; // Of this scene's input and the one before
  double      cost;     // Of this scene
  Hour        hour;
  long        growth; // Of resident memory in all hours, KiB
  float       in[MAX_BLOCK];
} Soak;

// Say when something went wrong, and end the program.
__attribute__((format(printf, 2, 3), noreturn)) static void
end(const Soak* const soak, const char* const format, ...)
{
  const double seconds = (double)soak->n_done / SOAK_SAMPLE_RATE;
  char         text[200];
  va_list      arguments;

  va_start(arguments, format);
  vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  fflush(stdout);
  fprintf(stderr, "soak_denoise: after %.3f s: %s\n", seconds, text);
  exit(soak->find && strstr(text, soak->find) ? 0 : 1);
}

// Memory of files is not counted, and the kernel counts all pages anew: the sum
// that it keeps is off by hundreds of KiB
static long
get_resident_kib(const Soak* const soak)
{
  static const char name[] = "Anonymous:";
  const size_t      length = sizeof(name) - 1U;
  FILE* const       file   = fopen("/proc/self/smaps_rollup", "re");
  char              line[256];
  long              kib = -1;
  while (file && kib < 0 && fgets(line, sizeof(line), file)) {
    if (!strncmp(line, name, length)) {
      kib = strtol(line + length, NULL, 10);
    }
  }
  if (file) {
    fclose(file);
  }
  if (kib < 0) {
    end(soak, "no memory to be seen in /proc/self/smaps_rollup");
  }
  return kib;
}

// Return a random size, small ones as often as large ones, of `n` at most
static size_t
draw_block(RondoRandom* const random, const size_t n)
{
  const uint32_t most = 1U << rondo_random_below(random, MAX_BLOCK_LOG2 + 1U);
  const size_t   size = 1U + rondo_random_below(random, most);

  return size < n ? size : n;
}

// The largest sample in the range of the denoiser
static float
get_peak(const float* const samples, const size_t n)
{
  float peak = 0.0f;

  for (size_t i = 0; i < n; ++i) {
    const float size = fabsf(samples[i]);
    if (size > peak) {
      peak = size < max_input ? size : max_input;
    }
  }
  return peak;
}

static void
check_block(Soak* const soak, const size_t n)
{
  const SoakScenes* const scenes = &soak->scenes;
  const float* const      out    = bench_host_output(soak->plugin);

  // The second after a storm is for what still sounds of it
  const bool over = scenes->after_storm && scenes->done - n >= SOAK_SAMPLE_RATE;
  const float peak =
    soak->peaks[0] > soak->peaks[1] ? soak->peaks[0] : soak->peaks[1];
  const float bound = over ? 0.0f : headroom * peak;

  for (size_t i = 0; i < n; ++i) {
    const float size = fabsf(out[i]);
    if (!isfinite(size)) {
      end(soak, "output is not finite");
    }
    if (size > bound) {
      end(soak,
          over ? "a storm is still heard: %g, not %g"
               : "output is too large: %g, above %g",
          (double)size,
          (double)bound);
    }
    soak->hour.largest = size > soak->hour.largest ? size : soak->hour.largest;
  }
  if (!isfinite(bench_host_get(soak->plugin, RONDO_DENOISE_VOICE)) ||
      !isfinite(bench_host_get(soak->plugin, RONDO_DENOISE_REDUCTION))) {
    end(soak, "a meter is not finite");
  }
}

// Feed one block, and take its time
static void
feed(Soak* const soak)
{
  const size_t n = draw_block(&soak->random, soak->scenes.left);

  soak_scenes_fill(&soak->scenes, soak->in, n);
  const float peak = get_peak(soak->in, n);
  soak->peaks[0]   = peak > soak->peaks[0] ? peak : soak->peaks[0];
  soak->cost += bench_host_run(soak->plugin, soak->in, (uint32_t)n);
  check_block(soak, n);
  soak->n_done += n;
}

static void
run_scene(Soak* const soak)
{
  Hour* const hour = &soak->hour;

  soak_scenes_next(&soak->scenes);
  soak->peaks[1]        = soak->peaks[0];
  soak->peaks[0]        = 0.0f;
  soak->cost            = 0.0;
  const double duration = (double)soak->scenes.left / SOAK_SAMPLE_RATE;
  while (soak->scenes.left) {
    feed(soak);
  }

  const float cost = (float)(soak->cost / duration);
  if (soak_is_silent(soak->scenes.kind)) {
    hour->silent_costs[hour->n_silent_costs++] = cost;
  } else {
    hour->costs[hour->n_costs++] = cost;
  }
  hour->n_storms += soak->scenes.after_storm;
}

// Feed one block to the plugin and a fresh one.
static void
feed_both(Soak* const       soak,
          SoakScenes* const probe,
          BenchHost* const  fresh,
          double* const     energy,
          double* const     difference)
{
  const size_t       n     = draw_block(&soak->random, probe->left);
  const float* const out   = bench_host_output(soak->plugin);
  const float* const other = bench_host_output(fresh);

  soak_scenes_fill(probe, soak->in, n);
  bench_host_run(soak->plugin, soak->in, (uint32_t)n);
  bench_host_run(fresh, soak->in, (uint32_t)n);
  for (size_t i = 0; i < n; ++i) {
    const double error = (double)out[i] - (double)other[i];
    *energy += (double)soak->in[i] * (double)soak->in[i];
    *difference += error * error;
  }
}

// Feed the same to the plugin and a fresh one: five seconds of silence and ten
// of a voice.  Return the difference in the last five, in dB of the voice.
static double
compare_with_fresh(Soak* const soak)
{
  SoakScenes probe      = soak_scenes(1U, NULL, 0U);
  double     energy     = 0.0;
  double     difference = 0.0;
  BenchHost* fresh = bench_host_new(soak->bundle, BENCH_MONO, SOAK_SAMPLE_RATE);

  probe.level = 0.01f;
  for (unsigned i = 0; i < 3U; ++i) {
    probe.kind = i ? SOAK_VOICE : SOAK_SILENCE;
    probe.left = 5U * (size_t)SOAK_SAMPLE_RATE;
    energy     = 1e-30;
    difference = 0.0;
    while (probe.left) {
      feed_both(soak, &probe, fresh, &energy, &difference);
    }
  }
  bench_host_free(fresh);
  soak->peaks[0] = 1.0f; // What was fed here still sounds

  const double db = 10.0 * log10((difference / energy) + 1e-30);
  if (!(db <= max_difference_db)) {
    end(soak, "not as a fresh plugin: %.1f dB", db);
  }
  return db;
}

// A restarted plugin has no past.
static void
check_restarted(Soak* const soak)
{
  BenchHost* const fresh =
    bench_host_new(soak->bundle, BENCH_MONO, SOAK_SAMPLE_RATE);
  const void* const expected = bench_host_output(fresh);
  const void* const found    = bench_host_output(soak->plugin);
  bench_host_restart(soak->plugin);
  for (size_t done = 0; done < 5U * SOAK_SAMPLE_RATE; done += MAX_BLOCK) {
    for (size_t i = 0; i < MAX_BLOCK; ++i) {
      soak->in[i] = rondo_random_uniform(&soak->random) - 0.5f;
    }
    bench_host_run(soak->plugin, soak->in, MAX_BLOCK);
    bench_host_run(fresh, soak->in, MAX_BLOCK);
    if (memcmp(found, expected, sizeof(soak->in)) != 0) {
      end(soak, "restarted, it is not as a fresh plugin to the bit");
    }
  }
  bench_host_free(fresh);
}

// Let all scenes of an hour go through; their least costs come to `least`, of
// sound and of silence.
static void
run_hour(Soak* const soak, const uint64_t end_of_hour, float* const least)
{
  Hour* const hour = &soak->hour;

  memset(hour, 0, sizeof(*hour));
  const long kib = get_resident_kib(soak);
  while (soak->n_done < end_of_hour || !hour->n_costs ||
         !hour->n_silent_costs) {
    run_scene(soak);
  }
  soak->growth += get_resident_kib(soak) - kib;
  const double db = compare_with_fresh(soak);

  rondo_measure_sort(hour->costs, hour->n_costs);
  rondo_measure_sort(hour->silent_costs, hour->n_silent_costs);
  least[0] = hour->costs[0];
  least[1] = hour->silent_costs[0];
  printf("%7.2f %6zu %6zu %8.3f %8.3f %8.3f %8.3f %9.3g %8ld %8.1f\n",
         (double)soak->n_done / SOAK_SAMPLE_RATE / 3600.0,
         hour->n_costs + hour->n_silent_costs,
         hour->n_storms,
         1e3 * (double)least[0],
         1e3 * (double)hour->costs[hour->n_costs / 2U],
         1e3 * (double)least[1],
         1e3 * (double)hour->silent_costs[hour->n_silent_costs / 2U],
         (double)hour->largest,
         soak->growth,
         db);
  fflush(stdout);
}

static void
check_ratio(const Soak* const soak,
            const char* const what,
            const float       late,
            const float       early)
{
  const double ratio = (double)late / (double)early;

  printf("%s: %.3f\n", what, ratio);
  if (!(ratio <= max_slowdown)) {
    end(soak, "slower: %s %.2f", what, ratio);
  }
}

static void
run(Soak* const soak, const double hours)
{
  const double   part     = hours < 4.0 ? hours / 4.0 : 1.0;
  const size_t   n_parts  = (size_t)((hours / part) + 0.5);
  const uint64_t n        = (uint64_t)(part * 3600.0 * SOAK_SAMPLE_RATE);
  float          first[2] = { 0.0f, 0.0f };
  float          last[2]  = { 0.0f, 0.0f };

  puts("                      ms for a second of sound, and of silence\n"
       "  hours scenes storms    least   median    least   median   largest"
       "  + KiB fresh dB");
  for (size_t i = 0; i < n_parts; ++i) {
    run_hour(soak, (i + 1U) * n, last);
    if (i == 0U) {
      memcpy(first, last, sizeof(first));
    }
    if (soak->growth > max_growth_kib) {
      end(soak, "memory grows by %ld KiB", soak->growth);
    }
  }
  check_ratio(soak, "last hour to first, least cost", last[0], first[0]);
  check_ratio(soak, "the same in silence", last[1], first[1]);
  check_ratio(soak, "silence to sound, least cost", last[1], last[0]);
  check_restarted(soak);
}

int
main(int argc, char** argv)
{
  static Soak soak;
  char        bundle[PATH_MAX + 1];
  float*      sound   = NULL;
  size_t      n_sound = 0U;

  if (argc > 2 && !strcmp(argv[1], "--find")) {
    soak.find = argv[2];
    argc -= 2;
    argv += 2;
  }
  const double hours = rondo_measure_argument(argc, argv, 2, 0.0);
  if (argc < 3 || !(hours > 0.0) || hours > 1e5) {
    fputs("Usage: soak_denoise [--find TEXT] BUNDLE HOURS [SEED [SOUND...]]\n",
          stderr);
    return 2;
  }
  for (int i = 4; i < argc; ++i) {
    soak_sound_read(argv[i], &sound, &n_sound);
  }

  const uint64_t seed = (uint64_t)rondo_measure_argument(argc, argv, 3, 1.0);
  snprintf(bundle, sizeof(bundle), "%s/", argv[1]);
  soak.bundle = bundle;
  soak.plugin = bench_host_new(bundle, BENCH_MONO, SOAK_SAMPLE_RATE);
  soak.scenes = soak_scenes(seed, sound, n_sound);
  soak.random = rondo_random(seed, 1U);
  bench_host_set(soak.plugin, RONDO_DENOISE_VOICE, 0.0f);
  bench_host_set(soak.plugin, RONDO_DENOISE_REDUCTION, 0.0f);
  run(&soak, hours);
  bench_host_free(soak.plugin);
  free(sound);
  if (soak.find) {
    fprintf(stderr, "soak_denoise: nothing fails of \"%s\"\n", soak.find);
    return 1;
  }
  puts("All well.");
  return 0;
}
