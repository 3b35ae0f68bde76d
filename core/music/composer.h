// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file composer.h A network that goes on with a melody.

   The same seed number, tokens and settings give the same tokens.
*/

#ifndef RONDO_MUSIC_COMPOSER_H
#define RONDO_MUSIC_COMPOSER_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/music/melody_tokens.h"
#include "core/net/model.h"
#include "core/net/sampler.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// A network at work on a melody
typedef struct RondoComposerImpl RondoComposer;

/// What is drawn from
typedef struct {
  RondoSampler sampler;
  uint8_t      low; ///< Pitches that may be played, as tokens: from `low`
  uint8_t      high;
  uint16_t     scale; ///< Bit i: pitches of which i is the remainder by 12
  bool         rests; ///< There may be rests
  bool         holds; ///< What was last may go on
  bool         ends;  ///< The melody may end
  uint32_t     most;  ///< The longest duration in ticks, at least 1
  float density;      ///< Above 0, short durations are likelier: of one that is
                      ///< half as long the odds are 2^(2 density) times as
                      ///< high, but for those below a sixteenth
  uint32_t least;     ///< The shortest duration, if that is not above `most`
} RondoComposing;

// Setup (allocates)

/// Check that `model` has the task melody and fits its tokens.
RONDO_NODISCARD RondoStatus
rondo_composer_check(const RondoModel* model, RondoError* error);

/// Return the bytes that a composer needs, for a model that was checked.
size_t
rondo_composer_size(const RondoModel* model);

/// Make a composer in `memory` of rondo_composer_size(), aligned to 64 bytes.
RondoComposer*
rondo_composer_init(void* memory, const RondoModel* model);

/// Make a composer on the heap.  The model must outlive it.
RONDO_NODISCARD RondoStatus
rondo_composer_new(const RondoModel* model, RondoComposer** out);

/// Free a composer from rondo_composer_new(); NULL is harmless.
void
rondo_composer_free(RondoComposer* composer);

// Processing (audio thread)

/**
   Begin a melody.

   @param seed,stream Of the random numbers.
   @see rondo_melody_begin()
*/
RONDO_REALTIME void
rondo_composer_begin(RondoComposer* composer,
                     RondoBar       bar,
                     RondoMode      mode,
                     uint32_t       pickup,
                     uint64_t       seed,
                     uint64_t       stream);

/// Let `composer` go on as `other` would, one of the same model.
RONDO_REALTIME void
rondo_composer_copy(RondoComposer* composer, const RondoComposer* other);

/// Draw other random numbers from now on.
RONDO_REALTIME void
rondo_composer_reseed(RondoComposer* composer, uint64_t seed, uint64_t stream);

/// Go on by a token of the seed, which rondo_melody_allows().
RONDO_REALTIME void
rondo_composer_feed(RondoComposer* composer, size_t token);

/**
   Set the chord that the network sees from the next token on.

   @param chord Of RONDO_CHORD_UNKNOWN, as after rondo_composer_begin(), where
   there is none; its root is counted from the tonic, 0 to 11.
*/
RONDO_REALTIME void
rondo_composer_set_chord(RondoComposer* composer, RondoChordSymbol chord);

/**
   Return the logit of each token (RONDO_MELODY_TOKENS) as rondo_composer_next()
   sees it, minus infinity for those that may not come next.

   @return Valid until the composer goes on.
*/
RONDO_REALTIME const float*
rondo_composer_logits(RondoComposer* composer, const RondoComposing* how);

/// Draw the next token, and go on by it; RONDO_MELODY_END if none is allowed.
RONDO_REALTIME size_t
rondo_composer_next(RondoComposer* composer, const RondoComposing* how);

/// Return where the melody is.
RONDO_REALTIME const RondoMelodyState*
rondo_composer_state(const RondoComposer* composer);

RONDO_END_DECLS

#endif // RONDO_MUSIC_COMPOSER_H
