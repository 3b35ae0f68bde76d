// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// What the audio thread must not do, each caught in its own way, and each
// trap seen to catch something.

#include "core/audio/frames.h"
#include "core/base/arena.h"
#include "tests/audio/model_maker.h"
#include "tests/realtime/heap_probe.h"
#include "tests/realtime/scenario.h"

#include <gtest/gtest.h>

#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdlib>

namespace {

const double rates[] = { 8000.0,  11025.0, 16000.0, 22050.0,  32000.0, 44100.0,
                         48000.0, 88200.0, 96000.0, 192000.0, 384000.0 };

using Act = void (*)(Scenario*);

/// A model and a scenario with it, freed together
struct Stage {
  explicit Stage(const double      rate,
                 const size_t      n_channels = 2,
                 const ModelMaker& maker      = model_maker())
    : model{ model_maker_new(&maker) }
    , scenario{ scenario_new(model, rate, n_channels) }
  {
    EXPECT_NE(scenario, nullptr);
  }

  ~Stage()
  {
    scenario_free(scenario);
    rondo_model_free(model);
  }

  Stage(const Stage&)            = delete;
  Stage& operator=(const Stage&) = delete;

  RondoModel* const model;
  Scenario* const   scenario;
};

/// Do something with every type of network
template<class Action>
void
for_each_type(const Action& action)
{
  for (size_t i = 0; i < model_maker_n_types(); ++i) {
    const char*      name  = nullptr;
    const ModelMaker maker = model_maker_type(i, &name);
    SCOPED_TRACE(name);
    action(maker);
  }
}

/// Return the number of heap calls that `act` makes
size_t
count_heap_calls(const Stage& stage, const Act act)
{
  heap_probe_arm();
  act(stage.scenario);
  return heap_probe_disarm();
}

TEST(RealTime, ProcessingMakesNoHeapCalls)
{
  for (const double rate : rates) {
    for (const size_t n_channels : { 1U, 2U, 6U }) {
      const Stage stage{ rate, n_channels };
      EXPECT_EQ(count_heap_calls(stage, scenario_run), 0U) << rate;
    }
  }
}

TEST(RealTime, NoNetworkMakesHeapCalls)
{
  for_each_type([](const ModelMaker& maker) {
    for (const size_t n_channels : { 1U, 2U }) {
      const Stage stage{ 48000.0, n_channels, maker };
      EXPECT_EQ(count_heap_calls(stage, scenario_run), 0U);
    }
  });
}

TEST(RealTime, TheHeapProbeSeesAPlantedCall)
{
  const Stage stage{ 48000.0 };
  EXPECT_GT(count_heap_calls(stage, scenario_plant_malloc), 0U);
}

bool
is_smooth(size_t n)
{
  for (const size_t factor : { 2U, 3U, 5U, 7U }) {
    for (; n % factor == 0; n /= factor) {
    }
  }
  return n == 1;
}

TEST(RealTime, NoSizeOfFrameMakesHeapCalls)
{
  const size_t largest = 38400;
  auto* const  samples = (float*)rondo_aligned_new(largest * sizeof(float));
  auto* const  work    = (float*)rondo_aligned_new(largest * sizeof(float));
  auto* const  spectrum =
    (float*)rondo_aligned_new((largest + 2) * sizeof(float));
  size_t n_sizes = 0;
  for (size_t size = 40; size <= largest; size += 2) {
    const double seconds = size < 800 ? 0.005 : 0.1;
    if (!is_smooth(size)) {
      continue;
    }

    RondoFrames* frames = nullptr;
    ASSERT_EQ(rondo_frames_new((double)size / seconds, seconds, 1, &frames),
              RONDO_SUCCESS)
      << size;
    ASSERT_EQ(rondo_frames_size(frames), size);
    ++n_sizes;

    heap_probe_arm();
    rondo_frames_analyse(frames, samples, work, spectrum);
    rondo_frames_synthesise(frames, spectrum, work);
    EXPECT_EQ(heap_probe_disarm(), 0U) << size;
    rondo_frames_free(frames);
  }
  EXPECT_GT(n_sizes, 400U);

  rondo_aligned_free(spectrum);
  rondo_aligned_free(work);
  rondo_aligned_free(samples);
}

/// Return how a child that may only compute ends: 0 well, else its signal
int
run_confined(const Stage& stage, const Act act)
{
  const pid_t child = fork();
  if (child == 0) {
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT)) {
      _exit(77);
    }
    for (size_t i = 0; i < 3; ++i) {
      act(stage.scenario);
    }
    syscall(SYS_exit, 0);
  }

  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

TEST(RealTime, ProcessingMakesNoSystemCalls)
{
  for (const double rate : rates) {
    const Stage stage{ rate };
    const int   end = run_confined(stage, scenario_run);
    if (end == 77) {
      GTEST_SKIP() << "the kernel has no strict seccomp";
    }
    EXPECT_EQ(end, 0) << rate;
  }
}

TEST(RealTime, NoNetworkMakesSystemCalls)
{
  for_each_type([](const ModelMaker& maker) {
    const Stage stage{ 48000.0, 2, maker };
    const int   end = run_confined(stage, scenario_run);
    if (end == 77) {
      GTEST_SKIP() << "the kernel has no strict seccomp";
    }
    EXPECT_EQ(end, 0);
  });
}

TEST(RealTime, ConfinementKillsAPlantedCall)
{
  const Stage stage{ 48000.0 };
  const int   end = run_confined(stage, scenario_plant_call);
  if (end == 77) {
    GTEST_SKIP() << "the kernel has no strict seccomp";
  }
  EXPECT_EQ(end, SIGKILL);
}

/// Return the page faults of this thread during `act`
long
count_faults(const Stage& stage, const Act act)
{
  rusage before{};
  rusage after{};
  getrusage(RUSAGE_THREAD, &before);
  act(stage.scenario);
  getrusage(RUSAGE_THREAD, &after);
  return after.ru_minflt - before.ru_minflt;
}

// The system moves pages about now and then, but faults that the code causes
// come every time
void
expect_no_faults(const Stage& stage)
{
  constexpr size_t n_tries = 5;
  count_faults(stage, scenario_run);

  long n_faults = 1;
  for (size_t i = 0; n_faults && i < n_tries; ++i) {
    n_faults = count_faults(stage, scenario_run);
  }
  EXPECT_EQ(n_faults, 0);
}

TEST(RealTime, AWarmDenoiserMakesNoPageFaults)
{
  for (const double rate : rates) {
    SCOPED_TRACE(rate);
    expect_no_faults(Stage{ rate });
  }
}

TEST(RealTime, NoNetworkMakesPageFaults)
{
  for_each_type([](const ModelMaker& maker) {
    expect_no_faults(Stage{ 48000.0, 2, maker });
  });
}

TEST(RealTime, PlantedPageFaultsAreSeen)
{
  const Stage stage{ 48000.0 };
  count_faults(stage, scenario_run);
  EXPECT_GT(count_faults(stage, scenario_plant_fault), 0);
}

} // namespace
