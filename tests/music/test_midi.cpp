// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/midi_file.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using Bytes = std::vector<int>;

// Everything is written here by the standard, byte by byte
std::string
text(const Bytes& bytes)
{
  return { bytes.begin(), bytes.end() };
}

std::string
big_endian(std::uint32_t number, int n)
{
  std::string out;
  while (n--) {
    out += static_cast<char>(number >> (8 * n));
  }
  return out;
}

std::string
header(std::uint32_t format, std::uint32_t n_tracks, std::uint32_t division)
{
  return "MThd" + big_endian(6, 4) + big_endian(format, 2) +
         big_endian(n_tracks, 2) + big_endian(division, 2);
}

std::string
track(const Bytes& events)
{
  const std::string data = text(events);
  return "MTrk" + big_endian(static_cast<std::uint32_t>(data.size()), 4) + data;
}

class Midi : public ::testing::Test
{
protected:
  ~Midi() override { rondo_score_free(score); }

  RondoStatus parse(const std::string& file)
  {
    rondo_score_free(score);
    score = nullptr;
    return rondo_midi_parse(file.data(), file.size(), &score, &damage, &error);
  }

  // Write the score and read it again
  void write_and_read()
  {
    void*       data = nullptr;
    std::size_t size = 0U;
    ASSERT_EQ(rondo_midi_format(score, &data, &size, &error), RONDO_SUCCESS)
      << error.message;
    EXPECT_EQ(parse({ static_cast<const char*>(data), size }), RONDO_SUCCESS)
      << error.message;
    std::free(data);
    EXPECT_EQ(damage.n_damages, 0U) << damage.message;
  }

  // Compare the notes: onset, duration, pitch, velocity, channel, track
  void expect_notes(const std::vector<std::vector<std::uint64_t>>& notes)
  {
    ASSERT_EQ(score->n_notes, notes.size());
    for (std::size_t i = 0U; i < notes.size(); ++i) {
      const RondoNote& n = score->notes[i];
      EXPECT_EQ(
        (std::vector<std::uint64_t>{
          n.onset, n.duration, n.pitch, n.velocity, n.channel, n.track }),
        notes[i])
        << i;
    }
  }

  RondoScore*     score = nullptr;
  RondoMidiDamage damage{};
  RondoError      error{};
};

// The example of the standard, "Standard MIDI Files 1.0", at its end: type 0
TEST_F(Midi, ReadsTheExampleOfTheStandard)
{
  ASSERT_EQ(
    parse(header(0, 1, 96) +
          track({ 0x00, 0xFF, 0x58, 0x04, 0x04, 0x02, 0x18, 0x08, 0x00, 0xFF,
                  0x51, 0x03, 0x07, 0xA1, 0x20, 0x00, 0xC0, 0x05, 0x00, 0xC1,
                  0x2E, 0x00, 0xC2, 0x46, 0x00, 0x92, 0x30, 0x60, 0x00, 0x3C,
                  0x60, 0x60, 0x91, 0x43, 0x40, 0x60, 0x90, 0x4C, 0x20, 0x81,
                  0x40, 0x82, 0x30, 0x40, 0x00, 0x3C, 0x40, 0x00, 0x81, 0x43,
                  0x40, 0x00, 0x80, 0x4C, 0x40, 0x00, 0xFF, 0x2F, 0x00 })),
    RONDO_SUCCESS)
    << error.message;
  EXPECT_EQ(damage.n_damages, 0U) << damage.message;
  expect_notes({ { 0, 384, 48, 96, 2, 0 },
                 { 0, 384, 60, 96, 2, 0 },
                 { 96, 288, 67, 64, 1, 0 },
                 { 192, 192, 76, 32, 0, 0 } });
  EXPECT_EQ(score->division, 96U);
  EXPECT_EQ(score->end, 384U);
  ASSERT_EQ(score->n_metres, 1U);
  EXPECT_EQ(score->metres[0].beats, 4U);
  EXPECT_EQ(score->metres[0].unit, 4U);
  ASSERT_EQ(score->n_tempos, 1U);
  EXPECT_EQ(score->tempos[0].microseconds, 500000U);
  EXPECT_DOUBLE_EQ(rondo_score_seconds(score, 384U), 2.0);
  write_and_read();
  EXPECT_EQ(score->n_notes, 4U);
}

