// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/harmony.h"

#include "core/base/random.h"
#include "core/net/sampler.h"
#include "core/net/sequence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_CLASSES ((size_t)RONDO_CHORALE_N_CLASSES)

// Sixteenths whose cells are hidden together
#define BLOCK 4U

// Shares of cells that are hidden: at first, and in the last quarter
#define MOST_HIDDEN 1.0
#define LEAST_HIDDEN 0.06

// The logarithm of the probability of what may not be drawn
#define NEVER (-INFINITY)

/// A chorale while it is filled in
typedef struct {
  const RondoModel*   model;
  const RondoFilling* how;
  const RondoChorale* chorale;
  const uint8_t*      holes;
  int                 shift;
  size_t              n;      // Sixteenths
  uint8_t*            cells;  // (n, RONDO_N_PARTS) Tokens
  uint8_t*            hidden; // (n, RONDO_N_PARTS)
  float*              x;      // (n, RONDO_HARMONY_N_INPUTS)
  float*              y;      // (n, RONDO_N_PARTS, N_CLASSES)
  RondoRandom         random;
} Session;

RondoFilling
rondo_filling(const int octaves)
{
  static const uint8_t ranges[RONDO_N_PARTS][2] = {
    { 57, 84 }, { 53, 75 }, { 47, 69 }, { 38, 64 }
  };

  RondoFilling how = {
    .temperature = 1.0, .n_passes = 120, .parallels = 4.0f, .hasty = 2.0f
  };
  for (size_t i = 0; i < RONDO_N_PARTS; ++i) {
    for (size_t k = 0; k < 2; ++k) {
      const int      pitch = ranges[i][k] + (12 * octaves);
      uint8_t* const to    = k ? &how.high[i] : &how.low[i];
      *to = (uint8_t)(pitch < 0 ? 0 : pitch > 127 ? 127 : pitch);
    }
  }
  return how;
}

RondoStatus
rondo_harmony_check(const RondoModel* const model, RondoError* const error)
{
  const RondoDescription* const d    = rondo_model_description(model);
  RondoConfig*                  task = NULL;
  const RondoStatus st = rondo_description_task(d, "harmony", &task, error);
  if (st) {
    return st;
  }
  size_t n_tokens = 0;
  for (size_t i = 0; i < d->n_layers; ++i) {
    n_tokens = d->layers[i].n_tokens ? d->layers[i].n_tokens : n_tokens;
  }
  const RondoLayer* const last = &d->layers[d->n_layers - 1];
  if (d->n_inputs != RONDO_HARMONY_N_INPUTS ||
      d->n_outputs != RONDO_N_PARTS * N_CLASSES ||
      n_tokens != RONDO_HARMONY_TABLE || rondo_description_is_single(d) ||
      last->n_groups != RONDO_N_PARTS ||
      last->activation != RONDO_ACTIVATION_SOFTMAX) {
    return rondo_error_set(error,
                           RONDO_ERR_UNSUPPORTED,
                           "expected %d inputs, tokens of %d, and a softmax of "
                           "%d groups of %zu outputs",
                           RONDO_HARMONY_N_INPUTS,
                           RONDO_HARMONY_TABLE,
                           (int)RONDO_N_PARTS,
                           N_CLASSES);
  }
  return RONDO_SUCCESS;
}

// Hide each beat of each part with probability `share`, where there are holes
static void
hide(Session* const s, const double share)
{
  for (size_t i = 0; i < RONDO_N_PARTS; ++i) {
    bool now = false;
    for (size_t t = 0; t < s->n; ++t) {
      const size_t at = (t * RONDO_N_PARTS) + i;
      if (t % BLOCK == 0) {
        now = (double)rondo_random_uniform(&s->random) < share;
      }
      s->hidden[at] = now && s->holes[at] ? 1 : 0;
      if (s->hidden[at]) {
        s->cells[at] = RONDO_CHORALE_UNKNOWN;
      }
    }
  }
}

static RondoStatus
run(Session* const s, const RondoChorale* const chorale)
{
  for (size_t t = 0; t < s->n; ++t) {
    float cells[RONDO_N_PARTS];
    for (size_t i = 0; i < RONDO_N_PARTS; ++i) {
      cells[i] = (float)s->cells[(t * RONDO_N_PARTS) + i];
    }
    rondo_harmony_inputs(chorale->mode,
                         rondo_chorale_place_at(chorale, t),
                         cells,
                         s->x + (t * RONDO_HARMONY_N_INPUTS));
  }
  return rondo_sequence_run(s->model, 1, s->n, s->x, s->y);
}

