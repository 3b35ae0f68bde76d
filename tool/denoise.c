// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/tool.h"

#include "core/base/status.h"
#include "core/net/model.h"
#include "tool/console.h"
#include "tool/denoise_batch.h"
#include "tool/denoise_model.h"
#include "tool/denoise_options.h"
#include "tool/denoise_plan.h"
#include "tool/interrupt.h"
#include "tool/options.h"

#include <stddef.h>

static int
run(RondoDenoiseSettings* settings,
    RondoConsole*         console,
    char**                files,
    size_t                n_files)
{
  RondoError  error = { RONDO_SUCCESS, "" };
  RondoModel* model = NULL;
  RondoStatus st    = rondo_denoise_model_load(settings->model, &model, &error);
  if (st) {
    rondo_console_error(console, NULL, "%s", error.message);
    return RONDO_EXIT_FAILURE;
  }
  const char* const folder = settings->plan.directory;
  if (folder) {
    st = rondo_denoise_plan_make_folder(folder, &error);
    if (st) {
      rondo_console_error(console, folder, "%s", error.message);
    }
  }
  settings->job.model = model;
  const int status    = st ? RONDO_EXIT_FAILURE
                           : rondo_denoise_batch(&settings->plan,
                                              &settings->job,
                                              files,
                                              n_files,
                                              settings->n_threads,
                                              settings->progress,
                                              settings->json);
  rondo_model_free(model);
  return status;
}

int
rondo_tool_denoise(int argc, char** argv)
{
  RondoDenoiseSettings settings;
  RondoOptions         options;
  const int result = rondo_denoise_parse(argc, argv, &settings, &options);
  if (result != RONDO_OPTIONS_END) {
    return rondo_options_status(result);
  }
  RondoConsole console;
  rondo_console_init(&console, "denoise");
  console.quiet        = settings.quiet;
  settings.job.console = &console;
  rondo_interrupt_catch();
  const int status = run(&settings, &console, options.files, options.n_files);
  rondo_console_end(&console);
  return status;
}
