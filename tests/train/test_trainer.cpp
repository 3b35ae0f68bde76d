// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/model.h"
#include "core/train/checkpoint.h"
#include "core/train/denoise_trainer.h"
#include "tests/train/small_recipe.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

namespace {

struct FreeTrainer {
  void operator()(RondoTrainer* t) const { rondo_trainer_free(t); }
};

using Trainer = std::unique_ptr<RondoTrainer, FreeTrainer>;
using Floats  = std::vector<float>;

std::string
read_file(const std::string& path)
{
  std::ifstream stream{ path, std::ios::binary };
  return { std::istreambuf_iterator<char>{ stream }, {} };
}

class Training : public testing::Test
{
protected:
  Training()
    : path{ testing::TempDir() + "rondo_" +
            testing::UnitTest::GetInstance()->current_test_info()->name() }
  {
  }

  ~Training() override
  {
    std::remove(path.c_str());
    std::remove((path + ".checkpoint").c_str());
  }

  Trainer make(const Recipe& recipe, const size_t n_threads = 1)
  {
    RondoTrainer* trainer = nullptr;
    EXPECT_EQ(
      rondo_trainer_new(
        recipe.get(), sounds.get(), sounds.get(), n_threads, &trainer, &error),
      RONDO_SUCCESS)
      << error.message;
    return Trainer(trainer);
  }

  /// Take steps; return the mean of their losses
  double take(const Trainer& trainer, const size_t n_steps)
  {
    double         sum  = 0.0;
    RondoTrainStep step = {};
    for (size_t i = 0; i < n_steps; ++i) {
      EXPECT_EQ(rondo_trainer_step(trainer.get(), &step, &error), RONDO_SUCCESS)
        << error.message;
      sum += step.loss;
    }
    return sum / static_cast<double>(n_steps);
  }

  static Floats parameters(const Trainer& trainer)
  {
    const float* const first = rondo_trainer_parameters(trainer.get());
    return { first, first + rondo_trainer_n_parameters(trainer.get()) };
  }

  /// Return all that a run would go on from, and the model
  std::string saved(const Trainer& trainer)
  {
    const std::string file = path + ".checkpoint";
    EXPECT_EQ(
      rondo_trainer_write_checkpoint(trainer.get(), file.c_str(), 7.0, &error),
      RONDO_SUCCESS)
      << error.message;
    EXPECT_EQ(rondo_trainer_write_model(
                trainer.get(), path.c_str(), R"({"name":"x"})", &error),
              RONDO_SUCCESS)
      << error.message;
    return read_file(file) + read_file(path);
  }

