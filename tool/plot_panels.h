// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file plot_panels.h Pictures of panels that share an axis of time, one under
   the other.
*/

#ifndef RONDO_TOOL_PLOT_PANELS_H
#define RONDO_TOOL_PLOT_PANELS_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "tool/picture.h"
#include "tool/spectrogram.h"

#include <stdbool.h>
#include <stddef.h>

/// Pixels of a panel's width, a value each
#define RONDO_PANEL_COLUMNS 960U

// Pixels around the panels
#define RONDO_PANEL_LEFT 76.0
#define RONDO_PANEL_RIGHT 110.0
#define RONDO_PANEL_TOP 52.0
#define RONDO_PANEL_HEADING 22.0
#define RONDO_PANEL_BOTTOM 56.0

/// What colours or a curve stand for
typedef struct {
  double low;
  double high;
} RondoScale;

/// Levels, or other values, over time and frequency
typedef struct {
  const char* heading;
  const float*
             values; ///< (n_rows, RONDO_PANEL_COLUMNS), as in RondoSpectrogram
  size_t     n_rows;
  double     max_hz;
  RondoScale scale;
} RondoHeatMap;

/// The label of the scale of levels
#define RONDO_PANEL_LEVEL_LABEL "Level (dB, full-scale sine = 0)"

/// Return the scale that (n) spectrograms share: `range` dB under the loudest.
RondoScale
rondo_panels_level_scale(const RondoSpectrogram* spectrograms,
                         size_t                  n,
                         double                  range);

/// Make a picture of panels that end at `bottom`, under a title.
RONDO_NODISCARD RondoStatus
rondo_panels_begin(double         bottom,
                   const char*    title,
                   RondoPicture** out,
                   RondoError*    error);

/// Return the axis of time, in minutes if there are many seconds; with a label
/// if it is the lowest.
RondoAxis
rondo_panels_time(double seconds, bool lowest);

/// Write what a panel shows over it.
void
rondo_panels_heading(RondoPicture*     picture,
                     const RondoFrame* frame,
                     const char*       text);

/// Draw a heat map in `frame`; `time` may be NULL for a panel over others.
RONDO_NODISCARD RondoStatus
rondo_panels_draw_map(RondoPicture*       picture,
                      const RondoFrame*   frame,
                      const RondoAxis*    time,
                      const RondoHeatMap* map);

/// Draw what colours mean, to the right of `frame`.
RONDO_NODISCARD RondoStatus
rondo_panels_draw_scale(RondoPicture*     picture,
                        const RondoFrame* frame,
                        const RondoScale* scale,
                        const char*       label);

#endif // RONDO_TOOL_PLOT_PANELS_H
