// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file performer_private.h What the files of performer.h share.

   Time is counted in frames since the performer began, and in ticks since a
   phrase, or a take, began.  Nothing happens by blocks: whatever falls due has
   a frame of its own.
*/

#ifndef RONDO_MUSIC_PERFORMER_PRIVATE_H
#define RONDO_MUSIC_PERFORMER_PRIVATE_H

#include "core/music/composer.h"
#include "core/music/gate.h"
#include "core/music/harmonizer.h"
#include "core/music/key.h"
#include "core/music/performer.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Network steps a second
#define RONDO_PERFORMER_STEPS 1500.0

/// After a pause as long, in seconds, weights are taken to be in memory only,
/// and read in so many parts before they are used
#define RONDO_PERFORMER_PAUSE 0.005
#define RONDO_PERFORMER_PARTS 6U

/// A note is left out if it would begin later than this, in seconds
#define RONDO_PERFORMER_LATE 0.03

/// Phrases that are kept
#define RONDO_PERFORMER_SLOTS 32U

/// Tokens that a network hears before it goes on
#define RONDO_PERFORMER_TOKENS 512U

/// Half a step of the grid that is listened with, in ticks
#define RONDO_PERFORMER_HALF_STEP 3.0

/// Frame of what does not fall due
#define RONDO_NEVER UINT64_MAX

/// Number of the phrase that is varied if nothing else is there
#define RONDO_PERFORMER_THEME INT64_MIN

/// Voices that are added to a melody
#define RONDO_PERFORMER_VOICES (RONDO_N_PARTS - 1)

/// A note as it was played, in ticks of its take
typedef struct {
  double  on;
  double  off;
  uint8_t pitch;
  uint8_t velocity;
  bool    held;
} RondoTakeNote;

/// Notes that came in, one after the other
typedef struct {
  bool          runs;
  bool          rolls; ///< With the position
  bool          news;  ///< Something was heard since the last bar line
  uint64_t      frame; ///< Where `tick` is
  double        tick;
  double        rate; ///< Ticks a frame
  double        line; ///< The next bar line
  double        last; ///< Tick of what was heard last
  uint32_t      bar;  ///< Ticks
  uint32_t      n_notes;
  RondoTakeNote notes[RONDO_PHRASE_NOTES];
} RondoTake;

/// What phrases depend on, besides what they go on from
typedef struct {
  int      mode;
  uint32_t bars;      ///< Of a phrase
  double   bar_ticks; ///< As the host counts
  RondoBar bar;       ///< As the network is told
  uint32_t length;    ///< Of a phrase, in whole ticks
  float    temperature;
  float    top_p;
  float    density;
  float    variation;
  int      low;
  int      high;
  int      key;
  int      scale;
  bool     scale_lock;
  uint64_t number; ///< Of the random seed
} RondoPlan;

/// How pitches become tokens, and tokens pitches
typedef struct {
  int       shift_in;  ///< Is added to pitches of what is gone on from
  int       shift_out; ///< Is taken off tokens of what is written
  uint16_t  scale;     ///< Of tokens; bit 0 is the tonic
  uint8_t   low;       ///< Range of tokens
  uint8_t   high;
  uint8_t   tonic;
  RondoMode mode;
} RondoReading;

/// What the network hears before it goes on
typedef struct {
  RondoComposer* composer; ///< After the first `n_fed` tokens
  uint32_t       version;  ///< Of what all this was made from
  RondoPlan      plan;
  RondoReading   reading;
  uint32_t       pickup;
  uint32_t       n_fed;
  uint32_t       n_tokens;
  uint8_t        tokens[RONDO_PERFORMER_TOKENS];
} RondoContext;

/// A phrase that was, or is being, written
typedef struct {
  bool        used;
  bool        complete;
  int64_t     number;
  uint32_t    version; ///< That of its context
  uint32_t    written; ///< Ticks
  uint64_t    touched; ///< When it was last of use
  uint64_t    uneven[RONDO_PHRASE_TICKS / RONDO_MELODY_QUARTER / 64U];
  RondoPhrase phrase; ///< `uneven`: quarters that hold triplets
} RondoSlot;

