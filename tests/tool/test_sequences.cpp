// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/tool/harness.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

// A NumPy file of float32 (n_rows, n_columns)
std::string
npy(const std::vector<float>& values, const size_t n_columns)
{
  std::string text = "{'descr': '<f4', 'fortran_order': False, 'shape': (" +
                     std::to_string(values.size() / n_columns) + ", " +
                     std::to_string(n_columns) + "), }";
  text.resize(117U, ' ');
  std::string bytes(values.size() * sizeof(float), '\0');
  memcpy(&bytes[0], values.data(), bytes.size());
  return std::string("\x93NUMPY\x01\x00\x76\x00", 10U) + text + "\n" + bytes;
}

class TrainSequences : public ::testing::Test
{
protected:
  TrainSequences() { make_folder(""); }

  void make_folder(const std::string& name) const
  {
    ASSERT_EQ(mkdir((data + "/" + name).c_str(), 0777), 0);
  }

  void put(const std::string& name, const std::string& text) const
  {
    write_file(data + "/" + name, text);
  }

  void set_recipe(const std::string& layers,
                  const std::string& task,
                  const std::string& section,
                  const std::string& training) const
  {
    write_file(recipe,
               R"({"version": 1, "model": {"version": 1, "layers": [)" +
                 layers + R"(], "task": )" + task + R"(}, "data": )" + section +
                 R"(, "training": )" + training + "}");
  }

  Outcome train(const std::vector<std::string>& more = {}) const
  {
    std::vector<std::string> arguments{ "train", recipe, "--data", data,
                                        "-t",    "2",    "-o",     output };
    arguments.insert(arguments.end(), more.begin(), more.end());
    return rondo(arguments);
  }

  // Return the score `key` of the test data
  double eval(const std::string& task, const std::string& key) const
  {
    const Outcome outcome =
      rondo({ "eval", task, output, "--data", data, "--json" });
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    const size_t at = outcome.out.find("\"" + key + "\":");
    EXPECT_NE(at, std::string::npos) << outcome.out;
    return at == std::string::npos
             ? NAN
             : std::atof(outcome.out.c_str() + at + key.size() + 3U);
  }

  void expect_failure(const std::string& message) const
  {
    (void)unlink(output.c_str());
    const Outcome outcome = train({ "--overwrite" });
    EXPECT_EQ(outcome.status, 1);
    EXPECT_NE(outcome.err.find(message), std::string::npos)
      << outcome.err << "lacks " << message;
    EXPECT_FALSE(exists(output)) << message;
  }

  // The running mean of noise, which a small network can learn
  void make_arrays(const size_t n_inputs = 2U) const
  {
    for (const std::string split : { "train", "valid", "test" }) {
      if (!exists(data + "/" + split)) {
        make_folder(split);
      }
      for (size_t i = 0U; i < 6U; ++i) {
        const size_t             n = 20U + (3U * i);
        const std::vector<float> x =
          make_noise(n * n_inputs, i + (split == "train" ? 1U : 100U));
        std::vector<float> y(n);
        float              mean = 0.0F;
        for (size_t t = 0U; t < n; ++t) {
          mean = (0.5F * mean) + (0.5F * x[t * n_inputs]);
          y[t] = mean;
        }
        const std::string name = split + "/" + std::to_string(i);
        put(name + ".x.npy", npy(x, n_inputs));
        put(name + ".y.npy", npy(y, 1U));
      }
    }
  }

  const Folder      folder;
  const std::string data   = folder / "data";
  const std::string recipe = folder / "recipe.json";
  const std::string output = folder / "m.safetensors";
};

const char* const arrays =
  R"({"kind": "npy", "train": "train", "valid": "valid", "test": "test"})";

const char* const gru_layers =
  R"({"name": "gru", "type": "gru", "hidden": 8},
     {"name": "out", "type": "linear"})";

