// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// The models for denoising that come with Rondo, and how they are found

#include "tests/tool/denoise_fixture.hpp"
#include "tests/tool/harness.hpp"
#include "tests/tool/sounds.hpp"

#include "core/net/config.h"
#include "core/net/description.h"
#include "core/net/model.h"
#include "core/train/recipe.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstddef>
#include <string>
#include <vector>

namespace {

constexpr int wav_float = SF_FORMAT_WAV | SF_FORMAT_FLOAT;

const std::vector<std::string> names = { "voice", "voice-lookahead", "tiny" };

std::string
path_of(const std::string& name, const std::string& ending = ".safetensors")
{
  return RONDO_PRESETS "/" + name + ending;
}

class DenoiseModels : public Denoise
{
protected:
  DenoiseModels()
  {
    write_sound(input, make_sound(wav_float, 16000, 1, 8000U));
  }

  // Denoise, and return the bytes of the output.
  std::string sound(const std::vector<std::string>& options,
                    const Conditions&               conditions = {}) const
  {
    std::vector<std::string> all{ "denoise", "--overwrite", "-o", output };
    all.insert(all.end(), options.begin(), options.end());
    all.push_back(input);
    const Outcome outcome = rondo(all, conditions);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    return read_file(output);
  }

  // Return the conditions in which RONDO_MODEL is `text`.
  static Conditions with_variable(const std::string& text)
  {
    Conditions conditions;
    conditions.environment = { "RONDO_MODEL=" + text };
    return conditions;
  }
};

} // namespace

TEST_F(DenoiseModels, AreFoundByPathAndByName)
{
  std::string before;
  for (const std::string& name : names) {
    SCOPED_TRACE(name);
    const std::string expected = sound({ "--model", path_of(name) });
    EXPECT_NE(expected, before);
    EXPECT_EQ(sound({ "-m", name }), expected);
    EXPECT_EQ(sound({}, with_variable(name)), expected);
    EXPECT_EQ(sound({ "-m", name }, with_variable("none")), expected);
    before = expected;
  }
  EXPECT_EQ(sound({}), sound({ "-m", "voice" }));
  EXPECT_EQ(sound({}, with_variable("")), sound({ "-m", "voice" }));
}

TEST_F(DenoiseModels, GiveWayToAFileOfTheirName)
{
  Conditions conditions;
  conditions.directory = models.path;
  write_file(models / "tiny", read_file(model));
  ASSERT_EQ(mkdir((models / "voice").c_str(), 0777), 0);

  EXPECT_EQ(sound({ "-m", "tiny" }, conditions), sound({ "-m", model }));
  EXPECT_EQ(sound({ "-m", "voice" }, conditions), sound({}));
}

TEST_F(DenoiseModels, AreListedIfANameIsNoneOfTheirs)
{
  for (const std::string name : { "voise", "melody", "none.safetensors" }) {
    for (const Outcome& outcome :
         { rondo({ "denoise", "-m", name, input }),
           rondo({ "denoise", input }, with_variable(name)),
           rondo({ "plot", "--denoise", "-m", name, input, "-o", output }) }) {
      EXPECT_EQ(outcome.status, 1);
      EXPECT_NE(outcome.err.find(name + ": neither a file nor one of voice, "
                                        "voice-lookahead, tiny"),
                std::string::npos)
        << outcome.err;
      EXPECT_EQ(folder.list(), std::vector<std::string>{ "in.wav" });
    }
  }
}

TEST_F(DenoiseModels, LeaveTheSoundWhereItWas)
{
  const Sound in = read_sound(input);
  for (const std::string& name : names) {
    sound({ "-m", name, "-a", "0" });
    const Sound out = read_sound(output);
    ASSERT_EQ(out.samples.size(), in.samples.size());
    for (size_t i = 0U; i < in.samples.size(); ++i) {
      ASSERT_NEAR(out.samples[i], in.samples[i], 1e-6) << name << " " << i;
    }
  }
}

TEST_F(DenoiseModels, AreDescribedAndDrawnByName)
{
  for (const std::string& name : names) {
    const Outcome info = rondo({ "info", name });
    EXPECT_EQ(info.status, 0) << info.err;
    EXPECT_NE(info.out.find("name: " + name + "\n"), std::string::npos);
    const std::string latency = name == names[1] ? "40.0" : "20.0";
    EXPECT_NE(info.out.find("latency      " + latency + " ms\n"),
              std::string::npos)
      << info.out;
    const Outcome plot =
      rondo({ "plot", "--denoise", "-m", name, input, "-o", folder / "a.png" });
    EXPECT_EQ(plot.status, 0) << plot.err;
  }
  EXPECT_EQ(rondo({ "info", "melody" }).status, 0);
  EXPECT_EQ(rondo({ "info", "voise" }).status, 1);
}

TEST_F(DenoiseModels, AreWhatTheRecipesOfTheirCardsDescribe)
{
  for (const std::string& name : names) {
    SCOPED_TRACE(name);
    RondoError   error  = { RONDO_SUCCESS, "" };
    RondoModel*  read   = nullptr;
    RondoRecipe* recipe = nullptr;
    RondoConfig* card   = nullptr;
    const char*  file   = nullptr;
    ASSERT_EQ(rondo_model_load(path_of(name).c_str(), &read, &error),
              RONDO_SUCCESS)
      << error.message;
    const RondoDescription* const is = rondo_model_description(read);
    ASSERT_EQ(rondo_config_object(is->config, "card", &card, &error),
              RONDO_SUCCESS);
    ASSERT_TRUE(card);
    ASSERT_EQ(rondo_config_string(card, "recipe", &file, &error),
              RONDO_SUCCESS);
    ASSERT_TRUE(file);
    ASSERT_EQ(rondo_recipe_read(path_of(file, "").c_str(), &recipe, &error),
              RONDO_SUCCESS)
      << error.message;

    const RondoDescription* const made = recipe->description;
    ASSERT_EQ(made->n_layers, is->n_layers);
    EXPECT_EQ(made->n_inputs, is->n_inputs);
    for (size_t i = 0U; i < is->n_layers; ++i) {
      const RondoLayer& a = made->layers[i];
      const RondoLayer& b = is->layers[i];
      EXPECT_STREQ(a.name, b.name);
      EXPECT_EQ(a.type, b.type) << a.name;
      EXPECT_EQ(a.n_inputs, b.n_inputs) << a.name;
      EXPECT_EQ(a.n_outputs, b.n_outputs) << a.name;
      EXPECT_EQ(a.n_groups, b.n_groups) << a.name;
      EXPECT_EQ(a.lookahead, b.lookahead) << a.name;
    }
    rondo_recipe_free(recipe);
    rondo_model_free(read);
  }
}
