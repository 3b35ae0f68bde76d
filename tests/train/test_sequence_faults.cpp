// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Every allocation on the way from a recipe and its data to a trained network
// fails once, for every kind of data.

#include "core/net/config.h"
#include "core/net/model.h"
#include "core/net/safetensors.h"
#include "core/train/corpus.h"
#include "core/train/sequence_engine.h"
#include "core/train/sequence_recipe.h"
#include "core/train/sequence_trainer.h"
#include "tests/base/folder.hpp"
#include "tests/base/heap_faults.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace {

using rondo::fail_each;
using rondo::fail_each_new;

using Read = RondoStatus (*)(RondoCorpus* corpus,
                             RondoConfig* data,
                             const char*  folder,
                             RondoError*  error);

// A kind of data, and a network for it
struct Kind {
  std::string name;
  Read        read;
  std::string data;
  std::string file; // The content of "file"
  std::string task;
  std::string layers;
  std::string training;
};

std::string
repeat(const std::string& text, const int n)
{
  std::string all;
  for (int i = 0; i < n; ++i) {
    all += text;
  }
  return all;
}

std::vector<Kind>
make_kinds()
{
  const std::string words   = R"({"name": "in", "type": "embedding", "out": 3},
                                 {"name": "gru", "type": "gru", "hidden": 3},)";
  const std::string classes = R"({"name": "out", "type": "linear",
                                  "activation": "softmax"})";
  const std::string slice   = "[72, 67, 64, 48], ";
  const std::string song    = "[[" + repeat(slice, 9) + "[72, 67, 64, 48]]]";
  const std::string chorale = R"({"train": )" + song + R"(, "valid": )" + song +
                              R"(, "test": )" + song + "}";
  const std::string tune =
    R"("metre": [3, 4], "key": "D", "mode": "minor", "chords": [],)"
    R"( "ev": [[0, 24], [62, 24], [65, 60]]})"
    "\n";
  const std::string three =
    R"("train": "file", "valid": "file", "test": "file")";
  return {
    { "pianoroll",
      rondo_corpus_read_pianoroll,
      R"("file": "file", "lags": [2], "transpose": [-1, 1])",
      repeat(">train 0 3\n60\n-\n62 64\n", 3) +
        ">valid 1 2\n60\n61\n>test 2 2\n60\n61\n",
      R"("name": "frames", "loss": "binary")",
      R"({"name": "lstm", "type": "lstm", "hidden": 3},
         {"name": "out", "type": "linear", "activation": "sigmoid"})",
      R"("dropout": {"inputs": 0.1, "layers": 0.5, "recurrent": 0.5},
         "gradient_norms": true, "schedule": {"name": "cosine"},
         "optimizer": {"name": "sgd", "momentum": 0.9})" },
    { "text",
      rondo_corpus_read_text,
      R"("file": "file", "level": "word", "lowercase": true)",
      repeat("So so, he said.\n", 200),
      R"("name": "language")",
      words + classes,
      R"("chunk": 5)" },
    { "tsv",
      rondo_corpus_read_tsv,
      three + R"(, "label": 1, "text": 2)",
      repeat("good\tIt was fine\nbad\tNot so\n", 3),
      R"("name": "classify")",
      words + R"({"name": "end", "type": "last"},)" + classes,
      "" },
    { "conll",
      rondo_corpus_read_conll,
      three,
      repeat("in\tO\nNew\tB-LOC\nYork\tI-LOC\n\n", 3),
      R"("name": "tag")",
      words + classes,
      "" },
    { "melody",
      rondo_corpus_read_melody,
      R"("file": "file")",
      R"({"split": "train", )" + tune + R"({"split": "valid", )" + tune +
        R"({"split": "test", )" + tune,
      R"("name": "melody")",
      words + classes,
      "" },
    { "chorale",
      rondo_corpus_read_chorale,
      R"("file": "file")",
      chorale,
      R"("name": "chorale")",
      words + classes,
      "" },
    { "harmony",
      rondo_corpus_read_chorale,
      R"("file": "file", "masked": true)",
      chorale,
      R"("name": "harmony")",
      R"({"name": "in", "type": "embedding", "out": 3},
         {"name": "gru", "type": "gru", "hidden": 2, "bidirectional": true},
         {"name": "out", "type": "linear", "groups": 4,
          "activation": "softmax"})",
      "" },
    { "synthetic",
      rondo_corpus_read_synthetic,
      R"("problem": "adding", "length": 3, "train": 4, "valid": 2, "test": 2)",
      "",
      R"("name": "frames", "loss": "squared")",
      R"({"name": "rnn", "type": "rnn", "hidden": 3},
         {"name": "end", "type": "last"}, {"name": "out", "type": "linear"})",
      R"("optimizer": {"name": "adam"})" },
  };
}