TEST_F(TrainSequences, LearnsMelodiesAndScoresThem)
{
  std::string lines;
  for (const std::string split : { "train", "valid", "test" }) {
    for (int i = 0; i < 6; ++i) {
      lines += R"({"split": ")" + split +
               R"(", "metre": [3, 4], "key": "G", "mode": "major",)"
               R"( "ev": [[67, 24], [69, 24], [71, 24], [0, 24], [67, 48]]})"
               "\n";
    }
  }
  put("m.jsonl", lines);
  set_recipe(R"({"name": "tokens", "type": "embedding", "out": 8},
                {"name": "gru", "type": "gru", "hidden": 24},
                {"name": "out", "type": "linear", "activation": "softmax"})",
             R"({"name": "melody"})",
             R"({"kind": "melody", "file": "m.jsonl"})",
             R"({"epochs": 60, "batch": 3, "learning_rate": 0.02})");
  ASSERT_EQ(train().status, 0);
  EXPECT_EQ(eval("melody", "notes"), 24.0);
  const double step = eval("melody", "nats");
  EXPECT_LT(step, 0.5); // ln 157 without learning
  EXPECT_NEAR(eval("melody", "nats_note") / step, 11.0 / 4.0, 1e-6);
}

TEST_F(TrainSequences, LearnsChoralesAndFillsInTheirGaps)
{
  std::string text = "{";
  for (const std::string split : { "train", "valid", "test" }) {
    text += (text.size() > 1U ? ", \"" : "\"") + split + "\": [";
    for (int i = 0; i < 4; ++i) {
      text += i > 0 ? ", [" : "[";
      for (int t = 0; t < 16; ++t) {
        text += t > 0 ? ", " : "";
        text += t / 4 % 2 == 0 ? "[72, 67, 64, 48]" : "[71, 67, 62, 43]";
      }
      text += "]";
    }
    text += "]";
  }
  put("c.json", text + "}");
  set_recipe(R"({"name": "tokens", "type": "embedding", "out": 8},
                {"name": "gru", "type": "gru", "hidden": 24},
                {"name": "out", "type": "linear", "activation": "softmax"})",
             R"({"name": "chorale"})",
             R"({"kind": "chorale", "file": "c.json"})",
             R"({"epochs": 80, "batch": 2, "learning_rate": 0.02})");
  ASSERT_EQ(train().status, 0);
  EXPECT_EQ(eval("chorale", "sixteenths"), 64.0);
  const double all = eval("chorale", "nats");
  EXPECT_LT(all, 1.0); // 4 ln 66 without learning
  EXPECT_NEAR(eval("chorale", "nats_quarter"), 4.0 * all, 1e-4);
  EXPECT_LT(eval("chorale", "nats_lower"), all);

  set_recipe(R"({"name": "cells", "type": "embedding", "out": 8},
                {"name": "gru", "type": "gru", "hidden": 16,
                 "bidirectional": true},
                {"name": "out", "type": "linear", "groups": 4,
                 "activation": "softmax"})",
             R"({"name": "harmony"})",
             R"({"kind": "chorale", "file": "c.json", "masked": true})",
             R"({"epochs": 80, "batch": 2, "learning_rate": 0.02})");
  ASSERT_EQ(train({ "--overwrite" }).status, 0);
  EXPECT_EQ(eval("harmony", "sixteenths"), 64.0);
  EXPECT_LT(eval("harmony", "nats"), 4.0); // 4 ln 65 without learning
  EXPECT_LT(eval("harmony", "nats_lower"), eval("harmony", "nats"));
}

TEST_F(TrainSequences, LearnsArraysAndScoresThem)
{
  make_arrays();
  set_recipe(gru_layers,
             R"({"name": "frames", "loss": "squared"})",
             arrays,
             R"({"epochs": 60, "batch": 3, "learning_rate": 0.02})");
  const Outcome outcome = train({ "--picture", folder / "p.png" });
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("train: 6 sequences of 165 steps in all"),
            std::string::npos)
    << outcome.err;
  EXPECT_TRUE(exists(folder / "p.png"));
  EXPECT_LT(eval("frames", "mse"), 0.01);
  EXPECT_LT(eval("frames", "mse_sequences"), 0.01);
  EXPECT_EQ(eval("frames", "targets"), 165.0);
  EXPECT_NE(rondo({ "eval", "tag", output, "--data", data })
              .err.find("its task is frames"),
            std::string::npos);
}

