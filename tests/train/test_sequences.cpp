// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/config.h"
#include "core/train/corpus.h"
#include "core/train/network.h"
#include "core/train/sequence_crew.h"
#include "core/train/sequence_plan.h"
#include "core/train/sequence_recipe.h"
#include "core/train/sequence_trainer.h"
#include "tests/train/describe.h"
#include "tests/train/small_sequences.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace {

TEST_F(Sequences, OfPianoRollsHaveTheNextStepAsTarget)
{
  ASSERT_EQ(read_rolls("# x\n>train 0 4\n21 108\n=\n-\n60\n>test 0 2\n60\n61",
                       R"(, "transpose": [-2, 3])"),
            RONDO_SUCCESS)
    << error.message;
  const RondoSequences& train = corpus.splits[RONDO_SPLIT_TRAIN];
  ASSERT_EQ(train.count, 1U);
  EXPECT_EQ(corpus.splits[RONDO_SPLIT_VALID].count, 0U);
  EXPECT_EQ(corpus.splits[RONDO_SPLIT_TEST].count, 1U);
  EXPECT_EQ(train.n_inputs, 88U);
  EXPECT_EQ(train.n_outputs, 88U);
  EXPECT_EQ(corpus.transpose_low, -2);
  EXPECT_EQ(corpus.transpose_high, 3);

  const RondoSequence& s = train.sequences[0];
  ASSERT_EQ(s.n_steps, 3U);
  EXPECT_EQ(s.n_targets, 3U);
  EXPECT_EQ(s.y, s.x + 88);
  EXPECT_EQ(s.shift_low, 0);
  EXPECT_EQ(s.shift_high, 0);
  const std::vector<std::set<size_t>> steps{
    { 0U, 87U }, { 0U, 87U }, {}, { 39U }
  };
  for (size_t t = 0; t < 4; ++t) {
    for (size_t i = 0; i < 88; ++i) {
      EXPECT_EQ(s.memory[(88 * t) + i], steps[t].count(i) ? 1.0F : 0.0F);
    }
  }
  const RondoSequence& other = corpus.splits[RONDO_SPLIT_TEST].sequences[0];
  EXPECT_EQ(other.shift_low, -39);
  EXPECT_EQ(other.shift_high, 47);
}

TEST_F(Sequences, OfPianoRollsNameTheLineThatIsWrong)
{
  const struct {
    const char* text;
    const char* message;
  } cases[] = {
    { ">train 0 2\n60\n20\n",
      ":3: expected notes from 21 to 108, - or =, "
      "found \"20\"" },
    { ">train 0 2\n60\n109\n", ":3: expected notes" },
    { ">train 0 2\n60 x\n", ":2: expected notes" },
    { ">train 0 2\n=\n", ":2: expected notes" },
    { ">train 0 1\n60\n", ":1: expected 2 steps or more, found \"1\"" },
    { ">train 0 3\n60\n61\n", ":3: expected 3 steps before this, found 2" },
    { ">train 0 2\n60\n61\n62\n", ":4: expected >SPLIT INDEX STEPS" },
    { "60\n", ":1: expected >SPLIT INDEX STEPS" },
    { ">train 0\n", ":1: expected >SPLIT INDEX STEPS" },
    { ">dev 0 2\n", ":1: expected train, valid or test, found \"dev\"" },
  };
  for (const auto& bad : cases) {
    EXPECT_EQ(read_rolls(bad.text), RONDO_ERR_BAD_FILE);
    EXPECT_NE(std::string(error.message).find(bad.message), std::string::npos)
      << error.message;
  }
}