  const Sounds      sounds = make_sounds(16000.0);
  const std::string path;
  RondoError        error{ RONDO_SUCCESS, "" };
};

TEST_F(Training, LowersTheLossOnItsOwnAndOnOtherItems)
{
  const Recipe recipe =
    small_recipe(R"("steps": 120, "learning_rate": 0.02, "warm_up": 10)");
  const Trainer       trainer = make(recipe);
  RondoTrainJudgement before  = {};
  RondoTrainJudgement after   = {};
  rondo_trainer_judge(trainer.get(), &before);
  const double first = take(trainer, 20);
  take(trainer, 80);
  const double last = take(trainer, 20);
  rondo_trainer_judge(trainer.get(), &after);
  EXPECT_LT(last, 0.8 * first);
  EXPECT_LT(after.loss, 0.8 * before.loss);
  EXPECT_GT(after.after_db, before.after_db);
  EXPECT_EQ(after.before_db, before.before_db);
  EXPECT_TRUE(after.best);
  EXPECT_EQ(rondo_trainer_best_step(trainer.get()), 120U);
  EXPECT_EQ(rondo_trainer_n_steps(trainer.get()), 120U);
}

TEST_F(Training, RepeatsToTheLastBit)
{
  const Recipe recipe = small_recipe();
  for (const size_t n_threads : { 1U, 2U, 3U }) {
    RondoTrainJudgement judgement = {};
    const Trainer       one       = make(recipe, n_threads);
    const Trainer       two       = make(recipe, n_threads);
    take(one, 6);
    take(two, 6);
    rondo_trainer_judge(one.get(), &judgement);
    rondo_trainer_judge(two.get(), &judgement);
    EXPECT_EQ(parameters(one), parameters(two)) << n_threads;
    EXPECT_EQ(saved(one), saved(two)) << n_threads;
  }
}

TEST_F(Training, HearsTheSameItemsWithAnyNumberOfThreads)
{
  // Only the order of sums differs
  const Recipe   recipe = small_recipe();
  RondoTrainStep one    = {};
  RondoTrainStep many   = {};
  ASSERT_EQ(rondo_trainer_step(make(recipe, 1).get(), &one, &error),
            RONDO_SUCCESS);
  for (const size_t n_threads : { 2U, 3U, 4U, 5U, 64U }) {
    ASSERT_EQ(rondo_trainer_step(make(recipe, n_threads).get(), &many, &error),
              RONDO_SUCCESS);
    EXPECT_NEAR(many.loss, one.loss, 1e-5 * one.loss);
    EXPECT_NEAR(
      many.gradient_norm, one.gradient_norm, 1e-4 * one.gradient_norm);
  }
}

TEST_F(Training, DiffersForAnotherSeed)
{
  const Recipe  recipe = small_recipe();
  const Recipe  other  = small_recipe(R"("seed": 2)");
  const Trainer one    = make(recipe);
  const Trainer two    = make(other);
  EXPECT_NE(parameters(one), parameters(two));
  EXPECT_NE(take(one, 1), take(two, 1));
}

TEST_F(Training, GoesOnFromACheckpointAsIfNeverStopped)
{
  const Recipe recipe = small_recipe(R"("averaging": 0.9)");
  for (const size_t n_threads : { 1U, 2U }) {
    RondoTrainJudgement judgement = {};
    const Trainer       whole     = make(recipe, n_threads);
    take(whole, 3);
    rondo_trainer_judge(whole.get(), &judgement);
    take(whole, 3);
    rondo_trainer_judge(whole.get(), &judgement);

    const std::string file    = path + ".checkpoint";
    double            seconds = 0.0;
    {
      const Trainer part = make(recipe, n_threads);
      take(part, 3);
      rondo_trainer_judge(part.get(), &judgement);
      ASSERT_EQ(
        rondo_trainer_write_checkpoint(part.get(), file.c_str(), 12.5, &error),
        RONDO_SUCCESS);
    }
    const Trainer rest = make(recipe, n_threads);
    ASSERT_EQ(
      rondo_trainer_read_checkpoint(rest.get(), file.c_str(), &seconds, &error),
      RONDO_SUCCESS)
      << error.message;
    EXPECT_EQ(seconds, 12.5);
    EXPECT_EQ(rondo_trainer_n_steps(rest.get()), 3U);
    EXPECT_EQ(rondo_trainer_best_step(rest.get()), 3U);
    take(rest, 3);
    rondo_trainer_judge(rest.get(), &judgement);
    EXPECT_EQ(parameters(whole), parameters(rest));
    EXPECT_EQ(saved(whole), saved(rest));
  }
}

// Judgements see all units
TEST_F(Training, LeavesUnitsOutWhileItTrains)
{
  const std::string steps = R"("steps": 6, "warm_up": 2)";
  const Recipe      all   = small_recipe(steps);
  const Recipe  some = small_recipe(steps + R"(, "dropout": {"layers": 0.5})");
  const Trainer a    = make(all);
  const Trainer b    = make(some);
  const Trainer c    = make(some);
  RondoTrainJudgement whole   = {};
  RondoTrainJudgement dropped = {};
  rondo_trainer_judge(a.get(), &whole);
  rondo_trainer_judge(b.get(), &dropped);
  EXPECT_EQ(dropped.loss, whole.loss);
  EXPECT_NE(take(b, 1), take(a, 1));
  take(c, 1);
  EXPECT_EQ(parameters(c), parameters(b));
}

TEST_F(Training, RefusesACheckpointOfAnotherNetwork)
{
  const Recipe      recipe = small_recipe();
  const std::string file   = path + ".checkpoint";
  std::string       text   = small_model();
  text.replace(text.find("\"hidden\": 8"), 11, "\"hidden\": 9");
  text = R"({"version": 1, "model": )" + text +
         R"(, "training": {"sample_rate": 16000}})";
  RondoRecipe* larger = nullptr;
  ASSERT_EQ(rondo_recipe_parse(text.c_str(), text.size(), &larger, &error),
            RONDO_SUCCESS)
    << error.message;
  const Recipe owned(larger);

  const Trainer one     = make(recipe);
  const Trainer two     = make(owned);
  double        seconds = 0.0;
  ASSERT_EQ(
    rondo_trainer_write_checkpoint(one.get(), file.c_str(), 0.0, &error),
    RONDO_SUCCESS);
  const Floats before = parameters(two);
  EXPECT_NE(
    rondo_trainer_read_checkpoint(two.get(), file.c_str(), &seconds, &error),
    RONDO_SUCCESS);
  EXPECT_NE(std::string(error.message).find("layer gru"), std::string::npos)
    << error.message;
  EXPECT_EQ(parameters(two), before);
}

TEST_F(Training, StopsAtALossThatIsNotANumber)
{
  // Parameters so large that their products overflow
  const Recipe    recipe  = small_recipe();
  const Trainer   trainer = make(recipe, 2);
  const size_t    n       = rondo_trainer_n_parameters(trainer.get());
  Floats          huge(n);
  Floats          zero(n);
  RondoCheckpoint checkpoint = {};
  for (size_t i = 0; i < n; ++i) {
    huge[i] = i % 2 ? 3e38F : -3e38F;
  }
  checkpoint.step        = 4;
  checkpoint.best_loss   = std::numeric_limits<double>::infinity();
  checkpoint.parameters  = huge.data();
  checkpoint.average     = huge.data();
  checkpoint.best        = zero.data();
  checkpoint.m           = zero.data();
  checkpoint.v           = zero.data();
  const std::string file = path + ".checkpoint";
  ASSERT_EQ(rondo_checkpoint_write(
              file.c_str(), recipe->description, &checkpoint, &error),
            RONDO_SUCCESS);
  const std::string written = read_file(file);

  double         seconds = 0.0;
  RondoTrainStep step    = {};
  ASSERT_EQ(rondo_trainer_read_checkpoint(
              trainer.get(), file.c_str(), &seconds, &error),
            RONDO_SUCCESS)
    << error.message;
  EXPECT_EQ(rondo_trainer_step(trainer.get(), &step, &error),
            RONDO_ERR_UNSUPPORTED);
  EXPECT_EQ(std::string(error.message).find("step 5: the loss is not finite"),
            0U)
    << error.message;
  EXPECT_EQ(parameters(trainer), huge);
  EXPECT_EQ(rondo_trainer_n_steps(trainer.get()), 4U);
  EXPECT_EQ(read_file(file), written);
}

TEST_F(Training, WritesAModelThatTheEngineLoads)
{
  const Recipe        recipe    = small_recipe();
  const Trainer       trainer   = make(recipe);
  RondoTrainJudgement judgement = {};
  RondoModel*         model     = nullptr;
  take(trainer, 2);
  rondo_trainer_judge(trainer.get(), &judgement);
  const std::string all = saved(trainer);
  ASSERT_EQ(rondo_model_load(path.c_str(), &model, &error), RONDO_SUCCESS)
    << error.message;
  EXPECT_EQ(rondo_model_n_parameters(model),
            rondo_trainer_n_parameters(trainer.get()));
  EXPECT_NE(all.find("card"), std::string::npos);
  rondo_model_free(model);
}

TEST_F(Training, KeepsTheBestNotTheLastModel)
{
  const Recipe good =
    small_recipe(R"("steps": 60, "learning_rate": 0.02, "warm_up": 10)");
  const Trainer       trainer   = make(good);
  RondoTrainJudgement judgement = {};
  take(trainer, 60);
  rondo_trainer_judge(trainer.get(), &judgement);
  const std::string all   = saved(trainer);
  const std::string model = read_file(path);

  // Go on at a rate that spoils what was learnt
  const Recipe bad = small_recipe(
    R"("steps": 90, "learning_rate": 10, "clip": 1000, "averaging": 0)");
  const Trainer spoiled = make(bad);
  double        seconds = 0.0;
  ASSERT_EQ(rondo_trainer_read_checkpoint(
              spoiled.get(), (path + ".checkpoint").c_str(), &seconds, &error),
            RONDO_SUCCESS);
  take(spoiled, 5);
  rondo_trainer_judge(spoiled.get(), &judgement);
  EXPECT_FALSE(judgement.best);
  EXPECT_EQ(rondo_trainer_best_step(spoiled.get()), 60U);
  EXPECT_NE(parameters(spoiled), parameters(trainer));
  EXPECT_NE(saved(spoiled), all);
  EXPECT_EQ(read_file(path), model);
}

TEST_F(Training, FollowsTheRateOfTheRecipe)
{
  const Recipe recipe = small_recipe(
    R"("steps": 6, "learning_rate": 0.01, "final_learning_rate": 0.001,
        "warm_up": 2)");
  const Trainer trainer = make(recipe);
  const double  half    = 0.5 * (1.0 + std::sqrt(0.5));
  const double  rates[] = {
     0.005, 0.01, 0.001 + (0.009 * half), 0.0055, 0.001 + (0.009 * (1.0 - half)),
     0.001
  };
  RondoTrainStep step = {};
  for (const double rate : rates) {
    ASSERT_EQ(rondo_trainer_step(trainer.get(), &step, &error), RONDO_SUCCESS);
    EXPECT_NEAR(step.learning_rate, rate, 1e-9) << step.step;
  }
}

TEST_F(Training, RefusesWhatItCannotTrain)
{
  RondoTrainer* trainer = nullptr;
  const Recipe  recipe  = small_recipe();
  for (const size_t n_threads : { size_t{ 0 }, size_t{ 65 } }) {
    EXPECT_EQ(
      rondo_trainer_new(
        recipe.get(), sounds.get(), sounds.get(), n_threads, &trainer, &error),
      RONDO_ERR_BAD_ARGUMENT);
    EXPECT_EQ(trainer, nullptr);
  }

  std::string text = small_model();
  text.replace(text.find("\"inputs\": 13"), 12, "\"inputs\": 14");
  text                = R"({"version": 1, "model": )" + text + "}";
  RondoRecipe* narrow = nullptr;
  ASSERT_EQ(rondo_recipe_parse(text.c_str(), text.size(), &narrow, &error),
            RONDO_SUCCESS)
    << error.message;
  const Recipe owned(narrow);
  EXPECT_NE(
    rondo_trainer_new(narrow, sounds.get(), sounds.get(), 1, &trainer, &error),
    RONDO_SUCCESS);
  EXPECT_EQ(trainer, nullptr);
  EXPECT_NE(std::string(error.message).find("14"), std::string::npos)
    << error.message;
  rondo_trainer_free(nullptr);
}

} // namespace
