// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/sequence_cells.h"

#include "core/train/masking.h"

#include <math.h>

void
rondo_cells_hide(RondoSequenceWorker* const      w,
                 const RondoSequenceShare* const share,
                 const size_t                    i,
                 RondoRandom* const              random)
{
  const size_t n     = w->lengths[i];
  const size_t C     = w->n_cells;
  RondoRandom  fixed = rondo_random(share->sequences->seed, share->members[i]);
  if (!n) {
    return;
  }
  const RondoMasking* const how = &share->sequences->masking;
  const size_t              n_hidden =
    rondo_masking_draw(how, random ? random : &fixed, n, C, w->mask);
  w->n_hideable[i] = n * rondo_masking_count(how, C);
  w->weights[i]    = (double)w->n_hideable[i] / (double)n_hidden;
  for (size_t t = 0; t < n; ++t) {
    const size_t row = (t * share->n_items) + i;
    for (size_t c = 0; c < C; ++c) {
      if (w->mask[(t * C) + c]) {
        w->x[(row * w->description->n_inputs) + c] = share->sequences->hidden;
      } else {
        w->classes[(row * C) + c] = RONDO_CLASS_MISSING;
      }
    }
  }
}

// Return how many hidden cells of a row have the largest output where it is to
// be
static size_t
count_correct(const size_t         n_cells,
              const size_t         n_units,
              const float* const   y,
              const int32_t* const classes)
{
  size_t n = 0;
  for (size_t c = 0; c < n_cells; ++c) {
    const float* const row  = y + (c * n_units);
    size_t             best = 0;
    for (size_t i = 1; i < n_units; ++i) {
      best = row[i] > row[best] ? i : best;
    }
    n += (int32_t)best == classes[c] ? 1 : 0;
  }
  return n;
}

RondoSequenceScore
rondo_cells_score(RondoSequenceWorker* const w,
                  const size_t               n_items,
                  const size_t               i,
                  const float* const         y,
                  const bool                 trains)
{
  const size_t         Y     = w->description->n_outputs;
  const size_t         C     = w->n_cells;
  const double         scale = w->weights[i];
  const RondoLossShape shape = { 1, C, Y / C, NULL };
  RondoSequenceScore   score = { 0.0, w->n_hideable[i], 0 };
  for (size_t t = 0; t < w->lengths[i]; ++t) {
    const size_t         row     = (t * n_items) + i;
    const int32_t* const classes = w->classes + (row * C);
    score.n_correct += count_correct(C, Y / C, y + (row * Y), classes);
    score.loss += scale * rondo_loss_classes(&shape,
                                             y + (row * Y),
                                             classes,
                                             scale,
                                             trains ? w->dy + (row * Y) : NULL)
                            .sum;
  }
  score.n_correct = (size_t)lround((double)score.n_correct * scale);
  return score;
}
