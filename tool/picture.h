// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file picture.h Pictures with axes, written as PNG.

   Lengths are pixels from the upper left corner.
*/

#ifndef RONDO_TOOL_PICTURE_H
#define RONDO_TOOL_PICTURE_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stdbool.h>
#include <stddef.h>

/// A picture under way
typedef struct RondoPictureImpl RondoPicture;

/// A part of a picture
typedef struct {
  double x;
  double y;
  double width;
  double height;
} RondoFrame;

/// What runs along one side of a frame
typedef struct {
  double      low;
  double      high; ///< Above `low`
  bool        logarithmic;
  const char* label; ///< With the unit, such as "Time (s)"; NULL for none
} RondoAxis;

/// Red, green and blue, each 0 to 1
typedef struct {
  double r;
  double g;
  double b;
} RondoColour;

/// A line through points
typedef struct {
  const char*   label; ///< For the legend
  const double* x;     ///< (n_points)
  const double* y;     ///< (n_points); what is not finite is left out
  size_t        n_points;
} RondoCurve;

/// How a text stands at its place
typedef enum {
  RONDO_TEXT_LEFT,
  RONDO_TEXT_CENTRE,
  RONDO_TEXT_RIGHT,
  RONDO_TEXT_UPWARDS, ///< Turned, centred
} RondoTextPlace;

/// Make a white picture.
RONDO_NODISCARD RondoStatus
rondo_picture_new(int width, int height, RondoPicture** out, RondoError* error);

/// Free; NULL is harmless.
void
rondo_picture_free(RondoPicture* picture);

/// Write the picture; `-` means standard output.  Messages name the path.
RONDO_NODISCARD RondoStatus
rondo_picture_write(RondoPicture* picture, const char* path, RondoError* error);

/// Write a text; `y` is its middle.
void
rondo_picture_text(RondoPicture*  picture,
                   double         x,
                   double         y,
                   double         size,
                   RondoTextPlace place,
                   const char*    text);

/// Fill `frame` with a colour.
void
rondo_picture_fill(RondoPicture*      picture,
                   const RondoFrame*  frame,
                   const RondoColour* colour);

/// Draw the border of `frame`, ticks, numbers and labels outside of it; an
/// axis may be NULL.
void
rondo_picture_axes(RondoPicture*     picture,
                   const RondoFrame* frame,
                   const RondoAxis*  x,
                   const RondoAxis*  y);

/// Draw lines in `frame`, and a legend if there are several.
void
rondo_picture_curves(RondoPicture*     picture,
                     const RondoFrame* frame,
                     const RondoAxis*  x,
                     const RondoAxis*  y,
                     const RondoCurve* curves,
                     size_t            n_curves);

/**
   Fill `frame` with an image of values 0 to 1 through rondo_picture_colour().

   @param values (n_rows, n_columns), the first row at the bottom.
*/
RONDO_NODISCARD RondoStatus
rondo_picture_image(RondoPicture*     picture,
                    const RondoFrame* frame,
                    const float*      values,
                    size_t            n_rows,
                    size_t            n_columns);

/**
   Return a colour from dark violet (0) over red to light yellow (1), in which
   equal steps look equal.

   Lightness rises linearly and hue turns linearly in the colour space OKLCh
   (Ottosson 2020, "A perceptual color space for image processing").
*/
RondoColour
rondo_picture_colour(double value);

#endif // RONDO_TOOL_PICTURE_H
