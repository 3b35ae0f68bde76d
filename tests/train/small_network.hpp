// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Networks of float, for the tests of training

#ifndef RONDO_TESTS_TRAIN_SMALL_NETWORK_HPP
#define RONDO_TESTS_TRAIN_SMALL_NETWORK_HPP

#include "core/base/random.h"
#include "core/net/description.h"
#include "core/train/network.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

using Floats = std::vector<float>;

struct FreeNetwork {
  void operator()(RondoNetwork* n) const { rondo_network_free(n); }
};

using Network = std::unique_ptr<RondoNetwork, FreeNetwork>;

inline Network
make_network(const RondoDescription& description,
             const size_t            n_steps,
             const size_t            n_batch)
{
  RondoNetwork* network = nullptr;
  RondoError    error   = { RONDO_SUCCESS, "" };
  EXPECT_EQ(rondo_network_new(&description, n_steps, n_batch, &network, &error),
            RONDO_SUCCESS)
    << error.message;
  return Network(network);
}

inline Floats
draw(RondoRandom& random, const size_t n)
{
  Floats values(n);
  for (float& value : values) {
    value = rondo_random_normal(&random);
  }
  return values;
}

inline Floats
initialise(const RondoDescription&    description,
           const unsigned             seed,
           const RondoInitialisation& settings = rondo_initialisation())
{
  RondoRandom random = rondo_random(seed, 1);
  Floats      parameters(rondo_network_n_parameters(&description), NAN);
  rondo_network_initialise(&description, &settings, &random, parameters.data());
  return parameters;
}

// Return where the tensor called `name` starts
inline size_t
offset_of(const RondoDescription& description, const std::string& name)
{
  for (size_t i = 0; i < rondo_description_n_tensors(&description); ++i) {
    if (name == rondo_description_tensor(&description, i).name) {
      return rondo_network_offset(&description, i);
    }
  }
  ADD_FAILURE() << name;
  return 0;
}

#endif // RONDO_TESTS_TRAIN_SMALL_NETWORK_HPP
