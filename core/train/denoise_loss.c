// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/denoise_loss.h"

#include "core/base/arena.h"
#include "core/train/settings.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// Build the loops over bins for several widths of vectors.  Elements are
// independent, sums have LANES accumulators and products are not fused, so the
// bits do not depend on the width.
#if defined(__x86_64__) && defined(__gnu_linux__) &&                 \
  !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
  !defined(__clang__)
#  define EACH_WIDTH \
    __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#  define EACH_WIDTH
#endif

#define LANES 16U

// Added to powers, of which 1 is the active level, and to products: -120 dB
#define POWER_FLOOR 1e-12f

// Added to gains, so that their powers have a slope everywhere
#define GAIN_FLOOR 1e-6f

// Added to probabilities before the logarithm
#define PROBABILITY_FLOOR 1e-6

// An error 30 dB below the speech is as good as none
#define DISTORTION_FLOOR 1e-3

struct RondoDenoiseLossImpl {
  RondoDenoiseLossSettings settings;
  const RondoFeatures*     features;
  const RondoFrames*       frames;
  size_t                   n_frames;
  size_t                   stride;
  size_t                   n_gains;
  float*                   gains;  ///< (n_frames, stride)
  float*                   dgains; ///< (n_frames, stride)
  float*                   all;    ///< Gains of all bins of a frame
  RondoWaveLoss*           wave;   ///< NULL if nothing of it counts
};

RondoDenoiseLossSettings
rondo_denoise_loss_default_settings(void)
{
  const RondoDenoiseLossSettings settings = { .exponent          = 0.3,
                                              .complex_weight    = 0.3,
                                              .magnitude_weight  = 0.7,
                                              .over_suppression  = 1.5,
                                              .distortion_weight = 0.002,
                                              .voice_weight      = 0.02 };
  return settings;
}

RondoStatus
rondo_denoise_loss_read_settings(RondoConfig* const              config,
                                 RondoDenoiseLossSettings* const settings,
                                 RondoError* const               error)
{
  const RondoNumberSetting keys[] = {
    { "exponent", 0.1, 1.0, &settings->exponent },
    { "complex_weight", 0.0, 100.0, &settings->complex_weight },
    { "magnitude_weight", 0.0, 100.0, &settings->magnitude_weight },
    { "over_suppression", 1.0, 100.0, &settings->over_suppression },
    { "distortion_weight", 0.0, 100.0, &settings->distortion_weight },
    { "voice_weight", 0.0, 100.0, &settings->voice_weight },
    { "quality_weight", 0.0, 100.0, &settings->quality_weight },
    { "intelligibility_weight", 0.0, 100.0, &settings->intelligibility_weight }
  };
  const RondoStatus st =
    rondo_settings_numbers(config, keys, sizeof(keys) / sizeof(keys[0]), error);
  return st ? st : rondo_config_refuse_unknown(config, error);
}

void
rondo_denoise_loss_free(RondoDenoiseLoss* const loss)
{
  if (loss) {
    rondo_aligned_free(loss->gains);
    rondo_aligned_free(loss->dgains);
    rondo_wave_loss_free(loss->wave);
    rondo_aligned_free(loss->all);
    free(loss);
  }
}

RondoStatus
rondo_denoise_loss_new(const RondoDenoiseLossSettings* const settings,
                       const RondoExamples* const            examples,
                       RondoDenoiseLoss** const              out)
{
  *out = NULL;
  RondoDenoiseLoss* const loss =
    (RondoDenoiseLoss*)calloc(1, sizeof(RondoDenoiseLoss));
  if (!loss) {
    return RONDO_ERR_NO_MEMORY;
  }

  const size_t n   = examples->n_frames * examples->stride;
  const size_t all = rondo_frames_n_bins(examples->frames) + LANES;
  loss->settings   = *settings;
  loss->features   = examples->features;
  loss->frames     = examples->frames;
  loss->n_frames   = examples->n_frames;
  loss->stride     = examples->stride;
  loss->n_gains    = rondo_features_n_gains(examples->features);
  loss->gains      = (float*)rondo_aligned_new(n * sizeof(float));
  loss->dgains     = (float*)rondo_aligned_new(n * sizeof(float));
  loss->all        = (float*)rondo_aligned_new(all * sizeof(float));

  RondoStatus st = loss->gains && loss->dgains && loss->all
                     ? RONDO_SUCCESS
                     : RONDO_ERR_NO_MEMORY;
  if (!st && (settings->quality_weight > 0.0 ||
              settings->intelligibility_weight > 0.0)) {
    st = rondo_wave_loss_new(examples,
                             settings->quality_weight,
                             settings->intelligibility_weight,
                             &loss->wave);
  }
  if (st) {
    rondo_denoise_loss_free(loss);
    return st;
  }
  *out = loss;
  return RONDO_SUCCESS;
}