TEST_F(TrainSequences, GoesOnToTheSameModelBitForBit)
{
  make_arrays();
  set_recipe(gru_layers,
             R"({"name": "frames", "loss": "squared"})",
             arrays,
             R"({"epochs": 6, "batch": 3, "chunk": 7, "averaging": 0.9,
                 "dropout": {"layers": 0.3}})");
  ASSERT_EQ(train().status, 0);
  const std::string model      = read_file(output);
  const std::string checkpoint = read_file(output + ".checkpoint");
  ASSERT_EQ(train({ "--overwrite", "--steps", "11" }).status, 0);
  EXPECT_FALSE(read_file(output) == model);

  // The judgement after the last step leaves no trace in the state
  ASSERT_EQ(train({ "--resume" }).status, 0);
  EXPECT_TRUE(read_file(output) == model);
  EXPECT_EQ(read_file(output + ".checkpoint").size(), checkpoint.size());
}

TEST_F(TrainSequences, ShowsHowGradientsDieAwayThroughTime)
{
  make_arrays();
  const std::string picture = folder / "g.png";
  const std::string log     = output + ".jsonl";
  set_recipe(R"({"name": "a", "type": "rnn", "hidden": 1, "activation": "relu"},
                {"name": "b", "type": "linear"})",
             R"({"name": "frames", "loss": "squared"})",
             arrays,
             R"({"steps": 1, "learning_rate": 1e-9, "gradient_norms": true,
                 "initialise": {"recurrent": "identity", "gain": 0.5}})");
  const Outcome outcome = train({ "--gradient-picture", picture });
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_TRUE(exists(picture));

  // Every step back the gradient is halved, or it is cut off by the relu
  const std::string text = read_file(log);
  const size_t      at   = text.find("\"gradient_norms\": [");
  ASSERT_NE(at, std::string::npos) << text;
  double norms[2];
  ASSERT_EQ(
    sscanf(text.c_str() + at, "\"gradient_norms\": [%lf,%lf", norms, norms + 1),
    2);
  EXPECT_GT(norms[0], 0.0);
  EXPECT_LE(norms[1], 0.5001 * norms[0]);

  ASSERT_EQ(unlink(picture.c_str()), 0);
  EXPECT_EQ(rondo({ "plot", "--gradients", log, "-o", picture }).status, 0);
  EXPECT_TRUE(exists(picture));
  write_file(log, "{\"step\": 1, \"valid_loss\": 2}\n");
  EXPECT_NE(rondo({ "plot", "--gradients", log, "-o", picture })
              .err.find("there is no \"gradient_norms\""),
            std::string::npos);
}

TEST_F(TrainSequences, NamesWhatIsWrongWithArrays)
{
  const std::string task = R"({"name": "frames", "loss": "squared"})";
  make_arrays();
  set_recipe(gru_layers, task, arrays, "{}");
  put("train/2.y.npy", npy({ 1.0F, 2.0F }, 1U));
  expect_failure(data + "/train/2.y.npy: expected as many steps");
  put("train/2.y.npy", "?");
  expect_failure(data + "/train/2.y.npy: not a NumPy array");
  make_arrays();
  put("valid/3.x.npy", npy(make_noise(29U * 3U, 1U), 3U));
  expect_failure(data + "/valid/3.x.npy: expected 2 inputs a step, found 3");
  make_arrays();
  put("valid/3.x.npy", npy({}, 2U));
  expect_failure(data + "/valid/3.y.npy: there is nothing in");
  make_arrays();
  set_recipe(gru_layers, task, R"({"kind": "npy", "train": "train"})", "{}");
  expect_failure("there are no sequences to judge by (valid)");
  set_recipe(gru_layers, task, R"({"kind": "npy", "train": "none"})", "{}");
  expect_failure(data + "/none: No such file or directory");
  set_recipe(gru_layers, task, R"({"kind": "csv"})", "{}");
  expect_failure(recipe + ": data.kind: expected one of");
  set_recipe(gru_layers, task, R"({"kind": "npy", "trian": "x"})", "{}");
  expect_failure("data: unknown key \"trian\"");
  set_recipe(gru_layers, task, arrays, R"({"optimizer": {"speed": 1}})");
  expect_failure("training.optimizer: unknown key \"speed\"");
  set_recipe(gru_layers, task, arrays, R"({"steps": 1, "epochs": 1})");
  expect_failure("training: \"steps\" and \"epochs\" are both there");
  set_recipe(gru_layers,
             R"({"name": "frames", "loss": "squared", "vocabulary": []})",
             arrays,
             "{}");
  expect_failure("model.task: unknown key \"vocabulary\"");
  set_recipe(gru_layers, R"({"name": "language"})", arrays, "{}");
  expect_failure("data.kind: such data are not for the task language");
  set_recipe(gru_layers, R"({"name": "sing"})", arrays, "{}");
  expect_failure("model.task.name: expected one of");

  const std::string classes =
    R"({"kind": "npy", "train": "train", "valid": "valid", "classes": 3})";
  set_recipe(gru_layers, task, classes, "{}");
  expect_failure("expected an integer from 0 to 2, or -1 for none");
}

