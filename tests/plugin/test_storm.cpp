// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Whatever happens at once, run() calls neither heap nor system and touches no
// new memory, in every plugin, with every type of model: all types of layers,
// ones that look ahead, that span frames, that explode, that are int8, and
// those that come with Rondo.

#include "tests/audio/model_maker.h"
#include "tests/base/folder.hpp"
#include "tests/music/chorale_model.hpp"
#include "tests/music/melody_model.hpp"
#include "tests/net/networks.h"
#include "tests/plugin/heap_probe.h"
#include "tests/plugin/memory.h"
#include "tests/plugin/storm.h"

#include <gtest/gtest.h>

#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::string
preset(const char* const name)
{
  return environment("RONDO_TEST_PRESETS") + "/" + name + ".safetensors";
}

std::string
replace(std::string text, const std::string& old, const std::string& neu)
{
  const size_t at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return text.replace(at, old.size(), neu);
}

// Write a model again, with int8 wherever it can be.
void
write_int8(const std::string& from, const std::string& to)
{
  RondoError error = { RONDO_SUCCESS, "" };
  EXPECT_EQ(model_maker_write_int8(from.c_str(), to.c_str(), &error),
            RONDO_SUCCESS)
    << error.message;
}

// Write a denoiser for each type, and return all that there are.
Strings
make_denoisers(const std::string& folder)
{
  Strings    paths;
  const auto write = [&](const ModelMaker& maker, const std::string& name) {
    RondoError error = { RONDO_SUCCESS, "" };
    paths.push_back(folder + "/" + name + ".safetensors");
    EXPECT_EQ(model_maker_write(&maker, paths.back().c_str(), &error),
              RONDO_SUCCESS)
      << error.message;
  };
  for (size_t i = 0U; i < model_maker_n_types(); ++i) {
    const char*      name  = nullptr;
    const ModelMaker maker = model_maker_type(i, &name);
    write(maker, name);
  }

  const std::pair<const char*, std::function<void(ModelMaker&)>> more[] = {
    { "explodes",
      [](ModelMaker& m) {
        m.cell      = R"("type": "rnn", "activation": "relu")";
        m.recurrent = 9.0;
      } },
    { "odd",
      [](ModelMaker& m) {
        m.lookahead = 1U;
        m.n_units   = 17U;
      } },
    { "spans", [](ModelMaker& m) { m.n_spanned  = 3U; } },
    { "mute", [](ModelMaker& m) { m.has_voice   = false; } },
    { "coarse", [](ModelMaker& m) { m.is_coarse = true; } },
  };
  for (const auto& [name, change] : more) {
    ModelMaker maker = model_maker();
    change(maker);
    write(maker, name);
  }
  write_int8(folder + "/spans.safetensors", folder + "/spans-int8.safetensors");
  paths.push_back(folder + "/spans-int8.safetensors");
  paths.push_back(model_path("short.safetensors"));
  for (const char* const name : { "voice", "voice-lookahead", "tiny" }) {
    paths.push_back(preset(name));
  }
  return paths;
}

// Make a bundle of Rondo Melody whose networks have cells of a type, or gru of
// int8, or with the reset before.
std::string
make_bundle(const std::string& folder, const std::string& what)
{
  const bool        is_gru = what == "int8" || what == "before";
  const std::string cell   = is_gru ? "gru" : what;
  const std::string bundle = folder + "/" + what + ".lv2";
  const std::string type   = "\"type\": \"" + cell + "\"" +
                           (what == "before" ? R"(, "reset": "before")" : "");
  fs::create_directory(bundle);
  fs::create_symlink(environment("RONDO_TEST_BUNDLE") + "/melody.so",
                     bundle + "/melody.so");
  rondo::write_model(bundle + "/melody.safetensors",
                     replace(melody_description(), R"("type": "gru")", type),
                     1U);
  rondo::write_model(bundle + "/chorale.safetensors",
                     replace(chorale_description(), R"("type": "gru")", type),
                     2U);
  for (const char* const name : { "/melody", "/chorale" }) {
    if (what == "int8") {
      const std::string path = bundle + name + ".safetensors";
      write_int8(path, path);
    }
  }
  return bundle;
}

