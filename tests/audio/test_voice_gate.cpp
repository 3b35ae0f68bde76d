// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/denoiser.h"
#include "core/audio/denoiser_presets.h"
#include "core/audio/voice_gate.h"
#include "tests/audio/denoiser_test.h"
#include "tests/audio/model_maker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

namespace {

constexpr size_t hop     = 480;
constexpr size_t latency = 960;

// What the meter takes for voice, and what not
constexpr float loud = 0.5f;
constexpr float soft = 1e-4f;

constexpr RondoVoiceGateSettings settings = { 0.5f, 3, 24.0f, 8.0f };

/// A model whose gains are 1, and which takes what is loud for voice
ModelMaker
meter(const size_t lookahead = 0)
{
  ModelMaker maker = model_maker();
  maker.is_meter   = true;
  maker.lookahead  = lookahead;
  return maker;
}

/// Return noise that is loud from `start` to `end`, and soft elsewhere
std::vector<float>
burst(const size_t n, const size_t start, const size_t end)
{
  std::vector<float> samples(n);
  uint32_t           state = 99;
  for (size_t i = 0; i < n; ++i) {
    state            = state * 1664525U + 1013904223U;
    const float size = (i >= start && i < end) ? loud : soft;
    samples[i]       = size * ((float)(state >> 8) / 8388608.0f - 1.0f);
  }
  return samples;
}

/// Return what the gate makes of `in`, without hold unless `change` says so
Signal
gate(
  const Model&                                       model,
  const Signal&                                      in,
  const std::function<void(RondoDenoiserControls&)>& change = [](auto&) {})
{
  Denoiser d{ model, 48000.0, in.size() };
  d.set([&](auto& controls) {
    controls.voice_gate = true;
    controls.gate_hold  = 0.0f;
    change(controls);
  });
  return d.process(in);
}

/// Return the level of `out` over that of `in`, `delay` earlier, in dB
double
level(const Signal& in,
      const Signal& out,
      const size_t  start,
      const size_t  end,
      const size_t  c     = 0,
      const size_t  delay = latency)
{
  double before = 0.0;
  double after  = 0.0;
  for (size_t i = start; i < end; ++i) {
    before += (double)in[c][i] * (double)in[c][i];
    after += (double)out[c][i + delay] * (double)out[c][i + delay];
  }
  return 10.0 * std::log10((after + 1e-30) / before);
}

} // namespace

TEST(VoiceGate, OpensAtOnceAndStaysOpenAsLongAsItIsHeld)
{
  RondoVoiceGate g = rondo_voice_gate(&settings);
  EXPECT_EQ(g.end, 1.0f);
  for (int i = 0; i < 20; ++i) {
    rondo_voice_gate_step(&g, &settings, 0.49f);
  }
  EXPECT_NEAR(g.end, std::pow(10.0, -24.0 / 20.0), 1e-6);
  EXPECT_EQ(g.start, g.end);

  rondo_voice_gate_step(&g, &settings, 0.5f);
  EXPECT_EQ(g.end, 1.0f);
  for (const float attenuation : { 0.0f, 0.0f, 0.0f, 8.0f, 16.0f, 24.0f }) {
    const float before = g.end;
    rondo_voice_gate_step(&g, &settings, 0.0f);
    EXPECT_EQ(g.start, before);
    EXPECT_NEAR(g.end, std::pow(10.0f, -attenuation / 20.0f), 1e-6);
  }
}

TEST(VoiceGate, OpensWithinHalfAHopAndClosesOverAWholeOne)
{
  const RondoVoiceGate opening = { 0, 0.0f, 0.0f, 1.0f };
  const RondoVoiceGate closing = { 0, 6.0f, 1.0f, 0.5f };

  std::vector<float> ones(100, 1.0f);
  rondo_voice_gate_apply(&opening, ones.data(), ones.size());
  for (size_t i = 0; i < 100; ++i) {
    EXPECT_NEAR(ones[i], i < 50 ? (double)(i + 1) / 50.0 : 1.0, 1e-6);
  }

  std::fill(ones.begin(), ones.end(), 1.0f);
  rondo_voice_gate_apply(&closing, ones.data(), ones.size());
  for (size_t i = 0; i < 100; ++i) {
    EXPECT_NEAR(ones[i], 1.0 - 0.005 * (double)(i + 1), 1e-6);
  }
}

