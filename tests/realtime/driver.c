// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Built with RealtimeSanitizer, which ends the program at the first call that
// an audio thread must not make.
//
// Usage: driver [malloc|call]    with a word, make a planted call of that kind

#include "core/net/model.h"
#include "tests/audio/model_maker.h"
#include "tests/realtime/scenario.h"

#include <stdio.h>
#include <string.h>

int
main(int argc, char** argv)
{
  static const double rates[] = { 8000.0, 44100.0, 48000.0, 192000.0 };

  const ModelMaker  maker = model_maker();
  RondoModel* const model = model_maker_new(&maker);
  for (size_t i = 0; model && i < sizeof(rates) / sizeof(rates[0]); ++i) {
    Scenario* const scenario = scenario_new(model, rates[i], 2);
    if (!scenario) {
      return 1;
    }
    scenario_run(scenario);
    if (argc > 1 && !strcmp(argv[1], "malloc")) {
      scenario_plant_malloc(scenario);
    } else if (argc > 1 && !strcmp(argv[1], "call")) {
      scenario_plant_call(scenario);
    }
    scenario_free(scenario);
    printf("%g Hz\n", rates[i]);
  }
  rondo_model_free(model);
  return model ? 0 : 1;
}
