// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/recipe.h"
#include "tests/train/small_recipe.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

/// Return the message for a recipe with these further members.
std::string
refuse(const std::string& rest)
{
  const std::string text =
    R"({"version": 1, "model": )" + small_model() + rest + "}";
  RondoRecipe* recipe = nullptr;
  RondoError   error  = { RONDO_SUCCESS, "" };
  EXPECT_NE(rondo_recipe_parse(text.c_str(), text.size(), &recipe, &error),
            RONDO_SUCCESS)
    << rest;
  EXPECT_EQ(recipe, nullptr);
  return error.message;
}

TEST(Recipe, HasDefaultsForAllButTheModel)
{
  const std::string text = R"({"version": 1, "model": )" + small_model() + "}";
  RondoRecipe*      recipe = nullptr;
  RondoError        error  = { RONDO_SUCCESS, "" };
  ASSERT_EQ(rondo_recipe_parse(text.c_str(), text.size(), &recipe, &error),
            RONDO_SUCCESS)
    << error.message;
  const Recipe owned(recipe);
  EXPECT_STREQ(recipe->speech, "speech/train");
  EXPECT_STREQ(recipe->noise, "noise/train");
  EXPECT_STREQ(recipe->valid_speech, "speech/valid");
  EXPECT_STREQ(recipe->valid_noise, "noise/valid");
  EXPECT_EQ(recipe->training.sample_rate, 48000.0);
  EXPECT_EQ(recipe->training.weight_decay, 0.0);
  EXPECT_EQ(recipe->card, nullptr);
}

TEST(Recipe, TakesWhatItSays)
{
  const Recipe recipe =
    small_recipe(R"("seed": 7, "clip": 0.5)",
                 R"(, "data": {"speech": "mine"}, "mix": {"hiss": 0.25},
       "loss": {"exponent": 0.5}, "card": {"name": "A \"voice\""})");
  EXPECT_EQ(recipe->training.seed, 7U);
  EXPECT_EQ(recipe->training.clip, 0.5);
  EXPECT_EQ(recipe->training.batch, 4U);
  EXPECT_STREQ(recipe->speech, "mine");
  EXPECT_STREQ(recipe->noise, "noise/train");
  EXPECT_EQ(recipe->mix.hiss, 0.25);
  EXPECT_EQ(recipe->loss.exponent, 0.5);
  EXPECT_STREQ(recipe->card, R"({"name":"A \"voice\""})");
}

TEST(Recipe, RefusesUnknownKeysByTheirPath)
{
  EXPECT_NE(refuse(R"(, "trainin": {})").find("trainin"), std::string::npos);
  for (const char* const section : { "data", "mix", "loss", "training" }) {
    const std::string path    = section;
    const std::string message = refuse(", \"" + path + R"(": {"sped": 1})");
    EXPECT_NE(message.find(path + R"(: unknown key "sped")"), std::string::npos)
      << message;
  }
}

TEST(Recipe, RefusesValuesOutOfRangeByTheirPath)
{
  const struct {
    const char* rest;
    const char* path;
  } cases[] = {
    { R"(, "training": {"steps": 0})", "training.steps" },
    { R"(, "training": {"steps": 1.5})", "training.steps" },
    { R"(, "training": {"batch": "4"})", "training.batch" },
    { R"(, "training": {"learning_rate": -1})", "training.learning_rate" },
    { R"(, "training": {"averaging": 1})", "training.averaging" },
    { R"(, "training": {"item_seconds": 1e9})", "training.item_seconds" },
    { R"(, "training": {"dropout": {"layers": 1}})",
      "training.dropout.layers" },
    { R"(, "training": {"dropout": {"recurrent": 0.5}})", "training.dropout" },
    { R"(, "training": [])", "training" },
    { R"(, "mix": {"hiss": 1.01})", "mix.hiss" },
    { R"(, "mix": {"snr_low_db": 20, "snr_high_db": 10})", "snr_low_db 20" },
    { R"(, "loss": {"exponent": 0})", "loss.exponent" },
    { R"(, "loss": {"over_suppression": 0.5})", "loss.over_suppression" },
    { R"(, "loss": {"quality_weight": 1}, "training": {"sample_rate": 8000})",
      "loss.quality_weight: calls for items of 0.6 s or more at 16000 Hz" },
    { R"(, "loss": {"intelligibility_weight": 1},
         "training": {"item_seconds": 0.5})",
      "loss.intelligibility_weight" },
    { R"(, "data": {"speech": 3})", "data.speech" },
    { R"(, "card": "voice")", "card" },
  };
  for (const auto& bad : cases) {
    const std::string message = refuse(bad.rest);
    EXPECT_NE(message.find(bad.path), std::string::npos) << message;
  }
}

TEST(Recipe, RefusesOtherVersionsAndMissingModels)
{
  const struct {
    const char* text;
    const char* reason;
  } cases[] = { { "{}", "version" },
                { R"({"version": 2, "model": {}})", "expected 1, found 2" },
                { R"({"version": 1})", "model" },
                { R"({"version": 1, "model": {}})", "model: \"version\"" },
                { "[]", "object" },
                { "", "" } };
  for (const auto& bad : cases) {
    RondoRecipe* recipe = nullptr;
    RondoError   error  = { RONDO_SUCCESS, "" };
    EXPECT_NE(rondo_recipe_parse(
                bad.text, std::string(bad.text).size(), &recipe, &error),
              RONDO_SUCCESS)
      << bad.text;
    EXPECT_EQ(recipe, nullptr);
    EXPECT_NE(std::string(error.message).find(bad.reason), std::string::npos)
      << error.message;
  }
}

} // namespace
