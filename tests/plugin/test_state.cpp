// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// What hosts save and restore beside the values of ports

#include "tests/base/folder.hpp"
#include "tests/plugin/host.h"
#include "tests/plugin/memory.h"

#include <gtest/gtest.h>
#include <lilv/lilv.h>
#include <lv2/atom/atom.h>
#include <lv2/state/state.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace {

// Return the path that an instance says it has.
std::string
ask(Instance& instance)
{
  instance.said.last_path = "nothing said";
  instance.get_path();
  instance.settle();
  return instance.said.last_path;
}

Samples
noise()
{
  return make_noise(12000U, 20U);
}

// Return what another model makes of noise().
Samples
other_sound()
{
  Instance instance;
  instance.set_path(model_path("other.safetensors"));
  instance.settle();
  instance.activate();
  return instance.render(noise());
}

TEST(State, HoldsAVersionAndNoPathAtFirst)
{
  Instance instance;
  Memory   memory{ instance.uris };
  ASSERT_EQ(memory.save(instance), LV2_STATE_SUCCESS);
  ASSERT_EQ(memory.values.size(), 1U);

  const Memory::Value& version = memory.values[version_uri];
  const int32_t        one     = 1;
  EXPECT_EQ(version.type, LV2_ATOM__Int);
  EXPECT_EQ(version.flags, LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE);
  EXPECT_FALSE(memcmp(version.bytes.data(), &one, sizeof(one)));
}

TEST(State, HoldsThePathAsTheHostMapsIt)
{
  for (const bool frees : { true, false }) {
    Instance instance;
    Memory   memory{ instance.uris };
    memory.frees = frees;
    instance.set_path(model_path("other.safetensors"));
    instance.settle();
    ASSERT_EQ(memory.save(instance), LV2_STATE_SUCCESS);

    const Memory::Value& path = memory.values[model_uri];
    EXPECT_EQ(path.type, LV2_ATOM__Path);
    EXPECT_EQ(path.flags, LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE);
    EXPECT_STREQ(path.bytes.c_str(), "other.safetensors");
    EXPECT_EQ(path.bytes.size(), sizeof("other.safetensors"));

    for (const bool running : { true, false }) {
      Instance restored;
      Memory   copy{ restored.uris };
      copy.frees  = frees;
      copy.values = memory.values;
      ASSERT_EQ(copy.restore(restored, running), LV2_STATE_SUCCESS);
      restored.work();
      EXPECT_EQ(restored.render(noise()), other_sound());
      EXPECT_EQ(ask(restored), model_path("other.safetensors"));
      EXPECT_EQ(restored.said.n_changes, 0U);
      EXPECT_EQ(copy.n_mapped, frees ? 0 : 1);
    }
    EXPECT_EQ(memory.n_mapped, frees ? 0 : 1);
  }
}

TEST(State, HoldsTheAbsolutePathIfTheHostMapsNone)
{
  Instance instance;
  Memory   memory{ instance.uris };
  memory.maps = false;
  instance.set_path(model_path("other.safetensors"));
  instance.settle();
  ASSERT_EQ(memory.save(instance), LV2_STATE_SUCCESS);
  EXPECT_EQ(memory.values[model_uri].bytes.c_str(),
            model_path("other.safetensors"));
  EXPECT_EQ(memory.values[model_uri].flags, LV2_STATE_IS_POD);

  Instance restored;
  ASSERT_EQ(memory.restore(restored), LV2_STATE_SUCCESS);
  EXPECT_EQ(ask(restored), model_path("other.safetensors"));
}

TEST(State, IsRestoredWithoutAWorker)
{
  Offer offer;
  offer.worker = Worker::none;
  Instance instance{ offer };
  Memory   memory{ instance.uris };
  memory.put_path("other.safetensors");

  // While nothing played: at once.  Then: faded over to.
  ASSERT_EQ(memory.restore(instance), LV2_STATE_SUCCESS);
  EXPECT_EQ(instance.render(noise()), other_sound());
  for (const char* const path :
       { "third.safetensors", "other.safetensors", "", "third.safetensors" }) {
    memory.put_path(path);
    ASSERT_EQ(memory.restore(instance), LV2_STATE_SUCCESS);
    instance.render(Samples(500U));
  }
  EXPECT_EQ(ask(instance), model_path("third.safetensors"));
}

