// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// The first blocks of the first instance find all that they need in memory:
// code of the plugin and of its libraries too.  A new process has none of that
// mapped, as files are mapped page by page when they are touched; so the parent
// opens no plugin.

#include "tests/plugin/heap_probe.h"
#include "tests/plugin/player.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <thread>

namespace {

constexpr size_t block_size  = 256U;
constexpr size_t n_blocks    = 400U;
constexpr size_t stack_bytes = 262144U;
constexpr int    most_faults = 99;

// Touch what the stack will need, which is the host's affair.
[[gnu::noinline]] void
touch_stack()
{
  volatile char bytes[stack_bytes];
  for (size_t i = 0U; i < stack_bytes; i += 4096U) {
    bytes[i] = 0;
    (void)bytes[i];
  }
}

long
count_faults()
{
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_minflt + usage.ru_majflt;
}

// Play, with a beginning of each kind; return the page faults in run().
long
play(Player& player, const bool is_tuned)
{
  const Samples in = make_noise(block_size, 1U);
  Samples       left(block_size);
  Samples       right(block_size);
  const float*  ins[]  = { in.data(), in.data() };
  float*        outs[] = { left.data(), right.data() };
  long          n      = 0;
  touch_stack();
  (void)count_faults();
  for (size_t i = 0U; i < n_blocks; ++i) {
    if (is_tuned && i == 0U) {
      player.place(0U, Place{});
    }
    if (is_tuned && i % 40U == 0U) {
      const auto pitch = static_cast<uint8_t>(60U + (i / 40U));
      player.midi(0U, { note_on, pitch, 100U });
      player.midi(200U, { note_off, pitch, 0U });
    }
    player.connect(ins, outs);
    const long before = count_faults();
    player.run_connected(block_size);
    n += count_faults() - before;
    player.begin_message();
  }
  return n;
}

// Count them in a process and a thread of their own.
int
count_in_child(const std::string& uri)
{
  const pid_t child = fork();
  if (!child) {
    Offer offer = uri == melody_uri ? melody_offer() : Offer{};
    offer.uri   = uri;
    Player player{ offer };
    long   n = most_faults;
    if (player.valid()) {
      std::thread{ [&] { n = play(player, uri == melody_uri); } }.join();
    }
    _exit(static_cast<int>(std::min<long>(n, most_faults)));
  }

  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class FirstBlocks : public testing::TestWithParam<const char*>
{
};

// The system moves pages about now and then, but faults that the code causes
// come every time
TEST_P(FirstBlocks, FindAllTheyNeedInMemory)
{
  if (!HeapProbe::works()) {
    GTEST_SKIP() << "a sanitizer touches memory of its own";
  }

  int n_faults = 1;
  for (int i = 0; n_faults && i < 5; ++i) {
    n_faults = count_in_child(GetParam());
  }
  EXPECT_EQ(n_faults, 0);
}

INSTANTIATE_TEST_SUITE_P(Plugins,
                         FirstBlocks,
                         testing::Values(mono_uri, stereo_uri, melody_uri));

} // namespace
