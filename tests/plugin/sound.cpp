// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Make and compare sound files for the tests in other hosts.
//
// Usage: sound noise FILE CHANNELS SAMPLES
//        sound impulse FILE POSITION SAMPLES NOISE
//        sound compare REFERENCE FILE DELAY MOST_DB [FIRST]
//        sound channels FILE DELAY MOST_DB
//        sound peak FILE POSITION
//
// Files are 48 kHz float WAV.  NOISE samples follow the SAMPLES of an impulse.
// `compare` fails if FILE, DELAY samples later, differs from REFERENCE by more
// than MOST_DB relative to its energy, from sample FIRST on, and `channels`
// does so for the second channel of FILE and its first; `peak` if the largest
// sample is not at POSITION and far above all others.

#include "core/base/random.h"

#include <sndfile.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr int rate = 48000;

struct Sound {
  int                n_channels;
  std::vector<float> samples; // Interleaved
};

Sound
read(const std::string& path)
{
  SF_INFO        info = {};
  SNDFILE* const file = sf_open(path.c_str(), SFM_READ, &info);
  if (!file) {
    throw std::runtime_error(path + ": " + sf_strerror(nullptr));
  }

  Sound sound = { info.channels, {} };
  sound.samples.resize(static_cast<size_t>(info.frames * info.channels));
  const sf_count_t n = sf_readf_float(file, sound.samples.data(), info.frames);
  sf_close(file);
  if (n != info.frames || info.samplerate != rate) {
    throw std::runtime_error(path + ": cut short, or not at 48 kHz");
  }
  return sound;
}

void
write(const std::string& path, const Sound& sound)
{
  SF_INFO info    = {};
  info.samplerate = rate;
  info.channels   = sound.n_channels;
  info.format     = SF_FORMAT_WAV | SF_FORMAT_FLOAT;

  SNDFILE* const file = sf_open(path.c_str(), SFM_WRITE, &info);
  if (!file) {
    throw std::runtime_error(path + ": " + sf_strerror(nullptr));
  }

  const auto       n_samples = static_cast<sf_count_t>(sound.samples.size());
  const sf_count_t n = sf_write_float(file, sound.samples.data(), n_samples);
  sf_close(file);
  if (n != n_samples) {
    throw std::runtime_error(path + ": cannot write");
  }
}

// Noise with slow swells, different in every channel
Sound
make_noise(const int n_channels, const size_t n_samples)
{
  RondoRandom random = rondo_random(1U, 0U);
  Sound       sound  = { n_channels, {} };
  for (size_t i = 0U; i < n_samples; ++i) {
    const auto swell = 0.15 + (0.14 * std::sin(static_cast<double>(i) / 5000.));
    for (int c = 0; c < n_channels; ++c) {
      sound.samples.push_back(static_cast<float>(swell) *
                              rondo_random_normal(&random));
    }
  }
  return sound;
}

bool
compare(const Sound& reference,
        const Sound& sound,
        const size_t delay,
        const double most_db,
        const size_t first = 0U)
{
  const auto n_channels = static_cast<size_t>(reference.n_channels);
  const auto shift      = delay * n_channels;
  if (sound.n_channels != reference.n_channels ||
      sound.samples.size() < shift + n_channels) {
    throw std::runtime_error("other channels, or nothing to compare");
  }

  const size_t n =
    std::min(reference.samples.size(), sound.samples.size() - shift);
  double energy = 0.0;
  double error  = 0.0;
  for (size_t i = first * n_channels; i < n; ++i) {
    const double a = reference.samples[i];
    const double b = sound.samples[i + shift];
    energy += a * a;
    error += (a - b) * (a - b);
  }

  const double db = 10.0 * std::log10((error + 1e-300) / (energy + 1e-300));
  std::printf(
    "%zu samples differ by %.1f dB (%.1f dB allowed)\n", n, db, most_db);
  return energy > 0.0 && db <= most_db;
}

// Return one channel of a sound.
Sound
get_channel(const Sound& sound, const size_t channel)
{
  const auto n_channels = static_cast<size_t>(sound.n_channels);
  Sound      part       = { 1, {} };
  for (size_t i = channel; i < sound.samples.size(); i += n_channels) {
    part.samples.push_back(sound.samples[i]);
  }
  return part;
}

bool
check_peak(const Sound& sound, const size_t position)
{
  constexpr float others = 1e-3f; // Of the largest one

  const auto n_channels = static_cast<size_t>(sound.n_channels);
  size_t     largest    = 0U;
  for (size_t i = 0U; i < sound.samples.size(); ++i) {
    if (std::fabs(sound.samples[i]) > std::fabs(sound.samples[largest])) {
      largest = i;
    }
  }

  const size_t at     = largest / n_channels;
  const float  height = std::fabs(sound.samples.at(largest));
  std::printf("the largest sample is %zu, %g (%zu expected)\n",
              at,
              static_cast<double>(height),
              position);
  for (size_t i = 0U; i < sound.samples.size(); ++i) {
    if (i / n_channels != at && std::fabs(sound.samples[i]) > others * height) {
      std::printf("sample %zu is %g\n",
                  i / n_channels,
                  static_cast<double>(sound.samples[i]));
      return false;
    }
  }
  return at == position && height > 0.0f;
}

bool
run(const std::vector<std::string>& arguments)
{
  const std::string& command = arguments.at(0);
  const std::string& path    = arguments.at(1);
  const size_t       number = command == "compare" ? std::stoul(arguments.at(3))
                                                   : std::stoul(arguments.at(2));
  if (command == "noise") {
    write(path,
          make_noise(static_cast<int>(number), std::stoul(arguments.at(3))));
    return true;
  }

  if (command == "impulse") {
    const Sound noise = make_noise(1, std::stoul(arguments.at(4)));
    Sound       sound = { 1, std::vector<float>(std::stoul(arguments.at(3))) };
    sound.samples.at(number) = 0.5f;
    sound.samples.insert(
      sound.samples.end(), noise.samples.begin(), noise.samples.end());
    write(path, sound);
    return true;
  }

  if (command == "compare") {
    return compare(read(path),
                   read(arguments.at(2)),
                   number,
                   std::stod(arguments.at(4)),
                   arguments.size() > 5U ? std::stoul(arguments[5]) : 0U);
  }

  if (command == "channels") {
    const Sound sound = read(path);
    return compare(get_channel(sound, 0U),
                   get_channel(sound, 1U),
                   number,
                   std::stod(arguments.at(3)));
  }

  if (command == "peak") {
    return check_peak(read(path), number);
  }

  throw std::runtime_error(command + ": no such command");
}

} // namespace

int
main(int argc, char** argv)
{
  try {
    return run({ argv + 1, argv + argc }) ? 0 : 1;
  } catch (const std::exception& error) {
    (void)fprintf(stderr, "sound: %s\n", error.what());
    return 2;
  }
}