// The same, with those that come with Rondo
std::string
make_real_bundle(const std::string& folder)
{
  const std::string bundle = folder + "/real.lv2";
  fs::create_directory(bundle);
  fs::create_symlink(environment("RONDO_TEST_BUNDLE") + "/melody.so",
                     bundle + "/melody.so");
  for (const char* const name : { "melody", "chorale" }) {
    fs::create_symlink(preset(name), bundle + "/" + name + ".safetensors");
  }
  return bundle;
}

// A plugin and, of Rondo Melody, the type of its networks
class Storms : public testing::TestWithParam<const char*>
{
protected:
  void SetUp() override
  {
    const std::string what   = GetParam();
    const std::string folder = folder_.path;
    weather_.files           = { folder + "/missing", folder };
    if (what == mono_uri || what == stereo_uri) {
      weather_.offer.uri = what;
      weather_.models    = make_denoisers(folder);
    } else {
      weather_.offer = melody_offer();
      weather_.offer.bundle =
        what == "real" ? make_real_bundle(folder) : make_bundle(folder, what);
      weather_.files.push_back(folder + "/tune.mid");
    }
    weather_.offer.forgets = true;
  }

  // Blow in a process of its own; return how that ended.
  int blow_strictly()
  {
    const pid_t child = fork();
    if (!child) {
      Storm      storm{ weather_ };
      const bool is_well = storm.blow(Watch::system);
      _exit(is_well ? 0 : 1);
    }

    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  Folder  folder_;
  Weather weather_;
};

TEST_P(Storms, MakeRunCallNoHeap)
{
  Storm storm{ weather_ };
  EXPECT_TRUE(storm.blow(Watch::heap));
  EXPECT_EQ(storm.n_heap_calls, 0U);
  EXPECT_EQ(storm.n_bad_samples, 0U);
  EXPECT_EQ(storm.n_bad_events, 0U);
  EXPECT_GT(storm.n_answers, 0U);
  if (weather_.offer.uri == melody_uri) {
    EXPECT_GT(storm.n_notes, 100U);
  }
}

TEST_P(Storms, MakeRunCallNoSystem)
{
  if (!HeapProbe::works()) {
    GTEST_SKIP() << "a sanitizer has calls of its own";
  }

  const int end = blow_strictly();
  if (end == 77) {
    GTEST_SKIP() << "the kernel has no strict seccomp";
  }
  EXPECT_EQ(end, 0);
}

TEST_P(Storms, EndAThreadThatCallsTheSystem)
{
  if (!HeapProbe::works()) {
    GTEST_SKIP() << "a sanitizer has calls of its own";
  }

  weather_.plants = true;
  const int end   = blow_strictly();
  if (end == 77) {
    GTEST_SKIP() << "the kernel has no strict seccomp";
  }
  EXPECT_NE(end, 0);
}

// Code is there once it ran, but memory is new for every instance: blocks of
// several pages are mapped one by one.  The system moves pages about now and
// then, but faults that the code causes come every time.
TEST_P(Storms, MakeRunFindNoUntouchedMemory)
{
  if (!HeapProbe::works()) {
    GTEST_SKIP() << "a sanitizer touches memory of its own";
  }

  mallopt(M_MMAP_THRESHOLD, 2 * 4096);
  const Instance keeps_the_code{ weather_.offer };
  long           n_faults = 1;
  for (int i = 0; n_faults && i < 5; ++i) {
    Storm storm{ weather_ };
    EXPECT_TRUE(storm.blow(Watch::faults));
    n_faults = storm.n_faults;
  }
  EXPECT_EQ(n_faults, 0);
}

// For the thread sanitizer, which must be seen to find something
TEST(Race, DISABLED_IsPlanted)
{
  int         n = 0;
  std::thread other{ [&n] { ++n; } };
  ++n;
  other.join();
  EXPECT_GT(n, 0);
}

INSTANTIATE_TEST_SUITE_P(Plugins,
                         Storms,
                         testing::Values(mono_uri,
                                         stereo_uri,
                                         "rnn",
                                         "gru",
                                         "lstm",
                                         "before",
                                         "int8",
                                         "real"));

} // namespace
