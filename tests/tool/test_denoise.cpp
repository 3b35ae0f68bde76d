// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// What happens to the sound

#include "tests/tool/denoise_fixture.hpp"
#include "tests/tool/harness.hpp"
#include "tests/tool/sounds.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace {

constexpr int wav16     = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
constexpr int wav_float = SF_FORMAT_WAV | SF_FORMAT_FLOAT;

// What a change of nothing may cost: an inaudible -120 dB of full scale
constexpr double null_db = -120.0;

// By which the same program's peak of memory differs between runs
constexpr long slack_kib = 1500;

struct Kind {
  int         format;
  const char* end;
  bool        lossy;
};

const Kind kinds[] = {
  { wav16, "wav", false },
  { SF_FORMAT_WAV | SF_FORMAT_PCM_24, "wav", false },
  { wav_float, "wav", false },
  { SF_FORMAT_RF64 | SF_FORMAT_PCM_24, "rf64", false },
  { SF_FORMAT_FLAC | SF_FORMAT_PCM_16, "flac", false },
  { SF_FORMAT_FLAC | SF_FORMAT_PCM_24, "flac", false },
  { SF_FORMAT_OGG | SF_FORMAT_VORBIS, "ogg", true },
  { SF_FORMAT_AIFF | SF_FORMAT_PCM_16, "aiff", false },
  { SF_FORMAT_AIFF | SF_FORMAT_PCM_24, "aiff", false },
  { SF_FORMAT_WAV | SF_FORMAT_PCM_U8, "wav", false },
  { SF_FORMAT_WAV | SF_FORMAT_ULAW, "wav", false },
  { SF_FORMAT_WAV | SF_FORMAT_PCM_32, "wav", false },
  { SF_FORMAT_CAF | SF_FORMAT_ALAC_16, "caf", false },
  { SF_FORMAT_AU | SF_FORMAT_DOUBLE, "au", false },
};

const int rates[] = { 8000,  11025, 16000, 22050, 32000,
                      44100, 48000, 88200, 96000, 192000 };

std::string
title(const Kind& kind, const int rate, const int channels, const size_t n)
{
  return std::string{ kind.end } + " " + std::to_string(kind.format) + " " +
         std::to_string(rate) + " Hz, " + std::to_string(channels) +
         " channels, " + std::to_string(n) + " frames";
}

class DenoiseSound : public Denoise
{
protected:
  // Process a sound with an attenuation limit of 0 dB, and compare
  void expect_unchanged(const Kind&  kind,
                        const int    rate,
                        const int    channels,
                        const size_t n) const
  {
    const std::string name = title(kind, rate, channels, n);
    const std::string from = folder / (std::string{ "in." } + kind.end);
    const std::string to   = folder / (std::string{ "out." } + kind.end);
    write_sound(from, make_sound(kind.format, rate, channels, n));
    const Outcome outcome =
      denoise({ "-q", "-a", "0", "--overwrite", "-o", to, from });
    ASSERT_EQ(outcome.status, 0) << name << outcome.err;
    EXPECT_EQ(outcome.err, "") << name;

    const Sound before = read_sound(from);
    const Sound after  = read_sound(to);
    EXPECT_EQ(after.format, before.format) << name;
    EXPECT_EQ(after.sample_rate, rate) << name;
    EXPECT_EQ(after.channels, channels) << name;
    EXPECT_EQ(after.frames(), n) << name;
    if (kind.lossy) {
      // Compressed twice, but in its place
      EXPECT_TRUE(n < 1000U || difference_db(before, after) < -30.0) << name;
    } else {
      EXPECT_LE(difference_db(before, after), null_db) << name;
    }
  }
};

} // namespace

TEST_F(DenoiseSound, StaysAsItIsAtALimitOf0DecibelsAtEveryRate)
{
  const int counts[] = { 1, 2, 6 };
  size_t    turn     = 0U;
  for (const Kind& kind : kinds) {
    for (const int rate : rates) {
      expect_unchanged(
        kind, rate, counts[turn++ % 3U], static_cast<size_t>(rate) / 8U);
    }
  }
}

