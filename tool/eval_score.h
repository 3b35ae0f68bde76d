// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TOOL_EVAL_SCORE_H
#define RONDO_TOOL_EVAL_SCORE_H

#include "core/audio/metrics.h"
#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stdbool.h>
#include <stddef.h>

/// The rate that SI-SDR and STOI are taken at, Hz
#define RONDO_SCORE_RATE 16000U

enum {
  RONDO_SCORE_SI_SDR, ///< dB
  RONDO_SCORE_STOI,   ///< About 0 to 1
  RONDO_SCORE_LSD,    ///< Log-spectral distance, dB; less is better
  RONDO_N_SCORES,
};

/// The scores of one file; NAN where it is too short for one
typedef struct {
  double values[RONDO_N_SCORES];
  bool   lengths_differ; ///< Beyond the shorter one nothing was compared
} RondoScore;

/// Names of the scores for tables and files
extern const char* const rondo_score_names[RONDO_N_SCORES];

/**
   Score the file `processed` against `clean`, by their first channels.

   @param delay Samples that `processed` is late, which are dropped; if it is
   negative, zeros are put in front.
*/
RONDO_NODISCARD RondoStatus
rondo_score_files(const char* clean,
                  const char* processed,
                  long        delay,
                  RondoScore* out,
                  RondoError* error);

/**
   Measure what the file `processed` has lost of `clean`, by their first
   channels.

   @param noisy The file before processing, in step with `clean`.
   @param delay As in rondo_score_files().
   @param[out] out (RONDO_N_PARTS), without regions if the files are too short.
*/
RONDO_NODISCARD RondoStatus
rondo_score_losses(const char*  clean,
                   const char*  noisy,
                   const char*  processed,
                   long         delay,
                   RondoLosses* out,
                   RondoError*  error);

/// Find how late `processed` is, at most `max_lag` samples either way.
RONDO_NODISCARD RondoStatus
rondo_score_delay(const char* clean,
                  const char* processed,
                  size_t      max_lag,
                  long*       out,
                  RondoError* error);

#endif // RONDO_TOOL_EVAL_SCORE_H
