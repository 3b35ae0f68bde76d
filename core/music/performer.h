// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file performer.h Notes in, notes out, in time with a host: all that the
   plugin Rondo Melody does, less LV2.

   A performer captures a seed from the notes that come in, has networks go on
   with it, and plays on the sample what they write.  What is played is a
   function of the seed, the controls, the number of the random seed and the
   musical position, and of nothing else: neither of the sizes of blocks, nor of
   the sample rate, nor of how the position was reached.  Every note that begins
   ends.

   A block is processed like this:

       rondo_performer_begin_block(p, &controls);
       for each event of the host, in order of frames:
         rondo_performer_advance(p, frame);
         rondo_performer_locate(p, &transport), or rondo_performer_hear(p, ...)
       rondo_performer_advance(p, n_frames);
       while ((event = rondo_performer_peek(p)) && there is room for it):
         rondo_performer_pop(p);
*/

#ifndef RONDO_MUSIC_PERFORMER_H
#define RONDO_MUSIC_PERFORMER_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/music/melody_tokens.h"
#include "core/net/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// The most notes of a phrase
#define RONDO_PHRASE_NOTES 256U

/// The most ticks of a phrase: 16 of the longest bars
#define RONDO_PHRASE_TICKS (RONDO_MELODY_BARS * RONDO_MELODY_LONGEST_BAR)

/// One that plays
typedef struct RondoPerformerImpl RondoPerformer;

/// What is played
typedef enum {
  RONDO_PERFORM_CONTINUE,  ///< Phrases that go on from the seed
  RONDO_PERFORM_ANSWER,    ///< Listen for `bars`, answer for `bars`
  RONDO_PERFORM_VARY,      ///< The frozen phrase, changed by `variation`
  RONDO_PERFORM_HARMONIZE, ///< Lower voices to the notes that come in
  RONDO_N_PERFORM_MODES,
} RondoPerformMode;

/// What is followed
typedef enum {
  RONDO_SYNC_TRANSPORT, ///< Plays while the host's transport rolls
  RONDO_SYNC_TEMPO,     ///< The host's tempo, always playing
  RONDO_SYNC_FREE,      ///< `tempo`, always playing
  RONDO_N_SYNCS,
} RondoSync;

/// The notes of a scale, from the key up
typedef enum {
  RONDO_SCALE_AUTO, ///< Major or minor, as the seed seems to be
  RONDO_SCALE_CHROMATIC,
  RONDO_SCALE_MAJOR,
  RONDO_SCALE_MINOR, ///< The natural one
  RONDO_SCALE_DORIAN,
  RONDO_SCALE_PHRYGIAN,
  RONDO_SCALE_LYDIAN,
  RONDO_SCALE_MIXOLYDIAN,
  RONDO_SCALE_PENTATONIC_MAJOR,
  RONDO_SCALE_PENTATONIC_MINOR,
  RONDO_SCALE_BLUES,
  RONDO_N_SCALES,
} RondoScale;

/// What the controls say; what is out of range is limited, and what is not
/// finite is the default
typedef struct {
  bool  enabled;     ///< false: bypassed, what comes in is passed on
  int   mode;        ///< RondoPerformMode
  int   sync;        ///< RondoSync
  float tempo;       ///< Of RONDO_SYNC_FREE: quarters a minute, 20 to 300
  int   bars;        ///< Of a phrase, 1 to 16
  int   seed_bars;   ///< The last bars played that are the seed, 1 to 8
  bool  armed;       ///< Notes that come in become the seed …
  bool  locked;      ///< … unless it is locked
  bool  freeze;      ///< Rising: what sounds now becomes the frozen phrase
  float temperature; ///< 0 to 2
  float top_p;       ///< 0.05 to 1
  float density;     ///< -1 (fewer, longer notes) to 1 (more, shorter ones)
  float variation;   ///< 0 to 1: the share of a frozen phrase that is changed
  int   low;         ///< Range of pitches, 0 to 127; at least an octave
  int   high;
  int   key;         ///< -1: that of the seed; 0 for C … 11 for B
  int   scale;       ///< RondoScale
  bool  scale_lock;  ///< Nothing outside the scale is played
  int   channel_in;  ///< 0: any; 1 to 16
  int   channel_out; ///< 1 to 16
  float velocity;    ///< 1 to 127, the mean
  float accent;      ///< 0 to 1: how much beats stand out
  float humanize;    ///< 0 to 1: spread of velocities
  float swing;       ///< Where off-eighths are: 0.5 (straight) to 0.75
  int   random_seed; ///< 0 to 65535
  bool  through;     ///< What comes in is passed on
} RondoPerformerControls;

/// Where a host says that it is; any of it may be nonsense
typedef struct {
  double  speed;            ///< 0 or less: stopped
  double  bar_beat;         ///< Beats since the bar began
  int64_t bar;              ///< From 0
  double  beats_per_bar;    ///< NaN or 0: unknown, as before; 4 at first
  double  beat_unit;        ///< Likewise; 4 at first
  double  beats_per_minute; ///< Likewise, beats of `beat_unit`; 120 at first
} RondoTransport;

/// A note of a phrase
typedef struct {
  uint32_t onset; ///< Ticks, of which a quarter has RONDO_MELODY_QUARTER
  uint32_t ticks; ///< At least 1
  uint8_t  pitch;
  uint8_t  velocity; ///< 1 to 127
} RondoPhraseNote;

