// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Built with RealtimeSanitizer, which ends the program at the first call that
// an audio thread must not make.
//
// Usage: driver [malloc|call]    with a word, make a planted call of that kind

#include "core/net/model.h"
#include "tests/audio/model_maker.h"
#include "tests/realtime/scenario.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool
run(const ModelMaker* const maker, const double rate, const char* const planted)
{
  RondoModel* const model    = model_maker_new(maker);
  Scenario* const   scenario = model ? scenario_new(model, rate, 2) : NULL;
  if (scenario) {
    scenario_run(scenario);
    if (!strcmp(planted, "malloc")) {
      scenario_plant_malloc(scenario);
    } else if (!strcmp(planted, "call")) {
      scenario_plant_call(scenario);
    }
  }
  scenario_free(scenario);
  rondo_model_free(model);
  return scenario;
}

int
main(int argc, char** argv)
{
  static const double rates[] = { 8000.0, 44100.0, 192000.0 };

  const char* const planted = argc > 1 ? argv[1] : "";
  const ModelMaker  plain   = model_maker();
  bool              is_well = true;
  for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); ++i) {
    is_well = is_well && run(&plain, rates[i], planted);
    printf("%g Hz\n", rates[i]);
  }
  for (size_t i = 0; i < model_maker_n_types(); ++i) {
    const char*      name  = NULL;
    const ModelMaker maker = model_maker_type(i, &name);
    is_well                = is_well && run(&maker, 48000.0, planted);
    printf("%s\n", name);
  }
  return is_well ? 0 : 1;
}