TEST_F(DenoiseSound, KeepsTheLengthOfShortFiles)
{
  for (const Kind& kind : kinds) {
    for (const size_t n : { 0U, 1U, 2U, 479U, 480U, 961U }) {
      // The library writes no FLAC header before the first sample
      if (n || (kind.format & SF_FORMAT_TYPEMASK) != SF_FORMAT_FLAC) {
        expect_unchanged(kind, 48000, 2, n);
      }
    }
  }
}

TEST_F(DenoiseSound, StaysInItsPlaceWithANetworkThatLooksAhead)
{
  make_denoiser(model, R"(, "bidirectional": true, "lookahead": 7)");
  EXPECT_NE(rondo({ "info", model }).out.find("latency      90.0 ms"),
            std::string::npos);
  for (const size_t n : { 0U, 1U, 480U, 20000U }) {
    expect_unchanged(kinds[0], 48000, 2, n);
  }
}

TEST_F(DenoiseSound, NetworksThatSeeTheWholeSequenceAreRefused)
{
  make_denoiser(model, R"(, "bidirectional": true)");
  EXPECT_EQ(rondo({ "info", model }).status, 0);
  const Outcome outcome = denoise({ input });
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err,
            "rondo denoise: " + model +
              ": layer gru sees the whole sequence, which a stream cannot: it "
              "needs the key \"lookahead\"\n");
}

TEST_F(DenoiseSound, FlacWithoutSamplesHasAHeader)
{
  const std::string flac = folder / "out.flac";
  write_sound(input, make_sound(wav16, 44100, 2, 0U));
  ASSERT_EQ(denoise({ "-o", flac, input }).status, 0);
  EXPECT_EQ(read_file(flac).substr(0U, 4U), "fLaC");

  const Outcome again = denoise({ "-o", folder / "again.wav", flac });
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_EQ(again.err.find("announced"), std::string::npos) << again.err;
  EXPECT_EQ(read_sound(folder / "again.wav").frames(), 0U);
}

TEST_F(DenoiseSound, FlacThatDoesNotTellItsLengthIsReadToItsEnd)
{
  const std::string flac = folder / "in.flac";
  write_sound(flac,
              make_sound(SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 44100, 1, 30000U));
  std::string content = read_file(flac);
  content[21] &= static_cast<char>(0xF0); // 36 bits of length in STREAMINFO
  content.replace(22U, 4U, 4U, '\0');
  write_file(flac, content);
  const Outcome outcome = denoise({ "-a", "0", "-o", output, flac });
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err.find("announced"), std::string::npos) << outcome.err;
  EXPECT_EQ(read_sound(output).frames(), 30000U);
}

TEST_F(DenoiseSound, IntegersOfUpTo16BitsStayTheSameToTheBit)
{
  for (const int format : { wav16,
                            SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
                            SF_FORMAT_AIFF | SF_FORMAT_PCM_16,
                            SF_FORMAT_WAV | SF_FORMAT_PCM_U8 }) {
    // With both ends of the range
    Sound sound = make_sound(format, 44100, 2, 20000U);
    std::fill_n(sound.samples.begin() + 5000, 40, 1.0);
    std::fill_n(sound.samples.begin() + 7000, 40, -1.0);
    write_sound(input, sound);
    const Outcome outcome =
      denoise({ "-a", "0", "--overwrite", "-o", output, "-f", "wav", input });
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(read_sound(output).samples, read_sound(input).samples);
    EXPECT_EQ(outcome.err.find("clipped"), std::string::npos) << outcome.err;
  }
}

TEST_F(DenoiseSound, StandsInItsPlaceWhenNoiseIsRemoved)
{
  const Sound before = make_sound(wav_float, 48000, 1, 48000U);
  write_sound(input, before);
  ASSERT_EQ(denoise({ "-a", "12", "-o", output, input }).status, 0);
  const Sound after = read_sound(output);

  double best  = -1.0;
  int    found = -999;
  for (int lag = -1000; lag <= 1000; ++lag) {
    double sum = 0.0;
    for (size_t i = 1000U; i < 46000U; ++i) {
      const auto place = static_cast<size_t>(static_cast<int>(i) + lag);
      sum += before.samples[i] * after.samples[place];
    }
    if (sum > best) {
      best  = sum;
      found = lag;
    }
  }
  EXPECT_EQ(found, 0);
  EXPECT_GT(difference_db(before, after), -60.0);
}

