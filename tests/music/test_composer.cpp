// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/composer.h"
#include "tests/music/melody_model.hpp"
#include "tests/net/networks.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using Tokens = std::vector<std::size_t>;

RondoModel*
load(const std::string& description)
{
  const std::string path  = ::testing::TempDir() + "composer.safetensors";
  RondoModel*       model = nullptr;
  RondoError        error{};
  rondo::write_model(path, description, 3U);
  EXPECT_EQ(rondo_model_load(path.c_str(), &model, &error), RONDO_SUCCESS)
    << error.message;
  (void)std::remove(path.c_str());
  return model;
}

class Composer : public ::testing::Test
{
protected:
  Composer()
  {
    EXPECT_EQ(rondo_composer_check(model, &error), RONDO_SUCCESS)
      << error.message;
    EXPECT_EQ(rondo_composer_new(model, &composer), RONDO_SUCCESS);
  }

  ~Composer() override
  {
    rondo_composer_free(composer);
    rondo_model_free(model);
  }

  Tokens compose(const RondoComposing& how, std::size_t n, std::uint64_t seed)
  {
    Tokens tokens;
    rondo_composer_begin(composer, { 3U, 4U }, RONDO_MODE_MINOR, 12U, seed, 0U);
    for (const std::size_t token : { 67U, 138U, 72U, 147U }) {
      rondo_composer_feed(composer, token);
    }
    for (std::size_t i = 0U; i < n; ++i) {
      tokens.push_back(rondo_composer_next(composer, &how));
    }
    return tokens;
  }

  RondoModel*          model    = load(melody_description());
  RondoComposer*       composer = nullptr;
  RondoError           error{};
  const RondoComposing any{
    { 1.0, 0U, 1.0 }, 0U, 127U, 0xFFFU, true, true, false, 192U, 0.0F, 0U
  };
};

TEST_F(Composer, SaysTheSameForTheSameSeed)
{
  const Tokens first = compose(any, 400U, 7U);
  EXPECT_NE(compose(any, 400U, 8U), first);
  EXPECT_EQ(compose(any, 400U, 7U), first);
}

TEST_F(Composer, AlternatesPitchesAndDurations)
{
  const Tokens tokens = compose(any, 1000U, 1U);
  for (std::size_t i = 0U; i < tokens.size(); ++i) {
    EXPECT_EQ(rondo_melody_ticks(tokens[i]) > 0U, i % 2U == 1U) << i;
    EXPECT_NE(tokens[i], static_cast<std::size_t>(RONDO_MELODY_END));
  }
}

TEST_F(Composer, KeepsToItsMasks)
{
  RondoComposing how = any;
  how.low            = 60U;
  how.high           = 71U;
  how.scale          = 0xAB5U; // C major
  how.rests          = false;
  how.holds          = false;
  how.most           = 24U;
  how.least          = 6U;
  for (const std::size_t token : compose(how, 1000U, 1U)) {
    if (rondo_melody_ticks(token)) {
      EXPECT_LE(rondo_melody_ticks(token), 24U);
      EXPECT_GE(rondo_melody_ticks(token), 6U);
    } else {
      ASSERT_TRUE(token >= 60U && token <= 71U) << token;
      EXPECT_TRUE(0xAB5U >> (token - 60U) & 1U) << token;
    }
  }
}

TEST_F(Composer, DensityIsOfNotes)
{
  double mean[3] = {};
  for (int i = 0; i < 3; ++i) {
    RondoComposing how = any;
    how.density        = static_cast<float>(i - 1);
    std::size_t sum    = 0U;
    for (const std::size_t token : compose(how, 1000U, 1U)) {
      sum += rondo_melody_ticks(token);
    }
    mean[i] = static_cast<double>(sum) / 500.0;
  }
  EXPECT_GT(mean[0], 1.5 * mean[1]);
  EXPECT_GT(mean[1], 1.5 * mean[2]);
}