// What a run needs, made as far as there was memory
class Training
{
public:
  Training() = default;
  ~Training()
  {
    rondo_sequence_trainer_free(trainer);
    rondo_sequence_recipe_free(recipe);
    rondo_corpus_clear(&corpus);
  }

  Training(const Training&)            = delete;
  Training& operator=(const Training&) = delete;

  RondoStatus make(const Kind& kind, const std::string& folder)
  {
    const std::string text =
      R"({"version": 1, "card": {}, "data": {)" + kind.data +
      R"(}, "model": {"version": 1, "layers": [)" + kind.layers +
      R"(], "task": {)" + kind.task + R"(}}, "training": {"epochs": 1)" +
      (kind.training.empty() ? "" : ", " + kind.training) + "}}";
    RondoConfig* config = nullptr;
    RondoStatus  st     = RONDO_SUCCESS;
    if (!(st =
            rondo_config_parse(text.c_str(), text.size(), &config, &error)) &&
        !(st = rondo_sequence_recipe_new(config, &recipe, &error)) &&
        !(st = kind.read(&corpus, recipe->data, folder.c_str(), &error)) &&
        !(st = rondo_sequence_recipe_fill(recipe, &corpus, &error))) {
      st = rondo_sequence_trainer_new(recipe, &corpus, 2U, &trainer, &error);
    }
    EXPECT_NE(st, RONDO_ERR_BAD_FILE) << error.message;
    EXPECT_EQ(st == RONDO_SUCCESS, error.message[0] == '\0');
    return st;
  }

  RondoError            error{ RONDO_SUCCESS, "" };
  RondoCorpus           corpus{};
  RondoSequenceRecipe*  recipe{ nullptr };
  RondoSequenceTrainer* trainer{ nullptr };
};

class SequenceFaults : public testing::Test
{
protected:
  void put(const std::string& text) const
  {
    std::ofstream(folder / "file", std::ios::binary) << text;
  }

  const Folder folder;
};

TEST_F(SequenceFaults, TrainersWithoutMemoryFail)
{
  for (const Kind& kind : make_kinds()) {
    SCOPED_TRACE(kind.name);
    put(kind.file);
    EXPECT_GT(fail_each([&] {
                Training run;
                return run.make(kind, folder.path);
              }),
              100U);
  }
}

TEST_F(SequenceFaults, RunsWithoutMemoryFail)
{
  const Kind        kind = make_kinds()[0];
  const std::string path = folder / "model.safetensors";
  Training          run;
  put(kind.file);
  ASSERT_EQ(run.make(kind, folder.path), RONDO_SUCCESS) << run.error.message;

  // Steps need none
  EXPECT_EQ(fail_each([&] {
              RondoTrainStep         step      = {};
              RondoSequenceJudgement judgement = {};
              const RondoStatus      st =
                rondo_sequence_trainer_step(run.trainer, &step, &run.error);
              rondo_sequence_trainer_judge(run.trainer, &judgement);
              return st;
            }),
            0U);

  RondoLearner* const learner = rondo_sequence_trainer_learner(run.trainer);
  double              seconds = 0.0;
  EXPECT_GT(fail_each([&] {
              return rondo_sequence_trainer_write_checkpoint(
                run.trainer, path.c_str(), 7.0, &run.error);
            }),
            5U);
  EXPECT_GT(fail_each([&] {
              return rondo_sequence_trainer_read_checkpoint(
                run.trainer, path.c_str(), &seconds, &run.error);
            }),
            5U);
  EXPECT_EQ(seconds, 7.0);
  EXPECT_GT(fail_each([&] {
              return rondo_learner_write_model(
                learner, path.c_str(), "{}", &run.error);
            }),
            5U);
  EXPECT_GT(
    fail_each([&] {
      RondoTensors* tensors = nullptr;
      size_t        n_taken = 0U;
      RondoStatus   st = rondo_tensors_read(path.c_str(), &tensors, &run.error);
      if (!st) {
        st = rondo_learner_start_from(learner, tensors, &n_taken, &run.error);
      }
      rondo_tensors_free(tensors);
      return st;
    }),
    5U);

  RondoModel* model = nullptr;
  ASSERT_EQ(rondo_model_load(path.c_str(), &model, &run.error), RONDO_SUCCESS);
  EXPECT_EQ(fail_each_new<RondoSequenceEngine>(
              [&](RondoSequenceEngine** const out) {
                return rondo_sequence_engine_new(
                  model, true, 5U, 2U, out, &run.error);
              },
              rondo_sequence_engine_free),
            7U); // Itself, four blocks and two streams
  rondo_model_free(model);
}

} // namespace