TEST_F(Sequences, AreAllPlannedOnceInEveryEpoch)
{
  ASSERT_EQ(read_rolls(make_rolls()), RONDO_SUCCESS) << error.message;
  const RondoSequences& train = corpus.splits[RONDO_SPLIT_TRAIN];
  for (const size_t chunk : { 0U, 4U, 100U }) {
    RondoPlan plan;
    ASSERT_EQ(rondo_plan_init(&plan, &train, 3U, chunk, 7U), RONDO_SUCCESS);
    const size_t        total = rondo_plan_count(&plan, 5U);
    size_t              n     = 0U;
    std::vector<size_t> order;
    for (size_t epoch = 0U; epoch < 5U; ++epoch) {
      std::vector<size_t> seen(train.count, 0U);
      bool                ended = false;
      for (; !ended; ++n) {
        const size_t        at    = plan.at;
        const size_t        first = plan.first;
        const RondoPlanStep step  = rondo_plan_next(&plan);
        EXPECT_EQ(step.epoch, epoch);
        EXPECT_TRUE(!chunk || step.n_steps <= chunk);
        ended = step.ends_epoch;
        for (size_t i = 0U; i < step.n_members; ++i) {
          const size_t left =
            train.sequences[step.members[i]].n_steps - step.first;
          if (train.sequences[step.members[i]].n_steps > step.first) {
            seen[step.members[i]] += std::min(left, step.n_steps);
          }
          order.push_back(step.members[i]);
        }

        // Going there again plans the same
        RondoPlan other;
        ASSERT_EQ(rondo_plan_init(&other, &train, 3U, chunk, 7U),
                  RONDO_SUCCESS);
        const bool moved = at == plan.n_batches;
        EXPECT_TRUE(
          rondo_plan_go(&other, epoch, moved ? 0U : at, moved ? 0U : first));
        const RondoPlanStep again = rondo_plan_next(&other);
        EXPECT_EQ(again.first, step.first);
        EXPECT_EQ(again.n_steps, step.n_steps);
        EXPECT_EQ(
          0,
          memcmp(again.members, step.members, sizeof(size_t) * step.n_members));
        EXPECT_FALSE(rondo_plan_go(&other, epoch, 3U, 1U));
        EXPECT_FALSE(rondo_plan_go(&other, epoch, 0U, 1000U));
        rondo_plan_clear(&other);
      }
      for (size_t i = 0U; i < train.count; ++i) {
        EXPECT_EQ(seen[i], train.sequences[i].n_steps);
      }
    }
    EXPECT_EQ(n, total);
    if (!chunk) {
      EXPECT_NE(std::vector<size_t>(order.begin(), order.begin() + 8),
                std::vector<size_t>(order.begin() + 8, order.begin() + 16));
    }
    rondo_plan_clear(&plan);
  }
}

TEST_F(Sequences, AreLearnt)
{
  ASSERT_EQ(read_rolls(make_rolls(), R"(, "transpose": [-1, 1])"),
            RONDO_SUCCESS)
    << error.message;
  for (const char* const optimizer :
       { R"("learning_rate": 0.03)",
         R"("learning_rate": 1.0, "clip_norm": 1.0,
            "optimizer": {"name": "sgd", "momentum": 0.9})",
         R"("learning_rate": 0.03, "chunk": 5, "loss": "sum",
            "clip_value": 0.5)" }) {
    const Recipe recipe =
      make_recipe(std::string(R"("epochs": 60, "batch": 4, )") + optimizer,
                  R"({"name": "lstm", "type": "lstm", "hidden": 12})");
    const Trainer trainer = make(recipe, 2U);
    const double  first   = take(trainer, 2U);
    take(trainer, rondo_sequence_trainer_total(trainer.get()) - 4U);
    const double last = take(trainer, 2U);
    EXPECT_LT(last, 0.15 * first) << optimizer;
    EXPECT_TRUE(rondo_sequence_trainer_is_done(trainer.get()));
  }
}

