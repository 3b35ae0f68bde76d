// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Write a small network of melodies with random weights.
//
// Usage: make_melody OUTPUT SEED

#include "tests/music/melody_model.hpp"
#include "tests/net/networks.h"

#include <cstdio>
#include <cstdlib>

int
main(int argc, char** argv)
{
  if (argc != 3) {
    (void)fprintf(stderr, "Usage: make_melody OUTPUT SEED\n");
    return 2;
  }

  rondo::write_model(
    argv[1], melody_description(), strtoull(argv[2], nullptr, 10));
  return 0;
}