TEST_F(TrainSequences, StopsWhereTheLossIsNoNumber)
{
  make_arrays();
  set_recipe(gru_layers,
             R"({"name": "frames", "loss": "squared"})",
             arrays,
             R"({"epochs": 60, "learning_rate": 100,
                 "optimizer": {"name": "sgd", "momentum": 0.99}})");
  const Outcome outcome = train();
  EXPECT_EQ(outcome.status, 1);
  EXPECT_TRUE(outcome.err.find("is not finite; try a lower learning_rate") !=
                std::string::npos ||
              outcome.err.find("the loss has risen from") != std::string::npos)
    << outcome.err;
  EXPECT_TRUE(exists(output + ".checkpoint"));
  EXPECT_EQ(rondo({ "eval", "frames", output, "--data", data }).status, 0);
}

TEST_F(TrainSequences, GoesOnWhereALossNearZeroRises)
{
  set_recipe(R"({"name": "gru", "type": "gru", "hidden": 6},
                {"name": "end", "type": "last"},
                {"name": "sum", "type": "linear"})",
             R"({"name": "frames", "loss": "squared"})",
             R"({"kind": "synthetic", "problem": "adding", "length": 3,
                 "train": 500, "valid": 20, "test": 20})",
             R"({"steps": 1000, "batch": 8, "learning_rate": 0.1})");
  const Outcome outcome = train({ "--threads", "1" });
  EXPECT_EQ(outcome.status, 0) << outcome.err;
}

TEST_F(TrainSequences, LearnsToAddAndToCopy)
{
  const std::string gru = R"({"name": "gru", "type": "gru", "hidden": 16},)";
  set_recipe(gru + R"({"name": "end", "type": "last"},
                      {"name": "out", "type": "linear"})",
             R"({"name": "frames", "loss": "squared"})",
             R"({"kind": "synthetic", "problem": "adding", "length": 6,
                 "train": 400, "valid": 50, "test": 50})",
             R"({"epochs": 40, "batch": 20, "learning_rate": 0.01})");
  Outcome outcome = train();
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_LT(eval("frames", "mse"), 0.02);
  EXPECT_EQ(eval("frames", "targets"), 50.0);

  const std::string copy =
    R"({"kind": "synthetic", "problem": "copy", "length": 5, "train": 20,
        "valid": 20, "test": 20})";
  const std::string classes = R"({"name": "frames", "loss": "classes"})";
  const std::string head =
    R"({"name": "out", "type": "linear", "activation": "softmax"})";
  set_recipe(R"({"name": "in", "type": "embedding", "tokens": 10, "out": 4},)" +
               gru + head,
             classes,
             copy,
             R"({"epochs": 60, "batch": 20, "learning_rate": 0.02})");
  outcome = train({ "--overwrite" });
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(eval("frames", "targets"), 20.0 * 25.0);

  // What needs no memory is learnt: 15 blanks
  EXPECT_LT(eval("frames", "nll"), 1.05 * 10.0 * std::log(8.0) / 25.0);
  EXPECT_GT(eval("frames", "accuracy"), 0.6);

  set_recipe(R"({"name": "in", "type": "embedding", "tokens": 9, "out": 4},)" +
               gru + head,
             classes,
             copy,
             "{}");
  expect_failure("has the input 9 at step 14, expected tokens from 0 to 8");
}

