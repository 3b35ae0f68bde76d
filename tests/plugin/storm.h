// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// A host in which all that may happen happens at once: hostile events and
// controls before every block, models exchanged by a worker, states restored
// and saved, each in a thread of its own, while audio runs in another.

#ifndef RONDO_TESTS_PLUGIN_STORM_H
#define RONDO_TESTS_PLUGIN_STORM_H

#include "tests/plugin/host.h"
#include "tests/plugin/player.h"

#include <sys/types.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

// What is looked at while audio runs
enum class Watch {
  heap,   // Calls of the heap, where they can be counted
  system, // Calls of the system, which end the audio thread
  faults, // Memory that was never touched
};

// What a storm is made of
struct Weather {
  Offer   offer{};
  Strings models{};          // What hosts ask for, and must hear of
  Strings files{};           // Other paths that they ask for
  size_t  n_blocks{ 2000U }; // At least
  bool    plants{ false };   // The audio thread calls the system once
};

class Storm : public Player
{
public:
  explicit Storm(const Weather& weather);

  // Blow until all models were heard and for as many blocks as it takes; false
  // if the audio thread was ended, or heard not all of them.
  bool blow(Watch watch);

  size_t n_heap_calls{ 0U };
  long   n_faults{ 0 };
  size_t n_bad_samples{ 0U };
  size_t n_bad_events{ 0U };
  size_t n_played{ 0U };  // Blocks
  size_t n_notes{ 0U };   // That the plugin sent
  size_t n_answers{ 0U }; // Of the worker

private:
  // What happens before a block; it is laid out before, since an audio thread
  // that is watched cannot do so
  struct Gust {
    std::vector<uint64_t>                 events;
    std::vector<std::pair<float*, float>> knobs;
    const Samples*                        in;
    size_t                                n_samples;
  };

  std::vector<uint64_t> make_events();
  void                  say_something_sane();
  float                 any_value();
  double                any_number();
  void                  make_gusts();

  void run_audio(Watch watch);
  void run_block(const Gust& gust, Watch watch);
  void take_answers();
  void look_at_output(size_t n_samples);
  void run_worker();
  void restore_something();
  bool audio_is_over() const;

  Weather                 weather_;
  std::minstd_rand        random_{ 1U };
  Strings                 symbols_;
  std::vector<Gust>       gusts_;
  std::array<Samples, 3U> ins_;
  std::array<Samples, 2U> outs_;
  std::vector<char>       answer_;
  std::vector<bool>       heard_;
  size_t                  n_heard_{ 0U };
  std::atomic<pid_t>      audio_thread_{ 0 };
  std::atomic<bool>       over_{ false };
};

#endif // RONDO_TESTS_PLUGIN_STORM_H
