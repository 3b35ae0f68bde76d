// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TESTS_AUDIO_DENOISER_TEST_H
#define RONDO_TESTS_AUDIO_DENOISER_TEST_H

#include "core/audio/denoiser.h"
#include "core/net/model.h"
#include "tests/audio/model_maker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

/// Samples of every channel
using Signal = std::vector<std::vector<float>>;

/// A model, freed with it
struct Model {
  explicit Model(const ModelMaker& maker)
    : impl{ model_maker_new(&maker) }
  {
    EXPECT_NE(impl, nullptr);
  }

  ~Model() { rondo_model_free(impl); }

  Model(const Model&)            = delete;
  Model& operator=(const Model&) = delete;

  RondoModel* impl;
};

/// A model whose gains are all `gain`, whatever it hears
inline ModelMaker
constant_gain(const double gain)
{
  ModelMaker maker = model_maker();
  maker.head       = 0.0;
  maker.head_bias  = gain;
  maker.activation = "identity";
  maker.has_voice  = false;
  return maker;
}

/// A denoiser, freed with it
struct Denoiser {
  explicit Denoiser(const Model& model,
                    const double rate       = 48000.0,
                    const size_t n_channels = 1)
  {
    RondoError error{};
    EXPECT_EQ(rondo_denoiser_new(model.impl, rate, n_channels, &impl, &error),
              RONDO_SUCCESS)
      << error.message;
  }

  ~Denoiser() { rondo_denoiser_free(impl); }

  Denoiser(const Denoiser&)            = delete;
  Denoiser& operator=(const Denoiser&) = delete;

  /// Change controls by a function of them
  void set(const std::function<void(RondoDenoiserControls&)>& change)
  {
    change(controls);
    rondo_denoiser_set_controls(impl, &controls);
  }

  /// Process samples from `start` to `end` in one block
  // NOLINTNEXTLINE(readability-make-member-function-const): it is not constant
  void block(const Signal& in,
             Signal&       out,
             const size_t  start,
             const size_t  end)
  {
    std::vector<const float*> ins;
    std::vector<float*>       outs;
    for (size_t c = 0; c < in.size(); ++c) {
      ins.push_back(in[c].data() + start);
      outs.push_back(out[c].data() + start);
    }
    rondo_denoiser_process(impl, ins.data(), outs.data(), end - start);
  }

  /// Process a whole signal in blocks
  Signal process(const Signal& in, const size_t block_size = 512)
  {
    Signal out(in.size(), std::vector<float>(in[0].size()));
    for (size_t i = 0; i < in[0].size(); i += block_size) {
      block(in, out, i, std::min(i + block_size, in[0].size()));
    }
    return out;
  }

  RondoDenoiser*        impl     = nullptr;
  RondoDenoiserControls controls = rondo_denoiser_default_controls();
};

/// Return repeatable noise of ±1 with bursts, different in every channel
inline Signal
make_noise(const size_t n_channels, const size_t n)
{
  Signal signal(n_channels, std::vector<float>(n));
  for (size_t c = 0; c < n_channels; ++c) {
    uint32_t state = 12345U + (uint32_t)c;
    for (size_t i = 0; i < n; ++i) {
      state            = state * 1664525U + 1013904223U;
      const float loud = ((i >> (9 + (c % 8))) & 1U) ? 1.0f : 0.01f;
      signal[c][i]     = loud * ((float)(state >> 8) / 8388608.0f - 1.0f);
    }
  }
  return signal;
}

/// Return the largest distance of `out` from `in` delayed by `delay`
inline double
distance(const Signal& in, const Signal& out, const size_t delay)
{
  double largest = 0.0;
  for (size_t c = 0; c < in.size(); ++c) {
    for (size_t i = 0; i < in[c].size(); ++i) {
      const double expected = i < delay ? 0.0 : (double)in[c][i - delay];
      largest = std::fmax(largest, std::fabs((double)out[c][i] - expected));
    }
  }
  return largest;
}

#endif // RONDO_TESTS_AUDIO_DENOISER_TEST_H