TEST(VoiceGate, IsSilentAtItsFullRange)
{
  const RondoVoiceGateSettings mute = { 0.5f, 0, RONDO_MAX_GATE_RANGE, 50.0f };
  RondoVoiceGate               g    = rondo_voice_gate(&mute);
  rondo_voice_gate_step(&g, &mute, 0.0f);
  EXPECT_GT(g.end, 0.0f);
  rondo_voice_gate_step(&g, &mute, 0.0f);
  EXPECT_EQ(g.end, 0.0f);
}

TEST(VoiceGate, CutsNoBeginningWhereverAWordBegins)
{
  for (const size_t lookahead : { 0U, 2U }) {
    const Model  model{ meter(lookahead) };
    const size_t late = latency + 2U * lookahead * hop;
    for (size_t start = 24000; start < 24000 + hop; start += 37) {
      const Signal in{ burst(40000, start, 30000) };
      const Signal out = gate(model, in);
      ASSERT_LT(level(in, out, start - 4000, start - 2U * hop, 0, late), -19.9);

      const Signal open =
        gate(model, in, [](auto& controls) { controls.voice_gate = false; });
      for (size_t i = start; i < 30000 - hop; ++i) {
        ASSERT_EQ(out[0][i + late], open[0][i + late])
          << lookahead << " " << start << " " << i;
      }
    }
  }
}

TEST(VoiceGate, StaysOpenForItsHoldAndThenClosesWithin200Milliseconds)
{
  const Model  model{ meter() };
  const Signal in{ burst(96000, 24000, 48000) };
  const Signal out =
    gate(model, in, [](auto& controls) { controls.gate_hold = 100.0f; });

  // The last frame that hears the burst begins less than a frame before its
  // end, and the hop that the first step down is in follows the hold
  const size_t hold = 4800;
  const size_t end  = 48000 + hop + hold + hop + 9600;
  EXPECT_NEAR(level(in, out, 48000, 48000 + hold - hop), 0.0, 0.01);
  EXPECT_NEAR(
    level(in, out, 48000 + hold + 4800, 48000 + hold + 5280), -10.0, 1.5);
  EXPECT_GT(level(in, out, 48000 + hold + 7000, 48000 + hold + 7480), -18.0);
  EXPECT_NEAR(level(in, out, end, 90000), -20.0, 0.01);
}

TEST(VoiceGate, LowersPausesByItsRange)
{
  const Model  model{ meter() };
  const Signal in{ burst(96000, 0, 24000) };
  for (const float range : { 0.0f, 6.0f, 20.0f, 60.0f }) {
    const Signal out =
      gate(model, in, [=](auto& controls) { controls.gate_range = range; });
    EXPECT_NEAR(level(in, out, 48000, 90000), -range, 0.01);
  }
  const Signal mute =
    gate(model, in, [](auto& controls) { controls.gate_range = 100.0f; });
  EXPECT_EQ(*std::max_element(mute[0].begin() + 48000, mute[0].end()), 0.0f);
}

TEST(VoiceGate, IsOffByDefaultAndAtAThresholdOfZero)
{
  const Model  model{ meter() };
  const Signal in{ burst(48000, 10000, 20000) };
  Denoiser     d{ model };
  const Signal expected = d.process(in);
  EXPECT_EQ(
    gate(model, in, [](auto& controls) { controls.gate_threshold = 0.0f; }),
    expected);
  EXPECT_NE(gate(model, in), expected);
}

TEST(VoiceGate, StaysOpenWhereTheNetworkHearsNoVoice)
{
  const Model  model{ constant_gain(0.5) };
  const Signal in{ burst(48000, 0, 0) };
  EXPECT_NEAR(level(in, gate(model, in), 20000, 40000), -6.02, 0.01);
}

TEST(VoiceGate, RemovedAndKeptAddUpToTheInput)
{
  const Model  model{ meter() };
  const Signal in{ burst(48000, 10000, 20000) };
  Signal       sum = gate(model, in);
  const Signal other =
    gate(model, in, [](auto& controls) { controls.listen_removed = true; });
  EXPECT_LT(level(in, other, 12000, 18000), -100.0);
  EXPECT_NEAR(
    level(in, other, 40000, 46000), 20.0 * std::log10(1.0 - 0.1), 0.01);
  for (size_t i = 0; i < sum[0].size(); ++i) {
    sum[0][i] += other[0][i];
  }
  EXPECT_LT(distance(in, sum, latency), 1e-6);
}

