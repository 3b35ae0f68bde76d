// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/melody_tokens.h"
#include "core/net/config.h"
#include "core/train/corpus.h"
#include "core/train/sequence_recipe.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdio>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace {

const std::string tune =
  R"({"id": "a", "split": "train", "metre": [3, 4], "key": "D",
  "mode": "minor", "ev": [[0, 24], [62, 24], [65, 60]]})";

std::string
line(std::string text)
{
  for (char& c : text) {
    c = c == '\n' ? ' ' : c;
  }
  return text + "\n";
}

class Melodies : public testing::Test
{
protected:
  ~Melodies() override { rondo_corpus_clear(&corpus); }

  RondoStatus read(const std::string& text, const std::string& more = "")
  {
    const std::string name   = "melodies.jsonl";
    const std::string data   = R"({"file": ")" + name + "\"" + more + "}";
    RondoConfig*      config = nullptr;
    std::ofstream(testing::TempDir() + name, std::ios::binary) << text;
    EXPECT_EQ(rondo_config_parse(data.data(), data.size(), &config, &error),
              RONDO_SUCCESS);
    rondo_corpus_clear(&corpus);
    const RondoStatus st = rondo_corpus_read_melody(
      &corpus, config, testing::TempDir().c_str(), &error);
    rondo_config_free(config);
    (void)std::remove((testing::TempDir() + name).c_str());
    return st;
  }

  RondoCorpus corpus{};
  RondoError  error{ RONDO_SUCCESS, "" };
};

TEST_F(Melodies, AreTokensAndWhereTheyStand)
{
  ASSERT_EQ(read(line(tune)), RONDO_SUCCESS) << error.message;
  const RondoSequences& set = corpus.splits[RONDO_SPLIT_TRAIN];
  ASSERT_EQ(set.count, 1U);
  EXPECT_EQ(set.n_inputs, static_cast<std::size_t>(RONDO_MELODY_N_INPUTS));
  EXPECT_EQ(set.n_outputs, static_cast<std::size_t>(RONDO_MELODY_TOKENS));

  // A rest of a quarter, then C and E flat, an octave and more above middle C
  const RondoSequence&     s = set.sequences[0];
  const std::vector<float> y(s.y, s.y + s.n_targets);
  EXPECT_EQ(y,
            (std::vector<float>{
              128.0F, 142.0F, 60.0F, 142.0F, 63.0F, 148.0F, 130.0F }));
  ASSERT_EQ(s.n_steps, 7U);
  for (std::size_t t = 1U; t < s.n_steps; ++t) {
    EXPECT_EQ(s.x[t * RONDO_MELODY_N_INPUTS], y[t - 1U]);
  }
  EXPECT_EQ(s.x[(2U * RONDO_MELODY_N_INPUTS) + 2U], 256.0F); // Second beat
}

TEST_F(Melodies, SeeTheirChordsIfTheseAreShown)
{
  // Of D minor: nothing, then A7 by its name and D minor by its notes
  std::string chords = tune;
  chords.insert(1U,
                R"("chords": [[24, "A:dominant/E"], [60, [38, 41, 45]]], )");
  std::string valid = chords;
  valid.replace(valid.find("train"), 5U, "valid");
  const std::vector<float> none{ 315.0F, 328.0F };
  const std::vector<float> a7{ 323.0F, 331.0F };
  const std::vector<float> dm{ 316.0F, 330.0F };
  for (const std::string shown : { "0", "0.5", "1" }) {
    ASSERT_EQ(read(line(chords) + line(valid), R"(, "chords": )" + shown),
              RONDO_SUCCESS)
      << error.message;
    EXPECT_EQ(corpus.shown, std::stod(shown));
    for (const auto split : { RONDO_SPLIT_TRAIN, RONDO_SPLIT_VALID }) {
      const RondoSequences& set = corpus.splits[split];
      EXPECT_EQ(set.n_optional, 2U);
      EXPECT_EQ(std::vector<float>(set.unknown, set.unknown + 2), none);
      const bool sees =
        shown == "1" || (shown == "0.5" && split == RONDO_SPLIT_TRAIN);
      const auto seen = [&](std::size_t t) {
        const float* const x =
          set.sequences[0].x + (t * set.n_inputs) + set.optional;
        return std::vector<float>(x, x + 2);
      };
      EXPECT_EQ(seen(0U), none);
      EXPECT_EQ(seen(2U), sees ? a7 : none);
      EXPECT_EQ(seen(5U), sees ? a7 : none); // How long, from where it began
      EXPECT_EQ(seen(6U), sees ? dm : none);
    }
  }
}

