// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Every allocation of a denoiser's training fails once.

#include "core/train/denoise_trainer.h"
#include "core/train/mixer.h"
#include "core/train/recipe.h"
#include "core/train/sounds.h"
#include "tests/base/heap_faults.hpp"
#include "tests/train/small_recipe.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using rondo::fail_each;
using rondo::fail_each_new;

// A recipe in which what is heard counts too, and units are left out
std::string
recipe_text()
{
  return R"({"version": 1, "model": )" + small_model() + R"(,
    "training": {"sample_rate": 16000, "item_seconds": 0.8, "batch": 2,
      "valid_items": 2, "steps": 9, "dropout": {"layers": 0.5}},
    "loss": {"quality_weight": 0.02, "intelligibility_weight": 0.1},
    "card": {"name": "x"}})";
}

class DenoiseFaults : public testing::Test
{
protected:
  ~DenoiseFaults() override { (void)std::remove(path.c_str()); }

  // Return a status, once it has been seen that an error has a message.
  RondoStatus check(const RondoStatus st)
  {
    EXPECT_EQ(st == RONDO_SUCCESS, error.message[0] == '\0') << error.message;
    error.message[0] = '\0';
    return st;
  }

  RondoStatus read_recipe(RondoRecipe** const out)
  {
    const std::string text = recipe_text();
    return check(rondo_recipe_parse(text.c_str(), text.size(), out, &error));
  }

  Recipe recipe()
  {
    RondoRecipe* read = nullptr;
    EXPECT_EQ(read_recipe(&read), RONDO_SUCCESS);
    return Recipe(read);
  }

  RondoError        error{ RONDO_SUCCESS, "" };
  const std::string path{ testing::TempDir() + "rondo_denoise_faults" };
};

TEST_F(DenoiseFaults, SoundsWithoutMemoryFail)
{
  const std::vector<float> x = make_speech(16000.0, 0.5, 110.0);
  EXPECT_GT(
    fail_each([&] {
      RondoSounds* sounds = nullptr;
      RondoMixer*  mixer  = nullptr;
      RondoStatus  st     = rondo_sounds_new(16000.0, &sounds);
      for (int i = 0; !st && i < 5; ++i) {
        rondo_sounds_begin_speaker(sounds);
        if (!(st =
                rondo_sounds_add_speech(sounds, x.data(), x.size(), 8000.0)) &&
            !(st = rondo_sounds_add_noise(sounds, x.data(), x.size()))) {
          st = rondo_sounds_add_response(sounds, x.data(), x.size());
        }
      }
      if (!st) {
        const RondoMixSettings settings = rondo_mix_default_settings();
        st = rondo_mixer_new(sounds, &settings, 8000U, &mixer);
      }
      rondo_mixer_free(mixer);
      rondo_sounds_free(sounds);
      return st;
    }),
    30U);
}

TEST_F(DenoiseFaults, TrainersWithoutMemoryFail)
{
  const Sounds sounds = make_sounds(16000.0);
  const Recipe recipe = this->recipe();
  const auto   make   = [&](RondoTrainer** const out) {
    return check(rondo_trainer_new(
      recipe.get(), sounds.get(), sounds.get(), 2U, out, &error));
  };
  RondoTrainer* first = nullptr;
  ASSERT_EQ(make(&first), RONDO_SUCCESS); // Notes what was read
  rondo_trainer_free(first);
  EXPECT_GT(fail_each_new<RondoTrainer>(make, rondo_trainer_free), 100U);
}

TEST_F(DenoiseFaults, RunsWithoutMemoryFail)
{
  const Sounds        sounds    = make_sounds(16000.0);
  const Recipe        recipe    = this->recipe();
  RondoTrainer*       trainer   = nullptr;
  RondoTrainStep      step      = {};
  RondoTrainJudgement judgement = {};
  double              seconds   = 0.0;
  ASSERT_EQ(rondo_trainer_new(
              recipe.get(), sounds.get(), sounds.get(), 1U, &trainer, &error),
            RONDO_SUCCESS);

  // Steps need none
  EXPECT_EQ(fail_each([&] {
              const RondoStatus st =
                check(rondo_trainer_step(trainer, &step, &error));
              rondo_trainer_judge(trainer, &judgement);
              return st;
            }),
            0U);
  EXPECT_GT(fail_each([&] {
              return check(rondo_trainer_write_model(
                trainer, path.c_str(), recipe->card, &error));
            }),
            5U);
  EXPECT_GT(fail_each([&] {
              return check(rondo_trainer_write_checkpoint(
                trainer, path.c_str(), 7.0, &error));
            }),
            5U);
  EXPECT_GT(fail_each([&] {
              return check(rondo_trainer_read_checkpoint(
                trainer, path.c_str(), &seconds, &error));
            }),
            5U);
  EXPECT_EQ(seconds, 7.0);
  rondo_trainer_free(trainer);
}

TEST_F(DenoiseFaults, RecipesWithoutMemoryFail)
{
  EXPECT_GT(fail_each_new<RondoRecipe>(
              [&](RondoRecipe** const out) { return read_recipe(out); },
              rondo_recipe_free),
            40U);
}

} // namespace
