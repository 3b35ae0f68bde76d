// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// What happens to the files

#include "tests/tool/denoise_fixture.hpp"
#include "tests/tool/harness.hpp"
#include "tests/tool/sounds.hpp"

#include "core/net/config.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace {

constexpr int wav16     = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
constexpr int wav_float = SF_FORMAT_WAV | SF_FORMAT_FLOAT;

using Names = std::vector<std::string>;

class DenoiseFiles : public Denoise
{
protected:
  DenoiseFiles() { write_sound(input, make_sound(wav16, 16000, 1, 8000U)); }
};

} // namespace

TEST_F(DenoiseFiles, OutputStandsBesideItsInputByDefault)
{
  const Outcome outcome = denoise({ input });
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(folder.list(), (Names{ "in-clean.wav", "in.wav" }));
  ASSERT_EQ(denoise({ "--suffix", ".x", "-f", "flac", input }).status, 0);
  EXPECT_EQ(folder.list(), (Names{ "in-clean.wav", "in.wav", "in.x.flac" }));
}

TEST_F(DenoiseFiles, AFolderForOutputsIsMade)
{
  const std::string deep = folder / "new/deeper";
  ASSERT_EQ(denoise({ "--output-dir", deep, input }).status, 0);
  EXPECT_TRUE(exists(deep + "/in.wav"));

  const Outcome file = denoise({ "--output-dir", input, input });
  EXPECT_EQ(file.status, 1);
  EXPECT_NE(file.err.find("Not a directory"), std::string::npos) << file.err;
}

TEST_F(DenoiseFiles, ExistingOutputsAreReplacedOnlyIfAsked)
{
  write_file(output, "precious");
  const Outcome refused = denoise({ "-o", output, input });
  EXPECT_EQ(refused.status, 1);
  EXPECT_NE(refused.err.find("out.wav: The file exists already"),
            std::string::npos)
    << refused.err;
  EXPECT_EQ(read_file(output), "precious");

  chmod(output.c_str(), 0640);
  EXPECT_EQ(denoise({ "--overwrite", "-o", output, input }).status, 0);
  EXPECT_EQ(read_sound(output).frames(), 8000U);
  struct stat info {
  };
  stat(output.c_str(), &info);
  EXPECT_EQ(info.st_mode & 0777U, 0640U);
  EXPECT_EQ(folder.list(), (Names{ "in.wav", "out.wav" }));
}

TEST_F(DenoiseFiles, AnInputIsReplacedOnlyInPlace)
{
  const std::string before = read_file(input);
  for (const std::string& same : { input, folder / "./in.wav" }) {
    const Outcome refused = denoise({ "--overwrite", "-o", same, input });
    EXPECT_EQ(refused.status, 1);
    EXPECT_NE(refused.err.find("--in-place"), std::string::npos);
    EXPECT_EQ(read_file(input), before);
  }
  ASSERT_EQ(denoise({ "--in-place", input }).status, 0);
  EXPECT_NE(read_file(input), before);
  EXPECT_EQ(read_file(input).size(), before.size());
  EXPECT_EQ(folder.list(), Names{ "in.wav" });
}

TEST_F(DenoiseFiles, LinksAreFollowed)
{
  write_file(folder / "target.wav", "old");
  ASSERT_EQ(symlink("target.wav", output.c_str()), 0);
  ASSERT_EQ(denoise({ "--overwrite", "-o", output, input }).status, 0);
  struct stat info {
  };
  lstat(output.c_str(), &info);
  EXPECT_TRUE(S_ISLNK(info.st_mode));
  EXPECT_EQ(read_sound(folder / "target.wav").frames(), 8000U);
}

TEST_F(DenoiseFiles, NamesMayHoldAnything)
{
  const Names names{ "two words.wav", "new\nline.wav", "-q.wav", "\xff.wav" };
  Names       arguments{ "--output-dir", folder / "out", "--" };
  for (const std::string& name : names) {
    write_sound(folder / name, make_sound(wav16, 16000, 1, 500U));
    arguments.push_back(folder / name);
  }
  const Outcome outcome = denoise(arguments);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  for (const std::string& name : names) {
    EXPECT_TRUE(exists(folder / "out/" + name)) << name;
  }
  // Every message is a line
  EXPECT_NE(outcome.err.find("new\\nline.wav"), std::string::npos);

  // A name that begins like an option
  ASSERT_EQ(chdir(folder.path.c_str()), 0);
  EXPECT_EQ(denoise({ "-o", output, "-q.wav" }).status, 2);
  EXPECT_EQ(denoise({ "-o", output, "--", "-q.wav" }).status, 0);
  ASSERT_EQ(chdir("/"), 0);
}

