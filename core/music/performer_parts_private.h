// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file performer_parts_private.h What a performer consists of: clock, plan,
   cache, context, writer, player, take, voices and mailbox, a file for each.
*/

#ifndef RONDO_MUSIC_PERFORMER_PARTS_PRIVATE_H
#define RONDO_MUSIC_PERFORMER_PARTS_PRIVATE_H

#include "core/music/performer_private.h"

#include <stdbool.h>
#include <stdint.h>

// Processing (audio thread)

/// Return the largest whole number that is at most x, and from -2^62 to 2^62.
static inline RONDO_REALTIME int64_t
rondo_floor(const double x)
{
  const double  most   = 0x1p62;
  const double  within = !(x > -most) ? -most : x < most ? x : most;
  const int64_t n      = (int64_t)within;
  return (double)n > within ? n - 1 : n;
}

/// Return the ticks a frame of a tempo in quarters a minute.
RONDO_REALTIME double
rondo_performer_rate(const RondoPerformer* p, double tempo);

/// Return the tempo that is followed, in quarters a minute.
RONDO_REALTIME double
rondo_performer_tempo(const RondoPerformer* p);

/// Return the tick of the phrase at `now`.
RONDO_REALTIME double
rondo_performer_tick(const RondoPerformer* p);

/// Return the frame nearest to a tick of the phrase, RONDO_NEVER while the
/// position does not move.
RONDO_REALTIME uint64_t
rondo_performer_frame(const RondoPerformer* p, double tick);

/// Follow what sync and tempo say, from `now` on.
RONDO_REALTIME void
rondo_performer_follow(RondoPerformer* p);

/// Go to the phrase after this one.
RONDO_REALTIME void
rondo_performer_turn(RondoPerformer* p);

/// Limit controls.
RONDO_REALTIME RondoPerformerControls
rondo_performer_limit(const RondoPerformerControls* controls);

/// Take over what controls, metre and seed say; `news` if the seed changed.
RONDO_REALTIME void
rondo_performer_update(RondoPerformer* p, bool news);

/// Return the phrase that is varied, or NULL if that is yet to be written.
RONDO_REALTIME const RondoPhrase*
rondo_performer_theme(const RondoPerformer* p);

/// Find how a phrase (NULL or empty: none) is gone on from.
RONDO_REALTIME RondoReading
rondo_performer_interpret(const RondoPlan* plan, const RondoPhrase* phrase);

/// Return the notes of a scale, bit 0 being its tonic.
RONDO_REALTIME uint16_t
rondo_performer_scale(int scale, RondoMode mode);

/// Return the phrase of a number that is best to play from `tick` on, or NULL.
RONDO_REALTIME RondoSlot*
rondo_performer_find(RondoPerformer* p, int64_t number, double tick);

/// Forget all phrases that were written.
RONDO_REALTIME void
rondo_performer_forget(RondoPerformer* p);

/// Return a slot for a phrase, the one that was of no use for longest.
RONDO_REALTIME RondoSlot*
rondo_performer_take_slot(RondoPerformer* p, int64_t number);

/// Free phrases of the same number as `slot`, which replaces them.
RONDO_REALTIME void
rondo_performer_replace(RondoPerformer* p, const RondoSlot* slot);

/// Make anew what the network hears before it goes on; keep of what it has
/// heard as much as is the same.
RONDO_REALTIME void
rondo_performer_prepare(RondoPerformer* p);

/// Feed a token of what the network hears; return false if it heard all.
RONDO_REALTIME bool
rondo_performer_feed(RondoPerformer* p);

/// Do what takes one step of a network; return false if there is nothing to do.
RONDO_REALTIME bool
rondo_performer_work(RondoPerformer* p);

/// Write one token of the phrase that is being written.
RONDO_REALTIME void
rondo_performer_put(RondoPerformer* p);

/// Begin to write a phrase.
RONDO_REALTIME void
rondo_performer_begin(RondoPerformer* p, int64_t number);

