// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/tool.h"

#include "core/base/status.h"
#include "tool/console.h"
#include "tool/interrupt.h"
#include "tool/options.h"
#include "tool/picture.h"
#include "tool/spectrogram.h"
#include "tool/train_report.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PANELS 2U
#define N_COLUMNS 960U
#define N_ROWS 300U

// Pixels around the panels
#define LEFT 76.0
#define RIGHT 110.0
#define TOP 52.0
#define HEADING 22.0
#define BETWEEN 40.0
#define BOTTOM 56.0

enum { OUTPUT, TITLE, MAX_FREQUENCY, RANGE, GRADIENTS };

static const RondoOption plot_options[] = {
  { 'o',
    "output",
    "FILE",
    "The picture to write (.png), '-' for standard output" },
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
  "IN [OUT] --output FILE [OPTION]...\n       rondo plot LOG.jsonl --output "
  "FILE [OPTION]...",
  "Draw the spectrogram of a sound file, or of two, one over the other on the\n"
  "same scale, or the losses in a training log.",
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
  bool        gradients;
} Settings;

/// The levels that the colours stand for, dB
typedef struct {
  float low;
  float high;
} Scale;

static RondoFrame
panel_frame(size_t index)
{
  const double     height = HEADING + (double)N_ROWS + BETWEEN;
  const RondoFrame frame  = { LEFT,
                              TOP + ((double)index * height) + HEADING,
                              (double)N_COLUMNS,
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
draw_panel(RondoPicture*     picture,
           RondoSpectrogram* spectrogram,
           size_t            index,
           bool              last,
           const char*       name,
           const Scale*      scale)
{
  const RondoFrame frame     = panel_frame(index);
  const bool       minutes   = spectrogram->seconds > 180.0;
  const RondoAxis  time      = { 0.0,
                                 spectrogram->seconds / (minutes ? 60.0 : 1.0),
                                 false,
                           !last     ? NULL
                                 : minutes ? "Time (min)"
                                           : "Time (s)" };
  const RondoAxis  frequency = {
     0.0, spectrogram->max_hz / 1000.0, false, "Frequency (kHz)"
  };
  const size_t n = spectrogram->n_rows * spectrogram->n_columns;
  for (size_t i = 0U; i < n; ++i) {
    spectrogram->levels[i] =
      (spectrogram->levels[i] - scale->low) / (scale->high - scale->low);
  }
  const RondoStatus st = rondo_picture_image(picture,
                                             &frame,
                                             spectrogram->levels,
                                             spectrogram->n_rows,
                                             spectrogram->n_columns);
  rondo_picture_text(
    picture, frame.x, frame.y - 11.0, 13.0, RONDO_TEXT_LEFT, name);
  rondo_picture_axes(picture, &frame, &time, &frequency);
  return st;
}

// Draw what the colours mean, to the right of all panels
static RondoStatus
draw_scale(RondoPicture* picture, size_t n_panels, const Scale* scale)
{
  float            values[256];
  const RondoFrame first = panel_frame(0U);
  const RondoFrame last  = panel_frame(n_panels - 1U);
  const RondoFrame bar   = {
      first.x + first.width + 78.0, first.y, 18.0, last.y + last.height - first.y
  };
  const RondoAxis level = { (double)scale->low,
                            (double)scale->high,
                            false,
                            "Level (dB, full-scale sine = 0)" };
  for (size_t i = 0U; i < 256U; ++i) {
    values[i] = (float)i / 255.0f;
  }
  const RondoStatus st = rondo_picture_image(picture, &bar, values, 256U, 1U);
  rondo_picture_axes(picture, &bar, NULL, &level);
  return st;
}

static RondoStatus
draw(const Settings*   settings,
     RondoSpectrogram* spectrograms,
     RondoPicture**    picture,
     RondoError*       error)
{
  const size_t n       = settings->n_inputs;
  const double width   = LEFT + (double)N_COLUMNS + RIGHT;
  const double height  = panel_frame(n - 1U).y + (double)N_ROWS + BOTTOM;
  float        loudest = -INFINITY;
  RondoStatus  st = rondo_picture_new((int)width, (int)height, picture, error);
  for (size_t i = 0U; i < n; ++i) {
    loudest = fmaxf(loudest, spectrograms[i].loudest);
  }
  // Silence has no loudest level to speak of
  const float high  = ceilf(fmaxf(loudest, -100.0f) / 10.0f) * 10.0f;
  const Scale scale = { high - (float)settings->range, high };
  for (size_t i = 0U; !st && i < n; ++i) {
    st = draw_panel(*picture,
                    &spectrograms[i],
                    i,
                    i == n - 1U,
                    panel_name(settings, i),
                    &scale);
  }
  if (!st) {
    st = draw_scale(*picture, n, &scale);
    rondo_picture_text(*picture,
                       LEFT + ((double)N_COLUMNS / 2.0),
                       26.0,
                       17.0,
                       RONDO_TEXT_CENTRE,
                       settings->title ? settings->title : "Spectrogram");
  }
  return st;
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
                                N_COLUMNS,
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
  settings->n_inputs = options.n_files;
  for (size_t i = 0U; i < options.n_files; ++i) {
    settings->inputs[i] = options.files[i];
  }
  return option;
}

int
rondo_tool_plot(int argc, char** argv)
{
  Settings  settings = { { NULL, NULL }, 0U, NULL, NULL, 0.0, 90.0, false };
  const int result   = parse(argc, argv, &settings);
  if (result != RONDO_OPTIONS_END) {
    return rondo_options_status(result);
  }
  RondoConsole console;
  rondo_console_init(&console, "plot");
  rondo_interrupt_catch();
  RondoError        error = { RONDO_SUCCESS, "" };
  const RondoStatus st =
    settings.gradients
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
