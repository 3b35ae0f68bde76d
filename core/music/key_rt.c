// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/key.h"

// How well each note fits a key, from its tonic up, and the square root of the
// sum of squares once the mean is taken off
static const double profiles[2][12] = {
  { 6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88 },
  { 6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17 }
};
static const double norms[2] = { 4.375639953195418, 4.000886360129049 };

// Return the correlation of `times` (12) from `tonic` on with a profile, but
// for a factor that is the same for all
static double
correlate(const double* const times, const unsigned tonic, const unsigned mode)
{
  double x = 0.0;
  double y = 0.0;
  for (unsigned i = 0; i < 12; ++i) {
    x += times[i] / 12.0;
    y += profiles[mode][i] / 12.0;
  }
  double xy = 0.0;
  for (unsigned i = 0; i < 12; ++i) {
    xy += (times[(tonic + i) % 12] - x) * (profiles[mode][i] - y);
  }
  return xy / norms[mode];
}

double
rondo_key_fit(const double* const times, const RondoTonality key)
{
  return correlate(times, key.tonic, key.mode == RONDO_MODE_MINOR);
}

RondoTonality
rondo_key_guess(const double* const times)
{
  RondoTonality key  = { 0, RONDO_MODE_MAJOR };
  double        most = correlate(times, 0, 0);
  for (unsigned i = 1; i < 24; ++i) {
    const double fits = correlate(times, i / 2, i % 2);
    if (fits > most) {
      most      = fits;
      key.tonic = (uint8_t)(i / 2);
      key.mode  = i % 2 ? RONDO_MODE_MINOR : RONDO_MODE_MAJOR;
    }
  }
  return key;
}