TEST(State, KeepsThePathOfAMissingFileAndPlaysTheBuiltInModel)
{
  Instance      fresh;
  const Samples builtin_sound = fresh.render(noise());

  for (const bool running : { true, false }) {
    Instance instance;
    Memory   memory{ instance.uris };
    instance.set_path(model_path("other.safetensors"));
    instance.settle();
    memory.put_path("missing.safetensors");
    ASSERT_EQ(memory.restore(instance, running), LV2_STATE_SUCCESS);

    // It can be saved again even before the worker looked for it
    memory.values.clear();
    ASSERT_EQ(memory.save(instance), LV2_STATE_SUCCESS);
    EXPECT_STREQ(memory.values[model_uri].bytes.c_str(), "missing.safetensors");

    EXPECT_EQ(ask(instance), model_path("missing.safetensors"));
    EXPECT_NE(instance.logged.find("missing.safetensors"), std::string::npos);
    EXPECT_NE(instance.logged.find("built-in"), std::string::npos);
    instance.activate();
    EXPECT_EQ(instance.render(noise()), builtin_sound);
    ASSERT_EQ(memory.save(instance), LV2_STATE_SUCCESS);
    EXPECT_STREQ(memory.values[model_uri].bytes.c_str(), "missing.safetensors");
  }
}

TEST(State, RestoresAModelWithAnotherLatency)
{
  Instance instance;
  Memory   memory{ instance.uris };
  memory.put_path("short.safetensors");
  ASSERT_EQ(memory.restore(instance), LV2_STATE_SUCCESS);
  EXPECT_EQ(ask(instance), model_path("short.safetensors"));
  EXPECT_EQ(instance.control("latency"), 480.0f);
  EXPECT_EQ(instance.logged, "");
}

TEST(State, ReturnsToTheBuiltInModelWithoutAPath)
{
  for (const bool running : { true, false }) {
    for (const bool empty : { true, false }) {
      Instance instance;
      Memory   memory{ instance.uris };
      instance.set_path(model_path("other.safetensors"));
      instance.settle();
      if (empty) {
        memory.put_path("");
      }
      ASSERT_EQ(memory.restore(instance, running), LV2_STATE_SUCCESS);
      EXPECT_EQ(ask(instance), "");
      memory.values.clear();
      ASSERT_EQ(memory.save(instance), LV2_STATE_SUCCESS);
      EXPECT_FALSE(memory.values.count(model_uri));
    }
  }
}

TEST(State, LeavesUnknownKeysAndNewerVersionsAlone)
{
  Instance      instance;
  Memory        memory{ instance.uris };
  const int32_t version = 99;
  memory.put_path("other.safetensors");
  memory.values["urn:example:colour"] = { "red", LV2_ATOM__String, 0U };
  memory.values[version_uri]          = {
             std::string(reinterpret_cast<const char*>(&version), sizeof(version)),
             LV2_ATOM__Int,
             LV2_STATE_IS_POD
  };
  ASSERT_EQ(memory.restore(instance), LV2_STATE_SUCCESS);
  EXPECT_EQ(ask(instance), model_path("other.safetensors"));
}

TEST(State, RefusesWhatIsNotAPath)
{
  Instance instance;
  Memory   memory{ instance.uris };
  memory.values[model_uri] = { "1234", LV2_ATOM__Int, LV2_STATE_IS_POD };
  EXPECT_EQ(memory.restore(instance), LV2_STATE_ERR_BAD_TYPE);
  memory.values[model_uri] = { "/endless", LV2_ATOM__Path, LV2_STATE_IS_POD };
  EXPECT_EQ(memory.restore(instance), LV2_STATE_ERR_BAD_TYPE);
  memory.put_path("/" + std::string(5000U, 'x'));
  EXPECT_NE(memory.restore(instance), LV2_STATE_SUCCESS);
  EXPECT_EQ(ask(instance), "");
}