// Types 1 and 2, an unknown chunk, a longer header, sysex, running status
TEST_F(Midi, ReadsTracksOfEitherKind)
{
  const std::string changes = track(
    { 0,    0xFF, 0x51, 3,    0x0F, 0x42, 0x40, 96, 0xFF, 0x51, 3,    0x07,
      0xA1, 0x20, 0,    0xFF, 0x59, 2,    0xFD, 1,  0,    0xFF, 0x2F, 0 });
  const std::string notes =
    track({ 0, 0xF0, 3,  1,   2,  0xF7, 0, 0x90, 60,   64,   48, 60,
            0, 48,   62, 100, 96, 62,   0, 0,    0xFF, 0x2F, 0 });
  std::string longer = header(1, 2, 96) + "more";
  longer[7]          = 10;
  ASSERT_EQ(parse(longer + changes + "Xtra" + big_endian(2, 4) + "??" + notes),
            RONDO_SUCCESS);
  EXPECT_EQ(damage.n_damages, 0U) << damage.message;
  expect_notes({ { 0, 48, 60, 64, 0, 1 }, { 96, 96, 62, 100, 0, 1 } });
  EXPECT_EQ(score->n_tracks, 2U);
  ASSERT_EQ(score->n_keys, 1U);
  EXPECT_EQ(score->keys[0].sharps, -3);
  EXPECT_TRUE(score->keys[0].is_minor);
  EXPECT_DOUBLE_EQ(rondo_score_seconds(score, 192U), 1.5);
  write_and_read();
  expect_notes({ { 0, 48, 60, 64, 0, 1 }, { 96, 96, 62, 100, 0, 1 } });
  EXPECT_DOUBLE_EQ(rondo_score_seconds(score, 192U), 1.5);

  ASSERT_EQ(parse(header(2, 2, 96) + notes + notes), RONDO_SUCCESS);
  expect_notes({ { 0, 48, 60, 64, 0, 0 },
                 { 96, 96, 62, 100, 0, 0 },
                 { 192, 48, 60, 64, 0, 1 },
                 { 288, 96, 62, 100, 0, 1 } });
}

TEST_F(Midi, CountsFramesAndTicks)
{
  const Bytes note = { 0,    0x90, 60, 64, 100, 0x80, 60,   64,   0, 0xFF,
                       0x51, 3,    0,  0,  1,   0,    0xFF, 0x2F, 0 };
  const std::vector<std::vector<double>> cases = {
    { 0xE728, 0.1 },           // 25 frames of 40 ticks
    { 0xE801, 100.0 / 24.0 },  // 24 of 1
    { 0xE708, 0.5 },           // 25 of 8
    { 0xE205, 100.0 / 150.0 }, // 30 of 5
    { 0xE308, 0.41708333333 }, // 30 of 8, dropped: 1001 / 1000 longer
    { 0xE701, 4.0 }            // an odd number of ticks
  };
  for (const std::vector<double>& c : cases) {
    ASSERT_EQ(
      parse(header(0, 1, static_cast<std::uint32_t>(c[0])) + track(note)),
      RONDO_SUCCESS);
    ASSERT_EQ(score->n_notes, 1U);
    EXPECT_NEAR(rondo_score_seconds(score, 100U), c[1], 1e-6) << c[0];
  }
}

TEST_F(Midi, NotesThatAreStruckAgainOrNeverReleased)
{
  ASSERT_EQ(parse(header(0, 1, 96) + track({ 0,
                                             0x90,
                                             60,
                                             64,
                                             10,
                                             60,
                                             65,
                                             10,
                                             0x80,
                                             60,
                                             0,
                                             0,
                                             0x90,
                                             64,
                                             1,
                                             5,
                                             0xFF,
                                             0x2F,
                                             0 })),
            RONDO_SUCCESS);
  expect_notes({ { 0, 10, 60, 64, 0, 0 },
                 { 10, 10, 60, 65, 0, 0 },
                 { 20, 5, 64, 1, 0, 0 } });
}

