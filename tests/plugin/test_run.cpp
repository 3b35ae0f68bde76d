// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// The sound of the plugins, without any exchange of models

#include "tests/plugin/host.h"

#include "core/audio/denoiser.h"
#include "core/net/model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

namespace {

constexpr double rate = 48000.0;

using Channels = std::vector<Samples>;

Channels
make_input(const size_t n_channels, const size_t n_samples)
{
  Channels channels;
  for (size_t c = 0U; c < n_channels; ++c) {
    channels.push_back(make_noise(n_samples, c + 1U));
  }
  return channels;
}

// Run all of `in`, cut into the blocks that `next_block` gives.
template<class NextBlock>
Channels
run_blocks(Instance& instance, const Channels& in, const NextBlock& next_block)
{
  const size_t n_samples = in[0].size();
  Channels     out(in.size(), Samples(n_samples));
  size_t       done = 0U;
  while (done < n_samples) {
    const size_t n       = std::min<size_t>(next_block(), n_samples - done);
    const float* ins[2]  = { nullptr, nullptr };
    float*       outs[2] = { nullptr, nullptr };
    for (size_t c = 0U; c < in.size(); ++c) {
      ins[c]  = &in[c][done];
      outs[c] = &out[c][done];
    }
    instance.run(ins, outs, n);
    done += n;
  }
  return out;
}

Channels
run_all(Instance& instance, const Channels& in, const size_t block = 512U)
{
  return run_blocks(instance, in, [block] { return block; });
}

class Run : public testing::TestWithParam<const char*>
{
protected:
  Run() { offer_.uri = GetParam(); }

