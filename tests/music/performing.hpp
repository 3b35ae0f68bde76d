// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TESTS_MUSIC_PERFORMING_HPP
#define RONDO_TESTS_MUSIC_PERFORMING_HPP

#include "core/music/performer.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace rondo {

/// What happens at a frame
struct Action {
  std::uint64_t                                frame;
  std::function<void(RondoPerformer*)>         act;  ///< Within a block
  std::function<void(RondoPerformerControls&)> turn; ///< A block begins
};

/// A MIDI event, or a note if it has a duration, in frames of the performance
struct Event {
  std::uint64_t frame;
  std::uint8_t  size;
  std::uint8_t  data[3];

  unsigned kind() const { return data[0] & 0xF0U; }
  unsigned channel() const { return data[0] & 0xFU; }
  bool     operator==(const Event& other) const;
};

/// A note that began and ended
struct Note {
  std::uint64_t on;
  std::uint64_t off;
  unsigned      channel;
  unsigned      pitch;
  unsigned      velocity;
};

/// How a performance is cut into blocks: the size of each
using Blocks = std::function<std::uint32_t()>;

Blocks
equal_blocks(std::uint32_t size);

Blocks
random_blocks(std::uint64_t seed);

/// Models of random weights, which a test shares
class Models
{
public:
  Models();
  ~Models();
  Models(const Models&)            = delete;
  Models& operator=(const Models&) = delete;

  RondoModel* melody  = nullptr;
  RondoModel* harmony = nullptr;
};

const Models&
models();

/// A performer with a list of things that happen to it
class Performance
{
public:
  explicit Performance(double sample_rate = 48000.0);
  ~Performance();
  Performance(const Performance&)            = delete;
  Performance& operator=(const Performance&) = delete;

  void at(std::uint64_t frame, std::function<void(RondoPerformer*)> act);
  void turn(std::uint64_t                                frame,
            std::function<void(RondoPerformerControls&)> turn);
  void locate(std::uint64_t frame, const RondoTransport& transport);
  void hear(std::uint64_t frame, const std::vector<std::uint8_t>& data);
  void play(std::uint64_t on, std::uint64_t off, unsigned pitch);

  /// Perform up to a frame, and return what was sent.
  std::vector<Event> run(std::uint64_t frames, const Blocks& blocks);

  double                 rate;
  RondoPerformer*        performer = nullptr;
  RondoPerformerControls controls;
  std::uint32_t          most_taken = 0xFFFFFFFFU; ///< Events of a block

private:
  std::vector<Action> actions;
  std::size_t         next = 0U;
  std::uint64_t       now  = 0U;
};

/// Return a place in 4/4 at 120 a minute.
RondoTransport
rolling(std::int64_t bar, double bar_beat = 0.0);

RondoTransport
stopped(std::int64_t bar, double bar_beat = 0.0);

/// Return a phrase of notes {onset, ticks, pitch} in 4/4.
RondoPhrase
phrase(std::uint32_t                                  bars,
       const std::vector<std::vector<std::uint32_t>>& notes);

/// Return what is wrong with events, or nothing: notes that hang, ends without
/// beginning, the same pitch twice, a wrong order (that of ends and beginnings
/// at one frame, if they were all `taken` in their block).
std::string
find_fault(const std::vector<Event>& events, bool taken = true);

/// Return the notes of a channel that have an end.
std::vector<Note>
notes_of(const std::vector<Event>& events, unsigned channel);

} // namespace rondo

#endif // RONDO_TESTS_MUSIC_PERFORMING_HPP
