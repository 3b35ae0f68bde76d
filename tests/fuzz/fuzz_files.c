// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Stands in for libFuzzer: tries each of the files that it is given once.

#include "core/base/file.h"
#include "core/base/status.h"
#include "tests/fuzz/fuzz.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int
main(int argc, char** argv)
{
  for (int i = 1; i < argc; ++i) {
    RondoError error = { RONDO_SUCCESS, "" };
    void*      data  = NULL;
    size_t     size  = 0U;
    if (rondo_file_read(argv[i], (size_t)1U << 24U, &data, &size, &error)) {
      fprintf(stderr, "%s: %s\n", argv[0], error.message);
      return EXIT_FAILURE;
    }
    LLVMFuzzerTestOneInput((const uint8_t*)data, size);
    free(data);
  }
  printf("%d files\n", argc - 1);
  return argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
