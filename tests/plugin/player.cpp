// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/plugin/player.h"

#include <gtest/gtest.h>
#include <lilv/lilv.h>
#include <lv2/atom/util.h>
#include <lv2/core/lv2.h>
#include <lv2/midi/midi.h>
#include <lv2/time/time.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace {

// Return the defaults that the bundle tells.
std::map<std::string, float>
read_defaults()
{
  const World             world{ environment("RONDO_TEST_BUNDLE") };
  const LilvPlugin* const plugin = world.plugin(melody_uri);
  const uint32_t          n      = lilv_plugin_get_num_ports(plugin);
  std::vector<float>      values(n);
  lilv_plugin_get_port_ranges_float(plugin, nullptr, nullptr, values.data());

  std::map<std::string, float> defaults;
  for (uint32_t i = 0U; i < n; ++i) {
    const LilvPort* const port = lilv_plugin_get_port_by_index(plugin, i);
    if (!std::isnan(values[i])) {
      defaults[lilv_node_as_string(lilv_port_get_symbol(plugin, port))] =
        values[i];
    }
  }
  return defaults;
}

} // namespace

Offer
melody_offer()
{
  static const std::map<std::string, float> defaults = read_defaults();

  Offer offer;
  offer.uri      = melody_uri;
  offer.controls = defaults;
  return offer;
}

Player::Player(const Offer& offer)
  : Instance(offer)
{
}

void
Player::send_at(const int64_t     frame,
                const LV2_URID    type,
                const void* const body,
                const uint32_t    size)
{
  lv2_atom_forge_frame_time(&forge_, frame);
  lv2_atom_forge_atom(&forge_, size, type);
  lv2_atom_forge_write(&forge_, body, size);
}

void
Player::midi(const uint32_t frame, const Bytes& bytes)
{
  send_at(frame,
          uris.number(LV2_MIDI__MidiEvent),
          bytes.data(),
          static_cast<uint32_t>(bytes.size()));
}

void
Player::place(const uint32_t frame, const Place& place)
{
  const struct {
    char        letter;
    const char* key;
    double      value;
  } numbers[] = { { 's', LV2_TIME__speed, place.speed },
                  { 'b', LV2_TIME__bar, place.bar },
                  { 'e', LV2_TIME__barBeat, place.bar_beat },
                  { 'p', LV2_TIME__beatsPerBar, place.beats_per_bar },
                  { 'u', LV2_TIME__beatUnit, place.beat_unit },
                  { 'm', LV2_TIME__beatsPerMinute, place.beats_per_minute },
                  { 'f', LV2_TIME__frame, place.frame } };

  LV2_Atom_Forge_Frame object;
  lv2_atom_forge_frame_time(&forge_, frame);
  lv2_atom_forge_object(&forge_, &object, 0U, uris.number(LV2_TIME__Position));
  for (const auto& number : numbers) {
    if (place.skip.find(number.letter) != std::string::npos) {
      continue;
    }
    lv2_atom_forge_key(&forge_, uris.number(number.key));
    if (!strcmp(place.type, LV2_ATOM__Int)) {
      lv2_atom_forge_int(&forge_, static_cast<int32_t>(number.value));
    } else if (!strcmp(place.type, LV2_ATOM__Long)) {
      lv2_atom_forge_long(&forge_, static_cast<int64_t>(number.value));
    } else if (!strcmp(place.type, LV2_ATOM__Float)) {
      lv2_atom_forge_float(&forge_, static_cast<float>(number.value));
    } else {
      lv2_atom_forge_double(&forge_, number.value);
    }
  }
  lv2_atom_forge_pop(&forge_, &object);
}

void
Player::cut(const uint32_t size)
{
  reinterpret_cast<LV2_Atom*>(control_.data())->size = size;
}

void
Player::retype(const LV2_URID type)
{
  reinterpret_cast<LV2_Atom*>(control_.data())->type = type;
}