/// One voice; the form in which seeds are kept
typedef struct {
  RondoBar        bar;
  uint32_t        length;  ///< Ticks, at most RONDO_PHRASE_TICKS
  uint32_t        n_notes; ///< 0: there is no phrase
  RondoPhraseNote notes[RONDO_PHRASE_NOTES]; ///< By onset; none overlap
} RondoPhrase;

/// A MIDI message
typedef struct {
  uint32_t frame; ///< Of the block
  uint8_t  size;  ///< 1 to 3
  uint8_t  data[3];
} RondoMidiEvent;

// Setup (allocates)

/// Return what controls are at first.
RONDO_REALTIME RondoPerformerControls
rondo_performer_defaults(void);

/**
   Check models and a sample rate.

   @param harmony May be NULL: then RONDO_PERFORM_HARMONIZE adds no voices.
   @param sample_rate From 8000 to 384000.
*/
RONDO_NODISCARD RondoStatus
rondo_performer_check(const RondoModel* melody,
                      const RondoModel* harmony,
                      double            sample_rate,
                      RondoError*       error);

/// Return the bytes that a performer needs, for models that were checked.
size_t
rondo_performer_size(const RondoModel* melody, const RondoModel* harmony);

/// Make a performer in `memory` of rondo_performer_size(), aligned to 64 bytes.
RondoPerformer*
rondo_performer_init(void*             memory,
                     const RondoModel* melody,
                     const RondoModel* harmony,
                     double            sample_rate);

/// Check, and make a performer on the heap.  Models must outlive it.
RONDO_NODISCARD RondoStatus
rondo_performer_new(const RondoModel* melody,
                    const RondoModel* harmony,
                    double            sample_rate,
                    RondoPerformer**  out,
                    RondoError*       error);

/// Free a performer from rondo_performer_new(); NULL is harmless.
void
rondo_performer_free(RondoPerformer* performer);

// Any thread but the audio thread, also while that one runs

/// Tell the seed and the frozen phrase, for saving; those that were given last,
/// should they not have been taken yet.  May wait for another thread's call.
void
rondo_performer_copy_seed(RondoPerformer* performer,
                          RondoPhrase*    seed,
                          RondoPhrase*    frozen);

/**
   Give a seed and a frozen phrase, which the next block takes.

   What is wrong in them is mended or left out.  May wait for another thread's
   call.

   @param seed,frozen Without notes: none.
*/
void
rondo_performer_give_seed(RondoPerformer*    performer,
                          const RondoPhrase* seed,
                          const RondoPhrase* frozen);

// Processing (audio thread)

/// Return to the beginning: the position is unknown, and note-offs of all that
/// sounded come in the next block.  Seed and frozen phrase are kept.
RONDO_REALTIME void
rondo_performer_reset(RondoPerformer* performer);

/// Begin a block.  Events that were not taken are now at frame 0.
RONDO_REALTIME void
rondo_performer_begin_block(RondoPerformer*               performer,
                            const RondoPerformerControls* controls);

/// Play up to, and without, `frame` of this block; do nothing if that is past.
RONDO_REALTIME void
rondo_performer_advance(RondoPerformer* performer, uint32_t frame);

/**
   Take where the host says that it is, at the frame advanced to.

   Within 1/100 of a beat of where the performer is, that is no jump and cuts no
   notes; within 1/1000, it is taken for rounding.
*/
RONDO_REALTIME void
rondo_performer_locate(RondoPerformer* performer, const RondoTransport* at);

/// Take a MIDI message at the frame advanced to; what is none is ignored, and
/// so is one of more than three bytes.
RONDO_REALTIME void
rondo_performer_hear(RondoPerformer* performer,
                     const uint8_t*  data,
                     size_t          size);

/// End every note that sounds, then send "all notes off" on the channel.
RONDO_REALTIME void
rondo_performer_panic(RondoPerformer* performer);

/// Write other phrases, as if the random seed were another, until that changes.
RONDO_REALTIME void
rondo_performer_regenerate(RondoPerformer* performer);

/// Forget the seed, whether it is locked or not; the frozen phrase is kept.
RONDO_REALTIME void
rondo_performer_clear_seed(RondoPerformer* performer);

/**
   Return the next event, or NULL.

   To be asked once the whole block has been advanced over.  Events are in the
   order of their frames, at the same frame note-offs before note-ons.
*/
RONDO_REALTIME const RondoMidiEvent*
rondo_performer_peek(const RondoPerformer* performer);

/// Take the event of rondo_performer_peek(); do nothing if there is none.
RONDO_REALTIME void
rondo_performer_pop(RondoPerformer* performer);

/// Return whether seed or frozen phrase have changed since last asked, other
/// than by rondo_performer_give_seed().
RONDO_REALTIME bool
rondo_performer_seed_changed(RondoPerformer* performer);

/// Return the phrase that plays, or played last: without notes before the
/// first, and until the next call of any other function.
RONDO_REALTIME const RondoPhrase*
rondo_performer_phrase(const RondoPerformer* performer);

/// Return the notes of the seed.
RONDO_REALTIME uint32_t
rondo_performer_seed_notes(const RondoPerformer* performer);

/// Return whether there is a frozen phrase.
RONDO_REALTIME bool
rondo_performer_is_frozen(const RondoPerformer* performer);

/// Return where in the phrase the performer is, from 0 to 1.
RONDO_REALTIME double
rondo_performer_progress(const RondoPerformer* performer);

RONDO_END_DECLS

#endif // RONDO_MUSIC_PERFORMER_H