// What is damaged gives what can be saved, and where the damage is
TEST_F(Midi, SavesWhatItCan)
{
  const Bytes note = { 0, 0x90, 60, 64, 96, 0x80, 60, 64 };
  const Bytes end  = { 0, 0xFF, 0x2F, 0 };
  const auto  with = [&](Bytes more) {
    Bytes all = note;
    all.insert(all.end(), more.begin(), more.end());
    return track(all);
  };
  std::string longer = header(0, 1, 96) + with(end);
  longer[20]         = 1;
  const struct {
    std::string file;
    std::size_t offset;
    const char* message;
  } cases[] = {
    { header(0, 1, 96) + with({}), 30, "no end-of-track" },
    { header(0, 1, 96) + with({ 0 }), 31, "time without an event" },
    { header(0, 1, 96) + with({ 0x81 }), 30, "within a number" },
    { header(0, 1, 96) + with({ 0, 0x90, 60 }), 32, "within a message" },
    { header(0, 1, 96) + with({ 0, 0xFF }), 32, "within an event" },
    { header(0, 1, 96) + with({ 0, 0xFF, 1, 9, 65 }),
      32,
      "9 bytes goes beyond" },
    { header(0, 1, 96) + with({ 0, 0xF4, 0, 0xFF, 0x2F, 0 }),
      31,
      "status 0xF4" },
    { header(0, 1, 96) + with({ 0, 0x90, 0x80, 60, 1, 0, 0xFF, 0x2F, 0 }),
      32,
      "a status byte within" },
    { header(0, 1, 96) + with({ 0x80, 0x80, 0x80, 0x80, 0 }),
      30,
      "four bytes" },
    { header(0, 1, 96) + with({ 0, 0xFF, 0x51, 3, 0, 0, 0, 0, 0xFF, 0x2F, 0 }),
      34,
      "tempo" },
    { header(0, 1, 96) + with({ 0, 0xFF, 0x58, 2, 0, 0, 0, 0xFF, 0x2F, 0 }),
      34,
      "metre" },
    { header(0, 1, 96) + with({ 0, 0xFF, 0x59, 2, 8, 0, 0, 0xFF, 0x2F, 0 }),
      34,
      "key" },
    { header(0, 2, 96) + with(end), 10, "2 tracks announced, 1 found" },
    { header(0, 2, 96) + with(end) + with(end), 8, "type 0 with 2" },
    { header(7, 1, 96) + with(end), 8, "type 7" },
    { header(0, 1, 96) + with(end) + "MTr", 34, "3 bytes after" },
    { longer, 18, "a chunk of 268 bytes in the last 12" },
  };
  for (const auto& c : cases) {
    ASSERT_EQ(parse(c.file), RONDO_SUCCESS) << c.message << error.message;
    EXPECT_GE(damage.n_damages, 1U) << c.message;
    EXPECT_EQ(damage.offset, c.offset) << c.message;
    EXPECT_NE(std::string(damage.message).find(c.message), std::string::npos)
      << damage.message;
    ASSERT_GE(score->n_notes, 1U) << c.message;
    EXPECT_EQ(score->notes[0].duration, 96U) << c.message;
  }
}

TEST_F(Midi, RefusesWhatIsNoMidiFile)
{
  const std::string whole = header(0, 1, 96) + track({ 0, 0xFF, 0x2F, 0 });
  const struct {
    std::string file;
    const char* message;
  } cases[] = {
    { "", "no \"MThd\" at offset 0" },
    { "RIFF and then something else", "no \"MThd\"" },
    { header(0, 1, 96), "offset 14: no track" },
    { header(0, 1, 0) + whole.substr(14), "offset 12: a quarter note of 0" },
    { header(0, 1, 0xE700) + whole.substr(14),
      "offset 12: a quarter note of 0" },
    { "MThd" + big_endian(5, 4) + whole.substr(8), "offset 4: a header of 5" },
    { "MThd" + big_endian(99, 4) + whole.substr(8),
      "offset 4: a header of 99" },
  };
  for (const auto& c : cases) {
    EXPECT_EQ(parse(c.file), RONDO_ERR_BAD_FILE) << c.message;
    EXPECT_NE(std::string(error.message).find(c.message), std::string::npos)
      << error.message;
    EXPECT_EQ(score, nullptr);
  }
  // A file that is announced to be empty is one
  EXPECT_EQ(parse(header(1, 0, 96)), RONDO_SUCCESS);
  EXPECT_EQ(score->n_notes, 0U);
}