/// Return when the note that sounds ends.
RONDO_REALTIME uint64_t
rondo_performer_off_due(const RondoPerformer* p);

/// Return when the next note begins, which may be past; leave out what is too
/// late.
RONDO_REALTIME uint64_t
rondo_performer_on_due(RondoPerformer* p);

/// Begin the next note.
RONDO_REALTIME void
rondo_performer_play(RondoPerformer* p);

/// End the note that sounds.
RONDO_REALTIME void
rondo_performer_release(RondoPerformer* p);

/// Let what sounds become the frozen phrase, once it is complete.
RONDO_REALTIME void
rondo_performer_freeze(RondoPerformer* p);

/// Choose what is played from now on.
RONDO_REALTIME void
rondo_performer_choose(RondoPerformer* p);

/// Play from `tick` on, after a jump.
RONDO_REALTIME void
rondo_performer_land(RondoPerformer* p);

/// End all notes that were not passed on.
RONDO_REALTIME void
rondo_performer_cut(RondoPerformer* p);

/// Return the velocity of a note of a phrase.
RONDO_REALTIME uint8_t
rondo_performer_velocity(const RondoPerformer* p,
                         const RondoSlot*      slot,
                         uint32_t              index);

/// Return whether notes that come in are listened to.
RONDO_REALTIME bool
rondo_performer_listens(const RondoPerformer* p);

/// Take a note that came in; velocity 0 ends it.
RONDO_REALTIME void
rondo_take_hear(RondoPerformer* p, uint8_t pitch, uint8_t velocity);

/// Let the seed be what was played, and take no more.
RONDO_REALTIME void
rondo_take_end(RondoPerformer* p);

/// Go on at another tempo from `now` on.
RONDO_REALTIME void
rondo_take_follow(RondoPerformer* p);

/// Return when the take's next bar line is.
RONDO_REALTIME uint64_t
rondo_take_due(const RondoPerformer* p);

/// Let the seed be what was played before the bar line.
RONDO_REALTIME void
rondo_take_line(RondoPerformer* p);

/// Begin to listen in a call and response, at `now`.
RONDO_REALTIME void
rondo_take_call(RondoPerformer* p);

/// Put what was played from tick `from` to tick `to` on a grid.
RONDO_REALTIME void
rondo_take_score(const RondoPerformer* p,
                 double                from,
                 double                to,
                 RondoPhrase*          phrase);

/// Return when listening in a call and response closes.
RONDO_REALTIME uint64_t
rondo_performer_close_due(const RondoPerformer* p);

/// Close it.
RONDO_REALTIME void
rondo_performer_close(RondoPerformer* p);

/// Begin anew, from the position.
RONDO_REALTIME void
rondo_voices_begin(RondoPerformer* p);

/// Take a note that came in; velocity 0 ends it.
RONDO_REALTIME void
rondo_voices_hear(RondoPerformer* p,
                  uint8_t         channel,
                  uint8_t         pitch,
                  uint8_t         velocity);

/// Return when the next sixteenth is.
RONDO_REALTIME uint64_t
rondo_voices_due(const RondoPerformer* p);

/// Tell the network of a sixteenth that passes.
RONDO_REALTIME void
rondo_voices_pass(RondoPerformer* p);

/// Run the network once.
RONDO_REALTIME void
rondo_voices_step(RondoPerformer* p);

/// Go on at another tempo from `now` on.
RONDO_REALTIME void
rondo_voices_follow(RondoPerformer* p);

/// End all voices.
RONDO_REALTIME void
rondo_voices_end(RondoPerformer* p);

/// Tell other threads of seed and frozen phrase.
RONDO_REALTIME void
rondo_mailbox_publish(RondoPerformer* p);

/// Take what other threads gave.
RONDO_REALTIME void
rondo_mailbox_take(RondoPerformer* p);

#endif // RONDO_MUSIC_PERFORMER_PARTS_PRIVATE_H