TEST_F(DenoiseFiles, ABatchGoesOnAfterAFailure)
{
  const std::string text = folder / "text.wav";
  const std::string last = folder / "last.wav";
  write_file(text, "this is not a sound");
  write_sound(last, make_sound(wav16, 16000, 1, 8000U));
  for (const char* const jobs : { "-j1", "-j3" }) {
    const Outcome outcome =
      denoise({ jobs, "--overwrite", input, text, folder / "none.wav", last });
    EXPECT_EQ(outcome.status, 1);
    EXPECT_NE(outcome.err.find("text.wav: "), std::string::npos);
    EXPECT_NE(outcome.err.find("none.wav: No such file"), std::string::npos);
    EXPECT_NE(outcome.err.find("2 files done, 2 failed"), std::string::npos)
      << outcome.err;
    EXPECT_EQ(
      folder.list(),
      (Names{
        "in-clean.wav", "in.wav", "last-clean.wav", "last.wav", "text.wav" }));
  }
}

TEST_F(DenoiseFiles, AnOutputIsNotWrittenTwice)
{
  mkdir((folder / "a").c_str(), 0777);
  write_sound(folder / "a/in.wav", make_sound(wav16, 8000, 1, 100U));
  const Outcome outcome = denoise({ "--overwrite",
                                    "--output-dir",
                                    folder / "out",
                                    input,
                                    folder / "a/in.wav" });
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("a/in.wav: The output"), std::string::npos)
    << outcome.err;
  EXPECT_EQ(read_sound(folder / "out/in.wav").frames(), 8000U);
}

TEST_F(DenoiseFiles, ThreadsGiveTheSameFiles)
{
  Names files;
  for (int i = 0; i < 6; ++i) {
    files.push_back(folder / (std::to_string(i) + ".wav"));
    write_sound(files.back(),
                make_sound(wav16, 8000 * (i + 1), 1 + i % 2, 9000U));
  }
  Names one{ "-j1", "--output-dir", folder / "one" };
  Names many{ "-j4", "--output-dir", folder / "many" };
  one.insert(one.end(), files.begin(), files.end());
  many.insert(many.end(), files.begin(), files.end());
  ASSERT_EQ(denoise(one).status + denoise(many).status, 0);
  for (int i = 0; i < 6; ++i) {
    const std::string name = "/" + std::to_string(i) + ".wav";
    EXPECT_EQ(read_file(folder / "one" + name),
              read_file(folder / "many" + name));
  }
}

TEST_F(DenoiseFiles, ReadingAndWritingInThreadsGivesTheSameFile)
{
  for (const int format :
       { wav16, wav_float, SF_FORMAT_FLAC | SF_FORMAT_PCM_16 }) {
    for (const size_t n : { 0U, 1U, 4096U, 30000U }) {
      write_sound(input, make_sound(wav_float, 44100, 2, n));
      const std::string one  = folder / "one";
      const std::string many = folder / "many";
      for (const bool threads : { false, true }) {
        const Outcome outcome =
          denoise({ threads ? "-j3" : "-j1",
                    "--overwrite",
                    "-f",
                    format & SF_FORMAT_WAV ? "wav" : "flac",
                    "-b",
                    format == wav_float ? "float" : "pcm16",
                    "-o",
                    threads ? many : one,
                    input });
        ASSERT_EQ(outcome.status, 0) << outcome.err;
      }
      EXPECT_TRUE(read_file(one) == read_file(many)) << format << " " << n;
    }
  }
}