TEST_F(Midi, SurvivesEveryCutAndEveryByte)
{
  const std::string whole =
    header(1, 2, 96) +
    track({ 0,  0xFF, 0x51, 3,    7,    0xA1, 0x20, 0, 0xFF, 0x58, 4,    6, 3,
            24, 8,    0,    0xFF, 0x59, 2,    1,    0, 0,    0xFF, 0x2F, 0 }) +
    track({ 0, 0x90, 60, 64, 0x81, 0, 60, 0, 5, 0xC0, 1, 0, 0xFF, 0x2F, 0 });
  for (std::size_t i = 0U; i < whole.size(); ++i) {
    (void)parse(whole.substr(0U, i));
    for (int byte = 0; byte < 256; ++byte) {
      std::string file = whole;
      file[i]          = static_cast<char>(byte);
      if (!parse(file)) {
        for (std::size_t j = 0U; j < score->n_notes; ++j) {
          ASSERT_LE(score->notes[j].pitch, 127U);
          ASSERT_GE(score->notes[j].velocity, 1U);
        }
        ASSERT_GE(score->division, 1U);
      }
    }
  }
}

// Of several changes at one place the last one counts, in whatever track
TEST_F(Midi, SortsChanges)
{
  ASSERT_EQ(rondo_score_new(96U, &score), RONDO_SUCCESS);
  for (const RondoTempo tempo : { RondoTempo{ 96U, 3U },
                                  RondoTempo{ 0U, 1U },
                                  RondoTempo{ 96U, 4U },
                                  RondoTempo{ 0U, 2U } }) {
    ASSERT_EQ(rondo_score_add_tempo(score, tempo), RONDO_SUCCESS);
  }
  ASSERT_EQ(rondo_score_sort(score), RONDO_SUCCESS);
  ASSERT_EQ(score->n_tempos, 2U);
  EXPECT_EQ(score->tempos[0].microseconds, 2U);
  EXPECT_EQ(score->tempos[1].microseconds, 4U);
}

TEST_F(Midi, WritesLongTimesAndEveryValue)
{
  ASSERT_EQ(rondo_score_new(0x7FFFU, &score), RONDO_SUCCESS);
  score->n_tracks              = 1U;
  const std::uint64_t onsets[] = { 0,       127,     128,       16383,    16384,
                                   2097151, 2097152, 268435455, 300000000 };
  for (const std::uint64_t onset : onsets) {
    const RondoNote note = { onset, 1U, 0U, 15U, 127U, 127U };
    ASSERT_EQ(rondo_score_add_note(score, note), RONDO_SUCCESS);
  }
  ASSERT_EQ(rondo_score_sort(score), RONDO_SUCCESS);
  write_and_read();
  ASSERT_EQ(score->n_notes, std::size(onsets));
  for (std::size_t i = 0U; i < std::size(onsets); ++i) {
    EXPECT_EQ(score->notes[i].onset, onsets[i]);
  }
}

TEST_F(Midi, RefusesScoresThatNoFileCanHold)
{
  void*       data = nullptr;
  std::size_t size = 0U;
  for (const RondoNote note :
       { RondoNote{ 0U, 1U, 0U, 16U, 60U, 64U },
         RondoNote{ 0U, 1U, 0U, 0U, 128U, 64U },
         RondoNote{ 0U, 1U, 0U, 0U, 60U, 0U },
         RondoNote{ 0U, 1U, 1U, 0U, 60U, 64U },
         RondoNote{ 1U << 29U, 1U, 0U, 0U, 60U, 64U } }) {
    rondo_score_free(score);
    ASSERT_EQ(rondo_score_new(96U, &score), RONDO_SUCCESS);
    score->n_tracks = 1U;
    ASSERT_EQ(rondo_score_add_note(score, note), RONDO_SUCCESS);
    EXPECT_EQ(rondo_midi_format(score, &data, &size, &error),
              RONDO_ERR_BAD_ARGUMENT);
    EXPECT_EQ(data, nullptr);
  }
}

} // namespace
