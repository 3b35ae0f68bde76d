// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// What run() does not do: call the heap or the system

#include "tests/plugin/heap_probe.h"
#include "tests/plugin/host.h"
#include "tests/plugin/strictly.h"

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

namespace {

constexpr size_t n_samples = 24000U; // More than an exchange takes
constexpr size_t blocks[]  = { 0U, 1U, 17U, 64U, 480U, 1024U, 8192U };

class Calls : public testing::TestWithParam<const char*>
{
protected:
  Calls()
    : in_{ make_noise(n_samples, 1U), make_noise(n_samples, 2U) }
    , out_{ Samples(n_samples), Samples(n_samples) }
    , instance_(make_offer())
  {
  }

  static Offer make_offer()
  {
    Offer offer;
    offer.uri = GetParam();
    return offer;
  }

  // Connect a block of the input that begins with `done`.
  void connect(const size_t done)
  {
    const float* ins[2]  = { &in_[0][done], &in_[1][done] };
    float*       outs[2] = { &out_[0][done], &out_[1][done] };
    instance_.connect(ins, outs);
  }

  // Run through all of the input in blocks that change in size.
  template<class Run>
  void run_through(const Run& run)
  {
    size_t done = 0U;
    for (size_t i = 0U; done < n_samples; ++i) {
      const size_t n = std::min(blocks[i % 7U], n_samples - done);
      connect(done);
      run(n);
      done += n;
    }
  }

  // Ask for a model, and return the answer of the worker.
  std::vector<char> load(const char* const name)
  {
    instance_.set_path(model_path(name));
    connect(0U);
    instance_.run_connected(64U);
    instance_.work_once();
    return instance_.responses.pop();
  }

  std::vector<Samples> in_;
  std::vector<Samples> out_;
  Instance             instance_;
};

TEST_P(Calls, OfTheHeapAreCounted)
{
  if (!HeapProbe::works()) {
    GTEST_SKIP() << "a sanitizer has its own heap and calls";
  }

  const HeapProbe probe;
  void* volatile memory = malloc(1U);
  free(memory);
  EXPECT_EQ(probe.n_calls(), 2U);
}

TEST_P(Calls, OfTheHeapAreNotMadeInRun)
{
  // The last message stays in the port, so every block asks for a model and
  // for its path
  instance_.set_path(model_path("other.safetensors"));
  instance_.get_path();
  size_t n_calls = 0U;
  run_through([&](const size_t n) {
    const HeapProbe probe;
    instance_.run_connected(n);
    n_calls += probe.n_calls();
  });
  EXPECT_EQ(n_calls, 0U);
}

TEST_P(Calls, OfTheHeapAreNotMadeWhileModelsAreExchanged)
{
  size_t n_calls = 0U;
  for (const char* const name : { "other.safetensors", "third.safetensors" }) {
    const std::vector<char> answer = load(name);
    {
      const HeapProbe probe;
      instance_.respond(answer);
      n_calls += probe.n_calls();
    }
    run_through([&](const size_t n) {
      const HeapProbe probe;
      instance_.run_connected(n);
      n_calls += probe.n_calls();
    });
  }
  EXPECT_EQ(n_calls, 0U);
}

TEST_P(Calls, OfTheSystemAreFatalHere)
{
  if (!HeapProbe::works()) {
    GTEST_SKIP() << "a sanitizer has its own heap and calls";
  }

  const int status = run_strictly([] { getppid(); });
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
    GTEST_SKIP() << "no strict mode on this machine";
  }
  EXPECT_TRUE(WIFSIGNALED(status));
}

TEST_P(Calls, OfTheSystemAreNotMadeInRun)
{
  if (!HeapProbe::works()) {
    GTEST_SKIP() << "a sanitizer has its own heap and calls";
  }

  const std::vector<char> answer = load("other.safetensors");
  instance_.set_path(model_path("third.safetensors"));
  instance_.get_path();

  const int status = run_strictly([&] {
    run_through([&](const size_t n) { instance_.run_connected(n); });
    instance_.respond(answer);
    run_through([&](const size_t n) { instance_.run_connected(n); });
  });
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
    GTEST_SKIP() << "no strict mode on this machine";
  }
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0)
    << "signal " << WTERMSIG(status);

  // What the child did not give back to this process
  instance_.respond(answer);
}

INSTANTIATE_TEST_SUITE_P(Plugins, Calls, testing::Values(mono_uri, stereo_uri));

} // namespace
