// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/music/performing.hpp"

#include "core/base/random.h"
#include "tests/music/chorale_model.hpp"
#include "tests/music/melody_model.hpp"
#include "tests/net/networks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <sstream>
#include <utility>

namespace rondo {

namespace {

constexpr unsigned note_on  = 0x90U;
constexpr unsigned note_off = 0x80U;

RondoModel*
load(const std::string& description, std::uint64_t seed)
{
  const std::string path  = ::testing::TempDir() + "performing.safetensors";
  RondoModel*       model = nullptr;
  RondoError        error{};
  write_model(path, description, seed);
  EXPECT_EQ(rondo_model_load(path.c_str(), &model, &error), RONDO_SUCCESS)
    << error.message;
  (void)std::remove(path.c_str());
  return model;
}

} // namespace

bool
Event::operator==(const Event& other) const
{
  return frame == other.frame && size == other.size &&
         !std::memcmp(data, other.data, size);
}

Blocks
equal_blocks(std::uint32_t size)
{
  return [size] { return size; };
}

Blocks
random_blocks(std::uint64_t seed)
{
  const auto random = std::make_shared<RondoRandom>(rondo_random(seed, 1U));
  return [random] {
    const std::uint32_t most = 1U << rondo_random_below(random.get(), 13U);
    return 1U + rondo_random_below(random.get(), most);
  };
}

Models::Models()
  : melody(load(melody_description(), 3U))
  , harmony(load(chorale_description(), 4U))
{
}

Models::~Models()
{
  rondo_model_free(melody);
  rondo_model_free(harmony);
}

const Models&
models()
{
  static const Models all;
  return all;
}

Performance::Performance(double sample_rate)
  : rate(sample_rate)
  , controls(rondo_performer_defaults())
{
  RondoError error{};
  EXPECT_EQ(
    rondo_performer_new(
      models().melody, models().harmony, sample_rate, &performer, &error),
    RONDO_SUCCESS)
    << error.message;
}

Performance::~Performance()
{
  rondo_performer_free(performer);
}

void
Performance::at(std::uint64_t frame, std::function<void(RondoPerformer*)> act)
{
  actions.push_back({ frame, std::move(act), nullptr });
}

void
Performance::turn(std::uint64_t                                frame,
                  std::function<void(RondoPerformerControls&)> turn)
{
  actions.push_back({ frame, nullptr, std::move(turn) });
}

void
Performance::locate(std::uint64_t frame, const RondoTransport& transport)
{
  at(frame,
     [transport](RondoPerformer* p) { rondo_performer_locate(p, &transport); });
}

void
Performance::hear(std::uint64_t frame, const std::vector<std::uint8_t>& data)
{
  at(frame, [data](RondoPerformer* p) {
    rondo_performer_hear(p, data.data(), data.size());
  });
}

void
Performance::play(std::uint64_t on, std::uint64_t off, unsigned pitch)
{
  hear(on, { 0x90U, static_cast<std::uint8_t>(pitch), 100U });
  hear(off, { 0x80U, static_cast<std::uint8_t>(pitch), 64U });
}

std::vector<Event>
Performance::run(std::uint64_t frames, const Blocks& blocks)
{
  std::vector<Event> events;
  std::stable_sort(actions.begin() + static_cast<std::ptrdiff_t>(next),
                   actions.end(),
                   [](const Action& a, const Action& b) {
                     return a.frame < b.frame ||
                            (a.frame == b.frame && a.turn && !b.turn);
                   });
  while (now < frames) {
    for (; next < actions.size() && actions[next].turn &&
           actions[next].frame <= now;
         ++next) {
      actions[next].turn(controls);
    }
    std::uint64_t end = std::min<std::uint64_t>(now + blocks(), frames);
    for (std::size_t i = next; i < actions.size(); ++i) {
      if (actions[i].turn && actions[i].frame < end) {
        end = std::max(actions[i].frame, now + 1U);
        break;
      }
    }

    rondo_performer_begin_block(performer, &controls);
    for (; next < actions.size() && !actions[next].turn &&
           actions[next].frame < end;
         ++next) {
      rondo_performer_advance(
        performer, static_cast<std::uint32_t>(actions[next].frame - now));
      actions[next].act(performer);
    }
    rondo_performer_advance(performer, static_cast<std::uint32_t>(end - now));
    const RondoMidiEvent* event = nullptr;
    for (std::uint32_t n = 0U;
         n < most_taken && (event = rondo_performer_peek(performer));
         ++n) {
      EXPECT_LT(event->frame, end - now);
      Event e{ now + event->frame, event->size, {} };
      std::memcpy(e.data, event->data, sizeof(e.data));
      events.push_back(e);
      rondo_performer_pop(performer);
    }
    now = end;
  }
  return events;
}

RondoTransport
rolling(std::int64_t bar, double bar_beat)
{
  return { 1.0, bar_beat, bar, 4.0, 4.0, 120.0 };
}

RondoTransport
stopped(std::int64_t bar, double bar_beat)
{
  return { 0.0, bar_beat, bar, 4.0, 4.0, 120.0 };
}

RondoPhrase
phrase(std::uint32_t bars, const std::vector<std::vector<std::uint32_t>>& notes)
{
  RondoPhrase p{};
  p.bar    = { 4U, 4U };
  p.length = 96U * bars;
  for (const auto& note : notes) {
    p.notes[p.n_notes++] = {
      note[0], note[1], static_cast<std::uint8_t>(note[2]), 90U
    };
  }
  return p;
}

std::string
find_fault(const std::vector<Event>& events, bool taken)
{
  std::map<std::pair<unsigned, unsigned>, std::uint64_t> sounding;
  std::map<std::pair<unsigned, unsigned>, std::uint64_t> begun;
  std::ostringstream                                     fault;
  std::uint64_t                                          last = 0U;
  for (std::size_t i = 0U; i < events.size(); ++i) {
    const Event& e   = events[i];
    const auto   key = std::make_pair(e.channel(), unsigned{ e.data[1] });
    if (e.frame < last) {
      fault << "event " << i << " at " << e.frame << " after " << last;
      return fault.str();
    }
    last = e.frame;
    if (e.kind() == note_on) {
      if (!e.data[2] || sounding.count(key)) {
        fault << "note " << key.second << " twice at " << e.frame;
        return fault.str();
      }
      sounding[key] = e.frame;
      begun[key]    = e.frame;
    } else if (e.kind() == note_off) {
      if (!sounding.count(key)) {
        fault << "end of no note " << key.second << " at " << e.frame;
        return fault.str();
      }
      // An end stands before beginnings, but for those of its own note
      for (std::size_t j = i; j-- > 0U && events[j].frame == e.frame && taken &&
                              begun[key] != e.frame;) {
        if (events[j].kind() == note_on) {
          fault << "end after a beginning at " << e.frame;
          return fault.str();
        }
      }
      sounding.erase(key);
    }
  }
  for (const auto& note : sounding) {
    fault << "note " << note.first.second << " of channel " << note.first.first
          << " hangs from " << note.second;
    return fault.str();
  }
  return "";
}

std::vector<Note>
notes_of(const std::vector<Event>& events, unsigned channel)
{
  std::vector<Note> notes;
  for (std::size_t i = 0U; i < events.size(); ++i) {
    const Event& on = events[i];
    if (on.kind() != note_on || on.channel() != channel) {
      continue;
    }
    for (std::size_t j = i + 1U; j < events.size(); ++j) {
      const Event& off = events[j];
      if (off.kind() == note_off && off.channel() == channel &&
          off.data[1] == on.data[1]) {
        notes.push_back(
          { on.frame, off.frame, channel, on.data[1], on.data[2] });
        break;
      }
    }
  }
  return notes;
}

} // namespace rondo