  Offer offer_;
};

TEST_P(Run, EqualsTheDenoiserToTheBit)
{
  Instance       instance{ offer_ };
  const size_t   n  = instance.n_channels();
  const Channels in = make_input(n, 48000U);

  instance.control("limit") = 18.0f;
  instance.control("mix")   = 80.0f;

  instance.control("gate")           = 1.0f;
  instance.control("gate_threshold") = 0.9f;
  instance.control("gate_hold")      = 30.0f;
  instance.control("gate_range")     = 12.0f;
  const Channels out                 = run_all(instance, in);

  RondoModel*    model    = nullptr;
  RondoDenoiser* denoiser = nullptr;
  ASSERT_FALSE(rondo_model_load(
    (environment("RONDO_TEST_BUNDLE") + "/voice.safetensors").c_str(),
    &model,
    nullptr));
  ASSERT_FALSE(rondo_denoiser_new(model, rate, n, &denoiser, nullptr));
  RondoDenoiserControls controls = rondo_denoiser_default_controls();
  controls.attenuation_limit     = 18.0f;
  controls.mix                   = 0.8f;
  controls.link_channels         = n > 1U;
  controls.voice_gate            = true;
  controls.gate_threshold        = 0.9f;
  controls.gate_hold             = 30.0f;
  controls.gate_range            = 12.0f;
  rondo_denoiser_set_controls(denoiser, &controls);
  rondo_denoiser_reset(denoiser);

  Channels     expected(n, Samples(in[0].size()));
  const float* ins[2]  = { in[0].data(), in[n - 1U].data() };
  float*       outs[2] = { expected[0].data(), expected[n - 1U].data() };
  rondo_denoiser_process(denoiser, ins, outs, in[0].size());
  EXPECT_EQ(out, expected);
  EXPECT_NE(out, in);
  EXPECT_EQ(instance.control("reduction"),
            rondo_denoiser_get_reduction(denoiser));
  EXPECT_EQ(instance.control("voice"), rondo_denoiser_get_voice(denoiser));

  rondo_denoiser_free(denoiser);
  rondo_model_free(model);
}

TEST_P(Run, GivesTheSameBitsInBlocksOfAnySize)
{
  Instance       reference{ offer_ };
  const Channels in       = make_input(reference.n_channels(), 30000U);
  const Channels expected = run_all(reference, in, 30000U);

  for (const size_t block : { 1U, 17U, 64U, 480U, 8192U }) {
    Instance instance{ offer_ };
    EXPECT_EQ(run_all(instance, in, block), expected) << block;
  }

  std::minstd_rand random{ 1U };
  Instance         instance{ offer_ };
  EXPECT_EQ(run_blocks(instance, in, [&random] { return random() % 700U; }),
            expected);
}

TEST_P(Run, WorksInPlace)
{
  Instance       reference{ offer_ };
  const Channels in       = make_input(reference.n_channels(), 20000U);
  const Channels expected = run_all(reference, in);

  Instance instance{ offer_ };
  Channels both = in;
  for (size_t i = 0U; i < 20000U; i += 500U) {
    float* pointers[2] = { &both[0][i], &both.back()[i] };
    instance.run(pointers, pointers, 500U);
  }
  EXPECT_EQ(both, expected);
}

TEST_P(Run, WorksWithChannelsCrossedInPlace)
{
  Instance       reference{ offer_ };
  const Channels in       = make_input(reference.n_channels(), 20000U);
  const Channels expected = run_all(reference, in);

  Instance instance{ offer_ };
  Channels both = in;
  for (size_t i = 0U; i < 20000U; i += 500U) {
    const float* ins[2]  = { &both[0][i], &both.back()[i] };
    float*       outs[2] = { &both.back()[i], &both[0][i] };
    instance.run(ins, outs, 500U);
    // Put them back, so that the next look at them finds them as at first
    if (both.size() > 1U) {
      for (size_t j = i; j < i + 500U; ++j) {
        std::swap(both[0][j], both[1][j]);
      }
    }
  }
  EXPECT_EQ(both, expected);
}

TEST_P(Run, WorksWithoutAnyFeatureAndWithoutAtomPorts)
{
  Instance       reference{ offer_ };
  const Channels in       = make_input(reference.n_channels(), 20000U);
  const Channels expected = run_all(reference, in);

  offer_.features = false;
  Instance bare{ offer_ };
  ASSERT_TRUE(bare.valid());
  EXPECT_EQ(run_all(bare, in), expected);

  offer_.atom_ports = false;
  Instance barest{ offer_ };
  ASSERT_TRUE(barest.valid());
  EXPECT_EQ(run_all(barest, in), expected);

  offer_.features = true;
  Instance unconnected{ offer_ };
  EXPECT_EQ(run_all(unconnected, in), expected);
}

TEST_P(Run, WorksWithUnconnectedControls)
{
  Instance       reference{ offer_ };
  const Channels in       = make_input(reference.n_channels(), 20000U);
  const Channels expected = run_all(reference, in);

  Instance instance{ offer_ };
  instance.disconnect_controls();
  EXPECT_EQ(run_all(instance, in), expected);
}

TEST_P(Run, ToleratesAnEmptyBlock)
{
  Instance instance{ offer_ };
  instance.control("latency") = -1.0f;
  const float* ins[2]         = { nullptr, nullptr };
  float*       outs[2]        = { nullptr, nullptr };
  instance.run(ins, outs, 0U);
  EXPECT_GT(instance.control("latency"), 0.0f);
}

TEST_P(Run, TellsItsLatencyBeforeItRuns)
{
  Instance instance{ offer_ };
  EXPECT_GT(instance.control("latency"), 0.0f);
}

TEST_P(Run, DelaysByExactlyTheLatencyThatItTells)
{
  for (const double sample_rate : { 8000.0, 44100.0, 48000.0, 96000.0 }) {
    for (const float enabled : { 0.0f, 1.0f }) {
      offer_.sample_rate = sample_rate;
      Instance instance{ offer_ };
      instance.control("enabled") = enabled;
      instance.control("limit")   = 0.0f;
      Channels in(instance.n_channels(), Samples(16384U));
      for (Samples& channel : in) {
        channel[1000U] = 1.0f;
      }

      const Channels out     = run_all(instance, in);
      const auto     latency = static_cast<size_t>(instance.control("latency"));
      for (const Samples& channel : out) {
        for (size_t i = 0U; i < channel.size(); ++i) {
          ASSERT_NEAR(channel[i], i == 1000U + latency ? 1.0f : 0.0f, 1e-6f)
            << sample_rate << " Hz, sample " << i;
        }
      }
    }
  }
}

TEST_P(Run, BypassesToTheBit)
{
  Instance instance{ offer_ };
  instance.control("enabled") = 0.0f;
  const Channels in           = make_input(instance.n_channels(), 20000U);
  const Channels out          = run_all(instance, in);
  const auto     latency = static_cast<size_t>(instance.control("latency"));
  for (size_t c = 0U; c < in.size(); ++c) {
    EXPECT_TRUE(
      std::equal(in[c].begin(),
                 in[c].end() - static_cast<std::ptrdiff_t>(latency),
                 out[c].begin() + static_cast<std::ptrdiff_t>(latency)));
  }
}

TEST_P(Run, BypassesWithoutAClick)
{
  // A slow sine: whatever steps more than it does is a click
  constexpr size_t n_samples = 96000U;
  constexpr double omega     = 2.0 * M_PI * 100.0 / rate;
  Instance         instance{ offer_ };
  Channels         in(instance.n_channels(), Samples(n_samples));
  for (Samples& channel : in) {
    for (size_t i = 0U; i < n_samples; ++i) {
      channel[i] =
        0.5f * static_cast<float>(sin(omega * static_cast<double>(i)));
    }
  }

  size_t         n_blocks = 0U;
  const Channels out      = run_blocks(instance, in, [&] {
    instance.control("enabled") = (++n_blocks / 50U) % 2U ? 1.0f : 0.0f;
    return 64U;
  });

  float largest = 0.0f;
  for (const Samples& channel : out) {
    for (size_t i = 4801U; i < n_samples; ++i) {
      largest = std::max(largest, std::fabs(channel[i] - channel[i - 1U]));
    }
  }
  EXPECT_LT(largest, 1.5f * 0.5f * static_cast<float>(omega));
}

TEST_P(Run, StaysFiniteWhateverComesIn)
{
  const float inf = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();

  Instance       clean{ offer_ };
  Instance       dirty{ offer_ };
  const Channels in  = make_input(clean.n_channels(), 96000U);
  Channels       bad = in;
  for (Samples& channel : bad) {
    for (size_t i = 0U; i < 4800U; ++i) {
      const float values[] = { nan, inf, -inf, 1e38f, -1e38f, 1e-40f };
      channel[i]           = values[i % 6U];
    }
  }

  const Channels expected = run_all(clean, in);
  const Channels out      = run_all(dirty, bad);
  for (size_t c = 0U; c < out.size(); ++c) {
    for (const float sample : out[c]) {
      ASSERT_TRUE(std::isfinite(sample));
    }
    // Long after, it sounds as if nothing had been
    for (size_t i = 90000U; i < 96000U; ++i) {
      ASSERT_NEAR(out[c][i], expected[c][i], 1e-3f) << i;
    }
  }
  EXPECT_TRUE(std::isfinite(dirty.control("reduction")));
  EXPECT_TRUE(std::isfinite(dirty.control("voice")));
}

TEST_P(Run, LimitsControlsToTheirRange)
{
  const float inf = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  Instance    instance{ offer_ };
  Channels    in = make_input(instance.n_channels(), 4800U);
  for (const char* const symbol : { "enabled",
                                    "limit",
                                    "mix",
                                    "listen",
                                    "link",
                                    "gate",
                                    "gate_threshold",
                                    "gate_hold",
                                    "gate_range" }) {
    for (const float value : { nan, inf, -inf, 1e38f, -1.0f }) {
      const float before       = instance.control(symbol);
      instance.control(symbol) = value;
      const Channels out       = run_all(instance, in);
      for (const float sample : out[0]) {
        ASSERT_TRUE(std::isfinite(sample)) << symbol << " " << value;
        ASSERT_LT(std::fabs(sample), 10.0f) << symbol << " " << value;
      }
      instance.control(symbol) = before;
    }
  }
}

TEST_P(Run, StartsAfreshWhenActivated)
{
  Instance       instance{ offer_ };
  const Channels in    = make_input(instance.n_channels(), 20000U);
  const Channels first = run_all(instance, in);
  instance.descriptor()->deactivate
    ? instance.descriptor()->deactivate(instance.handle())
    : void();
  instance.activate();
  EXPECT_EQ(run_all(instance, in), first);
}

TEST_P(Run, ListensToWhatIsRemoved)
{
  Instance       wet{ offer_ };
  Instance       removed{ offer_ };
  Instance       dry{ offer_ };
  const Channels in = make_input(wet.n_channels(), 20000U);

  removed.control("listen") = 1.0f;
  dry.control("enabled")    = 0.0f;
  const Channels a          = run_all(wet, in);
  const Channels b          = run_all(removed, in);
  const Channels sum        = run_all(dry, in);
  for (size_t i = 0U; i < 20000U; ++i) {
    ASSERT_NEAR(a[0][i] + b[0][i], sum[0][i], 1e-6f);
  }
}

TEST_P(Run, RunsAtAnySampleRate)
{
  for (const double sample_rate : { 8000.0, 11025.0, 192000.0, 384000.0 }) {
    offer_.sample_rate = sample_rate;
    Instance instance{ offer_ };
    ASSERT_TRUE(instance.valid()) << sample_rate;
    const Channels out =
      run_all(instance, make_input(instance.n_channels(), 20000U));
    EXPECT_TRUE(std::isfinite(out[0].back()));
  }
}

TEST_P(Run, RefusesAnImpossibleSampleRate)
{
  for (const double sample_rate : { 0.0, 1000.0, 1e9, std::nan("") }) {
    offer_.sample_rate = sample_rate;
    const Instance instance{ offer_ };
    EXPECT_FALSE(instance.valid()) << sample_rate;
    EXPECT_NE(instance.logged.find("rondo"), std::string::npos);
  }
}

TEST_P(Run, RefusesABundleWithoutModel)
{
  offer_.bundle = environment("RONDO_TEST_MODELS") + "/empty.lv2";
  const Instance instance{ offer_ };
  EXPECT_FALSE(instance.valid());
  EXPECT_NE(instance.logged.find("voice.safetensors"), std::string::npos);
}

double
best_seconds(Instance& instance, const Channels& in)
{
  using Clock = std::chrono::steady_clock;
  double best = 1e9;
  for (int i = 0; i < 5; ++i) {
    const Clock::time_point start = Clock::now();
    run_all(instance, in, 64U);
    best = std::min(
      best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

TEST_P(Run, CostsNoMoreForSilence)
{
  // Generous: others use this machine too.  Numbers that are so small that
  // the processor treats them apart would cost ten times as much and more.
  constexpr double allowed = 2.0;

  Instance       instance{ offer_ };
  const Channels loud  = make_input(instance.n_channels(), 48000U);
  const double   voice = best_seconds(instance, loud);

  const Channels silence(instance.n_channels(), Samples(48000U));
  EXPECT_LT(best_seconds(instance, silence), allowed * voice);

  Channels fading = loud;
  for (Samples& channel : fading) {
    float gain = 1.0f;
    for (float& sample : channel) {
      sample *= gain;
      gain *= 0.997f; // To 1e-62: through all that is smallest
    }
  }
  EXPECT_LT(best_seconds(instance, fading), allowed * voice);
}

INSTANTIATE_TEST_SUITE_P(Plugins, Run, testing::Values(mono_uri, stereo_uri));

} // namespace