TEST_F(DenoiseSound, RemovedAndLeftSumToTheInput)
{
  const Sound before = make_sound(wav_float, 44100, 2, 30000U);
  write_sound(input, before);
  ASSERT_EQ(denoise({ "-o", output, input }).status, 0);
  Sound sum = read_sound(output);
  ASSERT_EQ(denoise({ "--removed", "--overwrite", "-o", output, input }).status,
            0);
  const Sound removed = read_sound(output);
  for (size_t i = 0U; i < sum.samples.size(); ++i) {
    sum.samples[i] += removed.samples[i];
  }
  EXPECT_LE(difference_db(sum, read_sound(input)), null_db);
}

TEST_F(DenoiseSound, MixOf0IsTheInput)
{
  write_sound(input, make_sound(wav_float, 44100, 1, 30000U));
  ASSERT_EQ(denoise({ "--mix", "0", "-o", output, input }).status, 0);
  EXPECT_LE(difference_db(read_sound(output), read_sound(input)), null_db);
}

TEST_F(DenoiseSound, UnlinkedChannelsDoNotHearEachOther)
{
  Sound both = make_sound(wav_float, 48000, 2, 20000U);
  Sound left{ wav_float, 48000, 1, {} };
  for (size_t i = 0U; i < both.frames(); ++i) {
    left.samples.push_back(both.samples[2U * i]);
  }
  write_sound(input, both);
  ASSERT_EQ(denoise({ "--unlinked", "-o", output, input }).status, 0);
  const Sound apart = read_sound(output);
  write_sound(input, left);
  ASSERT_EQ(denoise({ "--overwrite", "-o", output, input }).status, 0);
  const Sound alone = read_sound(output);
  for (size_t i = 0U; i < alone.frames(); ++i) {
    ASSERT_EQ(apart.samples[2U * i], alone.samples[i]) << i;
  }
}

TEST_F(DenoiseSound, PresetsSetWhatIsNotGivenWhereverItStands)
{
  const Sound before = make_sound(wav_float, 48000, 1, 96000U);
  write_sound(input, before);
  const auto process = [&](const std::vector<std::string>& options) {
    std::vector<std::string> arguments = options;
    arguments.insert(arguments.end(), { "-q", "--overwrite", "-o", output });
    arguments.push_back(input);
    const Outcome outcome = denoise(arguments);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    return read_sound(output).samples;
  };

  const std::vector<double> strong = process({});
  EXPECT_EQ(process({ "--preset", "strong" }), strong);
  EXPECT_EQ(process({ "-p", "gentle" }), process({ "-a", "12" }));
  EXPECT_EQ(process({ "-p", "standard" }), process({ "-a", "24" }));
  EXPECT_EQ(process({ "-p", "gentle", "-a", "30" }), process({ "-a", "30" }));
  EXPECT_EQ(process({ "-a", "30", "-p", "gentle" }), process({ "-a", "30" }));
  EXPECT_NE(process({ "-p", "gentle" }), strong);

  EXPECT_EQ(process({ "-p", "podcast" }), process({ "--gate" }));
  const std::vector<double> gated =
    process({ "--gate", "--gate-threshold", "1", "--gate-hold", "0" });
  EXPECT_NE(gated, strong);
  EXPECT_EQ(process({ "--gate-hold", "0", "--gate-threshold", "1" }), gated);
  EXPECT_NE(
    process({ "--gate-hold=0", "--gate-threshold=1", "--gate-range=9" }),
    gated);
}

