// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/sequence_worker.h"
#include "tests/train/describe.h"
#include "tests/train/small_sequences.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

/// A network that gives what it reads
class Lags : public Sequences
{
protected:
  /// Return the inputs of `n` steps from `first` on
  Floats lay(const size_t first, const size_t n, const int shift)
  {
    const Description d =
      describe(264, R"({"name": "out", "type": "linear", "out": 88})");
    RondoSequenceWorker* worker = nullptr;
    EXPECT_EQ(rondo_sequence_worker_new(
                d.get(), RONDO_LOSS_SQUARED, n, 1U, nullptr, &worker, &error),
              RONDO_SUCCESS)
      << error.message;
    const Floats             parameters((264U * 88U) + 88U);
    const size_t             member = 0U;
    RondoRandom              random = rondo_random(1U, 1U);
    const RondoSequenceShare share  = {
       &corpus.splits[RONDO_SPLIT_TRAIN], &member, &shift, nullptr, 1U, first, n
    };
    rondo_sequence_worker_train(worker, parameters.data(), &share, &random);
    Floats x(worker->x, worker->x + (n * 264U));
    rondo_sequence_worker_free(worker);
    return x;
  }
};

TEST_F(Lags, PutStepsBeforeTheTargetBesideEachKey)
{
  ASSERT_EQ(read_rolls(make_rolls(), R"(, "lags": [2, 5])"), RONDO_SUCCESS)
    << error.message;
  const RondoSequences& set = corpus.splits[RONDO_SPLIT_TRAIN];
  ASSERT_EQ(set.n_inputs, 264U);
  ASSERT_EQ(set.n_outputs, 88U);

  const float* const frames  = set.sequences[0].x;
  const size_t       steps[] = { 0U, 1U, 4U };
  for (const int shift : { 0, 3, -7 }) {
    for (const size_t first : { 0U, 3U }) {
      const Floats x = lay(first, 5U, shift);
      for (size_t i = 0U; i < x.size(); ++i) {
        const size_t t    = first + (i / 264U);
        const size_t back = steps[i % 3U];
        const int    key  = static_cast<int>((i % 264U) / 3U) - shift;
        const float  expected =
          back <= t && key >= 0 && key < 88
             ? frames[((t - back) * 88U) + static_cast<size_t>(key)]
             : 0.0F;
        ASSERT_EQ(x[i], expected) << shift << " " << first << " " << i;
      }
    }
  }
}

TEST_F(Lags, AreRefusedWhereTheyTellWhatIsToBeForetold)
{
  for (const char* const lags : { "[1]",
                                  "[0]",
                                  "[2.5]",
                                  "7",
                                  "[65537]",
                                  "[2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2]" }) {
    EXPECT_NE(read_rolls(make_rolls(), std::string(R"(, "lags": )") + lags),
              RONDO_SUCCESS)
      << lags;
    EXPECT_NE(std::string(error.message).find("lags"), std::string::npos)
      << error.message;
  }
}

TEST_F(Lags, AreLearnt)
{
  // Nothing but what sounded six steps before tells what comes
  std::string text;
  for (int i = 0; i < 20; ++i) {
    text += std::string(">") + (i < 16 ? "train" : "valid") + " " +
            std::to_string(i) + " 30\n";
    for (int t = 0; t < 30; ++t) {
      const int j = t % 6;
      text += std::to_string(40 + (((i * 7) + (j * j * (i + 3))) % 23)) + "\n";
    }
  }
  double losses[2] = { 0.0, 0.0 };
  for (const bool has_lags : { false, true }) {
    ASSERT_EQ(read_rolls(text, has_lags ? R"(, "lags": [6])" : ""),
              RONDO_SUCCESS)
      << error.message;
    const Recipe  recipe  = make_recipe(R"("epochs": 40, "batch": 4,
                                          "chunk": 8, "learning_rate": 0.02)",
                                      R"({"name": "in", "type": "linear",
                                          "out": 24, "activation": "tanh"})");
    const Trainer trainer = make(recipe, 2U);
    take(trainer, rondo_sequence_trainer_total(trainer.get()));
    losses[has_lags] = rondo_sequence_trainer_learner(trainer.get())->best_loss;
  }
  EXPECT_LT(losses[1], 0.6 * losses[0]);
}

} // namespace
