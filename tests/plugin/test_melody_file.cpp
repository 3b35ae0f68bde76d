// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// MIDI files that the melody plugin writes

#include "tests/base/folder.hpp"
#include "tests/plugin/player.h"

#include "core/music/midi_file.h"
#include "core/music/score.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

const char* const file_uri   = "urn:rondo:midiFile";
const char* const report_uri = "urn:rondo:report";

// Have something played, so that there is a phrase.
void
perform(Player& player)
{
  Place place;
  place.beats_per_minute = 90.0;
  player.place(0U, place);
  player.feed({ 60U, 62U, 64U, 65U, 67U, 69U, 71U, 72U });
  player.play_on(96000U);
}

// Set the path and write, with all that a host does.
void
write(Player& player, const std::string& path)
{
  player.set_path(path, false, file_uri);
  player.play(64U);
  player.work();
  player.press("write");
  player.work();
  player.play(64U);
  player.play(64U);
}

std::string
content(const std::string& path)
{
  std::ifstream file{ path, std::ios::binary };
  return { std::istreambuf_iterator<char>{ file },
           std::istreambuf_iterator<char>{} };
}

size_t
count_notes(const std::string& path)
{
  RondoScore*     score  = nullptr;
  RondoMidiDamage damage = {};
  RondoError      error  = {};
  EXPECT_FALSE(rondo_midi_read(path.c_str(), &score, &damage, &error))
    << error.message;
  const size_t n = score ? score->n_notes : 0U;
  if (score) {
    EXPECT_EQ(damage.n_damages, 0U);
    EXPECT_EQ(score->n_metres, 1U);
    EXPECT_EQ(score->n_tempos, 1U);
    EXPECT_NEAR(score->tempos[0].microseconds, 60e6 / 90.0, 1.0);
  }
  rondo_score_free(score);
  return n;
}

TEST(MelodyFile, HoldsThePhraseThatPlayedLast)
{
  const Folder      folder;
  const std::string path = folder / "phrase.mid";
  Player            player;
  perform(player);
  write(player, path);

  const size_t n = count_notes(path);
  EXPECT_GT(n, 0U);
  EXPECT_EQ(player.said.texts[report_uri],
            std::to_string(n) + " notes: " + path);
  EXPECT_NE(player.logged.find(path), std::string::npos);
}

TEST(MelodyFile, ReplacesTheOneBeforeAsAWhole)
{
  const Folder      folder;
  const std::string path = folder / "phrase.mid";
  std::ofstream{ path } << std::string(100000U, 'x');
  Player player;
  perform(player);
  write(player, path);
  EXPECT_GT(count_notes(path), 0U);
  EXPECT_LT(content(path).size(), 10000U);
  EXPECT_EQ(folder.count(), 1U);
}

TEST(MelodyFile, IsANewOneEachTimeInAFolder)
{
  const Folder folder;
  Player       player;
  perform(player);
  for (const std::string& path : { folder.path, folder / "" }) {
    write(player, path);
  }
  EXPECT_EQ(folder.count(), 2U);
  EXPECT_GT(count_notes(folder / "rondo-001.mid"), 0U);
  EXPECT_EQ(content(folder / "rondo-001.mid"),
            content(folder / "rondo-002.mid"));
  EXPECT_NE(player.said.texts[report_uri].find("rondo-002.mid"),
            std::string::npos);
}

TEST(MelodyFile, IsNotWrittenWhereNothingCanBe)
{
  const Folder      folder;
  const std::string inside = folder / "none/phrase.mid";
  Player            player;
  perform(player);
  for (const std::string& path :
       { std::string(), inside, std::string("/dev/null") }) {
    player.logged = "";
    write(player, path);
    const std::string report = player.said.texts[report_uri];
    EXPECT_EQ(report.find("nothing is written: "), 0U) << report;
    if (path.empty()) {
      EXPECT_NE(report.find("no file or folder"), std::string::npos) << report;
    } else {
      EXPECT_NE(report.find(path), std::string::npos) << report;
      EXPECT_EQ(report.find(path), report.rfind(path)) << report;
    }
    EXPECT_NE(player.logged.find("Error: rondo: nothing"), std::string::npos)
      << player.logged;
  }
  EXPECT_EQ(folder.count(), 0U);
}

TEST(MelodyFile, IsNotWrittenBeforeAnythingWasPlayed)
{
  const Folder folder;
  Player       player;
  write(player, folder.path);
  EXPECT_NE(player.said.texts[report_uri].find("no notes"), std::string::npos);
  EXPECT_EQ(folder.count(), 0U);
}

TEST(MelodyFile, IsNotWrittenWithoutAWorker)
{
  const Folder folder;
  Offer        offer = melody_offer();
  offer.worker       = Worker::none;
  Player player{ offer };
  perform(player);
  player.set_path(folder.path, false, file_uri);
  player.play(64U);
  player.press("write");
  player.play(64U);
  EXPECT_EQ(folder.count(), 0U);
  EXPECT_NE(player.logged.find("no MIDI file is written"), std::string::npos);
  EXPECT_NE(player.logged.find("the path stays"), std::string::npos);
}

TEST(MelodyFile, IsWrittenByAWorkerInsideOfTheCall)
{
  const Folder folder;
  Offer        offer = melody_offer();
  offer.worker       = Worker::immediate;
  Player player{ offer };
  perform(player);
  player.set_path(folder.path, false, file_uri);
  player.control("write") = 1.0f;
  player.play(64U);
  EXPECT_EQ(folder.count(), 1U);
  EXPECT_NE(player.said.texts[report_uri].find("rondo-001.mid"),
            std::string::npos);

  // Holding the button down writes no more
  player.play_on(4800U);
  EXPECT_EQ(folder.count(), 1U);
}

TEST(MelodyFile, IsWrittenAtLastIfTheHostIsBusy)
{
  const Folder folder;
  Player       player;
  perform(player);
  player.failing_schedules = 3;
  player.set_path(folder.path, false, file_uri);
  player.press("write");
  for (int i = 0; i < 8; ++i) {
    player.play(64U);
    player.work();
  }
  EXPECT_EQ(folder.count(), 1U);

  // One whose report is lost can be followed by another
  player.failing_responds = 1;
  for (int i = 0; i < 2; ++i) {
    player.press("write");
    player.work();
    player.play(64U);
  }
  EXPECT_EQ(folder.count(), 3U);
}

TEST(MelodyFile, IsWrittenOnceForEveryPressOfTheButton)
{
  const Folder folder;
  Player       player;
  perform(player);
  write(player, folder.path);
  for (int i = 0; i < 5; ++i) {
    player.press("write");
    player.play(64U);
    player.work();
  }
  EXPECT_EQ(folder.count(), 6U);

  // Pressed when the session is loaded, it was so when that was saved
  Offer offer             = melody_offer();
  offer.controls["write"] = 1.0f;
  Player loaded{ offer };
  write(loaded, folder.path);
  EXPECT_EQ(folder.count(), 6U);
}

TEST(MelodyFile, IsForgottenIfTheHostForgetsItsWorker)
{
  const Folder folder;
  Player       player;
  perform(player);
  player.set_path(folder.path, false, file_uri);
  player.play(64U);
  player.work();
  player.press("write");
  player.requests.clear();
  player.activate();
  perform(player);
  player.press("write");
  player.work();
  EXPECT_EQ(folder.count(), 1U);
}

} // namespace
