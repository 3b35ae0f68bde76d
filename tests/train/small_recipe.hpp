// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// A small recipe and made-up recordings, for the tests of training

#ifndef RONDO_TESTS_TRAIN_SMALL_RECIPE_HPP
#define RONDO_TESTS_TRAIN_SMALL_RECIPE_HPP

#include "core/base/random.h"
#include "core/base/status.h"
#include "core/train/recipe.h"
#include "core/train/sounds.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

struct FreeRecipe {
  void operator()(RondoRecipe* r) const { rondo_recipe_free(r); }
};

using Recipe = std::unique_ptr<RondoRecipe, FreeRecipe>;

struct FreeSounds {
  void operator()(RondoSounds* s) const { rondo_sounds_free(s); }
};

using Sounds = std::unique_ptr<RondoSounds, FreeSounds>;

/// The model of the small recipe: 13 inputs, 7 gains and a voice probability
inline std::string
small_model()
{
  return R"({"version": 1, "inputs": 13, "layers": [
    {"name": "gru", "type": "gru", "hidden": 8},
    {"name": "head", "type": "linear", "out": 8, "activation": "sigmoid",
     "input": ["inputs", "gru"]}],
    "task": {"name": "denoise", "frame_seconds": 0.02,
      "coarse": {"fine_hz": 0, "step_hz": 100, "erb_step": 4.0,
                 "high_hz": 7000},
      "fine": {"fine_hz": 300, "step_hz": 100, "erb_step": 9.0,
               "high_hz": 7000},
      "voice": true}})";
}

/// Return the small recipe; `training` and `rest` are further JSON members.
inline Recipe
small_recipe(const std::string& training = R"("steps": 6, "warm_up": 2)",
             const std::string& rest     = "")
{
  const std::string text = R"({"version": 1, "model": )" + small_model() +
                           R"(, "training": {"sample_rate": 16000,
       "batch": 4, "item_seconds": 0.5, "valid_items": 4, )" +
                           training + "}" + rest + "}";

  RondoRecipe* recipe = nullptr;
  RondoError   error  = { RONDO_SUCCESS, "" };
  EXPECT_EQ(rondo_recipe_parse(text.c_str(), text.size(), &recipe, &error),
            RONDO_SUCCESS)
    << error.message;
  return Recipe(recipe);
}

/// Return something like speech: a buzz of harmonics in syllables.
inline std::vector<float>
make_speech(const double rate, const double seconds, const double hz)
{
  std::vector<float> x(static_cast<size_t>(rate * seconds));
  for (size_t t = 0; t < x.size(); ++t) {
    const double s        = static_cast<double>(t) / rate;
    const double syllable = std::max(0.0, std::sin(2.0 * M_PI * 3.0 * s));
    double       sum      = 0.0;
    for (int k = 1; k <= 20; ++k) {
      sum += std::sin(2.0 * M_PI * hz * k * s) / k;
    }
    x[t] = static_cast<float>(0.2 * syllable * sum);
  }
  return x;
}

/// Return white noise.
inline std::vector<float>
make_noise(const double rate, const double seconds, const uint64_t seed)
{
  std::vector<float> x(static_cast<size_t>(rate * seconds));
  RondoRandom        random = rondo_random(seed, 0);
  for (float& value : x) {
    value = 0.1F * rondo_random_normal(&random);
  }
  return x;
}

/// Return two voices, two noises and a room.
inline Sounds
make_sounds(const double rate)
{
  RondoSounds* sounds = nullptr;
  EXPECT_EQ(rondo_sounds_new(rate, &sounds), RONDO_SUCCESS);
  for (const double hz : { 110.0, 190.0 }) {
    rondo_sounds_begin_speaker(sounds);
    for (const double seconds : { 0.4, 3.0 }) {
      const std::vector<float> x = make_speech(rate, seconds, hz);
      EXPECT_EQ(rondo_sounds_add_speech(sounds, x.data(), x.size(), rate / 2.0),
                RONDO_SUCCESS);
    }
  }
  for (const uint64_t seed : { 1U, 2U }) {
    const std::vector<float> x = make_noise(rate, 0.7, seed);
    EXPECT_EQ(rondo_sounds_add_noise(sounds, x.data(), x.size()),
              RONDO_SUCCESS);
  }
  std::vector<float> room = make_noise(rate, 0.3, 3);
  for (size_t t = 0; t < room.size(); ++t) {
    room[t] *=
      static_cast<float>(std::exp(-20.0 * static_cast<double>(t) / rate));
  }
  room[100] = 1.0F;
  EXPECT_EQ(rondo_sounds_add_response(sounds, room.data(), room.size()),
            RONDO_SUCCESS);
  return Sounds(sounds);
}

#endif // RONDO_TESTS_TRAIN_SMALL_RECIPE_HPP
