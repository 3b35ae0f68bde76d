// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/denoiser.h"
#include "tests/audio/denoiser_test.h"
#include "tests/audio/model_maker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <thread>
#include <vector>

#ifdef __SSE2__
#  include <xmmintrin.h>
#endif

namespace {

// -120 dB of full scale
constexpr double null_limit = 1e-6;

const double rates[] = {
  8000.0,  11025.0, 16000.0, 22050.0, 32000.0,  44100.0,
  48000.0, 48123.0, 88200.0, 96000.0, 192000.0, 384000.0
};

TEST(Denoiser, RefusesArgumentsOutOfRange)
{
  const Model    model{ model_maker() };
  RondoDenoiser* d = nullptr;
  RondoError     error{};
  for (const double rate : { 7999.0, 384001.0, std::nan(""), HUGE_VAL }) {
    EXPECT_EQ(rondo_denoiser_new(model.impl, rate, 1, &d, &error),
              RONDO_ERR_BAD_ARGUMENT);
    EXPECT_NE(error.message[0], '\0');
    EXPECT_EQ(d, nullptr);
  }
  for (const size_t n : { (size_t)0, (size_t)RONDO_MAX_CHANNELS + 1 }) {
    EXPECT_EQ(rondo_denoiser_new(model.impl, 48000.0, n, &d, &error),
              RONDO_ERR_BAD_ARGUMENT);
    EXPECT_EQ(d, nullptr);
  }
  rondo_denoiser_free(nullptr);
}

TEST(Denoiser, SeveralThreadsMakeDenoisersOfOneModel)
{
  const Model              model{ model_maker() };
  std::vector<std::thread> threads;
  for (size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (size_t i = 0; i < 20; ++i) {
        const Denoiser d{ model, 16000.0 };
        EXPECT_NE(d.impl, nullptr);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

class Spanned : public ::testing::TestWithParam<size_t>
{
protected:
  static ModelMaker spanning(ModelMaker maker)
  {
    maker.n_spanned = GetParam();
    return maker;
  }
};

TEST_P(Spanned, LatencyIsOneFrame)
{
  const Model model{ spanning(model_maker()) };
  EXPECT_EQ(rondo_denoiser_latency(Denoiser{ model, 48000.0 }.impl), 960U);
  EXPECT_EQ(rondo_denoiser_hop(Denoiser{ model, 48000.0 }.impl), 480U);
  EXPECT_EQ(rondo_denoiser_latency(Denoiser{ model, 44100.0 }.impl), 882U);
  EXPECT_EQ(rondo_denoiser_hop(Denoiser{ model, 44100.0 }.impl), 441U);
}

TEST_P(Spanned, AnImpulseStandsAtItsOwnSamplePlusTheLatency)
{
  const Model model{ spanning(constant_gain(1.0)) };
  for (const double rate : rates) {
    Denoiser     d{ model, rate };
    const size_t latency = rondo_denoiser_latency(d.impl);
    for (const size_t at : { (size_t)0, latency - 1, latency + 5 }) {
      Signal in{ std::vector<float>(4 * latency, 0.0f) };
      in[0][at] = 1.0f;

      rondo_denoiser_reset(d.impl);
      EXPECT_LT(distance(in, d.process(in), latency), null_limit) << rate;
    }
  }
}

TEST_P(Spanned, ALimitOfZeroNullsWithinMinus120dBAtAnyRate)
{
  const Model model{ spanning(model_maker()) };
  for (const double rate : rates) {
    Denoiser d{ model, rate, 2 };
    d.set([](auto& controls) { controls.attenuation_limit = 0.0f; });

    const size_t latency = rondo_denoiser_latency(d.impl);
    const Signal in      = make_noise(2, 12 * latency + 7);
    EXPECT_LT(distance(in, d.process(in), latency), null_limit) << rate;
  }
}

TEST_P(Spanned, DoesSomething)
{
  const Model  model{ spanning(model_maker()) };
  Denoiser     d{ model };
  const Signal in = make_noise(1, 9600);
  EXPECT_GT(distance(in, d.process(in), 960), 0.05);
}

INSTANTIATE_TEST_SUITE_P(Denoiser, Spanned, ::testing::Values(0, 1, 2, 4));

// The same run of control changes, whatever the blocks
Signal
process_with_changes(Denoiser&                            d,
                     const Signal&                        in,
                     const std::function<size_t(size_t)>& next_block)
{
  const size_t period = 1777;
  Signal       out(in.size(), std::vector<float>(in[0].size()));
  size_t       n_changes = 0;
  for (size_t i = 0; i < in[0].size();) {
    if (i % period == 0) {
      ++n_changes;
      d.set([&](auto& controls) {
        controls.attenuation_limit = (n_changes % 2) ? 12.0f : 100.0f;
        controls.mix               = (n_changes % 3) ? 1.0f : 0.3f;
        controls.enabled           = n_changes % 5;
        controls.listen_removed    = n_changes % 7 == 0;
        controls.link_channels     = (n_changes / 3) % 2;
        controls.voice_gate        = n_changes % 4;
        controls.gate_hold         = (n_changes % 6) ? 20.0f : 0.0f;
      });
    }

    const size_t change = (i / period + 1) * period;
    const size_t end    = std::min({ i + next_block(i), change, in[0].size() });
    d.block(in, out, i, end);
    i = end;
  }
  return out;
}

/// Frames that are looked ahead, and that are spanned
using Frames = std::pair<size_t, size_t>;

class Cut : public ::testing::TestWithParam<Frames>
{
protected:
  static ModelMaker maker()
  {
    ModelMaker made = model_maker();
    made.lookahead  = GetParam().first;
    made.n_spanned  = GetParam().second;
    return made;
  }
};

TEST_P(Cut, AnyPartitionIntoBlocksGivesTheSameBits)
{
  const Model  model{ maker() };
  const Signal in = make_noise(2, 40000);

  Denoiser     whole{ model, 44100.0, 2 };
  const Signal expected =
    process_with_changes(whole, in, [](size_t) { return (size_t)-1 / 2; });

  for (const size_t size : { 1U, 17U, 64U, 480U, 8192U }) {
    Denoiser d{ model, 44100.0, 2 };
    EXPECT_EQ(process_with_changes(d, in, [=](size_t) { return size; }),
              expected)
      << size;
  }

  uint32_t state = 1;
  Denoiser d{ model, 44100.0, 2 };
  EXPECT_EQ(process_with_changes(d,
                                 in,
                                 [&](size_t) {
                                   state = state * 1664525U + 1013904223U;
                                   return (size_t)((state >> 16) % 600);
                                 }),
            expected);
}

INSTANTIATE_TEST_SUITE_P(Denoiser,
                         Cut,
                         ::testing::Values(Frames{ 0, 0 },
                                           Frames{ 3, 0 },
                                           Frames{ 1, 2 }));

TEST(Denoiser, NoSamplesAreNoWork)
{
  const Model        model{ model_maker() };
  Denoiser           d{ model };
  const float* const in[]  = { nullptr };
  float* const       out[] = { nullptr };
  rondo_denoiser_process(d.impl, in, out, 0);
  rondo_denoiser_process(d.impl, nullptr, nullptr, 0);
}

TEST(Denoiser, OutputsMayBeAnyInputs)
{
  const Model  model{ model_maker() };
  const Signal in = make_noise(2, 5000);

  Denoiser     apart{ model, 48000.0, 2 };
  const Signal expected = apart.process(in);

  Denoiser same{ model, 48000.0, 2 };
  Signal   a = in;
  same.block(a, a, 0, 5000);
  EXPECT_EQ(a, expected);

  Denoiser           crossed{ model, 48000.0, 2 };
  Signal             b      = in;
  const float* const ins[]  = { b[0].data(), b[1].data() };
  float* const       outs[] = { b[1].data(), b[0].data() };
  rondo_denoiser_process(crossed.impl, ins, outs, 5000);
  EXPECT_EQ(b[1], expected[0]);
  EXPECT_EQ(b[0], expected[1]);

  // Both channels from one input
  Denoiser           shared{ model, 48000.0, 2 };
  Denoiser           twin{ model, 48000.0, 2 };
  Signal             c         = in;
  const float* const one[]     = { c[0].data(), c[0].data() };
  float* const       two[]     = { c[0].data(), c[1].data() };
  const Signal       from_twin = twin.process({ in[0], in[0] });
  rondo_denoiser_process(shared.impl, one, two, 5000);
  EXPECT_EQ(c, from_twin);
}

TEST(Denoiser, InputThatIsNotFiniteCountsAsSilence)
{
  const float bad[] = { std::numeric_limits<float>::quiet_NaN(),
                        -std::numeric_limits<float>::quiet_NaN(),
                        std::numeric_limits<float>::infinity(),
                        -std::numeric_limits<float>::infinity() };

  const Model model{ model_maker() };
  Signal      clean = make_noise(1, 9600);
  Signal      dirty = clean;
  for (size_t i = 1000; i < 2500; ++i) {
    clean[0][i] = 0.0f;
    dirty[0][i] = bad[i % 4];
  }

  Denoiser a{ model };
  Denoiser b{ model };
  EXPECT_EQ(a.process(clean), b.process(dirty));
}

TEST(Denoiser, HugeInputIsLimitedAndForgotten)
{
  const Model model{ model_maker() };
  Signal      in = make_noise(1, 96000);
  for (size_t i = 1000; i < 2500; ++i) {
    in[0][i] = (i % 2) ? std::numeric_limits<float>::max() : -1e30f;
  }

  Denoiser d{ model };
  d.set([](auto& controls) { controls.attenuation_limit = 6.0f; });
  const Signal out = d.process(in);
  for (const float y : out[0]) {
    EXPECT_LE(std::fabs(y), 1.01f * 1048576.0f);
  }

  // Nothing but the network's memory tells that it was there
  for (size_t i = 5000; i < out[0].size(); ++i) {
    EXPECT_LE(std::fabs(out[0][i]), 2.0f);
  }
}

TEST(Denoiser, ANetworkThatOverflowsLetsSoundPass)
{
  ModelMaker maker = model_maker();
  maker.cell       = R"("type": "rnn", "activation": "relu")";
  maker.recurrent  = 1e12;
  maker.activation = "identity";

  const Model  model{ maker };
  const Signal in = make_noise(1, 48000);
  Denoiser     d{ model };
  const Signal out    = d.process(in);
  double       energy = 0.0;
  for (const float y : out[0]) {
    ASSERT_TRUE(std::isfinite(y));
    energy += (double)y * (double)y;
  }
  EXPECT_GT(energy, 0.0);

  // When every frame overflows, every frame passes
  maker.head = 1e38;
  const Model always{ maker };
  Denoiser    e{ always };
  EXPECT_LT(distance(in, e.process(in), 960), null_limit);
  EXPECT_EQ(rondo_denoiser_get_voice(e.impl), 0.0f);
}

TEST(Denoiser, ResetIsAsGoodAsNew)
{
  const Model  model{ model_maker() };
  const Signal in = make_noise(2, 7000);

  Denoiser     a{ model, 32000.0, 2 };
  const Signal expected = a.process(in);

  Denoiser b{ model, 32000.0, 2 };
  b.set([](auto& controls) { controls.mix = 0.5f; });
  b.process(make_noise(2, 3333));
  b.set([](auto& controls) { controls.mix = 1.0f; });
  rondo_denoiser_reset(b.impl);
  EXPECT_EQ(rondo_denoiser_get_reduction(b.impl), 0.0f);
  EXPECT_EQ(rondo_denoiser_get_voice(b.impl), 0.0f);
  EXPECT_EQ(b.process(in), expected);
}

TEST(Denoiser, UnlinkedChannelsEqualMonoDenoisers)
{
  const Model  model{ model_maker() };
  const Signal in = make_noise(3, 9600);

  Denoiser all{ model, 48000.0, 3 };
  all.set([](auto& controls) { controls.link_channels = false; });
  const Signal out = all.process(in);
  for (size_t c = 0; c < 3; ++c) {
    Denoiser one{ model, 48000.0, 1 };
    EXPECT_EQ(one.process({ in[c] })[0], out[c]) << c;
  }
}

TEST(Denoiser, LinkedChannelsShareTheLargestGain)
{
  const Model model{ model_maker() };
  Signal      in = make_noise(2, 48000);

  // Channels that are alike in all but level have alike outputs when linked
  for (size_t i = 0; i < in[0].size(); ++i) {
    in[1][i] = 0.125f * in[0][i];
  }

  Denoiser     linked{ model, 48000.0, 2 };
  const Signal together = linked.process(in);
  double       largest  = 0.0;
  for (size_t i = 0; i < together[0].size(); ++i) {
    largest = std::fmax(
      largest,
      std::fabs(8.0 * (double)together[1][i] - (double)together[0][i]));
  }
  EXPECT_LT(largest, 1e-5);

  Denoiser unlinked{ model, 48000.0, 2 };
  unlinked.set([](auto& controls) { controls.link_channels = false; });
  const Signal apart = unlinked.process(in);
  for (size_t c = 0; c < 2; ++c) {
    double energy_together = 0.0;
    double energy_apart    = 0.0;
    for (size_t i = 0; i < apart[c].size(); ++i) {
      energy_together += (double)together[c][i] * (double)together[c][i];
      energy_apart += (double)apart[c][i] * (double)apart[c][i];
    }
    EXPECT_GT(energy_together, energy_apart);
  }
}

TEST(Denoiser, ManyChannelsRun)
{
  const Model  model{ model_maker() };
  const Signal in = make_noise(RONDO_MAX_CHANNELS, 2000);
  Denoiser     d{ model, 16000.0, RONDO_MAX_CHANNELS };
  d.set([](auto& controls) { controls.attenuation_limit = 0.0f; });
  EXPECT_LT(distance(in, d.process(in), rondo_denoiser_latency(d.impl)),
            null_limit);
}

#ifdef __SSE2__
TEST(Denoiser, LeavesTheFloatingPointModeAsItWas)
{
  const Model model{ model_maker() };
  Denoiser    d{ model };

  // All exceptions masked, nearest; then rounding up as well
  const unsigned usual = _mm_getcsr();
  for (const unsigned mode : { 0x1f80U, 0x5f80U }) {
    _mm_setcsr(mode);
    d.process(make_noise(1, 2000));
    const unsigned after = _mm_getcsr() & 0xffc0U;
    _mm_setcsr(usual);
    EXPECT_EQ(after, mode);
  }
}

TEST(Denoiser, FadesToSilenceWithoutDenormals)
{
  const Model model{ model_maker() };
  Denoiser    d{ model };
  Signal      in = make_noise(1, 48000);
  for (size_t i = 0; i < in[0].size(); ++i) {
    in[0][i] *= (float)std::exp(-(double)i / 300.0);
  }

  const Signal out = d.process(in);
  for (const float y : out[0]) {
    EXPECT_TRUE(y == 0.0f || std::fabs(y) >= std::numeric_limits<float>::min());
  }
}
#endif

} // namespace