/// The phrase that is being written
typedef struct {
  RondoComposer* composer;
  RondoSlot*     slot;  ///< NULL: none
  uint32_t       span;  ///< Notes are drawn up to this tick
  uint32_t       index; ///< The next note of the phrase that is varied
  uint32_t       n_queue;
  uint32_t       n_taken;
  uint8_t        queue[64]; ///< Tokens that are not drawn
  RondoPhrase    theme;     ///< What is varied
} RondoWriter;

/// The note that sounds
typedef struct {
  bool       sounds;
  uint8_t    channel;
  uint8_t    pitch;
  uint32_t   end;   ///< Tick
  uint64_t   frame; ///< At which it began
  RondoSlot* slot;
  uint32_t   index; ///< In its phrase
} RondoVoice;

/// Where a host was, in bars
typedef struct {
  bool     known;
  int64_t  bar;
  double   tick; ///< Of the bar
  uint64_t frame;
  double   speed;
} RondoHost;

/// Voices to the notes that come in
typedef struct {
  RondoHarmonizer* harmonizer; ///< NULL: there is no model
  bool             begun;
  bool             sounds; ///< The note that they are added to
  bool             waits;  ///< For the network to decide
  uint8_t          pitch;
  uint8_t          source; ///< Channel on which it came in
  uint8_t          velocity;
  uint8_t          channel;
  uint64_t         frame; ///< Where `tick` is
  double           tick;  ///< From the begin of a bar
  double           rate;
  int64_t          sixteenth; ///< The last one that was told
  int64_t          silence;   ///< Since this one
  RondoTonality    key;
  double           times[12]; ///< How long notes were heard, lately
  uint8_t          pitches[RONDO_PERFORMER_VOICES]; ///< RONDO_SILENT: none
} RondoVoices;

/// A seed and a frozen phrase on their way between threads
typedef struct {
  RondoPhrase seed;
  RondoPhrase frozen;
} RondoSeeds;

#define RONDO_SEED_WORDS (sizeof(RondoSeeds) / sizeof(uint32_t))

enum { RONDO_INBOX_EMPTY, RONDO_INBOX_FULL, RONDO_INBOX_BUSY };

/// What other threads see
typedef struct {
  _Atomic int      inbox;
  RondoSeeds       given;
  _Atomic uint32_t sequence; ///< Odd while `words` change
  _Atomic uint32_t words[RONDO_SEED_WORDS];
} RondoMailbox;

struct RondoPerformerImpl {
  const RondoModel*      melody;
  const RondoModel*      harmony;
  double                 sample_rate;
  RondoPerformerControls controls; ///< Limited

  // Time
  uint64_t  block; ///< Frame at which the block began
  uint64_t  now;
  RondoHost host;
  double    tempo;  ///< Of the host, quarters a minute
  double    beats;  ///< Of a bar
  double    unit;   ///< 4: quarters
  bool      rolls;  ///< The position moves
  int64_t   number; ///< Of the phrase that the position is in
  uint64_t  frame;  ///< Where `tick` is
  double    tick;   ///< Of the phrase
  double    rate;   ///< Ticks a frame
  double    due;    ///< Frame of the next network step
  uint64_t  worked; ///< Frame of the last one
  uint32_t  n_warm; ///< Parts of the weights that were read since
  bool      idle;   ///< There is nothing to be written

  // What is played
  RondoPlan  plan;
  uint32_t   version; ///< Of plan, seed and frozen phrase
  uint64_t   n_regenerated;
  RondoSlot* playing;
  RondoSlot* shown;
  uint32_t   cursor; ///< The next note
  double     from;   ///< Notes before this tick are past
  RondoVoice voice;
  int64_t    landed; ///< The phrase in which the last jump ended

  // What is listened to
  RondoTake   take;
  RondoPhrase seed;
  RondoPhrase frozen;
  RondoPhrase heard;     ///< In the half before an answer
  bool        is_closed; ///< No more is heard in this half
  bool        freezes;   ///< As soon as the phrase is complete
  bool        has_changed;

  // What is written
  RondoContext context;
  RondoWriter  writer;
  RondoSlot    slots[RONDO_PERFORMER_SLOTS];

  RondoVoices  voices;
  RondoGate    gate;
  RondoMailbox mail;
};

#endif // RONDO_MUSIC_PERFORMER_PRIVATE_H