TEST_F(Sequences, AreLearntToTheSameBitsAfterAnyInterruption)
{
  ASSERT_EQ(read_rolls(make_rolls(), R"(, "transpose": [-3, 3])"),
            RONDO_SUCCESS)
    << error.message;
  for (const std::string training :
       { R"("batch": 3, "averaging": 0.9, "learning_rate": 0.02)",
         R"("batch": 3, "chunk": 4, "valid_every": 2, "learning_rate": 0.02)",
         R"("batch": 3, "chunk": 4, "valid_every": 1, "learning_rate": 0.5,
           "schedule": {"name": "plateau"})" }) {
    const Recipe recipe = make_recipe(training + R"(, "epochs": 3,
                     "dropout": {"inputs": 0.1, "layers": 0.3,
                                 "recurrent": 0.4})");
    for (const size_t n_threads : { 1U, 2U }) {
      const Trainer whole = make(recipe, n_threads);
      const size_t  total = rondo_sequence_trainer_total(whole.get());
      std::vector<std::string> states{ saved(whole) };
      for (size_t i = 0U; i < total; ++i) {
        take(whole, 1U);
        states.push_back(saved(whole));
      }
      for (size_t stop = 0U; stop < total; ++stop) {
        write_file(path, states[stop]);
        const Trainer rest    = make(recipe, n_threads);
        double        seconds = 0.0;
        ASSERT_EQ(rondo_sequence_trainer_read_checkpoint(
                    rest.get(), path.c_str(), &seconds, &error),
                  RONDO_SUCCESS)
          << error.message;
        EXPECT_EQ(saved(rest), states[stop]);
        take(rest, 1U);
        EXPECT_EQ(saved(rest), states[stop + 1U]) << training << stop;
      }
    }
  }
}

TEST_F(Sequences, LeaveOutTheSameRecurrentWeightsInAllThreads)
{
  ASSERT_EQ(read_rolls(make_rolls()), RONDO_SUCCESS) << error.message;
  const Recipe recipe =
    make_recipe(R"("batch": 4, "dropout": {"recurrent": 0.5},
                   "optimizer": {"name": "sgd"})",
                R"({"name": "lstm", "type": "lstm", "hidden": 12})");

  // What is left out has no gradient, so descent leaves it where it was
  std::vector<std::vector<bool>> stays;
  for (const size_t n_threads : { 1U, 2U }) {
    const Trainer             trainer = make(recipe, n_threads);
    const RondoLearner* const learner =
      rondo_sequence_trainer_learner(trainer.get());
    const size_t n     = learner->n_parameters;
    const size_t first = rondo_network_offset(learner->description, 1U);
    const Floats before(learner->parameters, learner->parameters + n);
    take(trainer, 1U);
    stays.emplace_back();
    for (size_t i = first; i < first + (4U * 12U * 12U); ++i) {
      stays.back().push_back(learner->parameters[i] == before[i]);
    }
  }
  EXPECT_EQ(stays[0], stays[1]);
  const auto n = std::count(stays[0].begin(), stays[0].end(), true);
  EXPECT_NEAR(static_cast<double>(n), 288.0, 60.0);
}

TEST_F(Sequences, AreTransposedInputsAndTargetsAlike)
{
  // The same tune, the second time five semitones higher
  ASSERT_EQ(read_rolls(">train 0 4\n60 70\n61\n-\n62\n"
                       ">train 1 4\n65 75\n66\n-\n67\n"
                       ">valid 0 2\n60\n61\n"),
            RONDO_SUCCESS)
    << error.message;
  const Recipe recipe = make_recipe(R"("batch": 1)");
  RondoCrew    crew;
  ASSERT_EQ(rondo_crew_init(&crew,
                            recipe->description,
                            RONDO_LOSS_BINARY,
                            3U,
                            1U,
                            1U,
                            nullptr,
                            &error),
            RONDO_SUCCESS)
    << error.message;
  Floats      parameters(rondo_network_n_parameters(recipe->description));
  RondoRandom random              = rondo_random(1U, 1U);
  const RondoInitialisation usual = rondo_initialisation();
  rondo_network_initialise(
    recipe->description, &usual, &random, parameters.data());

  const auto loss = [&](const size_t index, const int shift) {
    const RondoPlanStep step = { &index, 1U, 0U, 3U, 0U, true };
    crew.shifts[0]           = shift;
    return rondo_crew_train(&crew,
                            parameters.data(),
                            &corpus.splits[RONDO_SPLIT_TRAIN],
                            &step,
                            1U,
                            0U)
      .sum;
  };
  EXPECT_NE(loss(0U, 0), loss(1U, 0));
  EXPECT_EQ(loss(0U, 5), loss(1U, 0));
  EXPECT_EQ(loss(0U, 0), loss(1U, -5));
  rondo_crew_clear(&crew);
}

