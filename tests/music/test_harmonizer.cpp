// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/harmonizer.h"
#include "tests/music/chorale_model.hpp"
#include "tests/music/small_model.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace {

using Chord  = std::vector<unsigned>; // Pitches, then whether they begin
using Chords = std::vector<Chord>;

unsigned
interval(unsigned a, unsigned b)
{
  return (a > b ? a - b : b - a) % 12U;
}

class Harmonizer : public ::testing::Test
{
protected:
  Harmonizer()
  {
    EXPECT_EQ(rondo_harmonizer_check(model, &error), RONDO_SUCCESS)
      << error.message;
    EXPECT_EQ(rondo_harmonizer_new(model, &harmonizer), RONDO_SUCCESS);
  }

  ~Harmonizer() override
  {
    rondo_harmonizer_free(harmonizer);
    rondo_model_free(model);
  }

  Chord finish(const RondoHarmonizing& how)
  {
    std::size_t n = 1U;
    for (; rondo_harmonizer_step(harmonizer, &how); ++n) {
    }
    EXPECT_EQ(n, static_cast<std::size_t>(RONDO_HARMONIZER_STEPS));
    const RondoChord* const chord = rondo_harmonizer_chord(harmonizer);
    Chord                   out(chord->pitches, chord->pitches + 4);
    out.insert(out.end(), chord->strikes, chord->strikes + 4);
    return out;
  }

  // Harmonise quarters that go up and down a scale
  Chords harmonise(const RondoHarmonizing& how,
                   std::uint64_t           seed,
                   int                     shift = 0)
  {
    static const std::uint8_t scale[] = { 60U, 62U, 64U, 65U, 67U, 69U, 71U };
    Chords                    chords;
    rondo_harmonizer_begin(
      harmonizer, { 3U, 4U }, RONDO_MODE_MAJOR, shift, seed, 0U);
    for (std::uint32_t i = 0U; i < 96U; ++i) {
      const auto pitch = static_cast<std::uint8_t>(scale[i / 4U % 7U] - shift);
      rondo_harmonizer_give(harmonizer, i, pitch, i % 4U == 0U);
      chords.push_back(finish(how));
    }
    return chords;
  }

  RondoModel*      model      = load_small_model(chorale_description());
  RondoHarmonizer* harmonizer = nullptr;
  RondoError       error{};
};

TEST_F(Harmonizer, SaysTheSameForTheSameSeed)
{
  const RondoHarmonizing how   = rondo_harmonizing();
  const Chords           first = harmonise(how, 1U);
  EXPECT_NE(harmonise(how, 2U), first);
  EXPECT_EQ(harmonise(how, 1U), first);
}

TEST_F(Harmonizer, KeepsTheSoprano)
{
  const Chords chords = harmonise(rondo_harmonizing(), 1U);
  for (std::size_t i = 0U; i < chords.size(); ++i) {
    EXPECT_EQ(chords[i][4], i % 4U == 0U ? 1U : 0U);
    EXPECT_EQ(chords[i][0], chords[i / 4U * 4U][0]);
  }
  EXPECT_EQ(chords[8][0], 64U);
}

TEST_F(Harmonizer, KeepsToRangesScaleAndOrder)
{
  RondoHarmonizing how = rondo_harmonizing();
  how.sampler          = { 1.5, 0U, 1.0 };
  how.scale            = 0xAB5U; // C major
  for (const Chord& chord : harmonise(how, 3U)) {
    for (unsigned part = 1U; part < 4U; ++part) {
      EXPECT_LE(chord[part], chord[part - 1U]);
      EXPECT_GE(chord[part], how.low[part]);
      EXPECT_LE(chord[part], how.high[part]);
      EXPECT_TRUE(0xAB5U >> (chord[part] % 12U) & 1U) << chord[part];
    }
  }
}

TEST_F(Harmonizer, HoldsWhatDoesNotBegin)
{
  RondoHarmonizing how = rondo_harmonizing();
  how.sampler          = { 1.0, 0U, 1.0 };
  Chord before;
  for (const Chord& chord : harmonise(how, 4U)) {
    for (unsigned part = 1U; !before.empty() && part < 4U; ++part) {
      EXPECT_EQ(chord[4U + part] == 0U, chord[part] == before[part]);
    }
    before = chord;
  }
}

TEST_F(Harmonizer, MovesWithTheKey)
{
  RondoHarmonizing how = rondo_harmonizing();
  for (unsigned part = 1U; part < 4U; ++part) {
    how.low[part]  = 0U;
    how.high[part] = 127U;
  }
  const Chords low  = harmonise(how, 1U);
  const Chords high = harmonise(how, 1U, -3);
  for (std::size_t i = 0U; i < low.size(); ++i) {
    for (unsigned part = 0U; part < 4U; ++part) {
      EXPECT_EQ(high[i][part], low[i][part] + 3U);
    }
  }
}

