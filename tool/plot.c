// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/tool.h"

#include "core/base/status.h"
#include "tool/console.h"
#include "tool/interrupt.h"
#include "tool/options.h"
#include "tool/picture.h"
#include "tool/plot_denoise.h"
#include "tool/plot_panels.h"
#include "tool/spectrogram.h"
#include "tool/train_report.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PANELS 2U
#define N_ROWS 300U
#define BETWEEN 40.0 // Pixels between panels

enum { OUTPUT, DENOISE, MODEL, TITLE, MAX_FREQUENCY, RANGE, GRADIENTS };

static const RondoOption plot_options[] = {
  { 'o',
    "output",
    "FILE",
    "The picture to write (.png), '-' for standard output" },
  { 0,
    "denoise",
    NULL,
    "Denoise IN, and draw it before and after, the gain,\n"
    "the reduction and the probability of a voice" },
  { 'm', "model", "MODEL", "The network for it (default: as rondo denoise)" },
  { 0, "title", "TEXT", "A line above spectrograms" },
  { 0,
    "max-frequency",
    "HZ",
    "Top of spectrograms (default: half the sample\n"
    "rate, at most 20000)" },
  { 0,
    "range",
    "DB",
    "Levels shown under the loudest, 20 to 200 (default: 90)" },
  { 0, "gradients", NULL, "Draw the norms of gradients through time in a log" },
};

static const RondoCommand plot_command = {
  "plot",
  "IN [OUT] --output FILE [OPTION]...\n       rondo plot --denoise IN --output "
  "FILE [OPTION]...\n       rondo plot LOG.jsonl --output FILE [OPTION]...",
  "Draw the spectrogram of a sound file, or of two, one over the other on the\n"
  "same scale, or what denoising does with a file, or the losses in a "
  "training\n"
  "log.",
  plot_options,
  sizeof(plot_options) / sizeof(plot_options[0]),
  NULL,
};

typedef struct {
  const char* inputs[MAX_PANELS];
  size_t      n_inputs;
  const char* output;
  const char* title;
  double      max_hz;
  double      range; ///< dB
  const char* model;
  bool        denoise;
  bool        gradients;
} Settings;

static RondoFrame
panel_frame(size_t index)
{
  const double     height = RONDO_PANEL_HEADING + (double)N_ROWS + BETWEEN;
  const RondoFrame frame  = { RONDO_PANEL_LEFT,
                              RONDO_PANEL_TOP + ((double)index * height) +
                                RONDO_PANEL_HEADING,
                              (double)RONDO_PANEL_COLUMNS,
                              (double)N_ROWS };
  return frame;
}

