// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/tool/harness.hpp"
#include "tests/tool/sounds.hpp"

#include "core/net/config.h"

#include <gtest/gtest.h>

#include <string>

namespace {

class Info : public ::testing::Test
{
protected:
  // Return whether `text` is a list of JSON objects
  static bool is_json(const std::string& text)
  {
    const std::string object = "{\"list\": " + text + "}";
    RondoConfig*      config = nullptr;
    const bool        made =
      !rondo_config_parse(object.data(), object.size(), &config, nullptr);
    rondo_config_free(config);
    return made;
  }

  const Folder      folder;
  const std::string model = folder / "model.safetensors";
  const std::string sound = folder / "sound.flac";
};

} // namespace

TEST_F(Info, DescribesADenoiser)
{
  make_denoiser(model);
  const Outcome outcome = rondo({ "info", model });
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  for (const char* const part : { "gru",
                                  "head",
                                  "sigmoid",
                                  "parameters",
                                  "operations",
                                  "denoise",
                                  "latency      20.0 ms" }) {
    EXPECT_NE(outcome.out.find(part), std::string::npos) << outcome.out;
  }
}

TEST_F(Info, TellsHowLateANetworkIs)
{
  const std::string start = R"({"version": 1, "inputs": 2, "layers": [
    {"name": "a", "type": "gru", "hidden": 3, "layers": 2,
     "bidirectional": true)";
  make_model(model, start + R"(, "lookahead": 5}]})", 1U);
  EXPECT_NE(rondo({ "info", model }).out.find("  delay        10 steps\n"),
            std::string::npos);
  EXPECT_NE(rondo({ "info", "--json", model }).out.find("\"delay\": 10"),
            std::string::npos);
  make_model(model, start + "}]}", 1U);
  EXPECT_NE(
    rondo({ "info", model }).out.find("  delay        the whole sequence\n"),
    std::string::npos);
  EXPECT_EQ(rondo({ "info", "--json", model }).out.find("\"delay\": "),
            std::string::npos);
}

TEST_F(Info, DescribesSounds)
{
  write_sound(sound,
              make_sound(SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 96000, 2, 24000U));
  const Outcome outcome = rondo({ "info", sound });
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  for (const char* const part : { "FLAC",
                                  "24 bit",
                                  "96000 Hz",
                                  "channels     2",
                                  "24000 frames",
                                  "0.250 s" }) {
    EXPECT_NE(outcome.out.find(part), std::string::npos) << outcome.out;
  }
}

TEST_F(Info, PrintsJsonEvenWithFailures)
{
  make_denoiser(model);
  write_sound(sound,
              make_sound(SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 8000, 1, 100U));
  const Outcome outcome =
    rondo({ "info", "--json", model, folder / "\xff\"none", sound });
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("No such file"), std::string::npos);
  EXPECT_TRUE(is_json(outcome.out)) << outcome.out;
  EXPECT_NE(outcome.out.find("\"latency_seconds\": 0.02"), std::string::npos);
  EXPECT_NE(outcome.out.find("\\ufffd\\\"none"), std::string::npos);
}

TEST_F(Info, RefusesWhatItDoesNotKnow)
{
  const std::string text = folder / "text.txt";
  write_file(text, "no sound, no model\n");
  for (const std::string& bad :
       { text, folder.path, folder / "none", std::string{ "/dev/null" } }) {
    const Outcome outcome = rondo({ "info", bad });
    EXPECT_EQ(outcome.status, 1) << bad;
    EXPECT_EQ(outcome.err.find("rondo info: " + bad + ": "), 0U) << outcome.err;
  }
  EXPECT_EQ(rondo({ "info" }).status, 2);
}

TEST_F(Info, RefusesAModelCutAnywhere)
{
  make_denoiser(model);
  const std::string whole = read_file(model);
  for (size_t n = 0U; n < whole.size(); n += 1U + whole.size() / 40U) {
    write_file(model, whole.substr(0U, n));
    const Outcome outcome = rondo({ "info", model });
    EXPECT_EQ(outcome.status, 1) << n;
    EXPECT_NE(outcome.err, "") << n;
  }
}
