// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/random.h"
#include "core/music/chorale.h"
#include "core/net/config.h"
#include "core/train/corpus.h"
#include "core/train/masking.h"
#include "core/train/sequence_crew.h"
#include "core/train/sequence_recipe.h"
#include "tests/train/golden_chorale.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace {

// C, F, G7, C in quarters; the notes of the last chord are those of F major
const std::vector<std::vector<int>> chords{ { 72, 67, 64, 48 },
                                            { 72, 69, 65, 53 },
                                            { 71, 67, 65, 43 },
                                            { 72, 67, 64, 48 } };

std::string
write_chorale(int shift)
{
  std::string text = "[";
  for (int t = 0; t < 16; ++t) {
    text += t > 0 ? ", [" : "[";
    for (std::size_t i = 0U; i < 4U; ++i) {
      const int pitch = chords[static_cast<std::size_t>(t / 4)][i];
      text += (i > 0U ? ", " : "") + std::to_string(pitch + shift);
    }
    text += "]";
  }
  return text + "]";
}

class Chorales : public testing::Test
{
protected:
  ~Chorales() override { rondo_corpus_clear(&corpus); }

  RondoStatus read(const std::string& text, bool masked = false)
  {
    const std::string name = "chorales.json";
    const std::string data = R"({"file": ")" + name + R"(", "masked": )" +
                             (masked ? "true}" : "false}");
    RondoConfig* config = nullptr;
    std::ofstream(testing::TempDir() + name, std::ios::binary) << text;
    EXPECT_EQ(rondo_config_parse(data.data(), data.size(), &config, &error),
              RONDO_SUCCESS);
    rondo_corpus_clear(&corpus);
    const RondoStatus st = rondo_corpus_read_chorale(
      &corpus, config, testing::TempDir().c_str(), &error);
    rondo_config_free(config);
    (void)std::remove((testing::TempDir() + name).c_str());
    return st;
  }

  RondoCorpus corpus{};
  RondoError  error{ RONDO_SUCCESS, "" };
};

TEST_F(Chorales, AreTokensThatSayAllOfThem)
{
  ASSERT_EQ(read(R"({"train": [)" + write_chorale(2) + "]}"), RONDO_SUCCESS)
    << error.message;
  const RondoSequences& set = corpus.splits[RONDO_SPLIT_TRAIN];
  ASSERT_EQ(set.count, 1U);
  const RondoSequence& s = set.sequences[0];
  ASSERT_EQ(s.n_steps, 64U);

  // Back from D to C, the tokens give the chords again
  std::vector<int>  sounds(4U, -1);
  const std::size_t order[] = { 0U, 3U, 2U, 1U };
  for (std::size_t i = 0U; i < s.n_steps; ++i) {
    const std::size_t part  = order[i % 4U];
    const int         token = static_cast<int>(s.y[i]);
    EXPECT_EQ(s.x[(i * set.n_inputs) + 4U + part],
              sounds[part] < 0 ? 65.0F : static_cast<float>(sounds[part] - 28));
    sounds[part] = token == RONDO_CHORALE_HOLD ? sounds[part] : token + 28;
    EXPECT_EQ(sounds[part], chords[i / 16U][part]) << i;
    EXPECT_EQ(s.x[(i * set.n_inputs) + 11U], 80.0F + static_cast<float>(part));
  }
  EXPECT_EQ(s.y[4], static_cast<float>(RONDO_CHORALE_HOLD));
  EXPECT_EQ(s.y[17], 25.0F); // The bass goes to F
}

TEST_F(Chorales, AreCellsWithTheirPlaces)
{
  ASSERT_EQ(read(R"({"valid": [)" + write_chorale(-3) + "]}", true),
            RONDO_SUCCESS)
    << error.message;
  const RondoSequences& set = corpus.splits[RONDO_SPLIT_VALID];
  ASSERT_EQ(set.count, 1U);
  const RondoSequence& s = set.sequences[0];
  ASSERT_EQ(s.n_steps, 16U);
  EXPECT_EQ(set.n_inputs, 7U);
  EXPECT_EQ(set.n_outputs, 260U);
  for (std::size_t t = 0U; t < 16U; ++t) {
    for (std::size_t i = 0U; i < 4U; ++i) {
      EXPECT_EQ(s.y[(t * 4U) + i], static_cast<float>(chords[t / 4U][i] - 28));
      EXPECT_EQ(s.x[(t * 7U) + i], s.y[(t * 4U) + i]);
    }
    EXPECT_EQ(s.x[(t * 7U) + 4U], 66.0F + static_cast<float>(t % 4U));
    EXPECT_EQ(s.x[(t * 7U) + 6U], 78.0F); // Major
  }
}