// log2 of a normal positive number, within 1e-7 of max(1, |log2 x|)
static inline float
fast_log2(const float x)
{
  // x = m 2^e with m in sqrt(1/2) … sqrt(2)
  uint32_t bits = 0;
  memcpy(&bits, &x, sizeof(bits));
  const int32_t  e      = (int32_t)(bits - 0x3F3504F3U) >> 23;
  const uint32_t m_bits = bits - ((uint32_t)e << 23U);
  float          m      = 0.0f;
  memcpy(&m, &m_bits, sizeof(m));

  // ln m = 2 artanh(s), s = (m - 1) / (m + 1)
  const float s = (m - 1.0f) / (m + 1.0f);
  const float q = s * s;
  const float p =
    1.0f + (q * (0.33333333f +
                 (q * (0.2f + (q * (0.14285714f + (q * 0.11111111f)))))));
  return (float)e + (2.88539008f * s * p);
}

// 2^x for -126 < x < 126, within 2e-7 of itself
static inline float
fast_exp2(const float x)
{
  // To the nearest integer, by adding and taking away 1.5 * 2^23
  const float   rounded = (x + 12582912.0f) - 12582912.0f;
  const int32_t i       = (int32_t)rounded;
  const float   f       = (x - rounded) * 0.69314718f;
  const float   p =
    1.0f +
    (f * (1.0f +
          (f * (0.5f +
                (f * (0.16666667f +
                      (f * (0.041666667f +
                            (f * (0.0083333333f + (f * 0.0013888889f)))))))))));
  const uint32_t bits  = (uint32_t)(i + 127) << 23U;
  float          scale = 0.0f;
  memcpy(&scale, &bits, sizeof(scale));
  return p * scale;
}

static inline float
fast_power(const float x, const float exponent)
{
  return fast_exp2(exponent * fast_log2(x));
}

static double
sum_lanes(const float* const lanes)
{
  double sum = 0.0;
  for (size_t i = 0; i < LANES; ++i) {
    sum += (double)lanes[i];
  }
  return sum;
}

/// A frame of the compressed loss
typedef struct {
  const float* g; ///< (n) Gains
  const float* noisy_power;
  const float* clean_power;
  const float* cross;
  const float* weights;
  size_t       n; ///< A multiple of LANES
  float        exponent;
  float        complex_weight;
  float        magnitude_weight;
  float        over_suppression;
} Frame;

// Return the loss; set dg (n) to its gradient
EACH_WIDTH static double
compressed_frame(const Frame* const f, float* const dg)
{
  float sums[LANES] = { 0.0f };
  for (size_t k = 0; k < f->n; k += LANES) {
    for (size_t i = 0; i < LANES; ++i) {
      const float y2  = f->noisy_power[k + i] + POWER_FLOOR;
      const float s2  = f->clean_power[k + i] + POWER_FLOOR;
      const float g   = f->g[k + i] + GAIN_FLOOR;
      const float u   = fast_power(g * g * y2, 0.5f * f->exponent);
      const float s   = fast_power(s2, 0.5f * f->exponent);
      const float cos = (f->cross[k + i] + POWER_FLOOR) / sqrtf(y2 * s2);

      const float w     = f->weights[k + i];
      const float error = u - s;
      const float asym  = error < 0.0f ? f->over_suppression : 1.0f;
      const float a     = f->complex_weight;
      const float b     = f->magnitude_weight * asym;
      sums[i] += w * ((a * ((u * u) + (s * s) - (2.0f * u * s * cos))) +
                      (b * error * error));

      // du / dg = c u / g
      const float du = 2.0f * w * ((a * (u - (s * cos))) + (b * error));
      dg[k + i]      = du * f->exponent * u / g;
    }
  }
  return sum_lanes(sums);
}