TEST_F(Composer, ACopyGoesOnAlike)
{
  RondoComposer* other = nullptr;
  ASSERT_EQ(rondo_composer_new(model, &other), RONDO_SUCCESS);
  for (std::size_t n = 0U; n < 40U; ++n) {
    (void)compose(any, n, 5U);
    rondo_composer_copy(other, composer);
    for (int i = 0; i < 50; ++i) {
      ASSERT_EQ(rondo_composer_next(other, &any),
                rondo_composer_next(composer, &any))
        << n << ' ' << i;
    }
  }

  // But for its random numbers, once it has others
  rondo_composer_copy(other, composer);
  rondo_composer_reseed(other, 1U, 2U);
  bool differs = false;
  for (int i = 0; i < 50; ++i) {
    differs =
      rondo_composer_next(other, &any) != rondo_composer_next(composer, &any) ||
      differs;
  }
  EXPECT_TRUE(differs);
  rondo_composer_free(other);
}

TEST_F(Composer, EndsWhereNothingElseIsAllowed)
{
  RondoComposing how = any;
  how.most           = 0U;
  EXPECT_EQ(compose(how, 2U, 1U)[1],
            static_cast<std::size_t>(RONDO_MELODY_END));

  // A melody that stopped so leaves nothing to the next one
  Tokens tokens[2];
  for (Tokens& melody : tokens) {
    rondo_composer_begin(composer, { 4U, 4U }, RONDO_MODE_MAJOR, 0U, 1U, 0U);
    for (std::size_t i = 0U; i < 200U; ++i) {
      melody.push_back(rondo_composer_next(composer, &any));
    }
  }
  EXPECT_EQ(tokens[0], tokens[1]);
}

TEST_F(Composer, SeesEachPlaceOnce)
{
  // What the network says is that of a stream over the same inputs
  RondoStream* stream = nullptr;
  ASSERT_EQ(rondo_stream_new(model, 1U, &stream), RONDO_SUCCESS);
  const RondoComposing how{
    { 0.0, 0U, 1.0 }, 0U, 127U, 0xFFFU, true, true, true, 192U, 0.0F, 0U
  };
  Tokens       tokens{ 67U, 138U, 72U, 147U };
  const Tokens drawn = compose(how, 50U, 1U);
  tokens.insert(tokens.end(), drawn.begin(), drawn.end());

  RondoMelodyState   state;
  std::vector<float> x(RONDO_MELODY_N_INPUTS);
  std::vector<float> y(RONDO_MELODY_TOKENS);
  rondo_melody_begin(&state, { 3U, 4U }, RONDO_MODE_MINOR, 12U);
  for (std::size_t i = 0U; i < tokens.size(); ++i) {
    if (tokens[i] == RONDO_MELODY_END) {
      break;
    }
    rondo_melody_inputs(&state, x.data());
    rondo_stream_step(stream, x.data(), y.data());
    for (std::size_t k = 0U; i >= 4U && k < y.size(); ++k) {
      if (rondo_melody_allows(&state, k)) {
        EXPECT_LE(y[k], y[tokens[i]]) << i;
      }
    }
    rondo_melody_advance(&state, tokens[i]);
  }
  rondo_stream_free(stream);
}

TEST_F(Composer, HearsTheChord)
{
  std::vector<Tokens> heard;
  for (const auto kind :
       { RONDO_CHORD_UNKNOWN, RONDO_CHORD_MINOR, RONDO_CHORD_UNKNOWN }) {
    rondo_composer_begin(composer, { 4U, 4U }, RONDO_MODE_MAJOR, 0U, 5U, 0U);
    rondo_composer_set_chord(composer, { 7U, static_cast<std::uint8_t>(kind) });
    Tokens tokens;
    for (std::size_t i = 0U; i < 100U; ++i) {
      tokens.push_back(rondo_composer_next(composer, &any));
    }
    heard.push_back(tokens);
  }
  EXPECT_NE(heard[0], heard[1]);
  EXPECT_EQ(heard[0], heard[2]);
}

TEST_F(Composer, RefusesOtherNetworks)
{
  std::string other = melody_description();
  other.replace(other.find("\"melody\""), 8U, "\"frames\"");
  for (const std::string& description :
       { other, melody_description(R"("activation": "sigmoid")") }) {
    RondoModel* const wrong = load(description);
    EXPECT_NE(rondo_composer_check(wrong, &error), RONDO_SUCCESS);
    EXPECT_NE(std::string(error.message).find("expected"), std::string::npos)
      << error.message;
    rondo_model_free(wrong);
  }
}

} // namespace