TEST_F(Sequences, AreLearntWithoutWhatIsHidden)
{
  ASSERT_EQ(read_rolls(make_rolls()), RONDO_SUCCESS) << error.message;
  RondoSequences& train  = corpus.splits[RONDO_SPLIT_TRAIN];
  const Recipe    recipe = make_recipe(R"("batch": 3, "epochs": 2)");
  const auto      learnt = [&](const double shown) {
    corpus.shown          = shown;
    const Trainer trainer = make(recipe, 2U);
    take(trainer, rondo_sequence_trainer_total(trainer.get()));
    return saved(trainer);
  };
  const std::string usual = learnt(0.0);
  train.optional          = 30U;
  train.n_optional        = RONDO_MAX_OPTIONAL;
  for (size_t i = 0U; i < RONDO_MAX_OPTIONAL; ++i) {
    train.unknown[i] = 0.5F + static_cast<float>(i);
  }
  const std::string none = learnt(0.0);
  const std::string half = learnt(0.5);
  EXPECT_TRUE(learnt(1.0) == usual);
  EXPECT_FALSE(none == usual);
  EXPECT_FALSE(half == usual);
  EXPECT_FALSE(half == none);

  // As if it had never been there
  std::vector<Floats> inputs;
  for (size_t i = 0U; i < train.count; ++i) {
    RondoSequence& s = train.sequences[i];
    inputs.emplace_back(s.x, s.x + (s.n_steps * train.n_inputs));
    s.x = inputs.back().data();
    for (size_t t = 0U; t < s.n_steps; ++t) {
      std::copy_n(train.unknown,
                  RONDO_MAX_OPTIONAL,
                  inputs.back().data() + (t * train.n_inputs) + train.optional);
    }
  }
  train.n_optional = 0U;
  EXPECT_TRUE(learnt(1.0) == none);
}

TEST_F(Sequences, ThatDoNotFitTheModelAreRefused)
{
  ASSERT_EQ(read_rolls(make_rolls()), RONDO_SUCCESS) << error.message;
  const Recipe                  recipe = make_recipe(R"("epochs": 1)");
  const RondoSequences&         train  = corpus.splits[RONDO_SPLIT_TRAIN];
  const RondoDescription* const d      = recipe->description;
  EXPECT_EQ(d->n_inputs, 88U);
  EXPECT_EQ(d->n_outputs, 88U);

  RondoSequences bad = train;
  bad.n_inputs       = 87U;
  EXPECT_NE(rondo_sequences_check(&bad, d, RONDO_LOSS_BINARY, &error),
            RONDO_SUCCESS);
  EXPECT_STREQ(error.message, "the model has 88 inputs, the data have 87");
  bad           = train;
  bad.n_outputs = 3U;
  EXPECT_NE(rondo_sequences_check(&bad, d, RONDO_LOSS_BINARY, &error),
            RONDO_SUCCESS);
  EXPECT_STREQ(error.message, "the model has 88 outputs, the data have 3");
  bad           = train;
  bad.is_single = true;
  EXPECT_NE(rondo_sequences_check(&bad, d, RONDO_LOSS_BINARY, &error),
            RONDO_SUCCESS);
  EXPECT_NE(rondo_sequences_check(&train, d, RONDO_LOSS_CLASSES, &error),
            RONDO_SUCCESS);
}

