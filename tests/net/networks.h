// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Networks for tests: weights from a hash, and a plain reference in double.

#ifndef RONDO_TESTS_NET_NETWORKS_H
#define RONDO_TESTS_NET_NETWORKS_H

#include "core/net/kernels.h"
#include "core/net/model.h"
#include "core/net/model_private.h"
#include "core/net/safetensors.h"
#include "core/net/stream.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rondo {

/// Return SplitMix64's number `index` of the sequence that `seed` starts.
std::uint64_t
hash(std::uint64_t seed, std::uint64_t index);

/**
   Return number `index` of the sequence that `seed` starts, in -1 <= x < 1.

   The generator of golden networks, which make_networks.py has too: the upper
   24 bits of hash(), scaled, so that it is exact in float32.
*/
float
uniform(std::uint64_t seed, std::uint64_t index);

/// Return tensors as float vectors, drawn from `seed`, for a description.
std::vector<std::vector<float>>
draw_weights(const RondoDescription* description, std::uint64_t seed);

/**
   Return inputs (n), drawn from `seed`: about as large as normal numbers, or
   tokens below `n_tokens`.
*/
std::vector<float>
draw_inputs(std::uint64_t seed, std::size_t n, std::size_t n_tokens = 0);

/// How the matrices of a model are stored
enum class Weights { float32, int8 };

/// Write the model file of `json` with the weights of `seed`.
void
write_model(const std::string& path,
            const std::string& json,
            std::uint64_t      seed,
            Weights            weights = Weights::float32);

/// A model file's content, in memory
class Network
{
public:
  Network(const std::string& json,
          std::uint64_t      seed,
          Weights            weights = Weights::float32);
  ~Network();
  Network(const Network&)            = delete;
  Network& operator=(const Network&) = delete;

  /// Return a model that runs on `kernels`, to be freed.
  RondoModel* model(const RondoKernels* kernels) const;

  /// Run over x (n_steps, n_inputs) in double; return (n_steps, n_outputs).
  std::vector<double> reference(const std::vector<float>& x) const;

  const RondoDescription* description() const;
  const RondoTensors*     tensors() const { return tensors_; }

private:
  RondoTensors* tensors_ = nullptr;
  RondoModel*   model_   = nullptr;
};

/**
   Run a stream of `n_channels` over x in calls of `block` frames (0: steps).

   What is late comes after the end, so that every row belongs to its input.
*/
std::vector<float>
run(const RondoModel*         model,
    std::size_t               n_channels,
    const std::vector<float>& x,
    std::size_t               block,
    std::size_t               lookahead = 0);

/// Run over x as a whole.
std::vector<float>
run_whole(const RondoModel*         model,
          std::size_t               n_channels,
          const std::vector<float>& x);

/// The kernel variants to test, one after the other; RONDO_CPU has no say.
std::vector<std::string>
variant_names();

/// Return the kernels called `name`, those for tests only included, or null.
const RondoKernels*
variant(const std::string& name);

} // namespace rondo

#endif // RONDO_TESTS_NET_NETWORKS_H
