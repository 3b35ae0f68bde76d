// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Drive the transport of a JACK server at random, and check what a plugin that
// plays in time with it sends.
//
// Usage: jack_watch INPUT OUTPUT ACTIONS
//
// It plays a tune to the port INPUT while the transport rolls, then starts,
// stops, relocates and changes the tempo as often as ACTIONS says, and listens
// to the port OUTPUT.  The plugin has to play without swing.  The server runs
// as fast as it can, but no faster than its clients.

#include "core/base/random.h"

#include <jack/jack.h>
#include <jack/midiport.h>
#include <jack/transport.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

constexpr double   beats_per_bar  = 4.0;
constexpr double   ticks_per_beat = 1e6;  // What JACK can say
constexpr double   grid           = 24.0; // Of notes, in a quarter
constexpr uint32_t tune_beat      = 24000U;
constexpr size_t   most_events    = 65536U;
constexpr uint8_t  pitches[]      = { 60U, 62U, 64U, 65U, 67U, 69U, 71U, 72U };
constexpr size_t   tune_length    = 8U;
constexpr double   new_seconds    = 0.1;
constexpr uint64_t rest_cycles    = 50U;
constexpr int      most_waits     = 1200; // Of 50 ms

enum class Phase { tune, rest, acting, ending, over };

// What arrived, and where the transport was
struct Event {
  bool                   rolls;
  bool                   seeded;  // The tune is over
  double                 seconds; // Since the transport began or jumped
  double                 beat;    // Since the song began
  double                 beat_samples;
  uint64_t               cycle;
  std::array<uint8_t, 3> bytes;
  size_t                 size;
};

struct Watch {
  jack_client_t* client{ nullptr };
  jack_client_t* keys{ nullptr };
  jack_port_t*   in{ nullptr };
  jack_port_t*   out{ nullptr };

  // Of the timebase: a frame and what it is in beats
  double base_frame{ 0.0 };
  double base_beat{ 0.0 };
  double tempo{ 120.0 };
  double next_tempo{ 120.0 };

  std::atomic<Phase>    phase{ Phase::tune };
  uint64_t              phase_end{ 0U }; // The cycle in which it ends, or 0
  size_t                most_actions{ 0U };
  double                since{ 0.0 }; // Frames since it began or jumped
  jack_nframes_t        next_frame{ 0U };
  RondoRandom           random{ rondo_random(1U, 0U) };
  uint64_t              cycle{ 0U };
  uint64_t              next_action{ 0U };
  size_t                n_actions{ 0U };
  std::vector<Event>    events;
  std::vector<uint64_t> stops; // Cycles in which the transport came to rest
  bool                  rolled{ false };
  std::atomic<size_t>   n_events{ 0U };
};

double
sample_rate(const Watch& watch)
{
  return static_cast<double>(jack_get_sample_rate(watch.client));
}

double
beat_samples(const Watch& watch, const double tempo)
{
  return sample_rate(watch) * 60.0 / tempo;
}

// Tell where a cycle begins, in bars and beats
void
tell_time(jack_transport_state_t,
          jack_nframes_t,
          jack_position_t* const position,
          const int              is_new,
          void* const            data)
{
  Watch&     watch = *static_cast<Watch*>(data);
  const auto frame = static_cast<double>(position->frame);
  if (is_new) {
    watch.base_frame = 0.0;
    watch.base_beat  = 0.0;
    watch.tempo      = watch.next_tempo;
  }

  // The next tempo counts from here on
  double beat = watch.base_beat +
                ((frame - watch.base_frame) / beat_samples(watch, watch.tempo));
  if (watch.tempo != watch.next_tempo) {
    watch.base_frame = frame;
    watch.base_beat  = beat;
    watch.tempo      = watch.next_tempo;
  }

  beat              = std::round(beat * ticks_per_beat) / ticks_per_beat;
  const double bar  = std::floor(beat / beats_per_bar);
  const double rest = beat - (bar * beats_per_bar);
  const double tick = (rest - std::floor(rest)) * ticks_per_beat;

  position->valid            = JackPositionBBT;
  position->bar              = static_cast<int32_t>(bar) + 1;
  position->beat             = static_cast<int32_t>(rest) + 1;
  position->tick             = static_cast<int32_t>(std::lround(tick));
  position->bar_start_tick   = bar * beats_per_bar * ticks_per_beat;
  position->beats_per_bar    = static_cast<float>(beats_per_bar);
  position->beat_type        = 4.0f;
  position->ticks_per_beat   = ticks_per_beat;
  position->beats_per_minute = watch.tempo;
}

