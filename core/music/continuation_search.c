// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/continuation.h"
#include "core/music/continuation_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Tokens, for each note, after which what has not ended is given up, if there
// is no limit of ticks
#define TOKENS_OF_NOTE 8U

/// A token and what is before it: a tree that grows from node 0
typedef struct {
  size_t  parent;
  uint8_t token;
} Node;

/// A sequence that may go on
typedef struct {
  RondoComposer* composer;
  RondoProgress  progress;
  size_t         node;
  double         score; ///< Logarithm of its probability
} Path;

/// A sequence and a further token
typedef struct {
  size_t path;
  size_t token;
  double score;
} Candidate;

/// A search under way
typedef struct {
  const RondoContinuation* how;
  size_t                   width;
  Path*                    paths; ///< (width) Those that go on
  Path*                    next;  ///< (width) Those of one token more
  size_t                   n_paths;
  Candidate*               candidates; ///< (width) The likeliest first
  size_t                   n_candidates;
  Node*                    nodes;
  size_t                   n_nodes;
  size_t                   capacity;
  size_t                   best; ///< The node of the best that ended, or 0
  size_t                   best_length;
  double                   best_score; ///< A token's, on average
} Search;

static void
clear(Search* const s)
{
  for (size_t i = 0; s->paths && s->next && i < s->width; ++i) {
    rondo_composer_free(s->paths[i].composer);
    rondo_composer_free(s->next[i].composer);
  }
  free(s->paths);
  free(s->next);
  free(s->candidates);
  free(s->nodes);
}

static RondoStatus
make_room(Search* const s, const RondoModel* const model)
{
  RondoStatus st = RONDO_SUCCESS;
  s->paths       = (Path*)calloc(s->width, sizeof(Path));
  s->next        = (Path*)calloc(s->width, sizeof(Path));
  s->candidates  = (Candidate*)calloc(s->width, sizeof(Candidate));
  s->capacity    = 1024;
  s->nodes       = (Node*)calloc(s->capacity, sizeof(Node));
  s->n_nodes     = 1;
  if (!s->paths || !s->next || !s->candidates || !s->nodes) {
    return RONDO_ERR_NO_MEMORY;
  }
  for (size_t i = 0; !st && i < s->width; ++i) {
    st = rondo_composer_new(model, &s->paths[i].composer);
    st = st ? st : rondo_composer_new(model, &s->next[i].composer);
  }
  return st;
}

// Put a candidate among the likeliest; of equals the first one stays ahead
static void
add_candidate(Search* const s, const Candidate candidate)
{
  size_t at = s->n_candidates;
  while (at && s->candidates[at - 1].score < candidate.score) {
    --at;
  }
  if (at == s->width) {
    return;
  }
  const size_t n = s->n_candidates < s->width ? s->n_candidates : s->width - 1;
  memmove(
    &s->candidates[at + 1], &s->candidates[at], (n - at) * sizeof(Candidate));
  s->candidates[at] = candidate;
  s->n_candidates   = n + 1;
}

// Add each token that may follow path `index`
static void
expand(Search* const s, const size_t index)
{
  Path* const          path = &s->paths[index];
  const RondoComposing composing =
    rondo_progress_prepare(&path->progress, s->how, path->composer);
  const float* const logits = rondo_composer_logits(path->composer, &composing);

  double most = -INFINITY;
  double sum  = 0.0;
  for (size_t i = 0; i < RONDO_MELODY_TOKENS; ++i) {
    most = fmax(most, logits[i]);
  }
  for (size_t i = 0; i < RONDO_MELODY_TOKENS; ++i) {
    sum += logits[i] > -INFINITY ? exp(logits[i] - most) : 0.0;
  }
  const double total = most + log(sum);
  for (size_t i = 0; i < RONDO_MELODY_TOKENS; ++i) {
    if (logits[i] > -INFINITY) {
      const Candidate candidate = { index, i, path->score + logits[i] - total };
      add_candidate(s, candidate);
    }
  }
}

static RondoStatus
add_node(Search* const s, const size_t parent, const size_t token)
{
  if (s->n_nodes == s->capacity) {
    Node* const nodes =
      (Node*)realloc(s->nodes, 2 * s->capacity * sizeof(Node));
    if (!nodes) {
      return RONDO_ERR_NO_MEMORY;
    }
    s->nodes = nodes;
    s->capacity *= 2;
  }
  const Node node      = { parent, (uint8_t)token };
  s->nodes[s->n_nodes] = node;
  ++s->n_nodes;
  return RONDO_SUCCESS;
}

// Let the likeliest candidates go on, or end
static RondoStatus
choose(Search* const s, const size_t length)
{
  size_t n_next = 0;
  for (size_t i = 0; i < s->n_candidates; ++i) {
    const Candidate* const candidate = &s->candidates[i];
    const Path* const      from      = &s->paths[candidate->path];
    RondoProgress          progress  = from->progress;
    if (add_node(s, from->node, candidate->token)) {
      return RONDO_ERR_NO_MEMORY;
    }
    rondo_progress_advance(&progress, s->how, candidate->token);
    if (progress.is_done) {
      const double score = candidate->score / (double)length;
      if (!s->best || score > s->best_score) {
        s->best        = s->n_nodes - 1;
        s->best_score  = score;
        s->best_length = length;
      }
      continue;
    }
    Path* const to = &s->next[n_next++];
    rondo_composer_copy(to->composer, from->composer);
    rondo_composer_feed(to->composer, candidate->token);
    to->progress = progress;
    to->node     = s->n_nodes - 1;
    to->score    = candidate->score;
  }
  Path* const paths = s->paths;
  s->paths          = s->next;
  s->next           = paths;
  s->n_paths        = n_next;
  return RONDO_SUCCESS;
}

// Walk from the best end to the start
static RondoStatus
take_best(const Search* const s, RondoFound* const found)
{
  if (!s->best) {
    return RONDO_ERR_UNSUPPORTED;
  }
  found->tokens = (uint8_t*)malloc(s->best_length);
  if (!found->tokens) {
    return RONDO_ERR_NO_MEMORY;
  }
  found->count = s->best_length;
  for (size_t i = s->best_length, node = s->best; i--;) {
    found->tokens[i] = s->nodes[node].token;
    node             = s->nodes[node].parent;
  }
  found->count -= found->tokens[found->count - 1] == RONDO_MELODY_END ? 1 : 0;
  return RONDO_SUCCESS;
}

RondoStatus
rondo_continuation_search(const RondoContinuation* const how,
                          const RondoModel* const        model,
                          RondoComposer* const           composer,
                          const size_t                   width,
                          RondoFound* const              found)
{
  Search s      = { .how = how, .width = width, .n_paths = 1 };
  found->tokens = NULL;
  found->count  = 0;
  if (!rondo_continuation_is_limited(how) || !width ||
      width > RONDO_WIDEST_BEAM) {
    return RONDO_ERR_BAD_ARGUMENT;
  }
  RondoStatus st = make_room(&s, model);
  if (!st) {
    rondo_composer_copy(s.paths[0].composer, composer);
  }
  const size_t longest = how->ticks == UINT64_MAX
                           ? TOKENS_OF_NOTE * ((size_t)how->notes + 8)
                           : SIZE_MAX;
  for (size_t length = 1; !st && s.n_paths && length <= longest; ++length) {
    s.n_candidates = 0;
    for (size_t i = 0; i < s.n_paths; ++i) {
      expand(&s, i);
    }
    st = choose(&s, length);
  }
  st = st ? st : take_best(&s, found);
  clear(&s);
  return st;
}