TEST_F(Chorales, AreWhatAnotherProgramMakesOfThem)
{
  for (const GoldenChorale& golden : golden_chorales) {
    ASSERT_EQ(read(golden.text), RONDO_SUCCESS) << error.message;
    const RondoSequence& tokens = corpus.splits[0].sequences[0];
    ASSERT_EQ(tokens.n_steps, golden.tokens.size());
    for (std::size_t i = 0U; i < tokens.n_steps; ++i) {
      ASSERT_EQ(static_cast<int>(tokens.y[i]), golden.tokens[i]) << i;
    }
    for (std::size_t i = 0U; i < golden.token_inputs.size(); ++i) {
      ASSERT_EQ(static_cast<int>(tokens.x[i]), golden.token_inputs[i])
        << "token " << i / 13U << ", input " << i % 13U;
    }

    ASSERT_EQ(read(golden.text, true), RONDO_SUCCESS) << error.message;
    const RondoSequence& cells = corpus.splits[0].sequences[0];
    ASSERT_EQ(cells.n_steps, golden.cell_inputs.size() / 7U);
    for (std::size_t i = 0U; i < golden.cell_inputs.size(); ++i) {
      ASSERT_EQ(static_cast<int>(cells.x[i]), golden.cell_inputs[i])
        << "sixteenth " << i / 7U << ", input " << i % 7U;
    }
  }
}

TEST_F(Chorales, HaveSilence)
{
  ASSERT_EQ(read(R"({"test": [[[60, -1, -1, -1], [60, -1, -1, 48]]]})"),
            RONDO_SUCCESS)
    << error.message;
  const RondoSequence& s = corpus.splits[RONDO_SPLIT_TEST].sequences[0];
  EXPECT_EQ(s.y[1], static_cast<float>(RONDO_CHORALE_REST));
  EXPECT_EQ(s.y[6], static_cast<float>(RONDO_CHORALE_HOLD));
}

TEST_F(Chorales, AreRefusedWithThePlace)
{
  const std::string good = R"({"train": [[[60, 55, 52, 48]]]})";
  ASSERT_EQ(read(good), RONDO_SUCCESS);
  const std::vector<std::pair<std::string, std::string>> cases{
    { R"({"train": [[[60, 55, 52]]]})", "byte 23: expected ','" },
    { R"({"train": [[[60, 55, 52, 148]]]})", "expected a pitch" },
    { R"({"train": [[[60, 55, 52, -2]]]})", "expected a pitch" },
    { R"({"train": [[]]})", "byte 12: expected '['" },
    { R"({"trains": []})", "expected \"train\"" },
    { good + "x", "expected '}' and the end" },
    { R"({"train": [[[60, 55, 52, 48]]], "train": [[[1, 1, 1, 1]]]})", "once" },
  };
  for (const auto& [text, message] : cases) {
    EXPECT_NE(read(text), RONDO_SUCCESS) << text;
    EXPECT_NE(std::string(error.message).find(message), std::string::npos)
      << error.message;
    EXPECT_NE(std::string(error.message).find("chorales.json"),
              std::string::npos);
  }
  for (std::size_t n = 0U; n < good.size(); ++n) {
    EXPECT_NE(read(good.substr(0U, n)), RONDO_SUCCESS) << n;
  }
}

