// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/tool/harness.hpp"
#include "tests/tool/sounds.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace {

constexpr int wav = SF_FORMAT_WAV | SF_FORMAT_PCM_16;

class Plot : public ::testing::Test
{
protected:
  void expect_picture(const std::string& content,
                      const uint32_t     width,
                      const uint32_t     height) const
  {
    ASSERT_GT(content.size(), 1000U);
    EXPECT_EQ(content.substr(0U, 8U), "\x89PNG\r\n\x1a\n");
    EXPECT_EQ(get(content, 16U), width);
    EXPECT_EQ(get(content, 20U), height);
  }

  const Folder      folder;
  const std::string sound   = folder / "sound.wav";
  const std::string picture = folder / "picture.png";

private:
  static uint32_t get(const std::string& content, const size_t place)
  {
    uint32_t value = 0U;
    for (size_t i = 0U; i < 4U; ++i) {
      value = (value << 8U) | static_cast<uint8_t>(content[place + i]);
    }
    return value;
  }
};

} // namespace

TEST_F(Plot, DrawsOneSoundOrTwo)
{
  write_sound(sound, make_sound(wav, 44100, 2, 44100U));
  const Outcome one = rondo({ "plot", sound, "-o", picture });
  ASSERT_EQ(one.status, 0) << one.err;
  EXPECT_EQ(one.err + one.out, "");
  expect_picture(read_file(picture), 1146U, 430U);

  const Outcome two =
    rondo({ "plot", sound, sound, "--title", "Twice", "-o", "-" });
  ASSERT_EQ(two.status, 0) << two.err;
  expect_picture(two.out, 1146U, 792U);
}

TEST_F(Plot, DrawsAnyRateAndLength)
{
  for (const int rate : { 8000, 11025, 192000 }) {
    for (const size_t n : { 1U, 479U, 30000U }) {
      write_sound(sound, make_sound(wav, rate, 1, n));
      const Outcome outcome = rondo({ "plot", sound, "-o", picture });
      EXPECT_EQ(outcome.status, 0) << outcome.err;
    }
  }
  write_sound(sound, Sound{ wav, 48000, 1, std::vector<double>(9999U, 0.0) });
  EXPECT_EQ(rondo({ "plot", sound, "-o", picture }).status, 0);
}

TEST_F(Plot, DrawsTheLossesOfALog)
{
  write_file(folder / "log.jsonl",
             "{\"step\": 1, \"loss\": 0.5}\n\nnonsense\n"
             "{\"step\": 2, \"loss\": 0.4, \"valid_loss\": 0.6}\n{\"st");
  const Outcome outcome =
    rondo({ "plot", folder / "log.jsonl", "-o", picture });
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  expect_picture(read_file(picture), 900U, 640U);
}

TEST_F(Plot, FailsClearly)
{
  write_sound(sound, make_sound(wav, 44100, 1, 0U));
  const Outcome empty = rondo({ "plot", sound, "-o", picture });
  EXPECT_EQ(empty.status, 1);
  EXPECT_NE(empty.err.find("no sound"), std::string::npos) << empty.err;

  const Outcome missing = rondo({ "plot", folder / "none", "-o", picture });
  EXPECT_EQ(missing.status, 1);
  EXPECT_NE(missing.err.find("none: No such file"), std::string::npos);
  EXPECT_FALSE(exists(picture));

  write_sound(sound, make_sound(wav, 44100, 1, 500U));
  const Outcome full = rondo({ "plot", sound, "-o", "/dev/full" });
  EXPECT_EQ(full.status, 1);
  EXPECT_EQ(full.err, "rondo plot: /dev/full: No space left on device\n");

  EXPECT_EQ(rondo({ "plot", sound }).status, 2);
  EXPECT_EQ(rondo({ "plot", "-o", picture }).status, 2);
  EXPECT_EQ(rondo({ "plot", "a", "b", "c", "-o", picture }).status, 2);
}