// Do something that a person at the transport might do
void
act(Watch& watch)
{
  const uint32_t choice = rondo_random_below(&watch.random, 8U);
  const uint32_t number = rondo_random_below(&watch.random, 64U);
  ++watch.n_actions;
  if (choice < 2U) {
    jack_transport_stop(watch.client);
  } else if (choice < 5U) {
    jack_transport_start(watch.client);
  } else if (choice < 7U) {
    // To the begin of a bar, or to anywhere
    const double bar = 4.0 * beat_samples(watch, watch.next_tempo);
    const double to =
      choice == 5U ? std::round(bar * number) : 12345.0 * number;
    jack_transport_locate(watch.client, static_cast<jack_nframes_t>(to));
  } else {
    watch.next_tempo = 60.0 + (2.0 * number);
  }
}

// Go to the next phase a few cycles from now
void
rest(Watch& watch, const Phase phase)
{
  jack_transport_stop(watch.client);
  watch.phase     = phase;
  watch.phase_end = watch.cycle + rest_cycles;
}

// Do what the phase asks for
void
proceed(Watch& watch, const jack_nframes_t frame)
{
  if (watch.phase == Phase::tune) {
    if (watch.cycle == rest_cycles) {
      jack_transport_start(watch.client);
    } else if (frame > (tune_length + 4U) * tune_beat) {
      rest(watch, Phase::rest);
    }
  } else if (watch.phase == Phase::rest && watch.cycle >= watch.phase_end) {
    watch.phase = Phase::acting;
  } else if (watch.phase == Phase::acting && watch.cycle >= watch.next_action) {
    watch.next_action =
      watch.cycle + 1U + rondo_random_below(&watch.random, 60U);
    if (watch.n_actions < watch.most_actions) {
      act(watch);
    } else {
      rest(watch, Phase::ending);
    }
  } else if (watch.phase == Phase::ending && watch.cycle >= watch.phase_end) {
    watch.phase = Phase::over;
  }
}

int
process(const jack_nframes_t n_frames, void* const data)
{
  Watch&          watch    = *static_cast<Watch*>(data);
  jack_position_t position = {};
  const auto      state    = jack_transport_query(watch.client, &position);
  const bool      rolls    = state == JackTransportRolling;
  const double    length   = beat_samples(watch, position.beats_per_minute);
  const double    beat     = ((position.bar - 1) * beats_per_bar) +
                      (position.beat - 1) + (position.tick / ticks_per_beat);

  if (!rolls || position.frame != watch.next_frame) {
    watch.since = 0.0;
  }
  watch.next_frame = position.frame + n_frames;

  void* const buffer = jack_port_get_buffer(watch.in, n_frames);
  const auto  n      = jack_midi_get_event_count(buffer);
  for (uint32_t i = 0U; i < n; ++i) {
    jack_midi_event_t event = {};
    size_t            next  = watch.n_events;
    if (!jack_midi_event_get(&event, buffer, i) && next < most_events) {
      Event& seen       = watch.events[next];
      seen.rolls        = rolls;
      seen.seeded       = watch.phase != Phase::tune;
      seen.seconds      = (watch.since + event.time) / sample_rate(watch);
      seen.beat         = beat + (static_cast<double>(event.time) / length);
      seen.beat_samples = length;
      seen.cycle        = watch.cycle;
      seen.size         = event.size;
      for (size_t j = 0U; j < event.size && j < seen.bytes.size(); ++j) {
        seen.bytes[j] = event.buffer[j];
      }
      watch.n_events = next + 1U;
    }
  }

  if (watch.rolled && !rolls) {
    watch.stops.push_back(watch.cycle);
  }
  watch.rolled = rolls;
  watch.since += n_frames;
  ++watch.cycle;
  proceed(watch, rolls ? position.frame : 0U);
  return 0;
}

// Play the tune once, a quarter each, from the begin of the song
int
play_keys(const jack_nframes_t n_frames, void* const data)
{
  Watch&          watch    = *static_cast<Watch*>(data);
  jack_position_t position = {};
  const auto      state    = jack_transport_query(watch.keys, &position);
  void* const     buffer   = jack_port_get_buffer(watch.out, n_frames);
  jack_midi_clear_buffer(buffer);
  if (state != JackTransportRolling || watch.phase != Phase::tune) {
    return 0;
  }

  for (uint32_t i = 0U; i < n_frames; ++i) {
    const uint32_t frame = position.frame + i;
    const uint32_t index = frame / tune_beat;
    const uint32_t phase = frame % tune_beat;
    if (index < tune_length && (phase == 0U || phase == tune_beat - 1200U)) {
      const uint8_t bytes[] = { static_cast<uint8_t>(phase ? 0x80U : 0x90U),
                                pitches[index],
                                static_cast<uint8_t>(phase ? 0U : 100U) };
      jack_midi_event_write(buffer, i, bytes, sizeof(bytes));
    }
  }
  return 0;
}

