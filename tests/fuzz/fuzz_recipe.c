// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Takes any bytes as a recipe, of a denoiser and of sequences, as `rondo train`
// does.  What is refused has a message.
//
// Built with libFuzzer by -Dfuzz=true and Clang; otherwise a program that runs
// the files it is given, such as the recipes of presets/, once.

#include "core/base/status.h"
#include "core/net/config.h"
#include "core/train/recipe.h"
#include "core/train/sequence_recipe.h"
#include "tests/fuzz/fuzz.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

static void
check(int holds)
{
  if (!holds) {
    abort();
  }
}

static void
read_sequences(const char* text, size_t size)
{
  RondoError           error  = { RONDO_SUCCESS, "" };
  RondoConfig*         config = NULL;
  RondoSequenceRecipe* recipe = NULL;
  RondoStatus          st     = rondo_config_parse(text, size, &config, &error);
  if (!st) {
    const char* task = NULL;
    check(!rondo_recipe_task(config, &task, &error) || *error.message);
    st = rondo_sequence_recipe_new(config, &recipe, &error);
  }
  check(!st == !!recipe && (!st || *error.message));
  rondo_sequence_recipe_free(recipe);
}

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
  const char* const text   = (const char*)data;
  RondoError        error  = { RONDO_SUCCESS, "" };
  RondoRecipe*      recipe = NULL;
  const RondoStatus st     = rondo_recipe_parse(text, size, &recipe, &error);
  check(!st == !!recipe && (!st || *error.message));
  rondo_recipe_free(recipe);
  read_sequences(text, size);
  return 0;
}
