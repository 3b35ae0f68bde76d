// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Presets that load a model of the bundle, as hosts apply them

#include "tests/plugin/host.h"
#include "tests/plugin/memory.h"

#include <gtest/gtest.h>
#include <lilv/lilv.h>
#include <lv2/worker/worker.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace {

struct Choice {
  const char* preset;
  const char* file; // Empty: the built-in model
  size_t      latency;
};

const std::vector<Choice> choices = {
  { "tiny", "tiny.safetensors", 960U },
  { "lookahead", "voice-lookahead.safetensors", 1920U },
  { "strong", "", 960U },
  { "lookahead", "voice-lookahead.safetensors", 1920U },
  { "tiny", "tiny.safetensors", 960U },
  { "gentle", "", 960U },
};

std::string
path_of(const Choice& choice)
{
  const std::string file = choice.file;
  return file.empty() ? "" : environment("RONDO_TEST_BUNDLE") + "/" + file;
}

void
set_control(const char* const symbol,
            void* const       instance,
            const void* const value,
            const uint32_t    size,
            const uint32_t    type)
{
  auto* const       self = static_cast<Instance*>(instance);
  const std::string name = self->uris.name(type);
  ASSERT_EQ(size, sizeof(float));
  self->control(symbol) =
    name == LV2_ATOM__Int
      ? static_cast<float>(*static_cast<const int32_t*>(value))
      : *static_cast<const float*>(value);
}

// Apply a preset; with a worker, as hosts do while audio runs.
void
apply(Instance&          instance,
      const World&       world,
      const std::string& uri,
      const bool         running)
{
  LilvNode* const node = lilv_new_uri(world.get(), uri.c_str());
  lilv_world_load_resource(world.get(), node);
  LilvState* const state =
    lilv_state_new_from_world(world.get(), &instance.uris.map, node);
  lilv_node_free(node);
  ASSERT_TRUE(state) << uri;

  const LV2_Feature  schedule   = { LV2_WORKER__schedule, instance.schedule() };
  const LV2_Feature* features[] = { running ? &schedule : nullptr, nullptr };
  LilvInstance mirror = { instance.descriptor(), instance.handle(), nullptr };
  lilv_state_restore(state, &mirror, set_control, &instance, 0U, features);
  lilv_state_free(state);
}

class Presets : public testing::TestWithParam<const char*>
{
protected:
  static std::string uri(const Choice& choice)
  {
    return GetParam() + std::string("#") + choice.preset;
  }

  static Offer offer()
  {
    Offer plugin;
    plugin.uri = GetParam();
    return plugin;
  }

  // Return what a model makes of a sound if nothing else was loaded before.
  static Samples expected(const Choice& choice, const Samples& in)
  {
    Instance instance{ offer() };
    instance.set_path(path_of(choice));
    instance.settle();
    instance.activate();
    return instance.render(in);
  }
};

TEST_P(Presets, LoadTheModelsOfTheBundleAndReturnFromThem)
{
  const World   world{ environment("RONDO_TEST_BUNDLE") };
  const Samples in = make_noise(9600U, 31U);
  for (const bool running : { true, false }) {
    Instance instance{ offer() };
    for (const Choice& choice : choices) {
      SCOPED_TRACE(choice.preset);
      apply(instance, world, uri(choice), running);
      instance.settle();
      EXPECT_EQ(instance.control("latency"),
                static_cast<float>(choice.latency));
      instance.get_path();
      instance.settle();
      EXPECT_EQ(instance.said.last_path, path_of(choice));

      instance.activate();
      instance.control("limit") = 100.0f;
      EXPECT_EQ(instance.render(in), expected(choice, in));
    }
    EXPECT_EQ(instance.logged, "");
  }
}

TEST_P(Presets, LeaveTheSoundWhereTheReportedLatencySays)
{
  const World   world{ environment("RONDO_TEST_BUNDLE") };
  const Samples in = make_noise(9600U, 32U);
  Instance      instance{ offer() };
  for (const Choice& choice : choices) {
    SCOPED_TRACE(choice.preset);
    apply(instance, world, uri(choice), true);
    instance.settle();
    instance.control("limit") = 0.0f;
    instance.settle();
    const Samples out     = instance.render(in);
    const auto    latency = static_cast<size_t>(instance.control("latency"));
    ASSERT_EQ(latency, choice.latency);
    for (size_t i = latency; i < in.size(); ++i) {
      ASSERT_NEAR(out[i], in[i - latency], 1e-6f) << i;
    }
  }
}

TEST_P(Presets, AreSavedByTheNamesOfTheirModelsWhereverTheBundleLies)
{
  const World world{ environment("RONDO_TEST_BUNDLE") };
  for (const Choice& choice : choices) {
    SCOPED_TRACE(choice.preset);
    Instance instance{ offer() };
    Memory   memory{ instance.uris };
    apply(instance, world, uri(choice), true);
    ASSERT_EQ(memory.save(instance), LV2_STATE_SUCCESS);
    if (!*choice.file) {
      EXPECT_FALSE(memory.values.count(model_uri));
      continue;
    }
    EXPECT_EQ(memory.values[model_uri].type, LV2_ATOM__String);
    EXPECT_STREQ(memory.values[model_uri].bytes.c_str(), choice.file);

    for (const bool maps : { true, false }) {
      Instance restored{ offer() };
      Memory   copy{ restored.uris };
      copy.maps   = maps;
      copy.values = memory.values;
      ASSERT_EQ(copy.restore(restored), LV2_STATE_SUCCESS);
      restored.settle();
      restored.get_path();
      restored.settle();
      EXPECT_EQ(restored.said.last_path, path_of(choice));
      EXPECT_EQ(restored.control("latency"),
                static_cast<float>(choice.latency));
      EXPECT_EQ(restored.logged, "");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Plugins,
                         Presets,
                         testing::Values(mono_uri, stereo_uri));

} // namespace