bool
set_up(Watch& watch, const std::string& input, const std::string& output)
{
  watch.events.resize(most_events);
  watch.stops.reserve(most_events);
  watch.client = jack_client_open("watch", JackNoStartServer, nullptr);
  watch.keys   = jack_client_open("keys", JackNoStartServer, nullptr);
  if (!watch.client || !watch.keys) {
    return false;
  }

  watch.in = jack_port_register(
    watch.client, "in", JACK_DEFAULT_MIDI_TYPE, JackPortIsInput, 0);
  watch.out = jack_port_register(
    watch.keys, "out", JACK_DEFAULT_MIDI_TYPE, JackPortIsOutput, 0);
  jack_set_process_callback(watch.client, process, &watch);
  jack_set_process_callback(watch.keys, play_keys, &watch);
  return !jack_set_timebase_callback(watch.client, 0, tell_time, &watch) &&
         !jack_activate(watch.client) && !jack_activate(watch.keys) &&
         !jack_connect(watch.keys, "keys:out", input.c_str()) &&
         !jack_connect(watch.client, output.c_str(), "watch:in");
}

// Return false if it takes too long
bool
run(Watch& watch)
{
  if (jack_set_freewheel(watch.client, 1)) {
    return false;
  }
  for (int i = 0; i < most_waits && watch.phase != Phase::over; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  jack_set_freewheel(watch.client, 0);
  return watch.phase == Phase::over;
}

// What is wrong with what was seen
class Report
{
public:
  explicit Report(const Watch& watch)
    : watch_(watch)
  {
  }

  bool is_well()
  {
    for (size_t i = 0U; i < watch_.n_events; ++i) {
      look_at(watch_.events[i]);
    }
    if (!sounding_.empty()) {
      complain("notes that never end", watch_.events[watch_.n_events - 1U]);
    }
    printf("%zu actions, %zu stops, %zu note-ons at %zu places, %zu of them "
           "more than once, %zu late, %zu complaints\n",
           watch_.n_actions,
           watch_.stops.size(),
           n_ons_,
           played_.size(),
           n_repeated_,
           n_late_,
           n_complaints_);
    return !n_complaints_ && played_.size() > 50U && n_repeated_ > 10U;
  }

private:
  void complain(const char* const what, const Event& event)
  {
    if (++n_complaints_ < 20U) {
      printf("%s: beat %.5f, cycle %llu, bytes %02x %02x %02x\n",
             what,
             event.beat,
             static_cast<unsigned long long>(event.cycle),
             event.bytes[0],
             event.bytes[1],
             event.bytes[2]);
    }
  }

  // A cycle later than it stopped, nothing sounds
  void look_at_stops(const Event& event)
  {
    while (next_stop_ < watch_.stops.size() &&
           watch_.stops[next_stop_] < event.cycle) {
      if (!sounding_.empty()) {
        complain("a note sounds after the stop", event);
        sounding_.clear();
      }
      ++next_stop_;
    }
  }

  void look_at(const Event& event)
  {
    look_at_stops(event);
    const uint8_t kind = event.bytes[0] & 0xF0U;
    if (event.size != 3U || (kind != 0x90U && kind != 0x80U)) {
      return;
    }

    if (kind == 0x80U || !event.bytes[2]) {
      if (!sounding_.erase(event.bytes[1])) {
        complain("a note ends that did not begin", event);
      }
      return;
    }

    ++n_ons_;
    if (!sounding_.insert(event.bytes[1]).second) {
      complain("a note begins again", event);
    }
    if (!event.rolls) {
      complain("a note begins while stopped", event);
    }

    // On the grid, to the sample; where the transport has just jumped, and what
    // comes is not written yet, a note may come at once that should have a
    // little before
    const double place   = std::round(event.beat * grid);
    const double samples = (event.beat - (place / grid)) * event.beat_samples;
    const bool   is_new  = event.seconds < new_seconds;
    if (std::fabs(samples) > 1.0 && !is_new) {
      complain("a note is off the grid", event);
    }
    n_late_ += std::fabs(samples) > 1.0 ? 1U : 0U;

    // The same at every pass
    if (event.seeded && std::fabs(samples) <= 1.0) {
      const auto found = played_.emplace(std::lround(place), event.bytes[1]);
      n_repeated_ += found.second ? 0U : 1U;
      if (!found.second && found.first->second != event.bytes[1]) {
        complain("another note than before", event);
      }
    }
  }

  const Watch&            watch_;
  std::set<uint8_t>       sounding_;
  std::map<long, uint8_t> played_; // By place
  size_t                  next_stop_{ 0U };
  size_t                  n_ons_{ 0U };
  size_t                  n_repeated_{ 0U };
  size_t                  n_late_{ 0U };
  size_t                  n_complaints_{ 0U };
};

} // namespace

int
main(int argc, char** argv)
{
  if (argc != 4) {
    (void)fprintf(stderr, "Usage: jack_watch INPUT OUTPUT ACTIONS\n");
    return 2;
  }

  Watch watch;
  if (!set_up(watch, argv[1], argv[2])) {
    (void)fprintf(stderr, "jack_watch: cannot set up\n");
    return 1;
  }

  watch.most_actions = strtoul(argv[3], nullptr, 10);
  const bool is_over = run(watch);
  jack_client_close(watch.keys);
  jack_client_close(watch.client);
  return Report(watch).is_well() && is_over ? 0 : 1;
}
