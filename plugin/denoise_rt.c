// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "plugin/denoise.h"

#include "core/audio/denoiser.h"
#include "core/base/attributes.h"
#include "plugin/atoms.h"
#include "plugin/host_calls.h"
#include "plugin/messages.h"
#include "plugin/slot.h"

#include <lv2/atom/atom.h>
#include <lv2/core/lv2.h>
#include <lv2/worker/worker.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Percent of the mix port
static const float full_mix = 100.0f;

/// Where a block is read and written
typedef struct {
  const float* in[RONDO_DENOISE_MAX_CHANNELS];
  float*       out[RONDO_DENOISE_MAX_CHANNELS];
} Audio;

static RONDO_REALTIME bool
is_stereo(const RondoDenoise* const self)
{
  return self->n_channels > 1U;
}

static RONDO_REALTIME float
get_control(const RondoDenoise* const self,
            const size_t              port,
            const float               standard)
{
  const float* const value = (const float*)self->ports[port];
  return value ? *value : standard;
}

static RONDO_REALTIME bool
get_toggle(const RondoDenoise* const self,
           const size_t              port,
           const bool                standard)
{
  return get_control(self, port, standard ? 1.0f : 0.0f) > 0.0f;
}

static RONDO_REALTIME void
set_output(const RondoDenoise* const self,
           const RondoDenoisePort    port,
           const float               value)
{
  float* const output = (float*)self->ports[port];
  if (output) {
    *output = value;
  }
}

// The denoiser limits what is out of range
static RONDO_REALTIME RondoDenoiserControls
get_controls(const RondoDenoise* const self)
{
  const size_t gate =
    is_stereo(self) ? RONDO_DENOISE_STEREO_GATE : RONDO_DENOISE_MONO_GATE;

  const RondoDenoiserControls controls = {
    .attenuation_limit =
      get_control(self, RONDO_DENOISE_LIMIT, RONDO_NO_ATTENUATION_LIMIT),
    .mix            = get_control(self, RONDO_DENOISE_MIX, full_mix) / full_mix,
    .enabled        = get_toggle(self, RONDO_DENOISE_ENABLED, true),
    .listen_removed = get_toggle(self, RONDO_DENOISE_LISTEN, false),
    .link_channels =
      is_stereo(self) && get_toggle(self, RONDO_DENOISE_LINK, true),
    .voice_gate     = get_toggle(self, gate, false),
    .gate_threshold = get_control(self, gate + 1U, RONDO_GATE_THRESHOLD),
    .gate_hold      = get_control(self, gate + 2U, RONDO_GATE_HOLD),
    .gate_range     = get_control(self, gate + 3U, RONDO_GATE_RANGE),
  };

  return controls;
}

static RONDO_REALTIME bool
get_audio(const RondoDenoise* const self, Audio* const audio)
{
  const size_t first =
    is_stereo(self) ? RONDO_DENOISE_LINK + 1U : RONDO_DENOISE_AUDIO;

  for (size_t c = 0; c < self->n_channels; ++c) {
    audio->in[c]  = (const float*)self->ports[first + c];
    audio->out[c] = (float*)self->ports[first + self->n_channels + c];
    if (!audio->in[c] || !audio->out[c]) {
      return false;
    }
  }

  return true;
}

// Set a unit's controls, without a glide in its first block
static RONDO_REALTIME void
set_controls(RondoUnit* const unit, const RondoDenoiserControls* const controls)
{
  RondoDenoiser* const denoiser = (RondoDenoiser*)unit->engine;

  rondo_denoiser_set_controls(denoiser, controls);
  if (!unit->started) {
    rondo_denoiser_reset(denoiser);
    unit->started = true;
  }
}

// Return for how many samples the incoming model plays unheard
static RONDO_REALTIME size_t
get_settle(const RondoDenoise* const self)
{
  const RondoDenoiser* const incoming = self->slot.incoming->engine;
  const size_t               frame    = 2U * rondo_denoiser_hop(incoming);

  return self->settle + rondo_denoiser_latency(incoming) - frame;
}

// Play both models for up to RONDO_DENOISE_BLOCK samples
static RONDO_REALTIME void
play_both(RondoDenoise* const self, const Audio* const audio, const size_t n)
{
  const size_t settle = get_settle(self);

  float* const scratch[RONDO_DENOISE_MAX_CHANNELS] = { self->scratch[0],
                                                       self->scratch[1] };

  // The incoming one first: output may be the same memory as input
  rondo_denoiser_process(
    (RondoDenoiser*)self->slot.incoming->engine, audio->in, scratch, n);
  rondo_denoiser_process(
    (RondoDenoiser*)self->slot.active->engine, audio->in, audio->out, n);

  // Both are alike where no noise is, so that gains that add up to 1 fit, as
  // long as one does not look further ahead: then the sound jumps in time.
  // old + gain (new - old) leaves what is equal in both as it is to the bit.
  for (size_t i = 0; i < n; ++i) {
    const size_t position = self->swapped + i;
    const float  gain     = position <= settle
                              ? 0.0f
                              : (float)(position - settle) / (float)self->fade;

    for (size_t c = 0; c < self->n_channels; ++c) {
      // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): checked before
      audio->out[c][i] += gain * (scratch[c][i] - audio->out[c][i]);
    }
  }

  self->swapped += n;
}

