// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/sequence_worker.h"

#include "core/base/arena.h"
#include "core/train/masking.h"
#include "core/train/sequence_cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool
rondo_description_sees_all(const RondoDescription* const description)
{
  for (size_t i = 0; i < description->n_layers; ++i) {
    const RondoLayer* const layer = &description->layers[i];
    if (layer->is_single || (layer->n_directions > 1 && !layer->along_groups)) {
      return true;
    }
  }
  return false;
}

size_t
rondo_description_n_cells(const RondoDescription* const description,
                          const RondoLossKind           loss)
{
  return loss == RONDO_LOSS_CLASSES
           ? description->layers[description->n_layers - 1].n_groups
           : 1;
}

void
rondo_sequence_worker_free(RondoSequenceWorker* const w)
{
  if (w) {
    rondo_sequence_engine_free(w->engine);
    rondo_network_free(w->network);
    rondo_aligned_free(w->x);
    rondo_aligned_free(w->target);
    rondo_aligned_free(w->classes);
    rondo_aligned_free(w->dy);
    rondo_aligned_free(w->gradients);
    free(w->mask);
    free(w->weights);
    free(w->n_hideable);
    free(w->norms);
    free(w->lengths);
    free(w->scores);
    free(w);
  }
}

// Make what runs the sequences
static RondoStatus
make_network(RondoSequenceWorker* const w,
             const RondoModel* const    model,
             RondoError* const          error)
{
  const bool logits = w->loss != RONDO_LOSS_SQUARED;
  if (model) {
    return rondo_sequence_engine_new(
      model, logits, w->max_steps, w->max_items, &w->engine, error);
  }
  const RondoStatus st = rondo_network_new(
    w->description, w->max_steps, w->max_items, &w->network, error);
  if (!st && logits) {
    (void)rondo_network_set_logits(w->network, true);
  }
  return st;
}

static RondoStatus
make_room(RondoSequenceWorker* const w,
          const RondoModel* const    model,
          RondoError* const          error)
{
  const RondoDescription* const d = w->description;

  const size_t n_rows       = w->max_steps * w->max_items;
  const size_t n_y          = n_rows * d->n_outputs * sizeof(float);
  const size_t n_parameters = rondo_network_n_parameters(d);

  w->x  = (float*)rondo_aligned_new(n_rows * d->n_inputs * sizeof(float));
  w->dy = (float*)rondo_aligned_new(n_y);
  if (w->loss == RONDO_LOSS_CLASSES) {
    w->classes =
      (int32_t*)rondo_aligned_new(n_rows * w->n_cells * sizeof(int32_t));
  } else {
    w->target = (float*)rondo_aligned_new(n_y);
  }
  w->gradients =
    model ? NULL : (float*)rondo_aligned_new(n_parameters * sizeof(float));
  w->mask       = (uint8_t*)calloc(w->max_steps * w->n_cells, 1);
  w->weights    = (double*)calloc(w->max_items, sizeof(double));
  w->n_hideable = (size_t*)calloc(w->max_items, sizeof(size_t));
  w->norms      = (double*)calloc(w->max_steps, sizeof(double));
  w->lengths    = (size_t*)calloc(w->max_items, sizeof(size_t));
  w->scores =
    (RondoSequenceScore*)calloc(w->max_items, sizeof(RondoSequenceScore));
  if (!w->x || !w->dy || !(w->classes || w->target) || !w->mask ||
      !w->weights || !w->n_hideable || !w->norms || !w->lengths || !w->scores ||
      (!model && !w->gradients)) {
    return rondo_error_set(error,
                           RONDO_ERR_NO_MEMORY,
                           "no memory for %zu sequences of %zu steps at a time",
                           w->max_items,
                           w->max_steps);
  }
  return make_network(w, model, error);
}

RondoStatus
rondo_sequence_worker_new(const RondoDescription* const description,
                          const RondoLossKind           loss,
                          const size_t                  max_steps,
                          const size_t                  max_items,
                          const RondoModel* const       model,
                          RondoSequenceWorker** const   out,
                          RondoError* const             error)
{
  *out = NULL;
  RondoSequenceWorker* const w =
    (RondoSequenceWorker*)calloc(1, sizeof(RondoSequenceWorker));
  if (!w) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  w->description = description;
  w->loss        = loss;
  w->max_steps   = max_steps;
  w->max_items   = max_items;
  w->n_cells     = rondo_description_n_cells(description, loss);

  const RondoStatus status = make_room(w, model, error);
  if (status) {
    rondo_sequence_worker_free(w);
    return status;
  }
  *out = w;
  return RONDO_SUCCESS;
}

// Return sequence `i` of a share
static RondoSequence*
member(const RondoSequenceShare* const share, const size_t i)
{
  return &share->sequences->sequences[share->members[i]];
}

