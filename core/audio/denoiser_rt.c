// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/bands.h"
#include "core/audio/decibels.h"
#include "core/audio/denoiser.h"
#include "core/audio/denoiser_impl.h"
#include "core/audio/features.h"
#include "core/audio/frames.h"
#include "core/audio/voice_gate.h"
#include "core/base/denormals.h"
#include "core/net/stream.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Partial sums of an energy
#define LANES 16U

static const uint32_t infinity_bits = 0x7f800000U;
static const uint32_t limit_bits    = 0x49800000U; // 2^20

// Energy of a hiss far below hearing, so that silence is not divided by
static const float quiet = 1e-12f;

static const float max_reduction = 100.0f;

// As integers, samples that are not finite are just the largest magnitudes
static void
take_input(const float* const in, float* const out, const size_t n)
{
  for (size_t i = 0; i < n; ++i) {
    uint32_t bits = 0;
    memcpy(&bits, &in[i], sizeof(bits));

    const uint32_t size    = bits & 0x7fffffffU;
    const uint32_t sign    = bits & 0x80000000U;
    const uint32_t limited = (size > limit_bits) ? (sign | limit_bits) : bits;
    const uint32_t clean   = (size >= infinity_bits) ? 0U : limited;
    memcpy(&out[i], &clean, sizeof(clean));
  }
}

static bool
all_are_finite(const float* const x, const size_t n)
{
  uint32_t n_bad = 0;
  for (size_t i = 0; i < n; ++i) {
    uint32_t bits = 0;
    memcpy(&bits, &x[i], sizeof(bits));
    n_bad += ((bits & 0x7fffffffU) >= infinity_bits) ? 1U : 0U;
  }
  return n_bad == 0;
}

// The sum runs over 16 lanes, which are then added in pairs
static float
mean_square(const float* const x, const size_t n)
{
  float  sums[LANES] = { 0.0f };
  size_t i           = 0;
  for (; i + LANES <= n; i += LANES) {
    for (size_t j = 0; j < LANES; ++j) {
      sums[j] += x[i + j] * x[i + j];
    }
  }
  for (size_t j = 0; i < n; ++i, ++j) {
    sums[j] += x[i] * x[i];
  }

  for (size_t width = LANES / 2U; width; width /= 2U) {
    for (size_t j = 0; j < width; ++j) {
      sums[j] += sums[j + width];
    }
  }
  return sums[0] / (float)n;
}

void
rondo_denoiser_reset(RondoDenoiser* const denoiser)
{
  const size_t hop    = denoiser->hop;
  const size_t n_ring = denoiser->n_ahead + 1U;
  for (size_t c = 0; c < denoiser->n_channels; ++c) {
    RondoDenoiserChannel* const channel = &denoiser->channels[c];

    memset(channel->input, 0, (denoiser->span + hop) * sizeof(float));
    memset(channel->dry, 0, n_ring * hop * sizeof(float));
    memset(
      channel->spectra, 0, n_ring * denoiser->spectrum_size * sizeof(float));
    memset(channel->previous, 0, 2U * denoiser->n_bins * sizeof(float));
    memset(channel->wet, 0, hop * sizeof(float));
    memset(channel->tail, 0, hop * sizeof(float));
    channel->dry_energy = 0.0f;
    channel->wet_energy = 0.0f;
  }

  rondo_stream_reset(denoiser->stream);
  denoiser->position = 0;
  denoiser->newest   = 0;
  denoiser->oldest   = denoiser->n_ahead ? 1U : 0U;
  denoiser->n_blind  = denoiser->n_ahead;
  denoiser->voice    = 0.0f;
  denoiser->is_fresh = true;
  rondo_denoiser_apply_controls(denoiser);
}

/*
   Once a hop
*/

// Return an entry of a channel's ring of spectra
static float*
spectrum_of(const RondoDenoiser* const        d,
            const RondoDenoiserChannel* const channel,
            const size_t                      entry)
{
  return channel->spectra + (entry * d->spectrum_size);
}