void
Player::follow(const Bytes& bytes)
{
  const auto kind  = static_cast<uint8_t>(bytes[0] & 0xF0U);
  const auto voice = std::make_pair(static_cast<uint8_t>(bytes[0] & 0x0FU),
                                    bytes.size() > 1U ? bytes[1] : uint8_t{});
  if (kind == note_on && bytes[2]) {
    n_doubled += sounding.insert(voice).second ? 0U : 1U;
  } else if (kind == note_off || kind == note_on) {
    n_orphans += sounding.erase(voice) ? 0U : 1U;
  }
}

void
Player::take_events(const size_t n_samples)
{
  const auto* const out =
    reinterpret_cast<const LV2_Atom_Sequence*>(midi_out_.data());
  if (!offer_.features) {
    EXPECT_EQ(out->atom.size, 0U);
    return;
  }

  // One that is too small for an empty sequence is left as it is
  if (offer_.midi_size < sizeof(LV2_Atom_Sequence)) {
    return;
  }

  ASSERT_EQ(out->atom.type, uris.number(LV2_ATOM__Sequence));
  ASSERT_LE(out->atom.size + sizeof(LV2_Atom), offer_.midi_size);
  int64_t last = 0;
  LV2_ATOM_SEQUENCE_FOREACH(out, event)
  {
    const int64_t frame = event->time.frames;
    ASSERT_EQ(event->body.type, uris.number(LV2_MIDI__MidiEvent));
    ASSERT_GE(frame, last);
    ASSERT_LT(frame, static_cast<int64_t>(n_samples));
    ASSERT_GE(event->body.size, 1U);
    ASSERT_LE(event->body.size, 3U);
    last = frame;

    const auto* const body =
      static_cast<const uint8_t*>(LV2_ATOM_BODY_CONST(&event->body));
    const Bytes bytes(body, body + event->body.size);
    ASSERT_TRUE(bytes[0] & 0x80U);
    follow(bytes);
    sent.push_back({ time + static_cast<uint64_t>(frame), bytes });
  }
}

void
Player::play(const size_t n_samples)
{
  run(nullptr, nullptr, n_samples);
  if (offer_.atom_ports) {
    take_events(n_samples);
  }
  time += n_samples;
}

void
Player::play_on(const size_t n_samples, const size_t block)
{
  for (size_t done = 0U; done < n_samples; done += block) {
    play(std::min(block, n_samples - done));
  }
}

void
Player::press(const char* const symbol, const size_t n_samples)
{
  control(symbol) = 1.0f;
  play(n_samples);
  control(symbol) = 0.0f;
  play(n_samples);
}

void
Player::feed(const std::vector<uint8_t>& pitches)
{
  const auto quarter = static_cast<size_t>(offer_.sample_rate / 2.0);
  for (const uint8_t pitch : pitches) {
    midi(0U, { note_on, pitch, 100U });
    play_on(quarter - 64U);
    midi(0U, { note_off, pitch, 0U });
    play_on(64U);
  }
}

void
Player::capture(const double bar)
{
  Place at;
  place(0U, at);
  feed({ 60U, 62U, 64U, 65U, 67U, 69U, 71U, 72U });
  at.speed = 0.0;
  at.bar   = bar;
  place(0U, at);
  play_on(static_cast<size_t>(2.0 * offer_.sample_rate));
  sent.clear();
}

Sents
Player::perform(const Place& from, const size_t block)
{
  sent.clear();
  const uint64_t start = time;
  place(0U, from);
  play_on(384000U, block);
  Sents result = sent;
  for (Sent& message : result) {
    message.time -= start;
  }

  const auto first =
    std::find_if(result.begin(), result.end(), [](const Sent& message) {
      return message.time || (message.bytes[0] & 0xF0U) != note_off;
    });
  return { first, result.end() };
}

void
Player::play_until_it_sounds()
{
  for (int i = 0; i < 10000 && sounding.empty(); ++i) {
    play(64U);
  }
  EXPECT_FALSE(sounding.empty());
}

Sents
Player::of_kind(const uint8_t kind) const
{
  Sents found;
  std::copy_if(sent.begin(),
               sent.end(),
               std::back_inserter(found),
               [kind](const Sent& message) {
                 return (message.bytes[0] & 0xF0U) == kind &&
                        (kind != note_on || message.bytes[2]);
               });
  return found;
}