TEST_F(DenoiseFiles, EveryFileIsToldOfInOneLine)
{
  Sound sound = make_sound(wav_float, 48000, 1, 9600U);
  std::fill_n(sound.samples.begin() + 4000, 30, 1.5);
  sound.samples[100] = std::numeric_limits<double>::quiet_NaN();
  write_sound(input, sound);
  const Outcome outcome = denoise({ "-a", "0", "-b", "pcm16", input });
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1)
    << outcome.err;
  for (const char* const part : { "times real time",
                                  "; 30 samples were clipped",
                                  "; 1 samples were not numbers" }) {
    EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err;
  }

  const Outcome batch = denoise({ "--overwrite", "-a", "0", input, input });
  EXPECT_EQ(batch.status, 1);
  EXPECT_EQ(std::count(batch.err.begin(), batch.err.end(), '\n'), 3)
    << batch.err;
}

TEST_F(DenoiseFiles, PipesGiveTheSameBytes)
{
  for (const char* const end : { "wav", "flac", "aiff", "rf64", "au" }) {
    const std::string from = folder / "pipe." + end;
    const std::string to   = folder / "out." + end;
    ASSERT_EQ(
      denoise({ "-a", "0", "--overwrite", "-f", end, "-o", from, input })
        .status,
      0)
      << end;
    ASSERT_EQ(denoise({ "--overwrite", "-o", to, from }).status, 0) << end;

    Conditions conditions;
    conditions.input      = read_file(from);
    const Outcome through = denoise({ "-q", "-" }, conditions);
    EXPECT_EQ(through.status, 0) << through.err;
    EXPECT_TRUE(through.out == read_file(to)) << end;

    EXPECT_TRUE(denoise({ "-o", "-", from }).out == read_file(to)) << end;
    EXPECT_EQ(denoise({ "--overwrite", "-o", to, "-" }, conditions).status, 0);
    EXPECT_TRUE(read_file(to) == through.out) << end;
  }
}

TEST_F(DenoiseFiles, AReaderWhoGoesAwayIsNoNews)
{
  write_sound(input, make_sound(wav16, 48000, 2, 100000U));
  Conditions conditions;
  conditions.close_output = true;
  const Outcome outcome   = denoise({ "-q", "-o", "-", input }, conditions);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "");
}

TEST_F(DenoiseFiles, AFullDiskLeavesNothingBehind)
{
  write_sound(input, make_sound(wav16, 48000, 2, 48000U));
  for (const char* const end : { "wav", "flac", "ogg", "aiff", "rf64" }) {
    Conditions conditions;
    conditions.file_limit = 10000;
    const Outcome outcome = denoise(
      { "-o", folder / (std::string{ "out." } + end), input }, conditions);
    EXPECT_EQ(outcome.status, 1) << end;
    EXPECT_NE(
      outcome.err.find(std::string{ "out." } + end + ": File too large"),
      std::string::npos)
      << outcome.err;
    EXPECT_EQ(folder.list(), Names{ "in.wav" });
  }
  const Outcome device = denoise({ "-o", "/dev/full", input });
  EXPECT_EQ(device.status, 1);
  EXPECT_EQ(device.err, "rondo denoise: /dev/full: No space left on device\n");
  Conditions conditions;
  conditions.output_file = "/dev/full";
  const Outcome stream   = denoise({ "-o", "-", input }, conditions);
  EXPECT_EQ(stream.status, 1);
  EXPECT_EQ(stream.err, "rondo denoise: -: No space left on device\n");
}

TEST_F(DenoiseFiles, AnInterruptLeavesNothingHalfWritten)
{
  write_sound(input, make_sound(wav16, 48000, 2, 48000U * 120U));
  write_file(folder / "in-clean.wav", "old");
  for (const int number : { SIGINT, SIGTERM, SIGHUP }) {
    Conditions conditions;
    conditions.signal    = number;
    conditions.signal_at = folder.path;
    const Outcome outcome =
      denoise({ "--overwrite", input, input }, conditions);
    EXPECT_EQ(outcome.status, 130) << outcome.err;
    EXPECT_EQ(folder.list(), (Names{ "in-clean.wav", "in.wav" }));
    EXPECT_EQ(read_file(folder / "in-clean.wav"), "old");
  }
}