TEST_F(TrainSequences, GoesOnFromWhatItWrote)
{
  const std::string model = R"({"version": 1, "inputs": 2, "layers": [
    {"name": "a", "type": "gru", "hidden": 3},
    {"name": "b", "type": "linear", "out": 2, "activation": ")";
  for (const std::string activation : { "tanh", "sigmoid" }) {
    make_model(output, model + activation + "\"}]}", 5U);
    const std::string x = folder / "x.npy";
    const std::string y = folder / "y.npy";
    const std::string z = folder / "z.npy";
    write_file(x, npy(make_noise(8U, 1U), 2U));
    ASSERT_EQ(
      rondo({ "run", output, "-i", x, "-o", y, "--generate", "5" }).status, 0);
    ASSERT_EQ(rondo({ "run", output, "-i", x, "-o", z }).status, 0);
    const std::string made = read_file(y);
    const std::string runs = read_file(z);
    ASSERT_EQ(made.size(), 128U + (5U * 2U * sizeof(float)));

    // The first step made is the last output
    float first[2];
    float last[2];
    memcpy(first, made.data() + 128U, sizeof(first));
    memcpy(last, runs.data() + 128U + (6U * sizeof(float)), sizeof(last));
    for (size_t i = 0U; i < 2U; ++i) {
      EXPECT_EQ(first[i],
                activation == "tanh" ? last[i]
                : last[i] > 0.5F     ? 1.0F
                                     : 0.0F);
    }

    // Input and what was made, as input, give the same
    std::string all = npy(std::vector<float>(16U), 2U);
    all.replace(128U, 32U, read_file(x), 128U, 32U);
    all.replace(160U, 32U, made, 128U, 32U);
    write_file(x, all);
    ASSERT_EQ(
      rondo({ "run", output, "-i", x, "-o", z, "--generate", "1" }).status, 0);
    EXPECT_EQ(read_file(z).substr(128U), made.substr(128U + 32U));
  }
}

const char* const word_layers =
  R"({"name": "words", "type": "embedding", "out": 8},
     {"name": "gru", "type": "gru", "hidden": 12},)";

TEST_F(TrainSequences, LearnsATextByHeart)
{
  std::string text;
  for (int i = 0; i < 200; ++i) {
    text += "abcd efgh\n";
  }
  put("text.txt", text);
  set_recipe(std::string(word_layers) +
               R"({"name": "out", "type": "linear", "activation": "softmax"})",
             R"({"name": "language"})",
             R"({"kind": "text", "file": "text.txt", "level": "char"})",
             R"({"epochs": 30, "batch": 4, "chunk": 20,
                 "learning_rate": 0.02})");
  const Outcome outcome = train();
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_LT(eval("language", "nats"), 0.1);
  EXPECT_NEAR(
    eval("language", "bits"), eval("language", "nats") / std::log(2.0), 1e-6);
  EXPECT_NEAR(
    eval("language", "perplexity"), std::exp(eval("language", "nats")), 1e-6);

  const Outcome sample = rondo(
    { "sample", output, "--prefix", "cd", "-n", "15", "-t", "0", "-c", "2" });
  EXPECT_EQ(sample.out, "cd efgh\nabcd efgh\ncd efgh\nabcd efgh\n")
    << sample.err;
  EXPECT_EQ(rondo({ "sample", output, "--top-k", "5", "--top-p", "0.9" }).out,
            rondo({ "sample", output, "--top-k", "5", "--top-p", "0.9" }).out);
  EXPECT_NE(
    rondo({ "sample", output, "--temperature", "9" }).out,
    rondo({ "sample", output, "--temperature", "9", "--random-seed", "2" })
      .out);
  const Outcome refused = rondo({ "sample", output, "--prefix", "abXd" });
  EXPECT_EQ(refused.status, 1);
  EXPECT_EQ(refused.err,
            "rondo sample: --prefix: character 3 is not one of those that the "
            "model knows\n");
  Conditions lines;
  lines.input       = "abcd efgh\ndcba\n";
  const Outcome run = rondo({ "run", output }, lines);
  double        good[2];
  double        bad[2];
  ASSERT_EQ(
    sscanf(
      run.out.c_str(), "%lf %lf %lf %lf", &good[0], &good[1], &bad[0], &bad[1]),
    4)
    << run.out << run.err;
  EXPECT_NEAR(good[1], std::exp(-good[0] / 9.0), 1e-3);
  EXPECT_LT(good[1], 1.2);
  EXPECT_GT(bad[1], 5.0);

  put("text.txt", "abc\n\xFF");
  expect_failure(data + "/text.txt: line 2: the byte 0xFF is not UTF-8 text");
  put("text.txt", "abc");
  expect_failure("data: ");
}