// Return whether parts move in parallel fifths, octaves or unisons, from tokens
// a0 and b0 to a1 and b1
static bool
is_parallel(const int a0, const int b0, const int a1, const int b1)
{
  if (a0 >= RONDO_CHORALE_REST || b0 >= RONDO_CHORALE_REST ||
      a1 >= RONDO_CHORALE_REST || b1 >= RONDO_CHORALE_REST || a0 == a1 ||
      b0 == b1) {
    return false;
  }
  const int then = (a0 > b0 ? a0 - b0 : b0 - a0) % 12;
  const int now  = (a1 > b1 ? a1 - b1 : b1 - a1) % 12;
  return then == now && (now == 0 || now == 7);
}

// Return how many parallels a token makes with the sixteenth `to` beside `t`
static int
count_parallels(const Session* const s,
                const size_t         t,
                const size_t         to,
                const size_t         part,
                const int            token)
{
  const uint8_t* const here  = s->cells + (t * RONDO_N_PARTS);
  const uint8_t* const there = s->cells + (to * RONDO_N_PARTS);
  int                  n     = 0;
  for (size_t i = 0; i < RONDO_N_PARTS; ++i) {
    n += i != part && is_parallel(token, here[i], there[part], there[i]);
  }
  return n;
}

// Return whether a token may be drawn; ranges count only if `in_range`
static bool
is_allowed(const Session* const s,
           const size_t         t,
           const size_t         part,
           const size_t         token,
           const bool           in_range)
{
  const uint8_t* const here   = s->cells + (t * RONDO_N_PARTS);
  const int            sounds = (int)token + RONDO_CHORALE_LOWEST - s->shift;
  if (token == RONDO_CHORALE_REST ||
      (in_range &&
       (sounds < s->how->low[part] || sounds > s->how->high[part]))) {
    return false;
  }
  for (size_t i = 0; i < RONDO_N_PARTS && !s->how->crosses; ++i) {
    if (here[i] < RONDO_CHORALE_REST &&
        ((i < part && token > here[i]) || (i > part && token < here[i]))) {
      return false;
    }
  }
  return true;
}

// Return whether a token begins a note between two eighths
static bool
is_hasty(const Session* const s,
         const size_t         t,
         const size_t         part,
         const size_t         token)
{
  return t && rondo_chorale_place_at(s->chorale, t).sixteenth % 2 &&
         token != s->cells[((t - 1) * RONDO_N_PARTS) + part];
}

// Find the logarithms of the probabilities of a cell
static void
weigh(const Session* const s,
      const size_t         t,
      const size_t         part,
      float* const         logits)
{
  const float* const p = s->y + (((t * RONDO_N_PARTS) + part) * N_CLASSES);
  size_t             n_allowed = 0;
  for (int in_range = 1; !n_allowed && in_range >= 0; --in_range) {
    for (size_t i = 0; i < N_CLASSES; ++i) {
      logits[i] = is_allowed(s, t, part, i, in_range != 0)
                    ? rondo_sampler_logit(p[i])
                    : NEVER;
      n_allowed += logits[i] > NEVER ? 1 : 0;
    }
  }
  for (size_t i = 0; i < N_CLASSES; ++i) {
    // Parts that crossed already may go on so
    logits[i] = n_allowed ? logits[i] : rondo_sampler_logit(p[i]);
    const int n =
      (t ? count_parallels(s, t, t - 1, part, (int)i) : 0) +
      (t + 1 < s->n ? count_parallels(s, t, t + 1, part, (int)i) : 0);
    logits[i] -= n ? s->how->parallels * (float)n : 0.0f;
    logits[i] -= is_hasty(s, t, part, i) ? s->how->hasty : 0.0f;
  }
}

