// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Small piano rolls, and trainers on them

#ifndef RONDO_TESTS_TRAIN_SMALL_SEQUENCES_HPP
#define RONDO_TESTS_TRAIN_SMALL_SEQUENCES_HPP

#include "core/net/config.h"
#include "core/train/corpus.h"
#include "core/train/sequence_recipe.h"
#include "core/train/sequence_trainer.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

struct FreeRecipe {
  void operator()(RondoSequenceRecipe* r) const
  {
    rondo_sequence_recipe_free(r);
  }
};

struct FreeTrainer {
  void operator()(RondoSequenceTrainer* t) const
  {
    rondo_sequence_trainer_free(t);
  }
};

using Recipe  = std::unique_ptr<RondoSequenceRecipe, FreeRecipe>;
using Trainer = std::unique_ptr<RondoSequenceTrainer, FreeTrainer>;
using Floats  = std::vector<float>;

inline void
write_file(const std::string& path, const std::string& text)
{
  std::ofstream(path, std::ios::binary) << text;
}

inline std::string
read_file(const std::string& path)
{
  std::ifstream stream{ path, std::ios::binary };
  return { std::istreambuf_iterator<char>{ stream }, {} };
}

/// Return scales, up and down, of different lengths
inline std::string
make_rolls()
{
  std::string text = "# made for a test\n";
  for (int i = 0; i < 12; ++i) {
    const int   n     = 9 + ((i * 5) % 13);
    const char* split = i < 8 ? "train" : i < 10 ? "valid" : "test";
    text += std::string(">") + split + " " + std::to_string(i) + " " +
            std::to_string(n) + "\n";
    for (int t = 0; t < n; ++t) {
      text += t % 7 == 3   ? "-\n"
              : t % 5 == 4 ? "=\n"
                           : std::to_string(50 + (i % 3) + (t % 4)) + " 70\n";
    }
  }
  return text;
}

class Sequences : public testing::Test
{
protected:
  Sequences()
    : path{ testing::TempDir() + "rondo_" +
            testing::UnitTest::GetInstance()->current_test_info()->name() }
  {
  }

  ~Sequences() override
  {
    rondo_corpus_clear(&corpus);
    std::remove(path.c_str());
    std::remove((path + ".checkpoint").c_str());
  }

  /// Return how reading `text` as a piano roll ended
  RondoStatus read_rolls(const std::string& text, const std::string& more = "")
  {
    const size_t      slash = path.rfind('/');
    const std::string data =
      R"({"file": ")" + path.substr(slash + 1) + "\"" + more + "}";
    RondoConfig* config = nullptr;
    EXPECT_EQ(rondo_config_parse(data.c_str(), data.size(), &config, &error),
              RONDO_SUCCESS);
    rondo_corpus_clear(&corpus);
    write_file(path, text);
    const RondoStatus status = rondo_corpus_read_pianoroll(
      &corpus, config, path.substr(0, slash).c_str(), &error);
    rondo_config_free(config);
    return status;
  }

  Recipe make_recipe(const std::string& training,
                     const std::string& layers = R"(
      {"name": "conv", "type": "conv1d", "out": 6, "kernel": 3},
      {"name": "lstm", "type": "lstm", "hidden": 7, "layers": 2},
      {"name": "gru", "type": "gru", "hidden": 7})")
  {
    const std::string text = R"({"version": 1, "model": {"version": 1,
      "layers": [)" + layers +
                             R"(,
      {"name": "out", "type": "linear", "activation": "sigmoid"}],
      "task": {"name": "frames", "loss": "binary"}},
      "data": {}, "training": {)" +
                             training + "}}";
    RondoConfig*         config = nullptr;
    RondoSequenceRecipe* recipe = nullptr;
    EXPECT_EQ(rondo_config_parse(text.c_str(), text.size(), &config, &error),
              RONDO_SUCCESS)
      << error.message;
    EXPECT_EQ(rondo_sequence_recipe_new(config, &recipe, &error), RONDO_SUCCESS)
      << error.message;
    EXPECT_EQ(rondo_sequence_recipe_fill(recipe, &corpus, &error),
              RONDO_SUCCESS)
      << error.message;
    return Recipe(recipe);
  }

  Trainer make(const Recipe& recipe, const size_t n_threads)
  {
    RondoSequenceTrainer* trainer = nullptr;
    EXPECT_EQ(rondo_sequence_trainer_new(
                recipe.get(), &corpus, n_threads, &trainer, &error),
              RONDO_SUCCESS)
      << error.message;
    return Trainer(trainer);
  }

  /// Take steps and judge when due; return the mean of their losses
  double take(const Trainer& trainer, const size_t n_steps)
  {
    double sum = 0.0;
    for (size_t i = 0; i < n_steps; ++i) {
      RondoTrainStep         step      = {};
      RondoSequenceJudgement judgement = {};
      EXPECT_EQ(rondo_sequence_trainer_step(trainer.get(), &step, &error),
                RONDO_SUCCESS)
        << error.message;
      sum += step.loss;
      if (rondo_sequence_trainer_is_due(trainer.get())) {
        rondo_sequence_trainer_judge(trainer.get(), &judgement);
      }
    }
    return sum / static_cast<double>(n_steps);
  }

  std::string saved(const Trainer& trainer)
  {
    const std::string file = path + ".checkpoint";
    EXPECT_EQ(rondo_sequence_trainer_write_checkpoint(
                trainer.get(), file.c_str(), 0.0, &error),
              RONDO_SUCCESS)
      << error.message;
    return read_file(file);
  }

  const std::string path;
  RondoError        error{ RONDO_SUCCESS, "" };
  RondoCorpus       corpus = {};
};

#endif // RONDO_TESTS_TRAIN_SMALL_SEQUENCES_HPP
