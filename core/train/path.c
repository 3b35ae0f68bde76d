// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/path.h"

#include <string.h>

// What stands for a step at which a sequence ended
#define NO_ROW ((size_t)-1)

static size_t
smaller(const size_t a, const size_t b)
{
  return a < b ? a : b;
}

RondoPath
rondo_path(const RondoLayer* const layer,
           const bool              is_reverse,
           const size_t            T,
           const size_t            B)
{
  const size_t G = layer->n_groups;

  RondoPath path = {
    .T            = T,
    .B            = B,
    .G            = G,
    .n_steps      = T,
    .n_sequences  = B * G,
    .along_groups = layer->along_groups,
    .is_reverse   = is_reverse,
    .is_identity  = !layer->along_groups && !is_reverse,
  };
  if (layer->along_groups) {
    path.n_steps     = G;
    path.n_sequences = T * B;
  } else if (is_reverse && layer->lookahead < T - 1) {
    path.window      = layer->lookahead + 1;
    path.n_steps     = path.window;
    path.n_sequences = T * B * G;
  }
  return path;
}

// Return the steps of frames from `t` on of the sequence that column b is of
static size_t
frames_from(const RondoPath* const path, const size_t t, const size_t b)
{
  const size_t end = path->lengths ? path->lengths[b] : path->T;
  return end > t ? end - t : 0;
}

// Return the row (T, B, G) that a sequence of the path sees at a step
static size_t
row_at(const RondoPath* const path, const size_t step, const size_t sequence)
{
  const size_t G = path->G;
  const size_t n = path->B * G; // Rows of a frame
  if (path->along_groups) {
    const bool valid =
      frames_from(path, sequence / path->B, sequence % path->B);
    return valid ? (sequence * G) + (path->is_reverse ? G - 1 - step : step)
                 : NO_ROW;
  }

  const size_t first   = path->window ? sequence / n : 0;
  const size_t column  = sequence % n;
  const size_t n_ahead = frames_from(path, first, column / G);
  const size_t length = path->window ? smaller(path->window, n_ahead) : n_ahead;
  if (step >= length) {
    return NO_ROW;
  }
  const size_t t = path->is_reverse ? first + length - 1 - step : step;
  return (t * n) + column;
}

// Return whether a sequence shows the output of a row that it sees: of a
// window, that of its end, the frame that has its number
static bool
is_output(const RondoPath* const path, const size_t row, const size_t sequence)
{
  return !path->window || row == sequence;
}

void
rondo_path_gather(const RondoPath* const path,
                  const size_t           X,
                  const RondoReal* const x,
                  RondoReal* const       arranged)
{
  const size_t n_bytes = sizeof(RondoReal) * X;

  RondoReal* to = arranged;
  for (size_t i = 0; i < path->n_steps; ++i) {
    for (size_t j = 0; j < path->n_sequences; ++j, to += X) {
      const size_t row = row_at(path, i, j);
      if (row == NO_ROW) {
        memset(to, 0, n_bytes);
      } else {
        memcpy(to, x + (row * X), n_bytes);
      }
    }
  }
}

void
rondo_path_scatter(const RondoPath* const path,
                   const size_t           X,
                   const RondoReal* const arranged,
                   RondoReal* const       dx)
{
  const RondoReal* from = arranged;
  for (size_t i = 0; i < path->n_steps; ++i) {
    for (size_t j = 0; j < path->n_sequences; ++j, from += X) {
      const size_t row = row_at(path, i, j);
      for (size_t k = 0; row != NO_ROW && k < X; ++k) {
        dx[(row * X) + k] += from[k];
      }
    }
  }
}

void
rondo_path_outputs(const RondoPath* const path,
                   const size_t           H,
                   RondoReal* const       h,
                   RondoReal* const       y,
                   const size_t           stride)
{
  const size_t n_bytes = sizeof(RondoReal) * H;

  RondoReal* from = h;
  for (size_t i = 0; i < path->n_steps; ++i) {
    for (size_t j = 0; j < path->n_sequences; ++j, from += H) {
      const size_t row = row_at(path, i, j);
      if (row == NO_ROW) {
        memset(from, 0, n_bytes);
      } else if (is_output(path, row, j)) {
        memcpy(y + (row * stride), from, n_bytes);
      }
    }
  }
}

void
rondo_path_gradients(const RondoPath* const path,
                     const size_t           H,
                     const RondoReal* const dy,
                     const size_t           stride,
                     RondoReal* const       dh)
{
  const size_t n_bytes = sizeof(RondoReal) * H;

  RondoReal* to = dh;
  for (size_t i = 0; i < path->n_steps; ++i) {
    for (size_t j = 0; j < path->n_sequences; ++j, to += H) {
      const size_t row = row_at(path, i, j);
      if (row == NO_ROW || !is_output(path, row, j)) {
        memset(to, 0, n_bytes);
      } else {
        memcpy(to, dy + (row * stride), n_bytes);
      }
    }
  }
}