// Draw a cell; the random number is not used up
static void
draw(const Session* const s,
     const size_t         t,
     const size_t         part,
     const double         temperature,
     RondoRandom          random)
{
  float    logits[RONDO_CHORALE_N_CLASSES];
  double   probabilities[RONDO_CHORALE_N_CLASSES];
  uint32_t order[RONDO_CHORALE_N_CLASSES];
  weigh(s, t, part, logits);
  const RondoSampler sampler = { temperature, 0, 1.0 };
  rondo_sampler_distribution(&sampler, N_CLASSES, logits, probabilities, order);
  s->cells[(t * RONDO_N_PARTS) + part] =
    (uint8_t)rondo_sampler_draw(N_CLASSES, probabilities, &random);
}

// Draw what is hidden, from beginning to end
static void
draw_all(Session* const s, const double temperature)
{
  RondoRandom randoms[RONDO_N_PARTS];
  for (size_t t = 0; t < s->n; ++t) {
    for (size_t i = 0; i < RONDO_N_PARTS; ++i) {
      const size_t part = rondo_chorale_order[i];
      if (t % BLOCK == 0) {
        (void)rondo_random_next(&s->random);
        randoms[part] = s->random;
      }
      if (s->hidden[(t * RONDO_N_PARTS) + part]) {
        draw(s, t, part, temperature, randoms[part]);
      }
    }
  }
}

static RondoStatus
fill(Session* const s, const RondoChorale* const chorale)
{
  const double n = (double)s->how->n_passes;
  for (size_t i = 0; i < s->how->n_passes; ++i) {
    const double done  = (double)i / (0.75 * n);
    const double share = MOST_HIDDEN - (done * (MOST_HIDDEN - LEAST_HIDDEN));
    const double late  = fmax(0.0, (2.0 * ((double)i / n)) - 1.0);
    hide(s, i ? fmax(share, LEAST_HIDDEN) : 1.0);

    const RondoStatus st = run(s, chorale);
    if (st) {
      return st;
    }
    draw_all(s, s->how->temperature * (1.0 - (2.0 / 3.0 * late)));
  }
  return RONDO_SUCCESS;
}

static void
take_cells(Session* const s, const RondoChorale* const chorale)
{
  for (size_t i = 0; i < s->n * RONDO_N_PARTS; ++i) {
    const uint8_t pitch =
      chorale->slices[i / RONDO_N_PARTS].pitches[i % RONDO_N_PARTS];
    s->cells[i] = rondo_chorale_token(pitch < RONDO_SILENT ? pitch + s->shift
                                                           : (int)RONDO_SILENT);
  }
}

static void
give_cells(const Session* const s, RondoChorale* const chorale)
{
  for (size_t i = 0; i < s->n * RONDO_N_PARTS; ++i) {
    const int pitch = (int)s->cells[i] + RONDO_CHORALE_LOWEST - s->shift;
    if (s->holes[i]) {
      chorale->slices[i / RONDO_N_PARTS].pitches[i % RONDO_N_PARTS] =
        s->cells[i] >= RONDO_CHORALE_REST || pitch < 0 ||
            pitch >= (int)RONDO_SILENT
          ? (uint8_t)RONDO_SILENT
          : (uint8_t)pitch;
    }
  }
}

RondoStatus
rondo_harmony_fill(const RondoModel* const   model,
                   const RondoFilling* const how,
                   const int                 shift,
                   const uint8_t* const      holes,
                   RondoChorale* const       chorale)
{
  const size_t n = chorale->n_slices;
  if (!n) {
    return RONDO_SUCCESS;
  }
  Session s = {
    .model   = model,
    .how     = how,
    .chorale = chorale,
    .holes   = holes,
    .shift   = shift,
    .n       = n,
    .cells   = (uint8_t*)calloc(n, RONDO_N_PARTS),
    .hidden  = (uint8_t*)calloc(n, RONDO_N_PARTS),
    .x       = (float*)calloc(n * RONDO_HARMONY_N_INPUTS, sizeof(float)),
    .y       = (float*)calloc(n * RONDO_N_PARTS * N_CLASSES, sizeof(float)),
    .random  = rondo_random(how->seed, how->stream),
  };
  RondoStatus st = RONDO_ERR_NO_MEMORY;
  if (s.cells && s.hidden && s.x && s.y) {
    take_cells(&s, chorale);
    st = fill(&s, chorale);
    if (!st) {
      give_cells(&s, chorale);
    }
  }
  free(s.cells);
  free(s.hidden);
  free(s.x);
  free(s.y);
  return st;
}