TEST(VoiceGate, LinkedChannelsOpenTogetherAndOthersAlone)
{
  const Model  model{ meter() };
  const Signal in{ burst(48000, 24000, 48000), burst(48000, 0, 0) };

  const Signal linked = gate(model, in);
  EXPECT_NEAR(level(in, linked, 25000, 46000, 1), 0.0, 0.01);

  const Signal apart =
    gate(model, in, [](auto& controls) { controls.link_channels = false; });
  EXPECT_NEAR(level(in, apart, 25000, 46000, 0), 0.0, 0.01);
  EXPECT_NEAR(level(in, apart, 25000, 46000, 1), -20.0, 0.01);
}

TEST(VoiceGate, NeverClicks)
{
  // Between two samples of a sine of half the range, the gain opens by at most
  // 1 in half a hop
  constexpr double w     = 2.0 * 3.14159265358979323846 * 440.0 / 48000.0;
  constexpr double bound = 0.5 * w + 0.5 * (2.0 / (double)hop);

  ModelMaker maker = constant_gain(0.25); // Voice too: a pause
  maker.has_voice  = true;
  const Model model{ maker };
  Denoiser    d{ model };
  Signal      in{ std::vector<float>(96000) };
  Signal      out = in;
  for (size_t i = 0; i < 96000; ++i) {
    in[0][i] = (float)(2.0 * std::sin(w * (double)i));
  }
  d.set([](auto& controls) {
    controls.gate_hold  = 0.0f;
    controls.gate_range = 100.0f;
  });
  size_t turn = 0;
  for (size_t i = 0; i < 96000; i += 6400) {
    d.block(in, out, i, i + 6400);
    d.set([&](auto& controls) {
      controls.voice_gate = ++turn % 2;
      controls.gate_range = turn % 3 ? 100.0f : 12.0f;
    });
  }
  double largest = 0.0;
  for (size_t i = 2000; i < 96000; ++i) {
    largest =
      std::fmax(largest, std::fabs((double)(out[0][i] - out[0][i - 1])));
  }
  EXPECT_LT(largest, bound);
}

TEST(VoiceGate, ResetOpensIt)
{
  const Model  model{ meter() };
  const Signal in{ burst(24000, 0, 0) };
  const Signal expected = gate(model, in);

  Denoiser d{ model };
  d.set([](auto& controls) {
    controls.voice_gate = true;
    controls.gate_hold  = 0.0f;
  });
  d.process(in);
  rondo_denoiser_reset(d.impl);
  EXPECT_EQ(d.process(in), expected);
}

TEST(VoiceGate, ValuesOutOfRangeAreLimited)
{
  const float  nan = std::numeric_limits<float>::quiet_NaN();
  const Model  model{ meter() };
  const Signal in{ burst(240000, 0, 24000) };

  const struct {
    float given[3];
    float taken[3];
  } table[] = { { { nan, nan, nan }, { 0.5f, 300.0f, 20.0f } },
                { { -1.0f, -1.0f, -1.0f }, { 0.0f, 0.0f, 0.0f } },
                { { 0.5f, 1e9f, 1e9f }, { 0.5f, 2000.0f, 100.0f } },
                { { 7.0f, 10.0f, 10.0f }, { 1.0f, 10.0f, 10.0f } } };
  for (const auto& row : table) {
    const auto process = [&](const float* const values) {
      return gate(model, in, [=](auto& controls) {
        controls.gate_threshold = values[0];
        controls.gate_hold      = values[1];
        controls.gate_range     = values[2];
      });
    };
    EXPECT_EQ(process(row.given), process(row.taken));
  }
}

TEST(DenoiserPresets, GoFromGentleToStrong)
{
  float  limit = 0.0f;
  size_t n     = 0;
  for (; rondo_denoiser_preset_names[n]; ++n) {
    const RondoDenoiserControls c    = rondo_denoiser_preset(n);
    const std::string           name = rondo_denoiser_preset_names[n];
    EXPECT_TRUE(c.enabled && c.link_channels && !c.listen_removed) << name;
    EXPECT_EQ(c.mix, 1.0f) << name;
    EXPECT_EQ(c.voice_gate, name == "podcast") << name;
    if (n < 3) {
      EXPECT_GT(c.attenuation_limit, limit) << name;
      limit = c.attenuation_limit;
    }
  }
  EXPECT_EQ(n, 5U);
  EXPECT_EQ(limit, RONDO_NO_ATTENUATION_LIMIT);
}
