// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file examples.h Mixes as a denoising network and its loss see them.

   Of each frame: the network's input, made by the same code as the plugin's,
   and three numbers per bin from which the error of any real gain follows,

       |g Y - S|^2 = g^2 |Y|^2 - 2 g Re(Y S*) + |S|^2,

   for the noisy spectrum Y and the clean one S, both divided by the active
   level of the clean speech, so that soft and loud items count alike.
*/

#ifndef RONDO_TRAIN_EXAMPLES_H
#define RONDO_TRAIN_EXAMPLES_H

#include "core/audio/features.h"
#include "core/audio/frames.h"
#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/train/mixer.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

/// What of the spectrum counts: the network has no say above
#define RONDO_LOSS_HIGH_HZ 20000.0

/// The frames of one mix, whose level is 1; K is the stride of bins, T the
/// number of frames
typedef struct {
  float* noisy_power; ///< (T, K) |Y|^2
  float* clean_power; ///< (T, K) |S|^2
  float* cross;       ///< (T, K) Re(Y S*)
  float* weights;     ///< (K) Of the compressed loss; sums to 1; 0 unused
  float* mask;        ///< (K) 1 for bins in use, 0 for others
  float* voice;       ///< (T) 1 where somebody speaks, 0 where nobody does
  float* noisy;       ///< (T, S, 2) Y, of which n_used bins count
  float* target;      ///< ((T - 1) hop) Clean samples of all hops that two
                      ///< synthesised frames overlap in
  size_t n_used;      ///< Bins in use
  bool   has_speech;
  float  snr_db;
} RondoExample;

/// A batch of examples; one per thread
typedef struct {
  const RondoFeatures* features;
  const RondoFrames*   frames;
  size_t               n_frames;   ///< T
  size_t               n_examples; ///< B
  size_t               n_inputs;
  size_t               n_bins;   ///< Bins up to RONDO_LOSS_HIGH_HZ
  size_t               stride;   ///< K: n_bins rounded up to 16
  size_t               spectrum; ///< S: bins of a spectrum, with padding
  float*               x;        ///< (T, B, n_inputs)
  RondoExample*        examples; ///< (B)
  float*               planes;   ///< What the examples point to
  float*               work;     ///< (span), and (4, n_bins of frames)
  float*               spectra;  ///< (3, n_bins of frames + padding, 2)
} RondoExamples;

// Setup (allocates)

/**
   Make room for `n_examples` of `n_frames`.

   Both `features` and `frames` must outlive it.
*/
RONDO_NODISCARD RondoStatus
rondo_examples_new(const RondoFeatures* features,
                   const RondoFrames*   frames,
                   size_t               n_frames,
                   size_t               n_examples,
                   RondoExamples**      out);

/// Free; NULL is harmless.
void
rondo_examples_free(RondoExamples* examples);

/// Return the frames of an item of `seconds`, at least 1.
size_t
rondo_examples_n_frames(const RondoFrames* frames,
                        double             sample_rate,
                        double             seconds);

/// Return the samples of a mix that gives `n_frames` frames.
size_t
rondo_examples_n_samples(const RondoFrames* frames, size_t n_frames);

// Processing (does not allocate)

/// Turn `mix` into example `index`.
void
rondo_examples_set(RondoExamples* examples, size_t index, const RondoMix* mix);

RONDO_END_DECLS

#endif // RONDO_TRAIN_EXAMPLES_H
