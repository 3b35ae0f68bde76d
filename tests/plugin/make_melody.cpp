// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Write a small network of melodies or of chorales with random weights.
//
// Usage: make_melody melody|chorale OUTPUT SEED

#include "tests/music/chorale_model.hpp"
#include "tests/music/melody_model.hpp"
#include "tests/net/networks.h"

#include <cstdio>
#include <cstdlib>
#include <string>

int
main(int argc, char** argv)
{
  const std::string kind = argc == 4 ? argv[1] : "";
  if (kind != "melody" && kind != "chorale") {
    (void)fprintf(stderr, "Usage: make_melody melody|chorale OUTPUT SEED\n");
    return 2;
  }

  rondo::write_model(argv[2],
                     kind == "melody" ? melody_description()
                                      : chorale_description(),
                     strtoull(argv[3], nullptr, 10));
  return 0;
}