TEST(Masking, HidesEachShareAsOftenAsAnother)
{
  // 31 cells that may be hidden: from 1 to 31 of them, uniformly
  const RondoMasking        how{ 0xEU, 1U };
  RondoRandom               random = rondo_random(1U, 0U);
  std::vector<std::uint8_t> mask(40U);
  std::vector<unsigned>     counts(31U);
  for (unsigned i = 0U; i < 30000U; ++i) {
    const std::size_t n =
      rondo_masking_draw(&how, &random, 10U, 4U, mask.data());
    ASSERT_TRUE(n >= 1U && n <= 30U);
    ++counts[n];
    std::size_t sum = 0U;
    for (std::size_t k = 0U; k < mask.size(); ++k) {
      sum += mask[k];
      ASSERT_FALSE(k % 4U == 0U && mask[k] != 0U);
    }
    ASSERT_EQ(sum, n);
  }
  // None at all is drawn as one
  for (std::size_t n = 2U; n <= 30U; ++n) {
    EXPECT_NEAR(counts[n], 30000.0 / 31.0, 5.0 * std::sqrt(30000.0 / 31.0));
  }
}

TEST(Masking, HidesBlocks)
{
  const RondoMasking        how{ 0x3U, 4U };
  RondoRandom               random = rondo_random(2U, 0U);
  std::vector<std::uint8_t> mask(32U);
  std::size_t               n_whole = 0U;
  for (unsigned i = 0U; i < 1000U; ++i) {
    const std::size_t n =
      rondo_masking_draw(&how, &random, 16U, 2U, mask.data());
    for (std::size_t k = 0U; n > 1U && k < 32U; ++k) {
      EXPECT_EQ(mask[k], mask[(k / 8U * 8U) + (k % 2U)]);
    }
    n_whole += n > 1U ? 1U : 0U;
  }
  EXPECT_GT(n_whole, 850U);
}

TEST(Masking, DrawsSetsOfCells)
{
  const RondoMasking        how{ 0U, 0U };
  RondoRandom               random = rondo_random(3U, 0U);
  std::vector<std::uint8_t> mask(256U);
  std::vector<unsigned>     sets(16U);
  for (unsigned i = 0U; i < 8000U; ++i) {
    (void)rondo_masking_draw(&how, &random, 64U, 4U, mask.data());
    unsigned set = 0U;
    for (std::size_t k = 0U; k < mask.size(); ++k) {
      set |= static_cast<unsigned>(mask[k]) << (k % 4U);
    }
    ++sets[set];
  }
  EXPECT_EQ(sets[0], 0U);
  EXPECT_GT(sets[14], 2600U); // All but the first, unless few are hidden
  EXPECT_GT(sets[15], 150U);
  EXPECT_GT(sets[4], 150U);
}

class Cells : public testing::Test
{
protected:
  Cells()
  {
    RondoConfig*      config = nullptr;
    const std::string text   = R"({"version": 1, "inputs": 3, "layers": [
      {"name": "e", "type": "embedding", "tokens": 9, "out": 4},
      {"name": "g", "type": "gru", "hidden": 6, "bidirectional": true},
      {"name": "h", "type": "linear", "out": 5, "groups": 2,
       "activation": "softmax"}]})";
    EXPECT_EQ(rondo_config_parse(text.data(), text.size(), &config, nullptr),
              RONDO_SUCCESS);
    EXPECT_EQ(rondo_description_new(config, &description, nullptr),
              RONDO_SUCCESS);
    set.n_inputs  = 3U;
    set.n_outputs = 10U;
    set.classes   = true;
    set.n_cells   = 2U;
    set.hidden    = 8.0F;
    for (const std::size_t n : { 7U, 12U }) {
      RondoSequence* const s = rondo_sequences_add(&set, n * 5U);
      s->x                   = s->memory;
      s->y                   = s->memory + (n * 3U);
      s->n_steps             = n;
      s->n_targets           = n;
      for (std::size_t t = 0U; t < n; ++t) {
        for (std::size_t c = 0U; c < 2U; ++c) {
          const auto token        = static_cast<float>(((t / 2U) + c) % 5U);
          s->memory[(t * 3U) + c] = token;
          s->memory[(n * 3U) + (t * 2U) + c] = token;
        }
        s->memory[(t * 3U) + 2U] = static_cast<float>(5U + (t % 3U));
      }
    }
    parameters.resize(rondo_network_n_parameters(description));
    RondoRandom random = rondo_random(4U, 0U);
    for (float& p : parameters) {
      p = 0.4F * rondo_random_normal(&random);
    }
  }

  ~Cells() override
  {
    rondo_sequences_clear(&set);
    rondo_description_free(description);
  }

  RondoDescription*  description = nullptr;
  RondoSequences     set{};
  std::vector<float> parameters;
};

