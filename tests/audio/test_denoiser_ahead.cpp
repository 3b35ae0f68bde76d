// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Networks that look ahead: gains that come later than their frames.

#include "core/audio/denoiser.h"
#include "core/net/model.h"
#include "tests/audio/denoiser_test.h"
#include "tests/audio/model_maker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace {

// -120 dB of full scale
constexpr double null_limit = 1e-6;

// Two layers, one after the other
constexpr size_t lookahead = 3;
constexpr size_t n_ahead   = 2 * lookahead;

ModelMaker
maker_ahead()
{
  ModelMaker maker = model_maker();
  maker.lookahead  = lookahead;
  return maker;
}

} // namespace

TEST(DenoiserAhead, EachStepIsAHopOfLatency)
{
  const Model model{ maker_ahead() };
  for (const double rate : { 8000.0, 44100.0, 48000.0 }) {
    const Denoiser d{ model, rate };
    const size_t   hop = rondo_denoiser_hop(d.impl);
    EXPECT_EQ(rondo_denoiser_latency(d.impl), (2 + n_ahead) * hop);
  }
}

TEST(DenoiserAhead, ALimitOfZeroNullsWithinMinus120dBAtAnyRate)
{
  const Model model{ maker_ahead() };
  for (const double rate : { 8000.0, 44100.0, 48000.0, 96000.0 }) {
    Denoiser d{ model, rate, 2 };
    d.set([](auto& controls) { controls.attenuation_limit = 0.0f; });

    const size_t latency = rondo_denoiser_latency(d.impl);
    const Signal in      = make_noise(2, 5 * latency + 7);
    EXPECT_LT(distance(in, d.process(in), latency), null_limit) << rate;
  }
}

TEST(DenoiserAhead, BypassIsTheDelayedInputToTheBit)
{
  const Model model{ maker_ahead() };
  Denoiser    d{ model, 48000.0, 2 };
  d.set([](auto& controls) { controls.enabled = false; });
  const Signal in = make_noise(2, 20000);
  EXPECT_EQ(distance(in, d.process(in), rondo_denoiser_latency(d.impl)), 0.0);
}

TEST(DenoiserAhead, GainsMeetTheFramesThatTheyAreFor)
{
  // Both gain by the first layer alone, one of them later
  ModelMaker soon = model_maker();
  soon.is_deaf    = true;
  ModelMaker late = soon;
  late.lookahead  = lookahead;
  const Model now{ soon };
  const Model later{ late };

  const size_t delay = n_ahead * 480;
  const Signal in    = make_noise(2, 48000);
  Denoiser     a{ now, 48000.0, 2 };
  Denoiser     b{ later, 48000.0, 2 };
  for (Denoiser* const d : { &a, &b }) {
    d->set([](auto& controls) { controls.mix = 0.7f; });
  }
  const Signal x = a.process(in);
  const Signal y = b.process(in);
  EXPECT_GT(distance(in, x, 960), 0.05);
  EXPECT_EQ(distance(x, y, delay), 0.0);
}

TEST(DenoiserAhead, TheMeterComparesWhatBelongsTogether)
{
  ModelMaker maker = constant_gain(0.5);
  maker.lookahead  = lookahead;
  const Model model{ maker };
  Denoiser    d{ model };
  d.process(make_noise(1, 96000));
  EXPECT_NEAR(rondo_denoiser_get_reduction(d.impl), 6.02f, 0.05f);
}

TEST(DenoiserAhead, ANetworkThatOverflowsLetsSoundPass)
{
  ModelMaker maker = maker_ahead();
  maker.head       = 2.4e39; // Over the root of 72 inputs
  maker.activation = "identity";

  const Model  model{ maker };
  const Signal in = make_noise(1, 48000);
  Denoiser     d{ model };
  EXPECT_LT(distance(in, d.process(in), rondo_denoiser_latency(d.impl)),
            null_limit);
  EXPECT_EQ(rondo_denoiser_get_voice(d.impl), 0.0f);
}

TEST(DenoiserAhead, ResetIsAsGoodAsNew)
{
  const Model  model{ maker_ahead() };
  const Signal in = make_noise(2, 9000);
  Denoiser     a{ model, 32000.0, 2 };
  const Signal expected = a.process(in);

  Denoiser b{ model, 32000.0, 2 };
  b.process(make_noise(2, 3333));
  rondo_denoiser_reset(b.impl);
  EXPECT_EQ(b.process(in), expected);
}

// What a network heard of the frame before is forgotten too
TEST(DenoiserAhead, PhasesAreForgottenByAReset)
{
  ModelMaker maker = model_maker();
  maker.n_spanned  = 2;
  const Model  model{ maker };
  const Signal in = make_noise(1, 9000);
  Denoiser     a{ model };
  const Signal expected = a.process(in);

  Denoiser b{ model };
  b.process(make_noise(1, 3333));
  rondo_denoiser_reset(b.impl);
  EXPECT_EQ(b.process(in), expected);
}

TEST(DenoiserAhead, TheWholeSequenceIsTooFar)
{
  ModelMaker maker = model_maker();
  maker.sees_all   = true;
  const Model    model{ maker };
  RondoDenoiser* d = nullptr;
  RondoError     error{};
  EXPECT_EQ(rondo_denoiser_new(model.impl, 48000.0, 1, &d, &error),
            RONDO_ERR_UNSUPPORTED);
  EXPECT_EQ(d, nullptr);
  EXPECT_EQ(std::string(error.message),
            "layer cell sees the whole sequence, which a stream cannot: it "
            "needs the key \"lookahead\"");
}
