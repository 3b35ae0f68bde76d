// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file stream_private.h The inside of a stream.
*/

#ifndef RONDO_NET_STREAM_PRIVATE_H
#define RONDO_NET_STREAM_PRIVATE_H

#include "core/net/model_private.h"
#include "core/net/stream.h"

#include <stdbool.h>
#include <stddef.h>

/// Most frames of a block of a network without groups
#define RONDO_BLOCK 64U

/// Most frames that run side by side, or whose input products are batched
#define RONDO_BATCH 16U

/// What a cell reads: vectors of all frames and channels
typedef struct {
  const float* vectors;
  size_t       stride;       ///< From one frame or channel to the next
  size_t       group_stride; ///< From one group to the next
} RondoSource;

/// Where vectors that lie side by side stand
typedef struct {
  bool   is_gathered; ///< They do not, and must be copied together
  float* rows;     ///< Of a block that begins at row 0; NULL for the caller's
  size_t row_size; ///< From one step to the next
  size_t stride;   ///< As in a RondoSource
  size_t group_stride;
} RondoPlace;

/**
   A way to run a cell over `n` steps of a block from `s` on.

   @param in Step 0 of the block.
*/
typedef void (*RondoRun)(RondoStream* stream,
                         size_t       index,
                         size_t       s,
                         size_t       n,
                         const float* in) RONDO_REALTIME;

/// The outputs and the state of one cell, of `n` vectors a frame
typedef struct {
  float*  rows;      ///< (n_history + n_block, n, stride) Outputs, h among them
  float*  products;  ///< (n_kept + n_block, n, rows) Of the frames of windows
  float*  c;         ///< (n, stride) Cell state of an lstm along time
  double* sums;      ///< (n_channels, n_units) Of a mean
  size_t  n_history; ///< Rows that are kept for others
  size_t  n_ahead;   ///< Frames that it looks ahead
  size_t  n_kept;    ///< Of these, kept from block to block
  size_t  input_delay; ///< Frames by which its inputs are late
  size_t  delay;       ///< Frames by which its output is late

  // What every block does, found out once
  RondoRun        run;      ///< NULL if the cell before is run with it
  RondoRun        run_step; ///< The same for a single step
  RondoPlace      source;   ///< Of what it reads
  size_t          row_size; ///< n * stride
  size_t          n_work;   ///< Multiplications of one step
  RondoAdvance    advance;
  RondoRecurrence steps[RONDO_MAX_STEPS]; ///< Of directions that are run
                                          ///< together
} RondoCellState;

/**
   A stream, which keeps the newest frames of all cells.

   Step s of a block stands in row n_history + at + s of a cell.  Blocks follow
   each other until `n_block` rows are used; then what is kept moves to the
   front.
*/
struct RondoStreamImpl {
  const RondoModel* model;
  size_t            n_channels;
  size_t            lookahead; ///< As asked for; whole for a sequence
  size_t            n_block;   ///< Most frames of a block
  size_t            delay;
  bool              is_prompt; ///< No cell is late, nor is any input kept
  size_t            at;
  size_t            end;       ///< Frames of the sequence, once known
  size_t            step;      ///< Frames before this block
  size_t            n_work;    ///< Multiplications of weights so far
  bool              reverse;   ///< Order of panels, alternating
  RondoCellState*   cells;     ///< (n_cells)
  size_t            n_history; ///< Frames of the network's input that are kept
  float*            inputs;    ///< (n_history + n_block, n_channels, n_inputs)
  RondoPlace        output;    ///< Of the network's output

  // For one cell at a time, at most RONDO_BATCH frames, each as for the widest
  float* gathered; ///< (RONDO_BATCH, n_channels, n_inputs)
  float* products; ///< (RONDO_BATCH, n, rows)
  float* states;   ///< (2, RONDO_BATCH, n, stride)
  float* c;        ///< (RONDO_BATCH, n, stride)
  float* work;     ///< (2, RONDO_BATCH, n, stride) For a reset before

  // The same for weights of int8, (RONDO_BATCH, n)
  RondoQuantised quantised_x;
  RondoQuantised quantised_h;
};