static RONDO_REALTIME size_t
least(const size_t a, const size_t b)
{
  return a < b ? a : b;
}

static RONDO_REALTIME void
play(RondoDenoise* const                self,
     Audio                              audio,
     const RondoDenoiserControls* const controls,
     const size_t                       n_samples)
{
  RondoSlot* const slot = &self->slot;
  size_t           done = 0U;

  while (done < n_samples) {
    size_t n = n_samples - done;

    if (slot->incoming) {
      if (!slot->incoming->started) {
        self->swapped = 0U;
      }
      set_controls(slot->incoming, controls);
      n                   = least(n, RONDO_DENOISE_BLOCK);
      const size_t length = get_settle(self) + self->fade;
      n                   = least(n, length - self->swapped);
      play_both(self, &audio, n);
      if (self->swapped == length) {
        rondo_slot_advance(slot);
      }
    } else {
      rondo_denoiser_process(
        (RondoDenoiser*)slot->active->engine, audio.in, audio.out, n);
    }

    for (size_t c = 0; c < self->n_channels; ++c) {
      audio.in[c] += n;
      audio.out[c] += n;
    }
    done += n;
  }
}

static RONDO_REALTIME RondoProperty
get_model(RondoDenoise* const self)
{
  const RondoProperty model = {
    .key      = self->uris.rondo_model,
    .type     = self->uris.atom_path,
    .writable = true,
    .text     = rondo_slot_path(&self->slot),
    .announce = &self->slot.announce,
  };

  return model;
}

static RONDO_REALTIME void
set_model(RondoSlot* const slot, const RondoWish* const wish)
{
  if (!wish->text || !rondo_slot_ask(slot, wish->text, wish->length)) {
    // Who asked gets to know what is in use instead
    slot->announce = true;
    rondo_host_trace(slot->logger,
                     slot->schedule
                       ? "rondo: a model's path has to be absolute\n"
                       : "rondo: no worker here: the model stays\n");
  }
}

static RONDO_REALTIME void
hear(RondoDenoise* const self)
{
  const LV2_Atom_Sequence* const control =
    (const LV2_Atom_Sequence*)self->ports[RONDO_DENOISE_CONTROL];
  const RondoProperty   model  = get_model(self);
  const LV2_Atom_Event* event  = NULL;
  uint32_t              offset = 0U;

  if (!rondo_atoms_are_events(control, &self->uris)) {
    return;
  }

  while ((event = rondo_atoms_next(control, &offset))) {
    const LV2_Atom_Object* const object =
      rondo_atoms_object(event, &self->uris);
    if (object) {
      const RondoWish wish =
        rondo_messages_hear(&self->messages, &model, 1U, object);
      if (wish.property) {
        set_model(&self->slot, &wish);
      }
    }
  }
}

void
rondo_denoise_run(const LV2_Handle instance, const uint32_t n_samples)
{
  RondoDenoise* const self = (RondoDenoise*)instance;
  RondoSlot* const    slot = &self->slot;
  Audio               audio;

  hear(self);
  rondo_slot_send(slot);

  const RondoDenoiserControls controls = get_controls(self);
  set_controls(slot->active, &controls);
  if (n_samples && get_audio(self, &audio)) {
    slot->running = true;
    play(self, audio, &controls, n_samples);
  }

  const RondoDenoiser* const heard = (RondoDenoiser*)slot->active->engine;
  set_output(
    self, RONDO_DENOISE_REDUCTION, rondo_denoiser_get_reduction(heard));
  set_output(self, RONDO_DENOISE_VOICE, rondo_denoiser_get_voice(heard));
  set_output(self, RONDO_DENOISE_LATENCY, (float)rondo_denoiser_latency(heard));

  const RondoProperty model = get_model(self);
  rondo_messages_say(&self->messages,
                     &model,
                     1U,
                     &slot->changed,
                     (LV2_Atom_Sequence*)self->ports[RONDO_DENOISE_NOTIFY],
                     n_samples);
}

LV2_Worker_Status
rondo_denoise_work_response(const LV2_Handle  instance,
                            const uint32_t    size,
                            const void* const body)
{
  return rondo_slot_accept(&((RondoDenoise*)instance)->slot, size, body);
}
