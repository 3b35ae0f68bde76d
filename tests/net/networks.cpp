// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/net/networks.h"

#include "core/net/config.h"
#include "core/net/sequence.h"
#include "core/net/weights.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include <unistd.h>

#ifdef RONDO_HAVE_WIDE
extern "C" const RondoKernels rondo_kernels_wide;
#endif

namespace rondo {
namespace {

using Doubles = std::vector<double>;

double
sigmoid(double x)
{
  return 1.0 / (1.0 + std::exp(-x));
}

void
activate(RondoActivation activation, Doubles& y)
{
  double most = y[0];
  double sum  = 0.0;
  for (const double x : y) {
    most = std::max(most, x);
  }
  for (const double x : y) {
    sum += std::exp(x - most);
  }
  for (double& x : y) {
    switch (activation) {
      case RONDO_ACTIVATION_IDENTITY:
        break;
      case RONDO_ACTIVATION_RELU:
        x = std::max(x, 0.0);
        break;
      case RONDO_ACTIVATION_TANH:
        x = std::tanh(x);
        break;
      case RONDO_ACTIVATION_SIGMOID:
        x = sigmoid(x);
        break;
      case RONDO_ACTIVATION_SOFTMAX:
        x = std::exp(x - most) / sum;
        break;
      case RONDO_ACTIVATION_SOFTPLUS:
        x = std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x)));
        break;
    }
  }
}

// W x + b for rows first … first + n - 1
Doubles
affine(const std::vector<float>& w,
       const std::vector<float>& b,
       const Doubles&            x,
       std::size_t               first,
       std::size_t               n)
{
  Doubles y(n);
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t row = first + i;
    y[i]                  = static_cast<double>(b[row]);
    for (std::size_t k = 0; k < x.size(); ++k) {
      y[i] += static_cast<double>(w[(row * x.size()) + k]) * x[k];
    }
  }
  return y;
}

void
step_gru(const RondoLayer&         layer,
         const std::vector<float>* p,
         const Doubles&            x,
         Doubles&                  h)
{
  const std::size_t H  = layer.n_units;
  const Doubles     a  = affine(p[0], p[2], x, 0, 3 * H);
  const Doubles     q  = affine(p[1], p[3], h, 0, 3 * H);
  Doubles           rh = h;
  for (std::size_t i = 0; i < H; ++i) {
    rh[i] *= sigmoid(a[i] + q[i]);
  }
  const Doubles qn = affine(p[1], p[3], rh, 2 * H, H);
  for (std::size_t i = 0; i < H; ++i) {
    const double r = sigmoid(a[i] + q[i]);
    const double z = sigmoid(a[H + i] + q[H + i]);
    const double n = std::tanh(
      a[(2 * H) + i] +
      (layer.reset == RONDO_RESET_BEFORE ? qn[i] : r * q[(2 * H) + i]));
    h[i] = ((1.0 - z) * n) + (z * h[i]);
  }
}

void
step_lstm(const RondoLayer&         layer,
          const std::vector<float>* p,
          const Doubles&            x,
          Doubles&                  h,
          Doubles&                  c)
{
  const std::size_t H = layer.n_units;
  const Doubles     a = affine(p[0], p[2], x, 0, 4 * H);
  const Doubles     q = affine(p[1], p[3], h, 0, 4 * H);
  for (std::size_t j = 0; j < H; ++j) {
    const double i = sigmoid(a[j] + q[j]);
    const double f = sigmoid(a[H + j] + q[H + j]);
    const double g = std::tanh(a[(2 * H) + j] + q[(2 * H) + j]);
    const double o = sigmoid(a[(3 * H) + j] + q[(3 * H) + j]);
    c[j]           = (f * c[j]) + (i * g);
    h[j]           = o * std::tanh(c[j]);
  }
}

void
step_rnn(const RondoLayer&         layer,
         const std::vector<float>* p,
         const Doubles&            x,
         Doubles&                  h)
{
  const std::size_t H = layer.n_units;
  const Doubles     a = affine(p[0], p[2], x, 0, H);
  const Doubles     q = affine(p[1], p[3], h, 0, H);
  for (std::size_t i = 0; i < H; ++i) {
    h[i] = a[i] + q[i];
  }
  activate(layer.activation, h);
}

} // namespace

std::uint64_t
hash(std::uint64_t seed, std::uint64_t index)
{
  std::uint64_t x = seed + ((index + 1U) * 0x9E3779B97F4A7C15U);
  x               = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
  x               = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31U);
}

float
uniform(std::uint64_t seed, std::uint64_t index)
{
  return (static_cast<float>(hash(seed, index) >> 40U) * 0x1p-23f) - 1.0f;
}

