// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/tool/sounds.hpp"

#include "tests/tool/harness.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

Sound
make_sound(const int    format,
           const int    sample_rate,
           const int    channels,
           const size_t frames)
{
  const size_t n     = static_cast<size_t>(channels);
  const auto   noise = make_noise(frames * n, 5U);
  Sound        sound{ format, sample_rate, channels, {} };
  sound.samples.resize(frames * n);
  for (size_t i = 0U; i < frames; ++i) {
    const double t    = static_cast<double>(i) / sample_rate;
    const double gate = std::max(0.0, std::sin(14.0 * t));
    for (size_t c = 0U; c < n; ++c) {
      const double hz = 200.0 + (37.0 * static_cast<double>(c));
      sound.samples[i * n + c] =
        (0.05 * static_cast<double>(noise[i * n + c])) +
        (0.4 * gate * std::sin(6.283185307179586 * hz * t));
    }
  }
  return sound;
}

void
write_sound(const std::string& path, const Sound& sound)
{
  SF_INFO info{};
  info.format         = sound.format;
  info.samplerate     = sound.sample_rate;
  info.channels       = sound.channels;
  SNDFILE* const file = sf_open(path.c_str(), SFM_WRITE, &info);
  if (!file) {
    throw std::runtime_error{ path + ": " + sf_strerror(nullptr) };
  }
  sf_command(file, SFC_SET_CLIPPING, nullptr, SF_TRUE);
  sf_writef_double(
    file, sound.samples.data(), static_cast<sf_count_t>(sound.frames()));
  sf_close(file);
}

Sound
read_sound(const std::string& path)
{
  SF_INFO        info{};
  SNDFILE* const file = sf_open(path.c_str(), SFM_READ, &info);
  if (!file) {
    throw std::runtime_error{ path + ": " + sf_strerror(nullptr) };
  }
  Sound sound{ info.format, info.samplerate, info.channels, {} };
  sound.samples.resize(static_cast<size_t>(info.frames) *
                       static_cast<size_t>(info.channels));
  const sf_count_t n = sf_readf_double(file, sound.samples.data(), info.frames);
  sf_close(file);
  sound.samples.resize(static_cast<size_t>(n) *
                       static_cast<size_t>(info.channels));
  return sound;
}

double
difference_db(const Sound& a, const Sound& b)
{
  double       sum = 0.0;
  const size_t n   = std::min(a.samples.size(), b.samples.size());
  for (size_t i = 0U; i < n; ++i) {
    const double d = a.samples[i] - b.samples[i];
    sum += d * d;
  }
  return sum > 0.0 ? 10.0 * std::log10(sum / static_cast<double>(n)) : -999.0;
}
