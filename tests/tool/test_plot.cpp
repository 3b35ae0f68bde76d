// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/audio/model_maker.h"
#include "tests/tool/harness.hpp"
#include "tests/tool/sounds.hpp"

#include <cairo.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

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

/// The pixels of a PNG
class Pixels
{
public:
  explicit Pixels(const std::string& path)
    : surface{ cairo_image_surface_create_from_png(path.c_str()) }
  {
  }

  ~Pixels() { cairo_surface_destroy(surface); }

  Pixels(const Pixels&)            = delete;
  Pixels& operator=(const Pixels&) = delete;

  int height() const { return cairo_image_surface_get_height(surface); }

  /// Return how far apart the colours of two pixels are, 0 to 255
  int distance(const int x, const int y, const int u, const int v) const
  {
    return distance(at(x, y), at(u, v));
  }

  /// Return the row, `from` to `to`, in which the curve is at column `x`
  int curve(const int x, const int from, const int to) const
  {
    const uint32_t blue = 0x0072b2U;
    int            best = from;
    for (int y = from; y < to; ++y) {
      best = distance(at(x, y), blue) < distance(at(x, best), blue) ? y : best;
    }
    return best;
  }

private:
  static int distance(const uint32_t a, const uint32_t b)
  {
    int most = 0;
    for (const unsigned shift : { 0U, 8U, 16U }) {
      const int one = static_cast<int>((a >> shift) & 255U);
      const int two = static_cast<int>((b >> shift) & 255U);
      most          = std::max(most, std::abs(one - two));
    }
    return most;
  }

  uint32_t at(const int x, const int y) const
  {
    const unsigned char* const data =
      cairo_image_surface_get_data(surface) +
      y * cairo_image_surface_get_stride(surface);
    return reinterpret_cast<const uint32_t*>(data)[x] & 0xffffffU;
  }

  cairo_surface_t* surface;
};

// Where rondo_plot_denoise() puts things
constexpr int left         = 76;
constexpr int right        = 1036;
constexpr int before_top   = 74;
constexpr int after_top    = 302;
constexpr int gain_top     = 530;
constexpr int map_height   = 190;
constexpr int reduction    = 758;
constexpr int voice        = 896;
constexpr int curve_height = 100;
constexpr int scale        = 1120;

class PlotDenoise : public Plot
{
protected:
  // Draw what a model does whose outputs are all `output`
  void draw(const double output) const
  {
    ModelMaker maker = model_maker();
    maker.head       = 0.0;
    maker.head_bias  = std::log(output / (1.0 - output));
    draw(maker);
  }

  void draw(const ModelMaker& maker) const
  {
    RondoError error{};
    ASSERT_EQ(model_maker_write(&maker, model.c_str(), &error), RONDO_SUCCESS);
    const Outcome outcome =
      rondo({ "plot", "--denoise", "-m", model, sound, "-o", picture });
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.err + outcome.out, "");
    expect_picture(read_file(picture), 1146U, 1052U);
  }

  const std::string model = folder / "model.safetensors";
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

TEST_F(PlotDenoise, WhatPassesIsDrawnTwiceAtTheSameTime)
{
  write_sound(sound, make_sound(wav, 44100, 2, 50000U));
  draw(1.0 - 1e-6);
  const Pixels pixels{ picture };
  int          most = 0;
  for (int x = left + 2; x < right - 2; ++x) {
    for (int y = 2; y < map_height - 2; ++y) {
      most =
        std::max(most, pixels.distance(x, before_top + y, x, after_top + y));
    }
  }
  EXPECT_LE(most, 8);
  for (int x = left + 10; x < right; x += 50) {
    EXPECT_GE(pixels.curve(x, reduction, reduction + curve_height),
              reduction + curve_height - 3);
    EXPECT_LE(pixels.curve(x, voice, voice + curve_height), voice + 2);
  }
}

TEST_F(PlotDenoise, AGainIsDrawnAsThatGain)
{
  for (const int rate : { 8000, 48000 }) {
    write_sound(sound, make_sound(wav, rate, 1, 60000U));
    draw(0.1);
    const Pixels pixels{ picture };
    for (int x = left + 10; x < right; x += 10) {
      for (int y = gain_top + 2; y < gain_top + map_height - 2; y += 10) {
        EXPECT_LE(pixels.distance(x, y, scale, gain_top + (map_height / 2)), 4)
          << x << ", " << y;
      }
      // 20 dB of 25, and 0.1 of 1
      EXPECT_NEAR(pixels.curve(x, reduction, reduction + curve_height),
                  reduction + 20,
                  1);
      EXPECT_NEAR(pixels.curve(x, voice, voice + curve_height), voice + 90, 1);
    }
  }
}

TEST_F(PlotDenoise, WhatBeginsIsDrawnWhenItBegins)
{
  Sound late = make_sound(wav, 8000, 1, 8000U);
  std::fill_n(late.samples.begin(), 4000, 0.0);
  write_sound(sound, late);
  draw(0.1);
  const Pixels pixels{ picture };
  const int    middle = (left + right) / 2;
  const int    bottom = reduction + curve_height;

  // Half a frame of the picture, 20 ms, is 19 pixels
  EXPECT_GE(pixels.curve(middle - 26, reduction, bottom), bottom - 3);
  EXPECT_LE(pixels.curve(middle - 12, reduction, bottom), reduction + 21);

  // Half a frame of the network is 10 pixels
  ModelMaker maker = model_maker();
  maker.head       = 3.0;
  draw(maker);
  const Pixels lively{ picture };
  const int    end   = voice + curve_height;
  const int    quiet = lively.curve(middle - 60, voice, end);
  int          x     = middle - 60;
  while (x < right && std::abs(lively.curve(x, voice, end) - quiet) < 4) {
    ++x;
  }
  EXPECT_NEAR(x, middle, 12);
}

TEST_F(PlotDenoise, AnyLengthIsDrawn)
{
  for (const size_t n : { 1U, 479U, 200000U }) {
    write_sound(sound, make_sound(wav, 48000, 1, n));
    draw(0.5);
  }
  write_sound(sound, Sound{ wav, 8000, 1, std::vector<double>(8000U, 0.0) });
  draw(0.5);
}

TEST_F(PlotDenoise, FailsClearly)
{
  write_sound(sound, make_sound(wav, 48000, 1, 0U));
  write_file(model, "no model");
  const Outcome outcome = rondo({ "plot", "--denoise", sound, "-o", picture });
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("sound.wav: there is no sound"), std::string::npos)
    << outcome.err;

  const Outcome bad =
    rondo({ "plot", "--denoise", "-m", model, sound, "-o", picture });
  EXPECT_EQ(bad.status, 1);
  EXPECT_NE(bad.err.find("model.safetensors"), std::string::npos) << bad.err;
  EXPECT_FALSE(exists(picture));

  EXPECT_EQ(rondo({ "plot", "--denoise", sound, sound, "-o", picture }).status,
            2);
  EXPECT_EQ(rondo({ "plot", "--denoise", "-", "-o", picture }).status, 2);
  EXPECT_EQ(rondo({ "plot", "-m", model, sound, "-o", picture }).status, 2);
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