TEST_F(DenoiseFiles, ATruncatedFlacFails)
{
  const std::string flac = folder / "in.flac";
  write_sound(flac,
              make_sound(SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, 1, 96000U));
  const std::string whole = read_file(flac);
  for (size_t n = 0U; n < whole.size(); n += 1U + whole.size() / 20U) {
    write_file(flac, whole.substr(0U, n));
    const Outcome outcome = denoise({ "-o", output, "--overwrite", flac });
    EXPECT_TRUE(outcome.status == 1 ||
                outcome.err.find("announced") != std::string::npos)
      << n << " " << outcome.err;
    EXPECT_NE(outcome.err, "");
  }
}

TEST_F(DenoiseFiles, MetadataAreKept)
{
  SF_INFO info{};
  info.format     = wav16;
  info.samplerate = 48000;
  info.channels   = 1;
  SNDFILE* file   = sf_open(input.c_str(), SFM_WRITE, &info);
  sf_set_string(file, SF_STR_TITLE, "A title");
  sf_set_string(file, SF_STR_ARTIST, "Somebody");
  SF_BROADCAST_INFO broadcast{};
  std::strcpy(broadcast.description, "described");
  broadcast.time_reference_low = 4711U;
  sf_command(file, SFC_SET_BROADCAST_INFO, &broadcast, sizeof(broadcast));
  SF_CUES cues{};
  cues.cue_count                   = 2U;
  cues.cue_points[0].sample_offset = 100U;
  cues.cue_points[1].indx          = 1;
  cues.cue_points[1].sample_offset = 300U;
  sf_command(file, SFC_SET_CUE, &cues, sizeof(cues));
  SF_INSTRUMENT instrument{};
  instrument.gain        = 1;
  instrument.basenote    = 60;
  instrument.velocity_hi = 127;
  instrument.key_hi      = 127;
  instrument.loop_count  = 1;
  instrument.loops[0]    = { SF_LOOP_FORWARD, 10U, 200U, 3U };
  sf_command(file, SFC_SET_INSTRUMENT, &instrument, sizeof(instrument));
  char          scene[] = "<BWFXML><SCENE>7</SCENE></BWFXML>.";
  SF_CHUNK_INFO chunk{};
  std::strcpy(chunk.id, "iXML");
  chunk.id_size = 4U;
  chunk.datalen = sizeof(scene) - 1U;
  chunk.data    = scene;
  sf_set_chunk(file, &chunk);
  const std::vector<float> samples = make_noise(4800U, 1U);
  sf_writef_float(file, samples.data(), 4800);
  sf_close(file);

  const Outcome outcome = denoise({ "-v", "-o", output, input });
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err.find("cannot hold"), std::string::npos) << outcome.err;

  SF_INFO made{};
  file = sf_open(output.c_str(), SFM_READ, &made);
  EXPECT_STREQ(sf_get_string(file, SF_STR_TITLE), "A title");
  EXPECT_STREQ(sf_get_string(file, SF_STR_ARTIST), "Somebody");
  SF_BROADCAST_INFO kept{};
  EXPECT_TRUE(sf_command(file, SFC_GET_BROADCAST_INFO, &kept, sizeof(kept)));
  EXPECT_STREQ(kept.description, "described");
  EXPECT_EQ(kept.time_reference_low, 4711U);
  SF_CUES points{};
  EXPECT_TRUE(sf_command(file, SFC_GET_CUE, &points, sizeof(points)));
  EXPECT_EQ(points.cue_count, 2U);
  EXPECT_EQ(points.cue_points[1].sample_offset, 300U);
  SF_INSTRUMENT loops{};
  EXPECT_TRUE(sf_command(file, SFC_GET_INSTRUMENT, &loops, sizeof(loops)));
  EXPECT_EQ(loops.basenote, 60);
  EXPECT_EQ(loops.loops[0].end, 200U);
  sf_close(file);
  EXPECT_NE(read_file(output).find(scene), std::string::npos);

  const Outcome other = denoise({ "-v", "-o", folder / "out.flac", input });
  EXPECT_NE(other.err.find("cannot hold broadcast extension, cue points, "
                           "loops, iXML"),
            std::string::npos)
    << other.err;
}

