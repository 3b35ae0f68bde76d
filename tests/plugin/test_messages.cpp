// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// What is said to the plugins through their atom ports, and what they answer

#include "tests/plugin/host.h"

#include <gtest/gtest.h>
#include <lv2/atom/atom.h>
#include <lv2/atom/forge.h>
#include <lv2/log/log.h>
#include <lv2/patch/patch.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace {

TEST(Messages, AnswerWithTheNumberOfTheQuestion)
{
  Instance instance;
  instance.get_path(42);
  instance.run_silence();
  instance.get_path(0, mono_uri);
  instance.run_silence();
  instance.get_path(0, "urn:example:other");
  instance.run_silence();
  EXPECT_EQ(instance.said.sequence_numbers, (std::vector<int32_t>{ 42, 0 }));
}

TEST(Messages, AnswerLaterIfThereIsNoRoom)
{
  for (const size_t size : { 0U, 8U, 16U, 24U, 100U }) {
    Offer offer;
    offer.notify_size = size;
    Instance instance{ offer };
    if (size < sizeof(LV2_Atom_Sequence)) {
      continue; // Not even an empty sequence fits: seen by sanitizers
    }
    instance.get_path();
    instance.run_silence();
    EXPECT_EQ(instance.said.n_paths, 0U);
  }

  // An empty block has no time at which something could be said
  Instance instance;
  instance.get_path();
  instance.run_silence(0U);
  EXPECT_EQ(instance.said.n_paths, 0U);
  instance.run_silence(1U);
  EXPECT_EQ(instance.said.n_paths, 1U);
}

TEST(Messages, ThatMeanOthersAreLeftAlone)
{
  Instance              instance;
  Uris&                 uris = instance.uris;
  std::vector<uint64_t> memory(128U);
  LV2_Atom_Forge        forge;
  LV2_Atom_Forge_Frame  frame;
  lv2_atom_forge_init(&forge, &uris.map);

  const char* const types[] = {
    LV2_PATCH__Set, LV2_PATCH__Get, LV2_PATCH__Put, "urn:example:x"
  };
  for (const char* const type : types) {
    lv2_atom_forge_set_buffer(
      &forge, reinterpret_cast<uint8_t*>(memory.data()), 1024U);
    lv2_atom_forge_object(&forge, &frame, 0U, uris.number(type));
    lv2_atom_forge_key(&forge, uris.number(LV2_PATCH__property));
    lv2_atom_forge_urid(&forge, uris.number("urn:example:gain"));
    lv2_atom_forge_key(&forge, uris.number(LV2_PATCH__value));
    lv2_atom_forge_path(&forge, "/x", 2U);
    lv2_atom_forge_pop(&forge, &frame);
    instance.send(memory.data());
  }

  // A value that is not a path, and one without its final 0
  for (const char* const type : { LV2_ATOM__Int, LV2_ATOM__Path }) {
    lv2_atom_forge_set_buffer(
      &forge, reinterpret_cast<uint8_t*>(memory.data()), 1024U);
    lv2_atom_forge_object(&forge, &frame, 0U, uris.number(LV2_PATCH__Set));
    lv2_atom_forge_key(&forge, uris.number(LV2_PATCH__property));
    lv2_atom_forge_urid(&forge, uris.number("urn:rondo:model"));
    lv2_atom_forge_key(&forge, uris.number(LV2_PATCH__value));
    lv2_atom_forge_atom(&forge, 4U, uris.number(type));
    lv2_atom_forge_write(&forge, "/xyz", 4U);
    lv2_atom_forge_pop(&forge, &frame);
    instance.send(memory.data());
  }

  instance.run_silence();
  EXPECT_EQ(instance.requests.count(), 0U);
  EXPECT_EQ(instance.said.n_changes, 0U);
  EXPECT_EQ(instance.said.last_path, "");
}

TEST(Messages, ThatAreMalformedDoNoHarm)
{
  std::minstd_rand random{ 1U };
  Instance         instance;
  for (int round = 0; round < 2000; ++round) {
    // An object with a head that is well and properties that are not
    uint32_t words[32];
    for (uint32_t& word : words) {
      const uint32_t choices[] = { static_cast<uint32_t>(random()),
                                   static_cast<uint32_t>(random() % 200U),
                                   0U,
                                   UINT32_MAX,
                                   instance.uris.number(LV2_PATCH__property),
                                   instance.uris.number(LV2_PATCH__value),
                                   instance.uris.number("urn:rondo:model"),
                                   instance.uris.number(LV2_ATOM__URID),
                                   instance.uris.number(LV2_ATOM__Path) };
      word                     = choices[random() % 9U];
    }
    words[0] = static_cast<uint32_t>(random() % 120U);
    words[1] = instance.uris.number(LV2_ATOM__Object);
    words[3] =
      instance.uris.number(random() % 2U ? LV2_PATCH__Set : LV2_PATCH__Get);
    instance.send(words);
    instance.run_silence(1U);
    instance.work();
  }
}

TEST(Messages, WithAPathThatIsNotAbsoluteOrTooLongAreRefused)
{
  Instance instance;
  for (const std::string& path : { std::string("voice.safetensors"),
                                   std::string("../x"),
                                   "/" + std::string(4096U, 'x') }) {
    instance.set_path(path);
    instance.settle();
    EXPECT_EQ(instance.said.last_path, "");
  }
  EXPECT_EQ(instance.said.n_paths, 3U);
  EXPECT_EQ(instance.requests.count(), 0U);
  EXPECT_NE(instance.logged.find(LV2_LOG__Trace), std::string::npos);
}

TEST(Messages, MayHoldTheLongestPath)
{
  Instance          instance;
  const std::string path = "/" + std::string(4094U, 'x');
  instance.set_path(path);
  instance.settle();
  EXPECT_NE(instance.logged.find(path), std::string::npos);
  EXPECT_EQ(instance.said.n_paths, 1U);
}

TEST(Messages, MayHoldAString)
{
  Instance instance;
  instance.set_path(model_path("other.safetensors"), true);
  instance.settle();
  EXPECT_EQ(instance.said.last_path, model_path("other.safetensors"));
}

} // namespace
