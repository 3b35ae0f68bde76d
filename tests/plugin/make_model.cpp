// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Write a small denoising network with random weights.
//
// Usage: make_model OUTPUT SEED FRAME_SECONDS LOOKAHEAD
//
// It removes something, and something else for every seed; the size of it
// does not matter to what the tests look at.

#include "core/audio/bands.h"
#include "core/base/random.h"
#include "core/base/status.h"
#include "core/net/config.h"
#include "core/net/description.h"
#include "core/net/safetensors.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

constexpr double high_hz   = 20000.0;
constexpr double fine_hz   = 2000.0;
constexpr double step_hz   = 100.0;
constexpr double fine_erb  = 2.0;
constexpr size_t n_hidden  = 24U;
constexpr float  bias_gain = 2.0f;

std::string
text(const double value)
{
  char buffer[32] = "";
  (void)snprintf(buffer, sizeof(buffer), "%.9g", value);
  return buffer;
}

std::string
bands_text(const double fine, const double step, const double erb)
{
  return "{\"fine_hz\":" + text(fine) + ",\"step_hz\":" + text(step) +
         ",\"erb_step\":" + text(erb) + ",\"high_hz\":" + text(high_hz) + "}";
}

// Describe a network of inputs -> gru -> linear, gains and voice
std::string
describe(const std::string& frame_seconds, const std::string& lookahead)
{
  double       centres[RONDO_MAX_BANDS];
  const size_t n_coarse =
    rondo_bands_place(0.0, step_hz, fine_erb, high_hz, centres);
  const size_t n_fine =
    rondo_bands_place(fine_hz, step_hz, fine_erb, high_hz, centres);

  size_t n_low = 0U;
  while (n_low < n_fine && centres[n_low] <= fine_hz) {
    ++n_low;
  }

  return "{\"version\":1,\"inputs\":" + std::to_string(n_coarse + n_low) +
         ",\"layers\":[{\"name\":\"gru\",\"type\":\"gru\",\"hidden\":" +
         std::to_string(n_hidden) +
         (lookahead == "0"
            ? ""
            : ",\"bidirectional\":true,\"lookahead\":" + lookahead) +
         "},{\"name\":\"head\",\"type\":\"linear\",\"out\":" +
         std::to_string(n_fine + 1U) +
         ",\"activation\":\"sigmoid\"}],\"task\":{\"name\":\"denoise\","
         "\"frame_seconds\":" +
         frame_seconds + ",\"coarse\":" + bands_text(0.0, step_hz, fine_erb) +
         ",\"fine\":" + bands_text(fine_hz, step_hz, fine_erb) +
         ",\"voice\":true}}";
}

RondoStatus
write(const char* const  path,
      const uint64_t     seed,
      const std::string& description,
      RondoError* const  error)
{
  RondoConfig*      config = nullptr;
  RondoDescription* net    = nullptr;

  RondoStatus status =
    rondo_config_parse(description.c_str(), description.size(), &config, error);
  if (!status) {
    status = rondo_description_new(config, &net, error);
  }
  if (status) {
    return status;
  }

  RondoRandom                     random = rondo_random(seed, 1U);
  const size_t                    n      = rondo_description_n_tensors(net);
  std::vector<RondoTensorSpec>    specs;
  std::vector<std::vector<float>> data(n);
  std::vector<RondoTensor>        tensors;
  for (size_t i = 0U; i < n; ++i) {
    specs.push_back(rondo_description_tensor(net, i));
  }
  for (size_t i = 0U; i < n; ++i) {
    const RondoTensorSpec& spec  = specs[i];
    const size_t           size  = spec.dims[0] * spec.dims[1];
    const bool             bias  = spec.n_dims == 1U;
    const float            scale = bias ? bias_gain : 1.0f;
    for (size_t j = 0U; j < size; ++j) {
      data[i].push_back(scale * 0.5f * rondo_random_normal(&random));
    }
    RondoTensor tensor = {};
    tensor.name        = spec.name;
    tensor.dtype       = RONDO_DTYPE_F32;
    tensor.n_dims      = spec.n_dims;
    tensor.dims[0]     = spec.dims[0];
    tensor.dims[1]     = spec.dims[1];
    tensor.n_elements  = size;
    tensor.data        = data[i].data();
    tensors.push_back(tensor);
  }

  const RondoMetadata metadata = { "rondo", description.c_str() };
  status = rondo_tensors_write(path, tensors.data(), n, &metadata, 1U, error);
  rondo_description_free(net);
  return status;
}

} // namespace

int
main(int argc, char** argv)
{
  if (argc != 5) {
    (void)fprintf(stderr,
                  "Usage: make_model OUTPUT SEED FRAME_SECONDS LOOKAHEAD\n");
    return 2;
  }

  RondoError error = { RONDO_SUCCESS, "" };
  if (write(argv[1],
            strtoull(argv[2], nullptr, 10),
            describe(argv[3], argv[4]),
            &error)) {
    (void)fprintf(stderr, "make_model: %s: %s\n", argv[1], error.message);
    return 1;
  }

  return 0;
}