/**
   Return the bytes of a stream whose blocks have up to `n_block` frames, or 0.

   @param lookahead RONDO_LOOKAHEAD_WHOLE for one that runs over a sequence as
   a whole, in a single block.
*/
size_t
rondo_stream_size_for(const RondoModel* model,
                      size_t            n_channels,
                      size_t            lookahead,
                      size_t            n_block);

/// Make such a stream in memory that is cleared.
RondoStream*
rondo_stream_init_for(void*             memory,
                      const RondoModel* model,
                      size_t            n_channels,
                      size_t            lookahead,
                      size_t            n_block);

/// Return the vectors of `cell` in a frame that advance together.
RONDO_REALTIME size_t
rondo_stream_n_vectors(const RondoStream* stream, const RondoCell* cell);

/// Find out what every block of a stream does, all of whose parts are placed.
void
rondo_stream_prepare(RondoStream* stream);

/// Find out how to run cell `index`, whose source and n_ahead are set.
void
rondo_stream_find_run(RondoStream* stream, size_t index);

/// Return row `s` of a cell's outputs in this block, (n, stride).
RONDO_REALTIME static inline float*
rondo_stream_row(const RondoStream* stream, size_t cell, size_t s)
{
  const RondoCellState* const state = &stream->cells[cell];
  return state->rows + ((state->n_history + stream->at + s) * state->row_size);
}

/// Return where the vectors of step `s` begin, of a block that begins at `in`.
RONDO_REALTIME static inline const float*
rondo_stream_vectors(const RondoStream* stream,
                     const RondoPlace*  place,
                     size_t             s,
                     const float*       in)
{
  const float* const first =
    place->rows ? place->rows + (stream->at * place->row_size) : in;
  return first + (s * place->row_size);
}

/// Put what cell `index` reads side by side: see rondo_stream_source().
RONDO_REALTIME RondoSource
rondo_stream_gather(const RondoStream* stream,
                    size_t             index,
                    size_t             s,
                    size_t             n,
                    const float*       in);

/**
   Find what cell `index` reads in `n` steps of this block from `s` on, at most
   RONDO_BATCH; what does not lie side by side is gathered.

   @param in Step 0 of the block.
*/
RONDO_REALTIME static inline RondoSource
rondo_stream_source(const RondoStream* stream,
                    size_t             index,
                    size_t             s,
                    size_t             n,
                    const float*       in)
{
  const RondoPlace* const place = &stream->cells[index].source;
  if (place->is_gathered) {
    return rondo_stream_gather(stream, index, s, n, in);
  }
  const RondoSource source = { rondo_stream_vectors(stream, place, s, in),
                               place->stride,
                               place->group_stride };
  return source;
}

/// Multiply by the weights of the input of `cell`: y = W x + b.
RONDO_REALTIME void
rondo_stream_multiply(RondoStream*     stream,
                      const RondoCell* cell,
                      size_t           n_vectors,
                      RondoSource      source,
                      float*           y);

/// Run a cell that is not recurrent: a RondoRun.
RONDO_REALTIME void
rondo_stream_run_plain(RondoStream* stream,
                       size_t       index,
                       size_t       s,
                       size_t       n,
                       const float* in);

/**
   Find the steps of a block of `n` whose frames, late by `delay`, are neither
   before the beginning of the sequence nor after its end.

   @param[out] s The first of them.
   @return How many they are.
*/
RONDO_REALTIME size_t
rondo_stream_steps(const RondoStream* stream,
                   size_t             delay,
                   size_t             n,
                   size_t*            s);

/// Write the network's output of steps `s` to `s + n - 1` to `out`.
RONDO_REALTIME void
rondo_stream_output(const RondoStream* stream, size_t s, size_t n, float* out);

/// Run cell `index` over the first `n` steps of this block.
RONDO_REALTIME void
rondo_stream_run_cell(RondoStream* stream,
                      size_t       index,
                      size_t       n,
                      const float* in);

/// Run a block of up to `n_block` frames.
RONDO_REALTIME void
rondo_stream_run_block(RondoStream* stream,
                       size_t       n_frames,
                       const float* in,
                       float*       out);

#endif // RONDO_NET_STREAM_PRIVATE_H