TEST_F(Sequences, AreNotForetoldByANetworkThatSeesThem)
{
  ASSERT_EQ(read_rolls(make_rolls()), RONDO_SUCCESS) << error.message;
  const std::string start = R"({"version": 1, "model": {"version": 1, "layers":
    [{"name": "a", "type": "gru", "hidden": 2, "bidirectional": true)";
  const std::string end   = R"(}, {"name": "out", "type": "linear"}], "task":
    {"name": "frames", "loss": "squared"}}, "data": {}, "training": {}})";

  // Over the keys of one step there is nothing to hide
  for (const std::string along :
       { "", R"(, "lookahead": 1)", R"(, "groups": 88, "along": "groups")" }) {
    std::string          text   = start;
    RondoConfig*         config = nullptr;
    RondoSequenceRecipe* recipe = nullptr;
    text.append(along).append(end);
    ASSERT_EQ(rondo_config_parse(text.c_str(), text.size(), &config, &error),
              RONDO_SUCCESS)
      << error.message;
    ASSERT_EQ(rondo_sequence_recipe_new(config, &recipe, &error), RONDO_SUCCESS)
      << error.message;
    const RondoStatus status =
      rondo_sequence_recipe_fill(recipe, &corpus, &error);
    if (along.find("groups") != std::string::npos) {
      EXPECT_EQ(status, RONDO_SUCCESS) << error.message;
    } else {
      EXPECT_EQ(status, RONDO_ERR_BAD_FILE);
      EXPECT_EQ(std::string(error.message).find("model: layer a: bidir"), 0U)
        << error.message;
    }
    rondo_sequence_recipe_free(recipe);
  }
}

TEST_F(Sequences, CannotBeCutForANetworkThatSeesAll)
{
  ASSERT_EQ(read_rolls(make_rolls()), RONDO_SUCCESS) << error.message;
  corpus.foretells    = false;
  const Recipe recipe = make_recipe(
    R"("chunk": 5)",
    R"({"name": "a", "type": "gru", "hidden": 3, "bidirectional": true})");
  RondoSequenceTrainer* trainer = nullptr;
  EXPECT_EQ(
    rondo_sequence_trainer_new(recipe.get(), &corpus, 1U, &trainer, &error),
    RONDO_ERR_BAD_FILE);
  EXPECT_EQ(std::string(error.message).find("training.chunk: "), 0U)
    << error.message;
}

TEST(NetworkState, GoesOnInAnotherNetwork)
{
  const Description d =
    describe(5,
             R"({"name": "conv", "type": "conv1d", "out": 4, "kernel": 3},
       {"name": "rnn", "type": "rnn", "hidden": 4, "layers": 2},
       {"name": "lstm", "type": "lstm", "hidden": 2, "groups": 2},
       {"name": "gru", "type": "gru", "hidden": 3})");
  RondoError    error = { RONDO_SUCCESS, "" };
  RondoNetwork* one   = nullptr;
  RondoNetwork* two   = nullptr;
  ASSERT_EQ(rondo_network_new(d.get(), 6U, 3U, &one, &error), RONDO_SUCCESS);
  ASSERT_EQ(rondo_network_new(d.get(), 6U, 3U, &two, &error), RONDO_SUCCESS);

  RondoRandom               random = rondo_random(1U, 1U);
  const RondoInitialisation usual  = rondo_initialisation();
  Floats                    parameters(rondo_network_n_parameters(d.get()));
  rondo_network_initialise(d.get(), &usual, &random, parameters.data());
  Floats x(6U * 2U * 5U);
  for (float& value : x) {
    value = rondo_random_normal(&random);
  }
  const size_t lengths[] = { 6U, 4U };
  (void)rondo_network_forward(
    one, parameters.data(), 6U, 2U, x.data(), lengths, nullptr);
  std::vector<double> state(rondo_network_state_size(one));
  rondo_network_get_state(one, state.data());
  rondo_network_set_state(two, state.data());

  std::vector<double> same(state.size(), -1.0);
  rondo_network_get_state(two, same.data());
  EXPECT_EQ(same, state);
  const float* const a = rondo_network_forward(
    one, parameters.data(), 5U, 2U, x.data(), nullptr, nullptr);
  const float* const b = rondo_network_forward(
    two, parameters.data(), 5U, 2U, x.data(), nullptr, nullptr);
  EXPECT_EQ(Floats(a, a + 30), Floats(b, b + 30));
  rondo_network_free(one);
  rondo_network_free(two);
}

} // namespace
