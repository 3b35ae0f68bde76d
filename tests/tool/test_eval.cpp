// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/tool/harness.hpp"
#include "tests/tool/sounds.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <vector>

namespace {

constexpr int wav = SF_FORMAT_WAV | SF_FORMAT_FLOAT;

class Eval : public ::testing::Test
{
protected:
  Eval()
  {
    mkdir(clean.c_str(), 0777);
    mkdir(noisy.c_str(), 0777);
    mkdir(processed.c_str(), 0777);
    for (const char* const name : { "a.wav", "b, \"c\".wav" }) {
      const Sound sound = make_sound(wav, 22050, 1, 44100U);
      write_sound(clean + "/" + name, sound);
      write_sound(noisy + "/" + name, add_noise(sound, 0.3));
      write_sound(processed + "/" + name, add_noise(sound, 0.03));
    }
  }

  static Sound add_noise(Sound sound, const double level)
  {
    const std::vector<float> noise = make_noise(sound.samples.size(), 9U);
    for (size_t i = 0U; i < noise.size(); ++i) {
      sound.samples[i] += level * static_cast<double>(noise[i]);
    }
    return sound;
  }

  Outcome eval(const std::vector<std::string>& more = {}) const
  {
    std::vector<std::string> arguments{ "eval", "denoise", clean, processed };
    arguments.insert(arguments.end(), more.begin(), more.end());
    return rondo(arguments);
  }

  // Return the number after `key` that follows `start` in JSON
  static double number(const std::string& json,
                       const std::string& start,
                       const std::string& key)
  {
    const size_t place = json.find("\"" + key + "\": ", json.find(start));
    return place == std::string::npos
             ? -1e9
             : std::stod(json.substr(place + key.size() + 4U));
  }

  const Folder      folder;
  const std::string clean     = folder / "clean";
  const std::string noisy     = folder / "noisy";
  const std::string processed = folder / "processed";
};

} // namespace

TEST_F(Eval, PrintsScoresAndImprovements)
{
  const Outcome outcome = eval({ "--json", "--noisy", noisy, "-j2" });
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const std::string all   = "\"all\"";
  const double      after = number(outcome.out, all, "si_sdr");
  const size_t      place = outcome.out.find("\"noisy\"");
  const std::string rest  = outcome.out.substr(place);
  EXPECT_EQ(number(outcome.out, all, "files"), 2.0);
  EXPECT_NEAR(after - number(rest, "", "si_sdr"), 20.0, 0.1);
  EXPECT_GT(number(outcome.out, all, "stoi"), number(rest, "", "stoi"));
  EXPECT_LT(number(outcome.out, all, "lsd"), number(rest, "", "lsd"));

  const Outcome table = eval({ "--noisy", noisy });
  EXPECT_EQ(table.status, 0);
  EXPECT_NE(table.out.find("difference"), std::string::npos);
  EXPECT_NE(table.out.find("\nall             2"), std::string::npos)
    << table.out;
}

TEST_F(Eval, GivesMeansOfEveryRatioInAManifest)
{
  const std::string manifest = folder / "manifest.tsv";
  write_file(manifest, "x\tname\tsnr\n1\tb, \"c\".wav\t10\n2\ta.wav\t-5\n");
  const Outcome outcome = eval({ "--manifest", manifest });
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_LT(outcome.out.find("\n-5 dB           1"),
            outcome.out.find("\n10 dB           1"))
    << outcome.out;

  write_file(manifest, "name\tratio\na.wav\t3\n");
  const Outcome bad = eval({ "--manifest", manifest });
  EXPECT_EQ(bad.status, 1);
  EXPECT_NE(bad.err.find("'snr'"), std::string::npos) << bad.err;
}

TEST_F(Eval, WritesALineForEveryFile)
{
  const Outcome outcome = eval({ "--csv", folder / "scores.csv" });
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const std::string text = read_file(folder / "scores.csv");
  EXPECT_EQ(text.find("name,snr,si_sdr,stoi,lsd\na.wav,,"), 0U) << text;
  EXPECT_NE(text.find("\n\"b, \"\"c\"\".wav\",,"), std::string::npos) << text;
}