/// Sums over an item that the scale-invariant ratio is made of
typedef struct {
  double noisy;        ///< sum |Y|^2
  double clean;        ///< sum |S|^2
  double cross;        ///< sum Re(Y S*)
  double gained;       ///< sum g^2 |Y|^2
  double gained_cross; ///< sum g Re(Y S*)
} Sums;

EACH_WIDTH static void
add_energies(const float* const RONDO_RESTRICT g,
             const float* const RONDO_RESTRICT y2,
             const float* const RONDO_RESTRICT s2,
             const float* const RONDO_RESTRICT c,
             const float* const RONDO_RESTRICT mask,
             const size_t                      n,
             Sums* const                       sums)
{
  float lanes[5][LANES] = { { 0.0f } };
  for (size_t k = 0; k < n; k += LANES) {
    for (size_t i = 0; i < LANES; ++i) {
      const float gain = g[k + i];
      const float y    = mask[k + i] * y2[k + i];
      const float x    = mask[k + i] * c[k + i];
      lanes[0][i] += y;
      lanes[1][i] += mask[k + i] * s2[k + i];
      lanes[2][i] += x;
      lanes[3][i] += gain * gain * y;
      lanes[4][i] += gain * x;
    }
  }
  sums->noisy += sum_lanes(lanes[0]);
  sums->clean += sum_lanes(lanes[1]);
  sums->cross += sum_lanes(lanes[2]);
  sums->gained += sum_lanes(lanes[3]);
  sums->gained_cross += sum_lanes(lanes[4]);
}

EACH_WIDTH static void
add_distortion_gradient(const float* const RONDO_RESTRICT g,
                        const float* const RONDO_RESTRICT y2,
                        const float* const RONDO_RESTRICT c,
                        const float* const RONDO_RESTRICT mask,
                        const size_t                      n,
                        const float                       factor,
                        float* const RONDO_RESTRICT       dg)
{
  for (size_t k = 0; k < n; ++k) {
    dg[k] += factor * mask[k] * ((g[k] * y2[k]) - c[k]);
  }
}

// First pass: gains of bins, compressed loss and its gradient, energies
static double
run_frames(RondoDenoiseLoss* const   loss,
           const RondoExample* const example,
           const float* const        y,
           const size_t              y_stride,
           Sums* const               sums)
{
  const RondoDenoiseLossSettings* const s = &loss->settings;

  const size_t n     = (example->n_used + LANES - 1) / LANES * LANES;
  double       total = 0.0;
  for (size_t t = 0; t < loss->n_frames; ++t) {
    const size_t at    = t * loss->stride;
    const Frame  frame = {
       loss->gains + at,           example->noisy_power + at,
       example->clean_power + at,  example->cross + at,
       example->weights,           n,
       (float)s->exponent,         (float)s->complex_weight,
       (float)s->magnitude_weight, (float)s->over_suppression
    };
    rondo_bands_spread(
      rondo_features_gain_bands(loss->features), y + (t * y_stride), loss->all);
    memcpy(loss->gains + at, loss->all, n * sizeof(float));
    total += compressed_frame(&frame, loss->dgains + at);
    add_energies(frame.g,
                 frame.noisy_power,
                 frame.clean_power,
                 frame.cross,
                 example->mask,
                 n,
                 sums);
  }
  return total / (double)loss->n_frames;
}