// Set the lengths, and return the steps of the longest that is left
static size_t
set_lengths(RondoSequenceWorker* const w, const RondoSequenceShare* const share)
{
  size_t longest = 0;
  for (size_t i = 0; i < share->n_items; ++i) {
    const size_t n    = member(share, i)->n_steps;
    const size_t left = n > share->first ? n - share->first : 0;
    w->lengths[i]     = left < share->n_steps ? left : share->n_steps;
    longest           = w->lengths[i] > longest ? w->lengths[i] : longest;
  }
  return longest;
}

// Copy a row whose units move up by `shift`, or down
static void
copy_shifted(const float* const from,
             float* const       to,
             const size_t       n,
             const int          shift)
{
  const size_t up   = shift > 0 ? (size_t)shift : 0;
  const size_t down = shift < 0 ? (size_t)-shift : 0;
  memset(to, 0, sizeof(float) * n);
  memcpy(to + up, from + down, sizeof(float) * (n - up - down));
}

// Lay the inputs of step `t`: beside each value those of steps before
static void
lay_inputs(const RondoSequences* const set,
           const RondoSequence* const  s,
           const size_t                t,
           const int                   shift,
           float* const                x)
{
  const size_t width  = rondo_sequences_input_width(set);
  const size_t stride = 1 + set->n_lags;
  const size_t up     = shift > 0 ? (size_t)shift : 0;
  const size_t down   = shift < 0 ? (size_t)-shift : 0;

  memset(x, 0, sizeof(float) * set->n_inputs);
  for (size_t j = 0; j < stride; ++j) {
    const size_t back = j ? set->lags[j - 1] - 1 : 0;
    if (back <= t) {
      const float* const from = s->x + ((t - back) * width) + down;
      float* const       to   = x + (up * stride) + j;
      for (size_t i = 0; i < width - up - down; ++i) {
        to[i * stride] = from[i];
      }
    }
  }
}

// Hide the inputs of a row that are optional
static void
hide(const RondoSequences* const sequences, float* const x)
{
  for (size_t i = 0; i < sequences->n_optional; ++i) {
    x[sequences->optional + i] = sequences->unknown[i];
  }
}

// Lay the rows of sequence `i` where the network and the loss want them
static void
lay_rows(const RondoSequenceWorker* const w,
         const RondoSequenceShare* const  share,
         const size_t                     i,
         const size_t                     n_steps)
{
  const RondoSequence* const s     = member(share, i);
  const int                  shift = share->shifts ? share->shifts[i] : 0;
  const size_t               X     = w->description->n_inputs;
  const size_t               Y     = w->description->n_outputs;
  const size_t               B     = share->n_items;
  const size_t               n     = w->lengths[i];

  for (size_t t = 0; t < n_steps; ++t) {
    float* const x = w->x + (((t * B) + i) * X);
    if (t < n) {
      lay_inputs(share->sequences, s, share->first + t, shift, x);
      if (share->hides && share->hides[i]) {
        hide(share->sequences, x);
      }
    } else {
      memset(x, 0, sizeof(float) * X);
    }
  }

  const size_t n_targets = share->sequences->is_single ? 1 : n;
  for (size_t t = 0; t < n_targets; ++t) {
    const size_t row = (t * B) + i;
    if (w->classes) {
      const size_t C = w->n_cells;
      for (size_t c = 0; c < C; ++c) {
        w->classes[(row * C) + c] = (int32_t)s->y[((share->first + t) * C) + c];
      }
    } else {
      const float* const y = s->y + ((share->first + t) * Y);
      copy_shifted(y, w->target + (row * Y), Y, shift);
    }
  }
}

// Run the network over a share; return the outputs, or NULL if all have ended
static const float*
run_share(RondoSequenceWorker* const      w,
          const float* const              parameters,
          const RondoSequenceShare* const share,
          RondoRandom* const              random,
          size_t* const                   n_steps)
{
  if (!share->first && w->network) {
    rondo_network_reset(w->network);
  }
  *n_steps = share->n_items ? set_lengths(w, share) : 0;
  if (!*n_steps) {
    return NULL;
  }
  for (size_t i = 0; i < share->n_items; ++i) {
    lay_rows(w, share, i, *n_steps);
    if (share->sequences->n_cells) {
      rondo_cells_hide(w, share, i, random);
    }
  }
  return w->engine ? rondo_sequence_engine_run(w->engine,
                                               share->first > 0,
                                               *n_steps,
                                               share->n_items,
                                               w->x,
                                               w->lengths)
                   : rondo_network_forward(w->network,
                                           parameters,
                                           *n_steps,
                                           share->n_items,
                                           w->x,
                                           w->lengths,
                                           random);
}

static RondoLoss
score(const RondoSequenceWorker* const w,
      const RondoLossShape* const      shape,
      const float* const               y,
      const float* const               target,
      const int32_t* const             classes,
      float* const                     dy)
{
  const double n_units = (double)shape->n_units;
  RondoLoss    loss    = { 0.0, 0 };
  switch (w->loss) {
    case RONDO_LOSS_SQUARED:
      loss = rondo_loss_squared(shape, y, target, 1.0 / n_units, dy);
      loss.sum /= n_units;
      break;
    case RONDO_LOSS_BINARY:
      loss = rondo_loss_binary(shape, y, target, 1.0, dy);
      break;
    case RONDO_LOSS_CLASSES:
      loss = rondo_loss_classes(shape, y, classes, 1.0, dy);
      break;
  }
  return loss;
}

