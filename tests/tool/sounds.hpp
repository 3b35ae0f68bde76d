// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file sounds.hpp Sound files for tests.
*/

#ifndef RONDO_TESTS_TOOL_SOUNDS_HPP
#define RONDO_TESTS_TOOL_SOUNDS_HPP

#include <sndfile.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// A sound in memory
struct Sound {
  int                 format{ SF_FORMAT_WAV | SF_FORMAT_PCM_16 };
  int                 sample_rate{ 48000 };
  int                 channels{ 1 };
  std::vector<double> samples{}; ///< Interleaved

  size_t frames() const
  {
    return samples.size() / static_cast<size_t>(channels);
  }
};

/// Return noise with bursts of tone; different in every channel
Sound
make_sound(int format, int sample_rate, int channels, size_t frames);

void
write_sound(const std::string& path, const Sound& sound);

Sound
read_sound(const std::string& path);

/// Return the level of the difference of two sounds in dB, -999 if there is
/// none
double
difference_db(const Sound& a, const Sound& b);

#endif // RONDO_TESTS_TOOL_SOUNDS_HPP