std::vector<std::vector<float>>
draw_weights(const RondoDescription* description, std::uint64_t seed)
{
  std::vector<std::vector<float>> weights;
  std::uint64_t                   index = 0;
  for (std::size_t t = 0; t < rondo_description_n_tensors(description); ++t) {
    const RondoTensorSpec spec = rondo_description_tensor(description, t);
    // Matrices as PyTorch draws them first; biases up to 1/4
    const float scale =
      spec.n_dims > 1
        ? static_cast<float>(
            1.0 / std::sqrt(static_cast<double>(spec.dims[1] * spec.dims[2])))
        : 0.25f;
    std::vector<float> tensor(spec.n_elements);
    for (float& x : tensor) {
      x = scale * uniform(seed, index++);
    }
    weights.push_back(std::move(tensor));
  }
  return weights;
}

std::vector<float>
draw_inputs(std::uint64_t seed, std::size_t n, std::size_t n_tokens)
{
  const float        half = 0.5f * static_cast<float>(n_tokens);
  std::vector<float> x(n);
  for (std::size_t i = 0; i < n; ++i) {
    const float u = uniform(~seed, i);
    x[i]          = n_tokens ? std::floor((u + 1.0f) * half) : 1.75f * u;
  }
  return x;
}

void
write_model(const std::string& path,
            const std::string& json,
            std::uint64_t      seed,
            Weights            weights)
{
  RondoError        error{};
  RondoConfig*      config      = nullptr;
  RondoDescription* description = nullptr;
  if (rondo_config_parse(json.data(), json.size(), &config, &error) ||
      rondo_description_new(config, &description, &error)) {
    throw std::runtime_error(json + ": " + error.message);
  }
  const auto values = draw_weights(description, seed);

  std::vector<RondoTensorSpec>          specs(values.size());
  std::vector<std::vector<std::int8_t>> integers(values.size());
  std::vector<std::vector<float>>       scales(values.size());
  std::vector<std::string>              names(values.size());
  std::vector<RondoTensor>              tensors;
  for (std::size_t i = 0; i < values.size(); ++i) {
    specs[i]           = rondo_description_tensor(description, i);
    RondoTensor tensor = {
      specs[i].name,
      RONDO_DTYPE_F32,
      specs[i].n_dims,
      { specs[i].dims[0], specs[i].dims[1], specs[i].dims[2] },
      values[i].size(),
      values[i].data()
    };
    const std::size_t n_rows = specs[i].dims[0];
    if (weights == Weights::int8 && specs[i].n_dims > 1) {
      integers[i].resize(values[i].size());
      scales[i].resize(n_rows);
      names[i] = std::string(specs[i].name) + RONDO_SCALE_SUFFIX;
      rondo_weights_quantise(values[i].data(),
                             n_rows,
                             values[i].size() / n_rows,
                             integers[i].data(),
                             scales[i].data());
      tensor.dtype = RONDO_DTYPE_I8;
      tensor.data  = integers[i].data();
      tensors.push_back({ names[i].c_str(),
                          RONDO_DTYPE_F32,
                          1,
                          { n_rows },
                          n_rows,
                          scales[i].data() });
    }
    tensors.push_back(tensor);
  }
  const RondoMetadata metadata = { RONDO_METADATA_KEY, json.c_str() };
  const RondoStatus   st       = rondo_tensors_write(
    path.c_str(), tensors.data(), tensors.size(), &metadata, 1, &error);
  rondo_description_free(description);
  if (st) {
    throw std::runtime_error(error.message);
  }
}

Network::Network(const std::string& json, std::uint64_t seed, Weights weights)
{
  std::string path =
    (std::filesystem::temp_directory_path() / "rondo-XXXXXX").string();
  const int fd = mkstemp(path.data());
  if (fd < 0) {
    throw std::runtime_error("no temporary file");
  }
  close(fd);
  write_model(path, json, seed, weights);

  RondoError        error{};
  const RondoStatus st = rondo_tensors_read(path.c_str(), &tensors_, &error);
  std::remove(path.c_str());
  if (st || rondo_model_new(tensors_, &model_, &error)) {
    throw std::runtime_error(error.message);
  }
}

Network::~Network()
{
  rondo_model_free(model_);
  rondo_tensors_free(tensors_);
}

RondoModel*
Network::model(const RondoKernels* kernels) const
{
  RondoModel* made = nullptr;
  RondoError  error{};
  if (rondo_model_new_for(kernels, tensors_, &made, &error)) {
    throw std::runtime_error(error.message);
  }
  return made;
}

const RondoDescription*
Network::description() const
{
  return rondo_model_description(model_);
}