TEST_F(Eval, TellsWhatOnsetsLose)
{
  // An onset in one file, and two in the other; all are halved and late
  const std::vector<size_t> places[] = { { 9000U }, { 9000U, 30000U } };
  const char* const         names[]  = { "a.wav", "b, \"c\".wav" };
  for (size_t f = 0U; f < 2U; ++f) {
    Sound sound{ wav, 22050, 1, std::vector<double>(44100U, 0.0) };
    for (const size_t place : places[f]) {
      sound.samples[place] = 0.9;
    }
    Sound before = add_noise(sound, 0.1);
    write_sound(clean + "/" + names[f], sound);
    write_sound(noisy + "/" + names[f], before);
    for (double& sample : before.samples) {
      sample *= f ? 0.5 : 0.1;
    }
    before.samples.insert(before.samples.begin(), 77U, 0.0);
    write_sound(processed + "/" + names[f], before);
  }
  const std::vector<std::string> options{ "--noisy",    noisy,
                                          "--losses",   "--max-lag",
                                          "300",        "--json",
                                          "--manifest", folder / "m.tsv" };
  write_file(folder / "m.tsv", "name\tsnr\na.wav\t5\nb, \"c\".wav\t-5\n");
  const Outcome outcome = eval(options);
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const std::string all = "\"onsets\"";
  EXPECT_EQ(number(outcome.out, all, "regions"), 3.0);
  EXPECT_NEAR(
    number(outcome.out, all, "loss"), (20.0 + 2.0 * 6.02) / 3.0, 0.05);
  EXPECT_EQ(number(outcome.out, all, "over_3_db"), 1.0);
  EXPECT_EQ(number(outcome.out, "\"sibilants\"", "regions"), 0.0);
  EXPECT_NE(outcome.out.find("\"loss\": null"), std::string::npos);
  EXPECT_NEAR(number(outcome.out, "\"snr\": -5", "loss"), 6.02, 0.05);
  EXPECT_NEAR(number(outcome.out, "\"snr\": 5", "loss"), 20.0, 0.05);

  const Outcome table = eval({ "--noisy", noisy, "--losses", "--delay", "77" });
  EXPECT_NE(table.out.find("\nall             2       3   10.6"),
            std::string::npos)
    << table.out;

  const std::string csv = folder / "scores.csv";
  ASSERT_EQ(eval({ "--noisy", noisy, "--losses", "--csv", csv }).status, 0);
  EXPECT_NE(read_file(csv).find(",onsets,onsets_loss,onsets_over_3_db,"),
            std::string::npos);
  EXPECT_NE(read_file(csv).find(",0,,,,0,,,\n"), std::string::npos)
    << read_file(csv);
}

TEST_F(Eval, TellsNoLossesWithoutTheNoise)
{
  const Outcome usage = eval({ "--losses" });
  EXPECT_EQ(usage.status, 2);
  EXPECT_NE(usage.err.find("--noisy"), std::string::npos) << usage.err;

  write_sound(noisy + "/a.wav", make_sound(wav, 48000, 1, 48000U));
  const Outcome rate = eval({ "--noisy", noisy, "--losses" });
  EXPECT_EQ(rate.status, 1);
  EXPECT_NE(rate.err.find("sample rate is 48000 Hz"), std::string::npos)
    << rate.err;
}

TEST_F(Eval, RemovesTheMedianDelayOnlyIfAsked)
{
  for (const char* const name : { "a.wav", "b, \"c\".wav" }) {
    Sound sound = read_sound(processed + "/" + name);
    sound.samples.insert(sound.samples.begin(), 77U, 0.0);
    write_sound(processed + "/" + name, sound);
  }
  const Outcome late  = eval({ "--json" });
  const Outcome found = eval({ "--json", "--max-lag", "300" });
  const Outcome given = eval({ "--json", "--delay", "77" });
  ASSERT_EQ(found.status, 0) << found.err;
  EXPECT_EQ(number(late.out, "{", "delay"), 0.0);
  EXPECT_EQ(number(found.out, "{", "delay"), 77.0);
  EXPECT_EQ(found.out, given.out);
  EXPECT_GT(number(found.out, "\"all\"", "si_sdr"),
            number(late.out, "\"all\"", "si_sdr") + 10.0);
  EXPECT_NE(late.err.find("length"), std::string::npos) << late.err;
}

TEST_F(Eval, GoesOnAfterAFileThatCannotBeCompared)
{
  write_sound(processed + "/a.wav", make_sound(wav, 48000, 1, 48000U));
  const Outcome outcome = eval();
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("sample rate is 48000 Hz"), std::string::npos)
    << outcome.err;
  EXPECT_NE(outcome.out.find("\nall             1"), std::string::npos);
}

TEST_F(Eval, TellsOfFilesWithoutAPartner)
{
  write_sound(clean + "/alone.wav", make_sound(wav, 22050, 1, 100U));
  const Outcome outcome = eval();
  EXPECT_EQ(outcome.status, 0);
  EXPECT_NE(outcome.err.find("1 files of"), std::string::npos) << outcome.err;

  const Outcome none = rondo({ "eval", "denoise", clean, folder.path });
  EXPECT_EQ(none.status, 1);
  EXPECT_NE(none.err.find("no sound file is in both"), std::string::npos);

  const Outcome missing = rondo({ "eval", "denoise", folder / "no", noisy });
  EXPECT_EQ(missing.status, 1);
  EXPECT_NE(missing.err.find("No such file"), std::string::npos);
}

TEST_F(Eval, ShortFilesHaveNoScoreButDoNotCount)
{
  write_sound(clean + "/short.wav", make_sound(wav, 22050, 1, 300U));
  write_sound(processed + "/short.wav", make_sound(wav, 22050, 1, 300U));
  const Outcome outcome = eval({ "--json" });
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("short.wav: too short for stoi"),
            std::string::npos);
  EXPECT_NE(outcome.out.find("\"stoi\": null"), std::string::npos);
  EXPECT_GT(number(outcome.out, "\"all\"", "stoi"), 0.5);
}

TEST_F(Eval, RefusesWrongUsage)
{
  EXPECT_EQ(rondo({ "eval" }).status, 2);
  EXPECT_EQ(rondo({ "eval", "denoise" }).status, 2);
  EXPECT_EQ(rondo({ "eval", "denoise", clean }).status, 2);
  EXPECT_EQ(rondo({ "eval", "other", clean, processed }).status, 2);
  EXPECT_EQ(eval({ "--max-lag", "-1" }).status, 2);
}
