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

int
main(int argc, char** argv)
{
  static const double rates[] = { 8000.0, 44100.0, 48000.0, 192000.0 };

  // Without look-ahead and with it, which brings layers of all types
  ModelMaker        maker = model_maker();
  RondoModel* const model = model_maker_new(&maker);
  maker.lookahead         = 5;
  RondoModel* const ahead = model_maker_new(&maker);
  const size_t      n     = sizeof(rates) / sizeof(rates[0]);
  for (size_t i = 0; model && ahead && i < 2U * n; ++i) {
    const double    rate     = rates[i % n];
    Scenario* const scenario = scenario_new(i < n ? model : ahead, rate, 2);
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
    printf("%g Hz\n", rate);
  }
  const bool is_well = model && ahead;
  rondo_model_free(ahead);
  rondo_model_free(model);
  return is_well ? 0 : 1;
}