TEST_F(Harmonizer, PlaysNoParallelsThatAreForbidden)
{
  RondoHarmonizing how = rondo_harmonizing();
  how.sampler          = { 3.0, 0U, 1.0 };
  how.crosses          = true; // Then there is always another way
  unsigned n[2]        = { 0U, 0U };
  for (const float penalty : { 0.0F, 1000.0F }) {
    how.parallels       = penalty;
    const Chords chords = harmonise(how, 6U);
    for (std::size_t i = 1U; i < chords.size(); ++i) {
      for (unsigned a = 0U; a < 4U; ++a) {
        for (unsigned b = a + 1U; b < 4U; ++b) {
          const unsigned now  = interval(chords[i][a], chords[i][b]);
          const unsigned then = interval(chords[i - 1U][a], chords[i - 1U][b]);
          n[penalty > 0.0F ? 1 : 0] += now == then &&
                                           (now == 0U || now == 7U) &&
                                           chords[i][a] != chords[i - 1U][a] &&
                                           chords[i][b] != chords[i - 1U][b]
                                         ? 1U
                                         : 0U;
        }
      }
    }
  }
  EXPECT_GT(n[0], 0U);
  EXPECT_EQ(n[1], 0U);
}

TEST_F(Harmonizer, RestsWithTheSoprano)
{
  const RondoHarmonizing how = rondo_harmonizing();
  rondo_harmonizer_begin(harmonizer, { 4U, 4U }, RONDO_MODE_MINOR, 0, 1U, 0U);
  EXPECT_FALSE(rondo_harmonizer_step(harmonizer, &how));
  rondo_harmonizer_give(harmonizer, 0U, 67U, true);
  EXPECT_LT(finish(how)[3], 128U);
  rondo_harmonizer_give(harmonizer, 1U, RONDO_SILENT, false);
  EXPECT_EQ(finish(how), Chord({ 128U, 128U, 128U, 128U, 0U, 0U, 0U, 0U }));
  rondo_harmonizer_give(harmonizer, 2U, 67U, true);
  const Chord chord = finish(how);
  EXPECT_LT(chord[3], 128U);
  EXPECT_EQ(chord[7], 1U);
}

TEST_F(Harmonizer, TakesEveryPitchAndPlace)
{
  RondoHarmonizing how = rondo_harmonizing();
  how.scale            = 0U; // Nothing is allowed, and yet something sounds
  for (const std::uint8_t beats : { 0U, 3U, 255U }) {
    for (const int shift : { -12, 5, 127 }) {
      rondo_harmonizer_begin(
        harmonizer, { beats, 4U }, RONDO_MODE_MINOR, shift, 1U, 0U);
      for (unsigned pitch = 0U; pitch < 128U; ++pitch) {
        rondo_harmonizer_give(harmonizer,
                              pitch * 0x1000193U,
                              static_cast<std::uint8_t>(pitch),
                              pitch % 2U == 0U);
        const Chord chord = finish(how);
        EXPECT_EQ(chord[0], pitch);
        for (unsigned part = 1U; part < 4U; ++part) {
          EXPECT_LE(chord[part], 128U);
        }
      }
    }
  }
}

TEST_F(Harmonizer, TakesPartsThatAreGiven)
{
  const RondoHarmonizing how = rondo_harmonizing();
  const RondoChord chord{ { 72U, 67U, 64U, 48U }, { true, true, true, true } };
  rondo_harmonizer_begin(harmonizer, { 4U, 4U }, RONDO_MODE_MAJOR, 0, 1U, 0U);
  rondo_harmonizer_give_chord(harmonizer, 0U, &chord, 0xFU);
  EXPECT_EQ(finish(how), Chord({ 72U, 67U, 64U, 48U, 1U, 1U, 1U, 1U }));
  rondo_harmonizer_give_chord(harmonizer, 1U, &chord, 0x8U);
  const Chord drawn = finish(how);
  EXPECT_EQ(drawn[3], 48U);

  // One that is interrupted goes on with what sounded
  rondo_harmonizer_give_chord(harmonizer, 2U, &chord, 0U);
  EXPECT_TRUE(rondo_harmonizer_step(harmonizer, &how));
  const unsigned soprano = rondo_harmonizer_chord(harmonizer)->pitches[0];
  rondo_harmonizer_give_chord(harmonizer, 3U, &chord, 0U);
  const RondoChord* const now = rondo_harmonizer_chord(harmonizer);
  EXPECT_EQ(now->pitches[0], soprano);
  EXPECT_EQ(now->pitches[3], 48U);
  EXPECT_FALSE(now->strikes[0]);
}

TEST_F(Harmonizer, RefusesOtherNetworks)
{
  std::string other = chorale_description();
  other.replace(other.find("\"chorale\""), 9U, "\"melody\"");
  std::string table = chorale_description();
  table.replace(table.find("92"), 2U, "93");
  for (const std::string& description :
       { other, table, chorale_description(R"("activation": "sigmoid")") }) {
    RondoModel* const wrong = load_small_model(description);
    EXPECT_NE(rondo_harmonizer_check(wrong, &error), RONDO_SUCCESS);
    EXPECT_NE(std::string(error.message).find("expected"), std::string::npos)
      << error.message;
    rondo_model_free(wrong);
  }
}

} // namespace
