// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// What run() of the melody plugin does not do: call the heap or the system, or
// touch memory for the first time

#include "tests/plugin/heap_probe.h"
#include "tests/plugin/player.h"
#include "tests/plugin/strictly.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdint>
#include <vector>

namespace {

constexpr size_t blocks[] = { 0U, 1U, 17U, 64U, 480U, 1024U, 8192U };

class MelodyCalls : public testing::Test
{
protected:
  void SetUp() override
  {
    if (!HeapProbe::works()) {
      GTEST_SKIP() << "a sanitizer has its own heap and calls";
    }
    player_.capture();
  }

  // Change what can be changed, and run a block.  What a host says stays in
  // the port, and so is said in every block.
  template<class Run>
  void run_through(const Run& run)
  {
    for (size_t i = 0U; i < 400U; ++i) {
      const auto f                   = static_cast<float>(i);
      player_.control("mode")        = static_cast<float>((i / 100U) % 4U);
      player_.control("sync")        = static_cast<float>((i / 30U) % 3U);
      player_.control("freeze")      = static_cast<float>(i % 7U == 0U);
      player_.control("regenerate")  = static_cast<float>(i % 11U == 0U);
      player_.control("clear")       = static_cast<float>(i % 97U == 0U);
      player_.control("panic")       = static_cast<float>(i % 13U == 0U);
      player_.control("write")       = static_cast<float>(i % 17U == 0U);
      player_.control("enabled")     = static_cast<float>(i % 19U != 0U);
      player_.control("low")         = 40.0f + static_cast<float>(i % 5U);
      player_.control("temperature") = 0.01f * f;
      player_.connect(nullptr, nullptr);
      run(blocks[i % 7U]);
    }
  }

  // Say all that a host may say.
  void say()
  {
    Place place;
    place.bar = 3.0;
    player_.midi(0U, { 0x90U, 60U, 100U });
    player_.place(0U, place);
    player_.midi(5U, { 0x80U, 60U, 0U });
    player_.set_path("/some/where", false, "urn:rondo:midiFile");
    player_.get_path();
    player_.midi(6U, { 0x90U, 64U, 100U });
    player_.midi(9U, { 0x80U, 64U, 0U });
  }

  Player player_;
};

TEST_F(MelodyCalls, OfTheHeapAreNotMade)
{
  say();
  size_t n_calls = 0U;
  run_through([&](const size_t n) {
    const HeapProbe probe;
    player_.run_connected(n);
    n_calls += probe.n_calls();
  });
  EXPECT_EQ(n_calls, 0U);
}

TEST_F(MelodyCalls, OfTheHeapAreNotMadeWhenTheWorkerAnswers)
{
  player_.set_path("/some/where", false, "urn:rondo:midiFile");
  player_.press("write");
  size_t n_answers = 0U;
  while (player_.requests.count()) {
    player_.work_once();
    const std::vector<char> answer = player_.responses.pop();
    {
      const HeapProbe probe;
      player_.respond(answer);
      EXPECT_EQ(probe.n_calls(), 0U);
    }
    ++n_answers;
  }
  EXPECT_GE(n_answers, 1U);
}

TEST_F(MelodyCalls, OfTheSystemAreNotMade)
{
  say();
  const int status = run_strictly(
    [&] { run_through([&](const size_t n) { player_.run_connected(n); }); });
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
    GTEST_SKIP() << "no strict mode on this machine";
  }
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0)
    << "signal " << WTERMSIG(status);
}

// The system moves pages about now and then, but faults that the code causes
// come every time
TEST_F(MelodyCalls, FindNoMemoryThatWasNeverTouched)
{
  long n_faults = 1;
  for (int i = 0; n_faults && i < 5; ++i) {
    Player fresh;
    fresh.play(64U);
    fresh.place(0U, Place{});
    n_faults = 0;
    for (int block = 0; block < 2000; ++block) {
      fresh.connect(nullptr, nullptr);
      rusage before{};
      rusage after{};
      getrusage(RUSAGE_THREAD, &before);
      fresh.run_connected(256U);
      getrusage(RUSAGE_THREAD, &after);
      n_faults += after.ru_minflt - before.ru_minflt;
    }
  }
  EXPECT_EQ(n_faults, 0);
}

} // namespace
