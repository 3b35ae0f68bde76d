// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Built with RealtimeSanitizer, which ends the program at the first call that
// an audio thread must not make: here, of a performer.

#include "core/music/performer.h"
#include "tests/music/chorale_model.hpp"
#include "tests/music/melody_model.hpp"
#include "tests/net/networks.h"
#include "tests/realtime/performing.h"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

RondoModel*
load(const std::string& description)
{
  char        path[] = "music_driver_XXXXXX";
  RondoModel* model  = nullptr;
  const int   file   = mkstemp(path);
  if (file >= 0) {
    rondo::write_model(path, description, 1U);
    if (rondo_model_load(path, &model, nullptr)) {
      model = nullptr;
    }
    (void)std::remove(path);
  }
  return model;
}

} // namespace

int
main()
{
  RondoModel* const melody  = load(melody_description());
  RondoModel* const harmony = load(chorale_description());
  bool              is_well = melody && harmony;
  for (const double rate : { 8000.0, 48000.0 }) {
    RondoPerformer* performer = nullptr;
    is_well =
      is_well &&
      !rondo_performer_new(melody, harmony, rate, &performer, nullptr) &&
      performing_run(performer) > 1000U;
    rondo_performer_free(performer);
  }
  rondo_model_free(harmony);
  rondo_model_free(melody);
  std::puts(is_well ? "performed" : "failed");
  return is_well ? 0 : 1;
}