static const char*
last_part(const char* path)
{
  const char* const slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

// Return what to call an input: its name, or its path if both are called alike
static const char*
panel_name(const Settings* settings, size_t index)
{
  const char* const path  = settings->inputs[index];
  const char* const other = settings->inputs[settings->n_inputs - 1U - index];
  const char* const name  = last_part(path);
  return path != other && !strcmp(name, last_part(other)) ? path : name;
}

static RondoStatus
draw(const Settings*         settings,
     const RondoSpectrogram* spectrograms,
     RondoPicture**          picture,
     RondoError*             error)
{
  const size_t     n      = settings->n_inputs;
  RondoFrame       all    = panel_frame(n - 1U);
  const double     bottom = all.y + all.height;
  const RondoScale scale =
    rondo_panels_level_scale(spectrograms, n, settings->range);
  RondoStatus st = rondo_panels_begin(
    bottom, settings->title ? settings->title : "Spectrogram", picture, error);
  if (st) {
    return st;
  }
  for (size_t i = 0U; !st && i < n; ++i) {
    const RondoFrame frame = panel_frame(i);
    const RondoAxis  time =
      rondo_panels_time(spectrograms[i].seconds, i == n - 1U);
    const RondoHeatMap map = { panel_name(settings, i),
                               spectrograms[i].levels,
                               spectrograms[i].n_rows,
                               spectrograms[i].max_hz,
                               scale };
    st = rondo_panels_draw_map(*picture, &frame, &time, &map);
  }
  if (!st) {
    all.y      = panel_frame(0U).y;
    all.height = bottom - all.y;
    st =
      rondo_panels_draw_scale(*picture, &all, &scale, RONDO_PANEL_LEVEL_LABEL);
  }
  return st ? rondo_error_set_status(error, st) : st;
}

static RondoStatus
plot_sounds(const Settings* settings, RondoError* error)
{
  RondoSpectrogram spectrograms[MAX_PANELS];
  RondoPicture*    picture = NULL;
  RondoStatus      st      = RONDO_SUCCESS;
  memset(spectrograms, 0, sizeof(spectrograms));
  for (size_t i = 0U; !st && i < settings->n_inputs; ++i) {
    st = rondo_spectrogram_read(&spectrograms[i],
                                settings->inputs[i],
                                N_ROWS,
                                RONDO_PANEL_COLUMNS,
                                settings->max_hz,
                                error);
    if (st) {
      rondo_error_prefix(error, settings->inputs[i]);
    }
  }
  if (!st) {
    st = draw(settings, spectrograms, &picture, error);
  }
  if (!st && !rondo_interrupted()) {
    st = rondo_picture_write(picture, settings->output, error);
  }
  rondo_picture_free(picture);
  for (size_t i = 0U; i < settings->n_inputs; ++i) {
    rondo_spectrogram_free(&spectrograms[i]);
  }
  return st;
}

static RondoStatus
plot_denoise(const Settings* settings, RondoError* error)
{
  const RondoPlotDenoise plot = { settings->inputs[0], settings->output,
                                  settings->model,     settings->title,
                                  settings->max_hz,    settings->range };
  return rondo_plot_denoise(&plot, error);
}

static bool
is_log(const char* path)
{
  const char* const dot = strrchr(path, '.');
  return dot && (!strcmp(dot, ".jsonl") || !strcmp(dot, ".json"));
}

static int
parse(int argc, char** argv, Settings* settings)
{
  RondoOptions options = rondo_options(&plot_command, argc, argv);
  const char*  value   = NULL;
  int          option  = 0;
  bool         success = true;
  while ((option = rondo_options_next(&options, &value)) >= 0) {
    if (option == OUTPUT) {
      settings->output = value;
    } else if (option == DENOISE) {
      settings->denoise = true;
    } else if (option == MODEL) {
      settings->model = value;
    } else if (option == TITLE) {
      settings->title = value;
    } else if (option == MAX_FREQUENCY) {
      success = rondo_options_number(
        &plot_command, option, value, 100.0, 192000.0, &settings->max_hz);
    } else if (option == GRADIENTS) {
      settings->gradients = true;
    } else {
      success = rondo_options_number(
        &plot_command, option, value, 20.0, 200.0, &settings->range);
    }
    if (!success) {
      return RONDO_OPTIONS_ERROR;
    }
  }
  if (option != RONDO_OPTIONS_END) {
    return option;
  }
  if (!settings->output || !options.n_files || options.n_files > MAX_PANELS) {
    return rondo_options_error(&plot_command,
                               !settings->output ? "--output is missing"
                               : options.n_files
                                 ? "there are more than two files"
                                 : "IN is missing");
  }
  if (settings->denoise && options.n_files > 1U) {
    return rondo_options_error(&plot_command, "--denoise takes a single file");
  }
  if (settings->denoise && !strcmp(options.files[0], "-")) {
    return rondo_options_error(&plot_command,
                               "--denoise reads IN twice, which '-' cannot be");
  }
  if (settings->model && !settings->denoise) {
    return rondo_options_error(&plot_command, "--model is for --denoise");
  }
  settings->n_inputs = options.n_files;
  for (size_t i = 0U; i < options.n_files; ++i) {
    settings->inputs[i] = options.files[i];
  }
  return option;
}

int
rondo_tool_plot(int argc, char** argv)
{
  Settings settings;
  memset(&settings, 0, sizeof(settings));
  settings.range   = 90.0;
  const int result = parse(argc, argv, &settings);
  if (result != RONDO_OPTIONS_END) {
    return rondo_options_status(result);
  }
  RondoConsole console;
  rondo_console_init(&console, "plot");
  rondo_interrupt_catch();
  RondoError        error = { RONDO_SUCCESS, "" };
  const RondoStatus st =
    settings.denoise ? plot_denoise(&settings, &error)
    : settings.gradients
      ? rondo_report_draw_gradients(settings.inputs[0], settings.output, &error)
    : settings.n_inputs == 1U && is_log(settings.inputs[0])
      ? rondo_report_draw(settings.inputs[0], settings.output, &error)
      : plot_sounds(&settings, &error);
  if (st && !rondo_interrupted()) {
    rondo_console_error(&console, NULL, "%s", error.message);
  }
  rondo_console_end(&console);
  return rondo_interrupted() ? RONDO_EXIT_INTERRUPTED
         : st                ? RONDO_EXIT_FAILURE
                             : RONDO_EXIT_SUCCESS;
}