TEST_F(DenoiseSound, ClippedSamplesAreCountedAndDoNotWrapAround)
{
  Sound sound = make_sound(wav_float, 48000, 1, 9600U);
  std::fill_n(sound.samples.begin() + 4000, 30, 1.5);
  std::fill_n(sound.samples.begin() + 6000, 12, -1.25);
  write_sound(input, sound);
  const Outcome outcome =
    denoise({ "-a", "0", "--subtype", "pcm16", "-o", output, input });
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("42 samples were clipped"), std::string::npos)
    << outcome.err;
  const Sound after = read_sound(output);
  EXPECT_EQ(after.samples[4010], 32767.0 / 32768.0);
  EXPECT_EQ(after.samples[6005], -1.0);

  ASSERT_EQ(denoise({ "-a", "0", "--overwrite", "-o", output, input })
              .err.find("clipped"),
            std::string::npos);
  EXPECT_NEAR(read_sound(output).samples[4010], 1.5, 1e-6);
}

TEST_F(DenoiseSound, WhatIsNotANumberBecomesSilence)
{
  Sound sound         = make_sound(wav_float, 48000, 2, 9600U);
  sound.samples[5000] = std::numeric_limits<double>::quiet_NaN();
  sound.samples[5001] = std::numeric_limits<double>::infinity();
  write_sound(input, sound);
  const Outcome outcome = denoise({ "-o", output, input });
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("2 samples were not numbers"), std::string::npos)
    << outcome.err;
  for (const double x : read_sound(output).samples) {
    ASSERT_TRUE(std::isfinite(x));
  }
}

TEST_F(DenoiseSound, DitherHidesStepsButSparesSilence)
{
  // A slow ramp of less than a step, then silence
  Sound sound{ wav_float, 48000, 1, {} };
  for (size_t i = 0U; i < 48000U; ++i) {
    sound.samples.push_back(i < 40000U ? 0.3 / 32768.0 : 0.0);
  }
  write_sound(input, sound);
  const std::vector<std::string> common{ "-a",    "0",  "--overwrite", "-b",
                                         "pcm16", "-o", output };
  const auto                     process = [&](const std::string& dither) {
    std::vector<std::string> arguments = common;
    arguments.insert(arguments.end(), { "--dither", dither, input });
    EXPECT_EQ(denoise(arguments).status, 0);
    return read_sound(output).samples;
  };
  const auto mean = [](const std::vector<double>& x) {
    double sum = 0.0;
    for (size_t i = 1000U; i < 39000U; ++i) {
      sum += x[i] * 32768.0 / 38000.0;
    }
    return sum;
  };
  const std::vector<double> dithered = process("auto");
  EXPECT_NEAR(mean(dithered), 0.3, 0.02);
  EXPECT_EQ(std::count(dithered.end() - 7000, dithered.end(), 0.0), 7000);
  EXPECT_EQ(process("auto"), dithered);

  EXPECT_EQ(mean(process("none")), 0.0);

  const std::vector<double> everywhere = process("tpdf");
  EXPECT_LT(std::count(everywhere.end() - 7000, everywhere.end(), 0.0), 6000);
}

TEST_F(DenoiseSound, FormatsAndSubtypesCanBeChanged)
{
  write_sound(input, make_sound(wav_float, 48000, 2, 9600U));
  const struct {
    std::vector<std::string> arguments;
    int                      format;
  } cases[] = {
    { { "-o", folder / "a.flac" }, SF_FORMAT_FLAC | SF_FORMAT_PCM_24 },
    { { "-o", folder / "a.ogg" }, SF_FORMAT_OGG | SF_FORMAT_VORBIS },
    { { "-o", folder / "a.opus" }, SF_FORMAT_OGG | SF_FORMAT_OPUS },
    { { "-o", folder / "a.aif" }, SF_FORMAT_AIFF | SF_FORMAT_FLOAT },
    { { "-o", folder / "a" }, wav_float },
    { { "-o", folder / "a.wav", "-f", "rf64" },
      SF_FORMAT_RF64 | SF_FORMAT_FLOAT },
    { { "-o", folder / "a.x", "-f", "flac", "-b", "pcm16" },
      SF_FORMAT_FLAC | SF_FORMAT_PCM_16 },
    { { "-b", "pcm24", "-o", folder / "b.wav" },
      SF_FORMAT_WAV | SF_FORMAT_PCM_24 },
    { { "-f", "mp3", "-o", folder / "b" },
      SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III },
  };
  for (const auto& change : cases) {
    std::vector<std::string> arguments = change.arguments;
    arguments.insert(arguments.end(), { "--overwrite", input });
    const Outcome outcome = denoise(arguments);
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    for (size_t i = 0U; i + 1U < arguments.size(); ++i) {
      if (arguments[i] == "-o") {
        const Sound after = read_sound(arguments[i + 1U]);
        EXPECT_EQ(after.format, change.format) << arguments[i + 1U];
        EXPECT_EQ(after.frames(), 9600U) << arguments[i + 1U];
      }
    }
  }
  const Outcome bad = denoise({ "-f", "flac", "-b", "float", input });
  EXPECT_EQ(bad.status, 1);
  EXPECT_NE(bad.err.find("cannot write 2 channels at 48000 Hz as FLAC"),
            std::string::npos)
    << bad.err;
}