TEST(State, NeedsNumbersOfUris)
{
  Offer offer;
  offer.features = false;
  Instance instance{ offer };
  Memory   memory{ instance.uris };
  EXPECT_EQ(memory.save(instance), LV2_STATE_ERR_NO_FEATURE);
  EXPECT_EQ(memory.restore(instance), LV2_STATE_ERR_NO_FEATURE);
}

TEST(State, OutdoesAnOlderOrderThatIsStillUnderWay)
{
  for (const bool running : { true, false }) {
    Instance instance;
    Memory   memory{ instance.uris };
    instance.render(noise());
    instance.set_path(model_path("third.safetensors"));
    instance.render(Samples(64U)); // Sent, and done by render()
    instance.set_path(model_path("missing.safetensors"));
    Samples      block(64U);
    const float* ins[]  = { block.data() };
    float*       outs[] = { block.data() };
    instance.run(ins, outs, 64U); // Sent, and not done yet
    memory.put_path("other.safetensors");
    ASSERT_EQ(memory.restore(instance, running), LV2_STATE_SUCCESS);
    EXPECT_EQ(ask(instance), model_path("other.safetensors"));
    memory.values.clear();
    ASSERT_EQ(memory.save(instance), LV2_STATE_SUCCESS);
    EXPECT_STREQ(memory.values[model_uri].bytes.c_str(), "other.safetensors");
  }
}

TEST(State, GoesThroughLilvAndAFile)
{
  const Folder folder;

  const World             world{ environment("RONDO_TEST_BUNDLE") };
  const LilvPlugin* const plugin = world.plugin(mono_uri);
  ASSERT_TRUE(plugin);

  Uris                uris;
  const LV2_Feature   map_feature = { LV2_URID__map, &uris.map };
  const LV2_Feature*  features[]  = { &map_feature, nullptr };
  LilvInstance* const instance =
    lilv_plugin_instantiate(plugin, 48000.0, features);
  ASSERT_TRUE(instance);

  // Restore, then save
  for (const char* const name :
       { "other.safetensors", "missing.safetensors" }) {
    Instance source;
    Memory   memory{ source.uris };
    memory.put_path(name);
    ASSERT_EQ(memory.restore(source), LV2_STATE_SUCCESS);
    LilvInstance mirror = { source.descriptor(), source.handle(), nullptr };

    LilvState* const state = lilv_state_new_from_instance(plugin,
                                                          &mirror,
                                                          &source.uris.map,
                                                          folder.path.c_str(),
                                                          folder.path.c_str(),
                                                          folder.path.c_str(),
                                                          folder.path.c_str(),
                                                          nullptr,
                                                          nullptr,
                                                          0U,
                                                          nullptr);
    ASSERT_TRUE(state);
    ASSERT_FALSE(lilv_state_save(world.get(),
                                 &source.uris.map,
                                 &source.uris.unmap,
                                 state,
                                 nullptr,
                                 folder.path.c_str(),
                                 "state.ttl"));
    lilv_state_free(state);

    LilvState* const loaded = lilv_state_new_from_file(
      world.get(), &source.uris.map, nullptr, (folder / "state.ttl").c_str());
    ASSERT_TRUE(loaded);

    Instance     target;
    LilvInstance reflection = { target.descriptor(), target.handle(), nullptr };
    LilvState* const again  = lilv_state_new_from_file(
      world.get(), &target.uris.map, nullptr, (folder / "state.ttl").c_str());
    lilv_state_restore(again, &reflection, nullptr, nullptr, 0U, nullptr);
    const std::string restored = ask(target);
    lilv_state_free(again);
    lilv_state_free(loaded);

    // lilv may have made a link to the file
    char* const real = realpath(restored.c_str(), nullptr);
    if (name == std::string("other.safetensors")) {
      ASSERT_TRUE(real) << restored;
      EXPECT_EQ(std::string(real), model_path(name));
    } else {
      EXPECT_NE(restored.find(name), std::string::npos) << restored;
    }
    free(real);
  }

  lilv_instance_free(instance);
}

} // namespace