TEST_F(Melodies, LeaveOutThoseWhoseMetreChanges)
{
  std::string changing = tune;
  changing.insert(1U, R"("metre_changes": true, )");
  ASSERT_EQ(read(line(changing) + line(tune)), RONDO_SUCCESS) << error.message;
  EXPECT_EQ(corpus.splits[RONDO_SPLIT_TRAIN].count, 1U);
}

TEST_F(Melodies, TellWhichLineIsWrong)
{
  const std::vector<std::pair<std::string, std::string>> wrong{
    { R"([62, 24])", "[62]" },        { R"([62, 24])", R"([200, 24])" },
    { R"([62, 24])", "[62, 0]" },     { R"("D")", R"("H")" },
    { R"("minor")", R"("gloomy")" },  { R"("train")", R"("tram")" },
    { R"([3, 4])", "[3, 64]" },       { R"([3, 4])", "[3]" },
    { R"("split": "train", )", "" },  { R"("key": "D",)", "" },
    { R"([62, 24])", R"([-1, 24])" },
  };
  for (const auto& change : wrong) {
    std::string text = tune;
    text.replace(text.find(change.first), change.first.size(), change.second);
    EXPECT_NE(read(line(tune) + line(text)), RONDO_SUCCESS) << change.second;
    EXPECT_NE(std::string(error.message).find("melodies.jsonl: line 2: "),
              std::string::npos)
      << error.message;
  }
}

TEST_F(Melodies, TellWhichChordIsWrong)
{
  for (const std::string wrong : { R"([0, "H:major"])",
                                   R"([0, "C:odd"])",
                                   "[0]",
                                   "[0, 5]",
                                   "5",
                                   R"([-1, "C:major"])",
                                   R"([0, [60, "C"]])" }) {
    std::string text = tune;
    text.insert(1U, R"("chords": [[0, "C:major"], )" + wrong + "], ");
    EXPECT_NE(read(line(text), R"(, "chords": 1)"), RONDO_SUCCESS) << wrong;
    EXPECT_NE(
      std::string(error.message).find("melodies.jsonl: line 1: chords[1]: "),
      std::string::npos)
      << error.message;
  }
  EXPECT_NE(read(line(tune), R"(, "chords": 1.5)"), RONDO_SUCCESS);
}

TEST_F(Melodies, CompleteARecipe)
{
  ASSERT_EQ(read(line(tune)), RONDO_SUCCESS);
  const std::string text = R"({"version": 1, "model": {"version": 1, "layers": [
    {"name": "tokens", "type": "embedding", "out": 4},
    {"name": "gru", "type": "gru", "hidden": 4},
    {"name": "head", "type": "linear"}], "task": {"name": "melody"}},
    "data": {"kind": "melody"}})";
  RondoConfig*      config    = nullptr;
  RondoSequenceRecipe* recipe = nullptr;
  ASSERT_EQ(rondo_config_parse(text.data(), text.size(), &config, &error),
            RONDO_SUCCESS);
  ASSERT_EQ(rondo_sequence_recipe_new(config, &recipe, &error), RONDO_SUCCESS)
    << error.message;
  ASSERT_EQ(rondo_sequence_recipe_fill(recipe, &corpus, &error), RONDO_SUCCESS)
    << error.message;
  EXPECT_EQ(recipe->description->layers[0].n_tokens,
            static_cast<std::size_t>(RONDO_MELODY_TABLE));
  EXPECT_EQ(recipe->description->n_outputs,
            static_cast<std::size_t>(RONDO_MELODY_TOKENS));
  rondo_sequence_recipe_free(recipe);
}

} // namespace