TEST_F(DenoiseSound, ChannelsAndRatesOutOfRangeAreRefused)
{
  write_sound(input, make_sound(wav16, 7999, 1, 100U));
  Outcome outcome = denoise({ "-o", output, input });
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("7999 Hz is not within 8000 to 384000"),
            std::string::npos);

  write_sound(input, make_sound(wav16, 48000, 65, 100U));
  outcome = denoise({ "-o", output, input });
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("65 channels are more than 64"),
            std::string::npos);
  EXPECT_FALSE(exists(output));
}

TEST_F(DenoiseSound, MemoryDoesNotGrowWithTheFile)
{
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the address sanitizer keeps what was freed";
#endif
  write_sound(input, make_sound(wav16, 48000, 1, 48000U));
  const Outcome brief = denoise({ "-o", output, input });
  write_sound(input, make_sound(wav16, 48000, 1, 48000U * 90U));
  const Outcome longer = denoise({ "--overwrite", "-o", output, input });
  ASSERT_EQ(brief.status + longer.status, 0) << longer.err;

  // 90 s of 48 kHz are 17 MB of floats
  EXPECT_LT(longer.peak_kib, brief.peak_kib + slack_kib);
  RecordProperty("peak_kib", static_cast<int>(longer.peak_kib));
}

TEST_F(DenoiseSound, HalfAnHourTakesNoMoreMemoryThanASecond)
{
  write_sound(input, make_sound(wav16, 48000, 1, 48000U));
  const Outcome brief = denoise({ "-o", output, input });

  // The header's sizes are made to fit a file that is mostly a hole
  std::string    head = read_file(input).substr(0U, 44U + 96000U);
  const uint32_t size = 30U * 60U * 48000U * 2U;
  for (size_t i = 0U; i < 4U; ++i) {
    head[4U + i]  = static_cast<char>((size + 36U) >> (8U * i));
    head[40U + i] = static_cast<char>(size >> (8U * i));
  }
  write_file(input, head);
  ASSERT_EQ(truncate(input.c_str(), 44 + static_cast<off_t>(size)), 0);
  const Outcome outcome = denoise({ "--overwrite", "-o", output, input });
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_LT(outcome.peak_kib, brief.peak_kib + slack_kib);

  struct stat info {
  };
  stat(output.c_str(), &info);
  EXPECT_EQ(info.st_size, 44 + static_cast<off_t>(size));
}

#ifdef RONDO_PRESET
// How fast it is says bench_denoise: this is far below on any machine that the
// tests run on, however busy
TEST_F(DenoiseSound, IsManyTimesFasterThanRealTimeOnOneCore)
{
  const size_t length = 30U;
  write_sound(input, make_sound(wav16, 48000, 1, length * 48000U));
  const Outcome outcome =
    rondo({ "denoise", "-m", RONDO_PRESET, "-o", output, input });
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const double speed = static_cast<double>(length) / outcome.seconds;
  RecordProperty("times_real_time", static_cast<int>(speed));
  EXPECT_GT(speed, 25.0);
}
#endif
