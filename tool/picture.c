// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/picture.h"

#include "tool/output.h"
#include "tool/picture_impl.h"

#include <cairo.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FONT "sans-serif"
#define N_COLOURS 1024U

static const double pi = 3.14159265358979323846;

static RondoStatus
fail(RondoError* error, cairo_status_t status)
{
  return rondo_error_set(error,
                         status == CAIRO_STATUS_NO_MEMORY ? RONDO_ERR_NO_MEMORY
                                                          : RONDO_ERR_IO,
                         "%s",
                         cairo_status_to_string(status));
}

RondoStatus
rondo_picture_new(int width, int height, RondoPicture** out, RondoError* error)
{
  RondoPicture* const picture = (RondoPicture*)calloc(1U, sizeof(RondoPicture));
  *out                        = NULL;
  if (!picture) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  picture->surface =
    cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
  picture->context            = cairo_create(picture->surface);
  const cairo_status_t status = cairo_status(picture->context);
  if (status) {
    rondo_picture_free(picture);
    return fail(error, status);
  }
  cairo_set_source_rgb(picture->context, 1.0, 1.0, 1.0);
  cairo_paint(picture->context);
  cairo_select_font_face(
    picture->context, FONT, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  *out = picture;
  return RONDO_SUCCESS;
}

void
rondo_picture_free(RondoPicture* picture)
{
  if (picture) {
    cairo_destroy(picture->context);
    cairo_surface_destroy(picture->surface);
    free(picture);
  }
}

/// Where the PNG writer's bytes go
typedef struct {
  RondoOutput* output;
  RondoError*  error;
  RondoStatus  status;
} Sink;

static cairo_status_t
on_bytes(void* data, const unsigned char* bytes, unsigned n)
{
  Sink* const sink = (Sink*)data;
  sink->status     = rondo_output_write(sink->output, bytes, n, sink->error);
  return sink->status ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static RondoStatus
write_png(RondoPicture* picture, const char* path, RondoError* error)
{
  RondoOutput output;
  RondoStatus st = rondo_output_open(&output, path, true, error);
  if (st) {
    return st;
  }
  Sink                 sink = { &output, error, RONDO_SUCCESS };
  const cairo_status_t status =
    cairo_surface_write_to_png_stream(picture->surface, on_bytes, &sink);
  if (!status) {
    return rondo_output_commit(&output, error);
  }
  rondo_output_discard(&output);
  return sink.status ? sink.status : fail(error, status);
}

RondoStatus
rondo_picture_write(RondoPicture* picture, const char* path, RondoError* error)
{
  const RondoStatus st = write_png(picture, path, error);
  if (st && error && error->message[0]) {
    rondo_error_prefix(error, path);
  }
  return st;
}

void
rondo_picture_text(RondoPicture*  picture,
                   double         x,
                   double         y,
                   double         size,
                   RondoTextPlace place,
                   const char*    text)
{
  cairo_t* const       context = picture->context;
  cairo_text_extents_t extents;
  cairo_font_extents_t font;
  cairo_save(context);
  cairo_set_source_rgb(context, 0.1, 0.1, 0.1);
  cairo_set_font_size(context, size);
  cairo_text_extents(context, text, &extents);
  cairo_font_extents(context, &font);
  const double middle = (font.ascent - font.descent) / 2.0;
  const double left   = place == RONDO_TEXT_LEFT    ? 0.0
                        : place == RONDO_TEXT_RIGHT ? extents.x_advance
                                                    : extents.x_advance / 2.0;
  cairo_translate(context, x, y);
  if (place == RONDO_TEXT_UPWARDS) {
    cairo_rotate(context, -pi / 2.0);
  }
  cairo_move_to(context, -left, middle);
  cairo_show_text(context, text);
  cairo_restore(context);
}

// Return the sRGB value, 0 to 1, of a linear intensity
static double
encode(double x)
{
  x = x < 0.0 ? 0.0 : x > 1.0 ? 1.0 : x;
  return x <= 0.0031308 ? 12.92 * x : (1.055 * pow(x, 1.0 / 2.4)) - 0.055;
}

// From lightness, chroma and hue to sRGB, with the matrices of Ottosson 2020
static RondoColour
from_oklch(double lightness, double chroma, double hue)
{
  const double a = chroma * cos(hue);
  const double b = chroma * sin(hue);
  const double l =
    pow(lightness + (0.3963377774 * a) + (0.2158037573 * b), 3.0);
  const double m =
    pow(lightness - (0.1055613458 * a) - (0.0638541728 * b), 3.0);
  const double s =
    pow(lightness - (0.0894841775 * a) - (1.2914855480 * b), 3.0);
  const RondoColour colour = {
    encode((4.0767416621 * l) - (3.3077115913 * m) + (0.2309699292 * s)),
    encode((-1.2684380046 * l) + (2.6097574011 * m) - (0.3413193965 * s)),
    encode((-0.0041960863 * l) - (0.7034186147 * m) + (1.7076147010 * s)),
  };
  return colour;
}

RondoColour
rondo_picture_colour(double value)
{
  const double t = value > 0.0 ? (value < 1.0 ? value : 1.0) : 0.0;
  // Ends and chroma are chosen so that hardly any colour leaves sRGB
  const double lightness = 0.12 + (0.85 * t);
  const double chroma    = 0.19 * pow(sin(pi * (0.12 + (0.78 * t))), 0.9);
  const double hue       = (285.0 + (185.0 * t)) * pi / 180.0;
  return from_oklch(lightness, chroma, hue);
}

static uint32_t
pack(RondoColour colour)
{
  const uint32_t r = (uint32_t)((colour.r * 255.0) + 0.5);
  const uint32_t g = (uint32_t)((colour.g * 255.0) + 0.5);
  const uint32_t b = (uint32_t)((colour.b * 255.0) + 0.5);
  return (r << 16U) | (g << 8U) | b;
}

static void
fill_pixels(unsigned char* pixels,
            size_t         stride,
            const float*   values,
            size_t         n_rows,
            size_t         n_columns)
{
  uint32_t palette[N_COLOURS];
  for (size_t i = 0U; i < N_COLOURS; ++i) {
    palette[i] =
      pack(rondo_picture_colour((double)i / (double)(N_COLOURS - 1U)));
  }
  for (size_t row = 0U; row < n_rows; ++row) {
    const float* const from = values + ((n_rows - 1U - row) * n_columns);
    for (size_t i = 0U; i < n_columns; ++i) {
      const float  v = from[i] > 0.0f ? (from[i] < 1.0f ? from[i] : 1.0f) : 0.f;
      const size_t k = (size_t)(v * (float)(N_COLOURS - 1U));
      memcpy(pixels + (row * stride) + (i * sizeof(uint32_t)),
             &palette[k],
             sizeof(uint32_t));
    }
  }
}

RondoStatus
rondo_picture_image(RondoPicture*     picture,
                    const RondoFrame* frame,
                    const float*      values,
                    size_t            n_rows,
                    size_t            n_columns)
{
  cairo_t* const         context = picture->context;
  cairo_surface_t* const image =
    cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)n_columns, (int)n_rows);
  unsigned char* const pixels = cairo_image_surface_get_data(image);
  if (!pixels) {
    cairo_surface_destroy(image);
    return RONDO_ERR_NO_MEMORY;
  }
  cairo_surface_flush(image);
  fill_pixels(pixels,
              (size_t)cairo_image_surface_get_stride(image),
              values,
              n_rows,
              n_columns);
  cairo_surface_mark_dirty(image);
  cairo_save(context);
  cairo_translate(context, frame->x, frame->y);
  cairo_scale(
    context, frame->width / (double)n_columns, frame->height / (double)n_rows);
  cairo_set_source_surface(context, image, 0.0, 0.0);
  cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_NEAREST);
  cairo_paint(context);
  cairo_restore(context);
  cairo_surface_destroy(image);
  return RONDO_SUCCESS;
}

void
rondo_picture_fill(RondoPicture*      picture,
                   const RondoFrame*  frame,
                   const RondoColour* colour)
{
  cairo_set_source_rgb(picture->context, colour->r, colour->g, colour->b);
  cairo_rectangle(
    picture->context, frame->x, frame->y, frame->width, frame->height);
  cairo_fill(picture->context);
}
