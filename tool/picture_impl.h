// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TOOL_PICTURE_IMPL_H
#define RONDO_TOOL_PICTURE_IMPL_H

#include <cairo.h>

struct RondoPictureImpl {
  cairo_surface_t* surface;
  cairo_t*         context;
};

#endif // RONDO_TOOL_PICTURE_IMPL_H