TEST_F(DenoiseFiles, OutputsAreTheSameInEveryRun)
{
  write_sound(input, make_sound(wav_float, 48000, 1, 9600U));
  ASSERT_EQ(denoise({ "-o", output, input }).status, 0);
  const std::string first = read_file(output);
  EXPECT_EQ(first.find("PEAK"), std::string::npos);
  ASSERT_EQ(denoise({ "--overwrite", "-o", output, input }).status, 0);
  EXPECT_TRUE(read_file(output) == first);
}

TEST_F(DenoiseFiles, TheReportIsJson)
{
  const Outcome outcome =
    denoise({ "--json", "-q", input, folder / "n\"o\xff.wav" });
  EXPECT_EQ(outcome.status, 1);
  RondoConfig* config = nullptr;
  ASSERT_EQ(rondo_config_parse(
              outcome.out.data(), outcome.out.size(), &config, nullptr),
            RONDO_SUCCESS)
    << outcome.out;
  EXPECT_EQ(rondo_config_count(config, "files"), 2U);
  RondoConfig* file   = nullptr;
  double       frames = 0.0;
  ASSERT_FALSE(rondo_config_element(config, "files", 0U, &file, nullptr));
  ASSERT_FALSE(rondo_config_number(file, "frames", 0.0, 1e9, &frames, nullptr));
  EXPECT_EQ(frames, 8000.0);
  rondo_config_free(config);
}

TEST_F(DenoiseFiles, ModelsThatCannotBeUsedAreRefused)
{
  const std::string other = models / "other.safetensors";
  make_model(other,
             R"({"version": 1, "inputs": 3, "layers": [
               {"name": "a", "type": "linear", "out": 2}]})",
             1U);
  for (const std::string& bad :
       { other, models / "none", models.path, input }) {
    const Outcome outcome = rondo({ "denoise", "-m", bad, input });
    EXPECT_EQ(outcome.status, 1) << bad;
    EXPECT_EQ(outcome.err.find("rondo denoise: "), 0U) << outcome.err;
    EXPECT_NE(outcome.err.find(bad), std::string::npos) << outcome.err;
    EXPECT_EQ(folder.list(), Names{ "in.wav" });
  }
  Conditions conditions;
  conditions.environment = { "RONDO_MODEL=" + model };
  EXPECT_EQ(rondo({ "denoise", input }, conditions).status, 0);
}

TEST_F(DenoiseFiles, WrongUsageIsRefused)
{
  for (const Names& arguments : std::vector<Names>{
         {},
         { "--none", input },
         { "-o", output, input, input },
         { "-o", output, "--in-place", input },
         { "--output-dir", folder.path, "-o", output, input },
         { "-", "-" },
         { "--output-dir", folder.path, "-" },
         { "--json", "-" },
         { "--json", "-o", "-", input },
         { "--in-place", "-f", "flac", input },
         { "-o", output, "--suffix", "x", input },
         { "-a", "-1", input },
         { "-a", "101", input },
         { "-a", "nan", input },
         { "--mix", "1.5", input },
         { "--mix", "", input },
         { "-j", "0", input },
         { "-p", "loud", input },
         { "--gate-threshold", "1.1", input },
         { "--gate-hold", "2001", input },
         { "--gate-range", "-1", input },
         { "-f", "docx", input },
         { "-b", "pcm17", input },
         { "--dither", "some", input },
         { "--progress", "often", input },
         { input, "-o" },
       }) {
    const Outcome outcome = denoise(arguments);
    EXPECT_EQ(outcome.status, 2);
    EXPECT_NE(outcome.err.find("Try 'rondo denoise --help'"), std::string::npos)
      << outcome.err;
  }
  EXPECT_EQ(folder.list(), Names{ "in.wav" });
}

TEST_F(DenoiseFiles, TheBarIsDrawnOnlyIfAsked)
{
  write_sound(input, make_sound(wav16, 48000, 2, 48000U * 30U));
  const Outcome plain = denoise({ "-q", input });
  EXPECT_EQ(plain.err, "");
  const Outcome always =
    denoise({ "-q", "--overwrite", "--progress", "always", input });
  EXPECT_NE(always.err.find(" left"), std::string::npos);
}
