// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file sampler.h Draw the next token from what a network says.

   Anybody may use it, in the audio thread too: it needs nothing but random
   numbers, allocates nothing, and the same numbers give the same token on
   every machine.
*/

#ifndef RONDO_NET_SAMPLER_H
#define RONDO_NET_SAMPLER_H

#include "core/base/attributes.h"
#include "core/base/random.h"

#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// What of a distribution is kept
typedef struct {
  double temperature; ///< Divides the logits; 0: only the likeliest is left
  size_t top_k;       ///< So many of the likeliest are kept; 0: all
  double top_p; ///< As many of the likeliest as are needed for this share of
                ///< what top_k left (Holtzman et al. 2020); 1: all
} RondoSampler;

// Processing (audio thread)

/// Return ln(p) of a probability, the same on every machine; -90 for one that
/// is too small to tell.
RONDO_REALTIME float
rondo_sampler_logit(float p);

/**
   Find the distribution that tokens are drawn from.

   softmax(logits / temperature), cut off by top_k, then by top_p, then scaled
   to the sum 1.  Of equals the first count as likelier.  Takes O(n log n).

   @param logits (n) Minus infinity where a token must not be drawn; at least
   one is finite.
   @param[out] probabilities (n).
   @param[out] order (n) Tokens, the likeliest first.
*/
RONDO_REALTIME void
rondo_sampler_distribution(const RondoSampler* sampler,
                           size_t              n,
                           const float*        logits,
                           double*             probabilities,
                           uint32_t*           order);

/// Draw one of (n) tokens whose probabilities have the sum 1.
RONDO_REALTIME size_t
rondo_sampler_draw(size_t n, const double* probabilities, RondoRandom* random);

RONDO_END_DECLS

#endif // RONDO_NET_SAMPLER_H
