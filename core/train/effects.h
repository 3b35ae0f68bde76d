// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file effects.h What happens to a sound on its way to a microphone.

   Small pieces that the mixer is made of: filters, reading at another speed,
   white noise, levels.  Nothing here allocates.  Signals are float, ±1
   nominal; frequencies are in Hz.
*/

#ifndef RONDO_TRAIN_EFFECTS_H
#define RONDO_TRAIN_EFFECTS_H

#include "core/base/attributes.h"
#include "core/base/random.h"

#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// Sections of a RondoFilter
#define RONDO_MAX_SECTIONS 4U

/// One second-order section, normalised so that a0 is 1
typedef struct {
  float b0, b1, b2, a1, a2;
} RondoBiquad;

/// A cascade of second-order sections
typedef struct {
  size_t      n_sections;
  RondoBiquad sections[RONDO_MAX_SECTIONS];
} RondoFilter;

/// Return a bell of `gain_db` at `hz` (Bristow-Johnson, Audio EQ Cookbook).
RondoBiquad
rondo_biquad_peak(double rate, double hz, double q, double gain_db);

/// Return a shelf of `gain_db` below `hz` (the same).
RondoBiquad
rondo_biquad_low_shelf(double rate, double hz, double gain_db);

/// Return a shelf of `gain_db` above `hz` (the same).
RondoBiquad
rondo_biquad_high_shelf(double rate, double hz, double gain_db);

/// Return a low pass (the same).
RondoBiquad
rondo_biquad_low_pass(double rate, double hz, double q);

/// Return a high pass (the same).
RondoBiquad
rondo_biquad_high_pass(double rate, double hz, double q);

/// Append `section`; ignored if the filter is full.
void
rondo_filter_add(RondoFilter* filter, RondoBiquad section);

/// Filter `x` (n) in place, from silence.
void
rondo_filter_process(const RondoFilter* filter, size_t n, float* x);

/**
   Read a recording at another speed, by cubic interpolation.

   @param samples (n_samples), 32768 is full scale.
   @param start First position, 0 <= start.
   @param speed Positions per output sample, more than 0.
   @param[out] out (n); what lies beyond the end is 0.
*/
void
rondo_read_at_speed(const int16_t* samples,
                    size_t         n_samples,
                    double         start,
                    double         speed,
                    float          gain,
                    size_t         n,
                    float*         out);

/// Fill `x` (n) with white noise, about normal, of variance 1.
void
rondo_white_noise(RondoRandom* random, size_t n, float* x);

/**
   Return the root of the mean square of the parts of `x` (n) in which
   something happens: of its pieces of `piece` samples, those less than 20 dB
   below the mean of all.
*/
float
rondo_active_level(const float* x, size_t n, size_t piece);

/// Scale `x` (n) by `gain`.
void
rondo_scale(float* x, size_t n, float gain);

/// Add `gain` times `x` (n) to `y` (n).
void
rondo_add_scaled(float* y, const float* x, size_t n, float gain);

/// Return a number in low <= x < high.
float
rondo_random_between(RondoRandom* random, float low, float high);

/// Return a number in low <= x < high, uniform in its logarithm.
float
rondo_random_log_between(RondoRandom* random, float low, float high);

/// Return 10^(db / 20).
float
rondo_amplitude_from_db(float db);

RONDO_END_DECLS

#endif // RONDO_TRAIN_EFFECTS_H