// Score the cells of a share that are hidden
static RondoLoss
score_cells(RondoSequenceWorker* const      w,
            const RondoSequenceShare* const share,
            const size_t                    n_steps,
            const float* const              y)
{
  RondoLoss loss = { 0.0, 0 };
  memset(w->dy,
         0,
         n_steps * share->n_items * w->description->n_outputs * sizeof(float));
  for (size_t i = 0; i < share->n_items; ++i) {
    const RondoSequenceScore item =
      rondo_cells_score(w, share->n_items, i, y, true);
    loss.sum += item.loss;
    loss.n_steps += item.n_targets;
  }
  return loss;
}

// Run forward and backward; the loss is that of the last step if `last`
static void
learn(RondoSequenceWorker* const      w,
      const float* const              parameters,
      const RondoSequenceShare* const share,
      RondoRandom* const              random,
      const bool                      last)
{
  const RondoLoss none    = { 0.0, 0 };
  size_t          n_steps = 0;
  memset(w->gradients,
         0,
         rondo_network_n_parameters(w->description) * sizeof(float));
  w->result = none;

  const float* const y = run_share(w, parameters, share, random, &n_steps);
  if (y) {
    const bool           single = share->sequences->is_single;
    const size_t         n_y    = single ? 1 : n_steps;
    const size_t         Y      = w->description->n_outputs;
    const RondoLossShape shape  = {
       n_y, share->n_items, Y, single ? NULL : w->lengths
    };

    w->result = share->sequences->n_cells
                  ? score_cells(w, share, n_steps, y)
                  : score(w, &shape, y, w->target, w->classes, w->dy);
    if (last) {
      memset(w->dy, 0, sizeof(float) * (n_y - 1) * share->n_items * Y);
    }
    rondo_network_backward(w->network, parameters, w->dy, w->gradients, NULL);
  }
}

void
rondo_sequence_worker_train(RondoSequenceWorker* const      w,
                            const float* const              parameters,
                            const RondoSequenceShare* const share,
                            RondoRandom* const              random)
{
  learn(w, parameters, share, random, false);
}

void
rondo_sequence_worker_last(RondoSequenceWorker* const      w,
                           const float* const              parameters,
                           const RondoSequenceShare* const share)
{
  learn(w, parameters, share, NULL, true);
}

static size_t
largest(const float* const y, const size_t n)
{
  size_t best = 0;
  for (size_t i = 1; i < n; ++i) {
    best = y[i] > y[best] ? i : best;
  }
  return best;
}

// Score sequence `i`, whose outputs are brought together in `dy`
static void
score_sequence(RondoSequenceWorker* const      w,
               const RondoSequenceShare* const share,
               const size_t                    i,
               const float* const              y)
{
  RondoSequence* const s = member(share, i);
  const size_t         Y = w->description->n_outputs;
  const size_t         n = share->sequences->is_single ? 1 : w->lengths[i];

  const float* const target = w->classes ? NULL : s->y + (share->first * Y);
  for (size_t t = 0; t < n; ++t) {
    memcpy(
      w->dy + (t * Y), y + (((t * share->n_items) + i) * Y), Y * sizeof(float));
    if (w->classes) {
      const float   wanted = s->y[share->first + t];
      const int32_t found  = (int32_t)largest(w->dy + (t * Y), Y);
      w->classes[t]        = (int32_t)wanted;
      w->scores[i].n_correct += found == (int32_t)wanted ? 1 : 0;
      if (s->predicted) {
        s->predicted[share->first + t] = found;
      }
    }
  }
  const RondoLossShape shape = { n, 1, Y, NULL };
  const RondoLoss      loss = score(w, &shape, w->dy, target, w->classes, NULL);
  w->scores[i].loss += loss.sum;
  w->scores[i].n_targets += loss.n_steps;
}

void
rondo_sequence_worker_judge(RondoSequenceWorker* const      w,
                            const float* const              parameters,
                            const RondoSequenceShare* const share)
{
  RondoSequenceShare part    = *share;
  size_t             n_steps = 0;
  memset(w->scores, 0, share->n_items * sizeof(RondoSequenceScore));
  part.n_steps = w->max_steps;
  for (part.first = 0; part.first < share->n_steps;
       part.first += w->max_steps) {
    const float* const y = run_share(w, parameters, &part, NULL, &n_steps);
    for (size_t i = 0; y && i < part.n_items; ++i) {
      if (w->lengths[i] && share->sequences->n_cells) {
        w->scores[i] = rondo_cells_score(w, part.n_items, i, y, false);
      } else if (w->lengths[i]) {
        score_sequence(w, &part, i, y);
      }
    }
  }
}