TEST_F(Cells, AreScoredByThoseThatAreHidden)
{
  RondoCrew crew;
  ASSERT_EQ(
    rondo_crew_init(
      &crew, description, RONDO_LOSS_CLASSES, 12U, 2U, 1U, nullptr, nullptr),
    RONDO_SUCCESS);
  RondoSequenceScore       scores[2];
  const RondoSequenceScore total =
    rondo_crew_judge(&crew, parameters.data(), &set, scores);
  EXPECT_EQ(total.n_targets, 38U);
  EXPECT_EQ(scores[0].n_targets, 14U);

  // The same of one sequence alone, by the network itself
  for (std::size_t i = 0U; i < 2U; ++i) {
    const RondoSequence&      s      = set.sequences[i];
    const std::size_t         n      = s.n_steps;
    RondoRandom               random = rondo_random(set.seed, i);
    std::vector<std::uint8_t> mask(n * 2U);
    const std::size_t         hidden =
      rondo_masking_draw(&set.masking, &random, n, 2U, mask.data());
    std::vector<float> x(s.x, s.x + (n * 3U));
    for (std::size_t k = 0U; k < mask.size(); ++k) {
      x[(k / 2U * 3U) + (k % 2U)] = mask[k] != 0U ? 8.0F : s.y[k];
    }
    RondoNetwork* network = nullptr;
    ASSERT_EQ(rondo_network_new(description, n, 1U, &network, nullptr),
              RONDO_SUCCESS);
    const float* const y = rondo_network_forward(
      network, parameters.data(), n, 1U, x.data(), nullptr, nullptr);
    double sum = 0.0;
    for (std::size_t k = 0U; k < mask.size(); ++k) {
      if (mask[k] != 0U) {
        sum -= std::log(y[(k * 5U) + static_cast<std::size_t>(s.y[k])]);
      }
    }
    rondo_network_free(network);
    EXPECT_NEAR(scores[i].loss,
                sum * static_cast<double>(n * 2U) / static_cast<double>(hidden),
                1e-4 * scores[i].loss);
  }
  rondo_crew_clear(&crew);
}

TEST_F(Cells, HaveTheGradientOfTheirLoss)
{
  // All cells are hidden, so that nothing is left to chance
  set.masking                 = { 0x3U, SIZE_MAX };
  RondoSequenceWorker* worker = nullptr;
  ASSERT_EQ(
    rondo_sequence_worker_new(
      description, RONDO_LOSS_CLASSES, 12U, 2U, nullptr, &worker, nullptr),
    RONDO_SUCCESS);
  const std::size_t        members[] = { 0U, 1U };
  const RondoSequenceShare share     = { &set, members, nullptr, nullptr,
                                         2U,   0U,      12U };

  // A seed with which both are
  std::uint64_t seed  = 0U;
  const auto    train = [&] {
    RondoRandom random = rondo_random(seed, 0U);
    rondo_sequence_worker_train(worker, parameters.data(), &share, &random);
    return worker->result;
  };
  while (train().n_steps != 38U || worker->weights[0] != 1.0 ||
         worker->weights[1] != 1.0) {
    ++seed;
  }
  const std::vector<float> gradients(worker->gradients,
                                     worker->gradients + parameters.size());
  for (std::size_t k = 0U; k < parameters.size(); k += 7U) {
    const float kept  = parameters[k];
    parameters[k]     = kept + 0.01F;
    const double up   = train().sum;
    parameters[k]     = kept - 0.01F;
    const double down = train().sum;
    parameters[k]     = kept;
    EXPECT_NEAR(
      gradients[k], (up - down) / 0.02, 0.02 + (0.02 * std::fabs(gradients[k])))
      << k;
  }
  rondo_sequence_worker_free(worker);
}

TEST_F(Cells, AskForAsManyGroups)
{
  RondoError error{};
  EXPECT_EQ(
    rondo_sequences_check(&set, description, RONDO_LOSS_CLASSES, &error),
    RONDO_SUCCESS)
    << error.message;
  set.n_cells = 5U;
  EXPECT_NE(
    rondo_sequences_check(&set, description, RONDO_LOSS_CLASSES, &error),
    RONDO_SUCCESS);
  EXPECT_NE(std::string(error.message).find("2 groups"), std::string::npos);
}

} // namespace