static void
analyse(RondoDenoiser* const d)
{
  for (size_t c = 0; c < d->n_channels; ++c) {
    const RondoDenoiserChannel* const channel = &d->channels[c];

    float* const spectrum = spectrum_of(d, channel, d->newest);
    rondo_frames_analyse(d->frames, channel->input + d->hop, d->work, spectrum);
    rondo_features_compute(d->features,
                           spectrum,
                           channel->previous,
                           d->work,
                           d->inputs + (c * d->n_inputs));
  }
}

// Hear who speaks; where nobody tells, gates stay open
static void
hear_voice(RondoDenoiser* const d, const bool is_told)
{
  float loudest = 0.0f;
  for (size_t c = 0; c < d->n_channels; ++c) {
    const float* const outputs = d->outputs + (c * d->n_outputs);
    const float        voice   = is_told ? outputs[d->n_gains] : 1.0f;

    d->channels[c].voice = voice;
    loudest              = (voice > loudest) ? voice : loudest;
  }
  for (size_t c = 0; d->controls.link_channels && c < d->n_channels; ++c) {
    d->channels[c].voice = loudest;
  }
  d->voice = is_told ? loudest : 0.0f;
}

// Should the network fail, or not answer yet, gains of 1 stand in for it
static void
ask_network(RondoDenoiser* const d)
{
  const size_t n = d->n_channels * d->n_outputs;

  rondo_stream_step(d->stream, d->inputs, d->outputs);

  const bool is_blind = d->n_blind > 0;
  const bool is_well  = !is_blind && all_are_finite(d->outputs, n);
  if (is_blind) {
    --d->n_blind;
  } else if (!is_well) {
    rondo_stream_reset(d->stream);
    d->n_blind = d->n_ahead;
  }
  for (size_t i = 0; i < n; ++i) {
    d->outputs[i] = is_well ? rondo_clamp(d->outputs[i], 0.0f, 1.0f) : 1.0f;
  }

  hear_voice(d, is_well && d->has_voice);
}

// Spread the gains of all channels to bins; linked, the first has the largest
static void
spread_gains(RondoDenoiser* const d)
{
  float* RONDO_RESTRICT const first = d->channels[0].gains;
  for (size_t c = 0; c < d->n_channels; ++c) {
    const float* const gains = d->channels[c].gains;

    rondo_bands_spread(
      d->bands, d->outputs + (c * d->n_outputs), d->channels[c].gains);
    if (c && d->controls.link_channels) {
      for (size_t k = 0; k < d->n_bins; ++k) {
        first[k] = (gains[k] > first[k]) ? gains[k] : first[k];
      }
    }
  }
}

static void
attenuate(const float* RONDO_RESTRICT const gains,
          const float                       floor,
          float* RONDO_RESTRICT const       spectrum,
          const size_t                      n_bins)
{
  for (size_t k = 0; k < n_bins; ++k) {
    const float gain = (gains[k] > floor) ? gains[k] : floor;

    spectrum[2U * k] *= gain;
    spectrum[(2U * k) + 1U] *= gain;
  }
}

// Overlap and add; then what is played next is complete
static void
synthesise(const RondoDenoiser* const d, RondoDenoiserChannel* const channel)
{
  const size_t                hop  = d->hop;
  const float* const          work = d->work;
  float* RONDO_RESTRICT const wet  = channel->wet;
  float* RONDO_RESTRICT const tail = channel->tail;

  rondo_frames_synthesise(
    d->frames, spectrum_of(d, channel, d->oldest), d->work);
  for (size_t i = 0; i < hop; ++i) {
    wet[i] = tail[i] + work[i];
  }
  rondo_voice_gate_apply(&channel->gate, wet, hop);
  memcpy(tail, work + hop, hop * sizeof(float));
  memmove(channel->input, channel->input + hop, d->span * sizeof(float));

  // The first hop of the newest frame
  memcpy(channel->dry + (d->newest * hop),
         channel->input + (d->span - d->size),
         hop * sizeof(float));

  const float dry_energy = mean_square(channel->dry + (d->oldest * hop), hop);
  const float wet_energy = mean_square(wet, hop);
  channel->dry_energy += d->meter_rate * (dry_energy - channel->dry_energy);
  channel->wet_energy += d->meter_rate * (wet_energy - channel->wet_energy);
}

