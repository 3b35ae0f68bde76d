// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// A host of Rondo Melody, with a clock and a transport

#ifndef RONDO_TESTS_PLUGIN_PLAYER_H
#define RONDO_TESTS_PLUGIN_PLAYER_H

#include "tests/plugin/host.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

using Bytes = std::vector<uint8_t>;

constexpr uint8_t note_on  = 0x90U;
constexpr uint8_t note_off = 0x80U;

// A MIDI message that the plugin sent; `time` counts from the first block
struct Sent {
  uint64_t time;
  Bytes    bytes;

  bool operator==(const Sent& other) const
  {
    return time == other.time && bytes == other.bytes;
  }
};

using Sents = std::vector<Sent>;

// Where a host says that it is, and in which types it says so
struct Place {
  double      speed{ 1.0 };
  double      bar{ 0.0 };
  double      bar_beat{ 0.0 };
  double      beats_per_bar{ 4.0 };
  double      beat_unit{ 4.0 };
  double      beats_per_minute{ 120.0 };
  double      frame{ 0.0 };
  std::string skip{};                   // Letters of the keys that are left out
  const char* type{ LV2_ATOM__Double }; // Of all numbers
};

// Return the melody plugin as an offer, with all controls at their defaults.
Offer
melody_offer();

class Player : public Instance
{
public:
  explicit Player(const Offer& offer = melody_offer());

  // Say in the next block, in the order of frames.
  void midi(uint32_t frame, const Bytes& bytes);
  void place(uint32_t frame, const Place& place);
  // Cut what is to be said short, to `size` bytes; or change what it is.
  void cut(uint32_t size);
  void retype(LV2_URID type);

  void send_at(int64_t frame, LV2_URID type, const void* body, uint32_t size);

  // Run a block, see that what was sent is valid, and keep it.
  void play(size_t n_samples);

  // Run, in blocks of `block`.
  void play_on(size_t n_samples, size_t block = 256U);

  // Press a button for one block, and let it go for another.
  void press(const char* symbol, size_t n_samples = 64U);

  // Play notes, each a quarter long at 120, and return to silence.
  void feed(const std::vector<uint8_t>& pitches);

  // Start the transport, play a tune of two bars that becomes the seed, stop
  // in bar `bar`, and wait until phrases are ready.
  void capture(double bar = 2.0);

  // Start at a place and play for some bars, and return what is sent from the
  // start on, without the end of what sounded before.
  Sents perform(const Place& place, size_t block = 256U);

  // Play on until a note sounds, which must be soon.
  void play_until_it_sounds();

  // Return what is sent of one kind: 0x90 with a velocity, 0x80 …
  Sents of_kind(uint8_t kind) const;

  Sents    sent;
  uint64_t time{ 0U };

  // Notes that sound, by channel and pitch, and how many that did were begun
  // again or ended without having begun
  std::set<std::pair<uint8_t, uint8_t>> sounding;
  size_t                                n_doubled{ 0U };
  size_t                                n_orphans{ 0U };

private:
  void take_events(size_t n_samples);
  void follow(const Bytes& bytes);
};

#endif // RONDO_TESTS_PLUGIN_PLAYER_H