// Second pass: gradient of the outputs from that of the gains of bins
static void
run_back(RondoDenoiseLoss* const   loss,
         const RondoExample* const example,
         const double              scale,
         const double              distortion_factor,
         const size_t              y_stride,
         float* const              dy)
{
  const RondoBands* const bands = rondo_features_gain_bands(loss->features);

  const size_t n       = (example->n_used + LANES - 1) / LANES * LANES;
  const float  average = (float)(scale / (double)loss->n_frames);
  const size_t n_all   = rondo_frames_n_bins(loss->frames);
  memset(loss->all, 0, n_all * sizeof(float));
  for (size_t t = 0; t < loss->n_frames; ++t) {
    const size_t at = t * loss->stride;
    float* const dg = loss->dgains + at;
    for (size_t k = 0; k < n; ++k) {
      dg[k] *= average;
    }
    add_distortion_gradient(loss->gains + at,
                            example->noisy_power + at,
                            example->cross + at,
                            example->mask,
                            n,
                            (float)(scale * distortion_factor),
                            dg);

    // Bins that do not count have no gradient; those after n stay 0
    memcpy(loss->all, dg, n * sizeof(float));
    memset(dy + (t * y_stride), 0, loss->n_gains * sizeof(float));
    rondo_bands_spread_adjoint(bands, loss->all, dy + (t * y_stride));
  }
}

// Return the mean cross-entropy; set the gradient if `dy` is not NULL
static double
run_voice(const RondoDenoiseLoss* const loss,
          const RondoExample* const     example,
          const float* const            y,
          const size_t                  y_stride,
          const double                  scale,
          float* const                  dy)
{
  const double factor =
    scale * loss->settings.voice_weight / (double)loss->n_frames;

  double total = 0.0;
  for (size_t t = 0; t < loss->n_frames; ++t) {
    const size_t at     = (t * y_stride) + loss->n_gains;
    const double target = (double)example->voice[t];
    const double yes    = (double)y[at] + PROBABILITY_FLOOR;
    const double no     = 1.0 - (double)y[at] + PROBABILITY_FLOOR;
    total -= (target * log(yes)) + ((1.0 - target) * log(no));
    if (dy) {
      dy[at] = (float)(factor * (((1.0 - target) / no) - (target / yes)));
    }
  }
  return total / (double)loss->n_frames;
}

// Scale-invariant ratio in dB of an estimate with energy `energy` and product
// `cross` with the clean signal
static double
ratio_db(const double energy, const double cross, const double clean)
{
  const double signal = cross * cross / (clean + 1e-20);
  const double error  = fmax(energy - signal, 1e-6 * signal);
  return 10.0 * log10((signal + 1e-20) / (error + 1e-20));
}

void
rondo_denoise_loss_process(RondoDenoiseLoss* const   loss,
                           const RondoExample* const example,
                           const float* const        y,
                           const size_t              y_stride,
                           const double              scale,
                           float* const              dy,
                           RondoDenoiseScore* const  score)
{
  Sums sums = { 0 };
  memset(score, 0, sizeof(*score));
  score->compressed = run_frames(loss, example, y, y_stride, &sums);

  double       factor = 0.0;
  const double error  = sums.gained - (2.0 * sums.gained_cross) + sums.clean;
  if (example->has_speech && sums.clean > 0.0) {
    const double floored = error + (DISTORTION_FLOOR * sums.clean);
    score->distortion = 10.0 * log10(floored / (DISTORTION_FLOOR * sums.clean));
    score->before_db  = ratio_db(sums.noisy, sums.cross, sums.clean);
    score->after_db   = ratio_db(sums.gained, sums.gained_cross, sums.clean);

    // d error / dg = 2 (g |Y|^2 - Re(Y S*))
    factor =
      loss->settings.distortion_weight * 20.0 / (2.302585092994046 * floored);
  }

  if (loss->wave) {
    // run_back() averages over frames, which this is not a mean of
    rondo_wave_loss_process(loss->wave,
                            example,
                            loss->gains,
                            (double)loss->n_frames,
                            dy ? loss->dgains : NULL,
                            &score->heard);
  }
  if (dy) {
    run_back(loss, example, scale, factor, y_stride, dy);
  }
  if (rondo_features_has_voice(loss->features)) {
    score->voice = run_voice(loss, example, y, y_stride, scale, dy);
  }
  score->loss =
    score->compressed + (loss->settings.distortion_weight * score->distortion) +
    (loss->settings.voice_weight * score->voice) +
    (loss->settings.quality_weight * score->heard.quality) +
    (loss->settings.intelligibility_weight * score->heard.intelligibility);
}
