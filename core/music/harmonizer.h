// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file harmonizer.h A network that adds parts to a part as it is played.

   Each sixteenth that passes is told by rondo_harmonizer_give(); then
   rondo_harmonizer_step() runs the network once a call, so that the work can
   be spread over samples, until all parts are known.  A note that comes between
   two sixteenths may be given at once, with the sixteenth that is nearest.

   The same seed number, notes, places and settings give the same parts.
*/

#ifndef RONDO_MUSIC_HARMONIZER_H
#define RONDO_MUSIC_HARMONIZER_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/music/chorale_tokens.h"
#include "core/net/model.h"
#include "core/net/sampler.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// The most calls of rondo_harmonizer_step() that a sixteenth needs
#define RONDO_HARMONIZER_STEPS 4U

/// A network at work on four parts
typedef struct RondoHarmonizerImpl RondoHarmonizer;

/// What parts are drawn from
typedef struct {
  RondoSampler sampler;
  uint8_t      low[RONDO_N_PARTS]; ///< Pitches that are played, as they sound
  uint8_t      high[RONDO_N_PARTS];
  uint16_t     scale;   ///< Bit i: pitches of which i is the remainder by 12
  bool         rests;   ///< Parts that are drawn may rest
  bool         crosses; ///< A part may be above a higher one
  float parallels;      ///< Taken off the logarithm of the probability of what
                        ///< makes parallel fifths, octaves or unisons
} RondoHarmonizing;

// Setup (allocates)

/// Check that `model` has the task chorale and fits its tokens.
RONDO_NODISCARD RondoStatus
rondo_harmonizer_check(const RondoModel* model, RondoError* error);

/// Return the bytes that a harmonizer needs, for a model that was checked.
size_t
rondo_harmonizer_size(const RondoModel* model);

/// Make a harmonizer in `memory` of rondo_harmonizer_size(), aligned to 64
/// bytes.
RondoHarmonizer*
rondo_harmonizer_init(void* memory, const RondoModel* model);

/// Make a harmonizer on the heap.  The model must outlive it.
RONDO_NODISCARD RondoStatus
rondo_harmonizer_new(const RondoModel* model, RondoHarmonizer** out);

/// Free a harmonizer from rondo_harmonizer_new(); NULL is harmless.
void
rondo_harmonizer_free(RondoHarmonizer* harmonizer);

// Processing (audio thread)

/// Return the ranges of a choir, no rests, no crossing, every note, and a
/// temperature at which the network is trusted.
RONDO_REALTIME RondoHarmonizing
rondo_harmonizing(void);

/**
   Begin anew: nothing sounds, and nothing was heard.

   @param bar Of which rondo_melody_bar_ticks() is not 0; otherwise 4/4.
   @param shift Semitones that are added to pitches before the network sees
   them, and taken off what it says: rondo_chorale_shift(), with octaves where
   the melody lies beyond a soprano's range, 57 to 84 when shifted.  What is
   given beyond that range is taken by octaves into it.
   @param seed,stream Of the random numbers.
*/
RONDO_REALTIME void
rondo_harmonizer_begin(RondoHarmonizer* harmonizer,
                       RondoBar         bar,
                       RondoMode        mode,
                       int              shift,
                       uint64_t         seed,
                       uint64_t         stream);

/**
   Tell what the soprano does at a sixteenth.

   What was not yet known of the chord before is held.

   @param sixteenth From the begin of the bar; whole bars are taken off.
   @param pitch 0 to 127, or RONDO_SILENT.
   @param strikes Whether the note begins here, rather than goes on.
*/
RONDO_REALTIME void
rondo_harmonizer_give(RondoHarmonizer* harmonizer,
                      uint32_t         sixteenth,
                      uint8_t          pitch,
                      bool             strikes);

/**
   Tell what some parts do at a sixteenth.

   @param chord Of which the parts in `parts` count.
   @param parts Bit i for part i: those that are given; others are drawn.
*/
RONDO_REALTIME void
rondo_harmonizer_give_chord(RondoHarmonizer*  harmonizer,
                            uint32_t          sixteenth,
                            const RondoChord* chord,
                            unsigned          parts);

/**
   Run the network once, and decide one part.

   @return Whether parts are left, for which it is to be called again; if there
   are none when it is called, it does nothing.
*/
RONDO_REALTIME bool
rondo_harmonizer_step(RondoHarmonizer* harmonizer, const RondoHarmonizing* how);

/// Return what sounds; parts that are not yet decided go on as before.
RONDO_REALTIME const RondoChord*
rondo_harmonizer_chord(const RondoHarmonizer* harmonizer);

RONDO_END_DECLS

#endif // RONDO_MUSIC_HARMONIZER_H