std::vector<double>
Network::reference(const std::vector<float>& x) const
{
  const RondoDescription& d = *description();

  std::vector<std::vector<float>> weights;
  for (std::size_t i = 0; i < rondo_description_n_tensors(&d); ++i) {
    const RondoTensorSpec    spec   = rondo_description_tensor(&d, i);
    const RondoTensor* const tensor = rondo_tensors_find(tensors_, spec.name);
    weights.emplace_back(tensor->n_elements);
    if (rondo_weights_get_floats(
          tensors_, tensor, weights.back().data(), nullptr)) {
      throw std::runtime_error("no floats");
    }
  }
  std::vector<std::vector<Doubles>> h(d.n_layers);
  for (std::size_t l = 0; l < d.n_layers; ++l) {
    h[l].assign(d.layers[l].n_stacked, Doubles(d.layers[l].n_units));
  }
  auto    c = h;
  Doubles result;
  for (std::size_t t = 0; t < x.size() / d.n_inputs; ++t) {
    const Doubles        frame(x.begin() + static_cast<long>(t * d.n_inputs),
                        x.begin() + static_cast<long>((t + 1) * d.n_inputs));
    std::vector<Doubles> out(d.n_layers);
    const std::vector<float>* p = weights.data();
    for (std::size_t l = 0; l < d.n_layers; ++l) {
      const RondoLayer& layer = d.layers[l];
      Doubles           in;
      for (std::size_t s = 0; s < layer.n_sources; ++s) {
        const std::size_t source = layer.sources[s];
        const Doubles&    from =
          source == RONDO_SOURCE_INPUTS ? frame : out[source];
        in.insert(in.end(), from.begin(), from.end());
      }
      if (layer.type == RONDO_LAYER_LINEAR) {
        out[l] = affine(p[0], p[1], in, 0, layer.n_units);
        activate(layer.activation, out[l]);
        p += 2;
        continue;
      }
      for (std::size_t s = 0; s < layer.n_stacked; ++s, p += 4) {
        if (layer.type == RONDO_LAYER_GRU) {
          step_gru(layer, p, in, h[l][s]);
        } else if (layer.type == RONDO_LAYER_LSTM) {
          step_lstm(layer, p, in, h[l][s], c[l][s]);
        } else {
          step_rnn(layer, p, in, h[l][s]);
        }
        in = h[l][s];
      }
      out[l] = in;
    }
    result.insert(result.end(), out.back().begin(), out.back().end());
  }
  return result;
}

std::vector<float>
run(const RondoModel*         model,
    std::size_t               n_channels,
    const std::vector<float>& x,
    std::size_t               block,
    std::size_t               lookahead)
{
  RondoStream* stream = nullptr;
  if (rondo_stream_new_ahead(model, n_channels, lookahead, &stream)) {
    throw std::runtime_error("no stream");
  }
  const std::size_t n_in     = n_channels * rondo_model_n_inputs(model);
  const std::size_t n_out    = n_channels * rondo_model_n_outputs(model);
  const std::size_t n_frames = x.size() / n_in;
  const std::size_t n_late   = rondo_stream_delay(stream);

  std::vector<float> y((n_frames + n_late) * n_out, NAN);
  for (std::size_t t = 0; t < n_frames + n_late;) {
    // What is late comes once the input has ended
    const bool         has_ended = t >= n_frames;
    const std::size_t  left = (has_ended ? n_frames + n_late : n_frames) - t;
    const std::size_t  n    = block ? std::min(block, left) : 1;
    const float* const in   = has_ended ? nullptr : &x[t * n_in];
    if (block) {
      rondo_stream_process(stream, n, in, &y[t * n_out]);
    } else {
      rondo_stream_step(stream, in, &y[t * n_out]);
    }
    t += n;
  }
  rondo_stream_free(stream);
  y.erase(y.begin(), y.begin() + static_cast<long>(n_late * n_out));
  return y;
}

std::vector<float>
run_whole(const RondoModel*         model,
          std::size_t               n_channels,
          const std::vector<float>& x)
{
  const std::size_t n_in = n_channels * rondo_model_n_inputs(model);
  const std::size_t n    = x.size() / n_in;

  std::vector<float> y(n * n_channels * rondo_model_n_outputs(model), NAN);
  if (rondo_sequence_run(model, n_channels, n, x.data(), y.data())) {
    throw std::runtime_error("no sequence");
  }
  return y;
}

std::vector<std::string>
variant_names()
{
  std::vector<std::string> names = { "wide" };
  for (std::size_t i = 0; rondo_kernels_name(i); ++i) {
    names.emplace_back(rondo_kernels_name(i));
  }
  return names;
}

const RondoKernels*
variant(const std::string& name)
{
#ifdef RONDO_HAVE_WIDE
  if (name == "wide") {
    return rondo_kernels_variant("avx2") ? &rondo_kernels_wide : nullptr;
  }
#endif
  return rondo_kernels_variant(name.c_str());
}

} // namespace rondo