TEST_F(TrainSequences, LearnsToTellTextsApart)
{
  std::string text;
  for (int i = 0; i < 40; ++i) {
    text += i % 2 ? "good\tit was very fine\n" : "bad\tit was not fine\n";
  }
  put("a.tsv", text);
  const std::string section = R"({"kind": "tsv", "train": "a.tsv",
    "valid": "a.tsv", "test": "b.tsv", "label": 1, "text": 2})";
  put("b.tsv", "bad\tNot fine!\ngood\tvery strange, very new\n");
  set_recipe(std::string(word_layers) +
               R"({"name": "end", "type": "last"},
                  {"name": "out", "type": "linear", "activation": "softmax"})",
             R"({"name": "classify"})",
             section,
             R"({"epochs": 20, "batch": 8, "learning_rate": 0.02})");
  const Outcome outcome = train();
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(eval("classify", "accuracy"), 1.0);
  EXPECT_EQ(eval("classify", "targets"), 2.0);

  const Outcome run = rondo({ "run", output, "--text", "It WAS not fine" });
  EXPECT_EQ(run.out.substr(0U, 6U), "bad\t0.") << run.err;

  put("b.tsv", "good\tfine\n\nugly\tfine\n");
  EXPECT_NE(rondo({ "eval", "classify", output, "--data", data })
              .err.find(data + "/b.tsv:3: the label \"ugly\" is not one"),
            std::string::npos);
  put("b.tsv", "good\n");
  EXPECT_NE(rondo({ "eval", "classify", output, "--data", data })
              .err.find(data + "/b.tsv:1: there is no column 2"),
            std::string::npos);
  expect_failure("there is no column 2");
  put("b.tsv", "good\tfine\n");
  put("a.tsv", "");
  expect_failure("data: there are no sequences to learn from (train)");
}

TEST_F(TrainSequences, LearnsToFindNames)
{
  std::string text;
  for (int i = 0; i < 30; ++i) {
    text += i % 2 ? "in\tO\nNew\tB-LOC\nYork\tI-LOC\n\n"
                  : "by\tO\nAnna\tB-PER\nsings\tO\n\n";
  }
  put("a.conll", text);
  set_recipe(std::string(word_layers) +
               R"({"name": "out", "type": "linear", "activation": "softmax"})",
             R"({"name": "tag"})",
             R"({"kind": "conll", "train": "a.conll", "valid": "a.conll",
                 "test": "b.conll"})",
             R"({"epochs": 20, "batch": 8, "learning_rate": 0.02})");
  put("b.conll", "in O\nYork B-PER\nby O\nAnna B-PER\n\nNew B-LOC\nYork I-LOC");
  const Outcome outcome = train();
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NEAR(eval("tag", "accuracy"), 5.0 / 6.0, 1e-8);
  EXPECT_EQ(eval("tag", "targets"), 6.0);

  Conditions lines;
  lines.input = "by Anna  sings\nin New York";
  EXPECT_EQ(rondo({ "run", output }, lines).out,
            "by\tO\nAnna\tB-PER\nsings\tO\n\nin\tO\nNew\tB-LOC\n"
            "York\tI-LOC\n\n");
  EXPECT_NE(rondo({ "sample", output }).err.find("expected the task language"),
            std::string::npos);

  put("b.conll", "in\tO\nYork\n");
  EXPECT_NE(rondo({ "eval", "tag", output, "--data", data })
              .err.find(data + "/b.conll:2: there is no column 2"),
            std::string::npos);
}

} // namespace