static void
process_frame(RondoDenoiser* const d)
{
  d->floor_left -= d->floor_left ? 1U : 0U;
  const float floor = d->floor - (d->floor_step * (float)d->floor_left);

  analyse(d);
  ask_network(d);
  spread_gains(d);
  for (size_t c = 0; c < d->n_channels; ++c) {
    const size_t source = d->controls.link_channels ? 0 : c;

    rondo_voice_gate_step(&d->channels[c].gate, &d->gate, d->channels[c].voice);
    attenuate(d->channels[source].gains,
              floor,
              spectrum_of(d, &d->channels[c], d->oldest),
              d->n_bins);
    synthesise(d, &d->channels[c]);
  }

  d->newest = d->oldest;
  d->oldest = d->oldest < d->n_ahead ? d->oldest + 1U : 0U;
}

/*
   Every sample
*/

// out = a dry + b wet, where a and b are on their way for a while
static void
mix_output(const RondoDenoiser* const        d,
           const RondoDenoiserChannel* const channel,
           float* const                      out,
           const size_t                      n)
{
  const float* const dry    = channel->dry + (d->newest * d->hop) + d->position;
  const float* const wet    = channel->wet + d->position;
  const size_t       n_ramp = (n < d->mix_left) ? n : d->mix_left;

  for (size_t i = 0; i < n_ramp; ++i) {
    const float left = (float)(int32_t)(d->mix_left - 1U - i);
    const float a    = d->mix.dry - (d->mix_step.dry * left);
    const float b    = d->mix.wet - (d->mix_step.wet * left);

    out[i] = (a * dry[i]) + (b * wet[i]);
  }
  for (size_t i = n_ramp; i < n; ++i) {
    out[i] = (d->mix.dry * dry[i]) + (d->mix.wet * wet[i]);
  }
}

void
rondo_denoiser_process(RondoDenoiser* const      denoiser,
                       const float* const* const in,
                       float* const* const       out,
                       const size_t              n_samples)
{
  RondoDenoiser* const d    = denoiser;
  const RondoDenormals mode = rondo_denormals_flush();

  for (size_t done = 0; done < n_samples;) {
    const size_t left = n_samples - done;
    const size_t room = d->hop - d->position;
    const size_t n    = (left < room) ? left : room;

    // All inputs are read before an output is written: they may be the same
    for (size_t c = 0; c < d->n_channels; ++c) {
      float* const hop = d->channels[c].input + d->span;
      take_input(in[c] + done, hop + d->position, n);
    }
    for (size_t c = 0; c < d->n_channels; ++c) {
      mix_output(d, &d->channels[c], out[c] + done, n);
    }

    d->is_fresh = false;
    d->mix_left -= (n < d->mix_left) ? n : d->mix_left;
    d->position += n;
    done += n;
    if (d->position == d->hop) {
      process_frame(d);
      d->position = 0;
    }
  }

  rondo_denormals_restore(mode);
}

/*
   What is shown
*/

size_t
rondo_denoiser_latency(const RondoDenoiser* const denoiser)
{
  return denoiser->size + (denoiser->n_ahead * denoiser->hop);
}

size_t
rondo_denoiser_hop(const RondoDenoiser* const denoiser)
{
  return denoiser->hop;
}

float
rondo_denoiser_get_reduction(const RondoDenoiser* const denoiser)
{
  const RondoDenoiserChannel* loudest = denoiser->channels;
  for (size_t c = 1; c < denoiser->n_channels; ++c) {
    const RondoDenoiserChannel* const channel = &denoiser->channels[c];
    loudest = (channel->dry_energy > loudest->dry_energy) ? channel : loudest;
  }

  const float ratio =
    (loudest->dry_energy + quiet) / (loudest->wet_energy + quiet);
  return rondo_clamp(rondo_decibels(ratio), 0.0f, max_reduction);
}

float
rondo_denoiser_get_voice(const RondoDenoiser* const denoiser)
{
  return denoiser->voice;
}
