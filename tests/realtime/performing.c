// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/realtime/performing.h"

#include "core/base/random.h"

#include <math.h>

#define N_BLOCKS 6000U

// Turn a knob
static void
turn(RondoPerformerControls* const c, RondoRandom* const random)
{
  const int x = (int)rondo_random_below(random, 20U) - 2;
  switch (rondo_random_below(random, 12U)) {
    case 0U:
      c->mode = x;
      break;
    case 1U:
      c->bars = x;
      break;
    case 2U:
      c->sync = x % 3;
      break;
    case 3U:
      c->enabled = x > 0;
      break;
    case 4U:
      c->freeze = !c->freeze;
      break;
    case 5U:
      c->temperature = (float)x * 0.2f;
      break;
    case 6U:
      c->density = (float)x * 0.1f;
      break;
    case 7U:
      c->key = x;
      break;
    case 8U:
      c->scale = x;
      break;
    case 9U:
      c->channel_out = x;
      break;
    case 10U:
      c->swing = (float)x * 0.05f;
      break;
    default:
      c->random_seed = x;
      break;
  }
}

// Tell of a place, now and then a nonsensical one
static void
locate(RondoPerformer* const performer, RondoRandom* const random)
{
  const double   units[] = { 4.0, 4.0, 8.0, 2.0, NAN, 0.0, 1e300 };
  RondoTransport at      = {
         .speed            = rondo_random_below(random, 3U) ? 1.0 : 0.0,
         .bar_beat         = 0.25 * rondo_random_below(random, 16U),
         .bar              = (int64_t)rondo_random_below(random, 20U) - 5,
         .beats_per_bar    = 1.0 + rondo_random_below(random, 9U),
         .beat_unit        = units[rondo_random_below(random, 7U)],
         .beats_per_minute = 40.0 + rondo_random_below(random, 200U),
  };
  if (!rondo_random_below(random, 10U)) {
    at.bar_beat = NAN;
  }
  rondo_performer_locate(performer, &at);
}

static void
act(RondoPerformer* const performer, RondoRandom* const random)
{
  uint8_t data[3] = { 0 };
  switch (rondo_random_below(random, 40U)) {
    case 0U:
      rondo_performer_panic(performer);
      break;
    case 1U:
      rondo_performer_regenerate(performer);
      break;
    case 2U:
      rondo_performer_clear_seed(performer);
      break;
    case 3U:
      rondo_performer_reset(performer);
      break;
    case 4U:
    case 5U:
      locate(performer, random);
      break;
    default:
      data[0] = rondo_random_below(random, 2U) ? 0x90U : 0x80U;
      data[1] = (uint8_t)(60U + rondo_random_below(random, 12U));
      data[2] = (uint8_t)rondo_random_below(random, 129U);
      rondo_performer_hear(performer, data, sizeof(data));
      break;
  }
}

size_t
performing_run(RondoPerformer* const performer)
{
  RondoPerformerControls controls = rondo_performer_defaults();
  RondoRandom            random   = rondo_random(1U, 1U);
  size_t                 n_events = 0;
  for (size_t i = 0; i < N_BLOCKS; ++i) {
    const uint32_t size = rondo_random_below(&random, 600U);
    if (!rondo_random_below(&random, 20U)) {
      turn(&controls, &random);
    }
    rondo_performer_begin_block(performer, &controls);
    for (uint32_t at = 0; at < size; at += 200U) {
      rondo_performer_advance(performer, at);
      act(performer, &random);
    }
    rondo_performer_advance(performer, size);
    while (rondo_performer_peek(performer)) {
      rondo_performer_pop(performer);
      ++n_events;
    }
    n_events += rondo_performer_seed_changed(performer) ? 1U : 0U;
    n_events += rondo_performer_phrase(performer)->n_notes ? 1U : 0U;
    n_events += rondo_performer_is_frozen(performer) ? 1U : 0U;
    n_events += rondo_performer_progress(performer) > 2.0 ? 1U : 0U;
    n_events += rondo_performer_seed_notes(performer);
  }
  return n_events;
}
