// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file path.h How a recurrent layer goes through what it reads.

   What it reads is (T, B, G) rows of X units.  A path makes sequences of them:

   - forward along time: B G sequences of T steps, the rows as they lie;
   - backward along time: the same from each sequence's last valid step, as
     torch.nn.utils.rnn.pack_padded_sequence has it;
   - backward over a bounded look-ahead of L frames: T B G windows, which begin
     L frames ahead and end at the frame itself;
   - along groups, in either direction: T B sequences of G steps.

   Each but the first starts from a state of zeros.  Sequences of fewer steps
   are padded at the end.
*/

#ifndef RONDO_TRAIN_PATH_H
#define RONDO_TRAIN_PATH_H

#include "core/base/attributes.h"
#include "core/net/description.h"
#include "core/train/real.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

/// How one direction of a layer goes through (T, B, G) rows
typedef struct {
  size_t        T;
  size_t        B;
  size_t        G;
  const size_t* lengths;     ///< (B) Valid steps, or NULL
  size_t        window;      ///< Frames of a window, or 0
  size_t        n_steps;     ///< Of each sequence
  size_t        n_sequences; ///< That advance together
  bool          along_groups;
  bool          is_reverse;
  bool          is_identity; ///< Rows are taken as they lie
} RondoPath;

/// Return the path of one direction of a recurrent layer, without lengths; of
/// other layers the one forward along time.
RondoPath
rondo_path(const RondoLayer* layer, bool is_reverse, size_t T, size_t B);

/**
   Put the rows of x in the order of a path.

   @param x (T, B, G, X).
   @param[out] arranged (n_steps, n_sequences, X), 0 where a sequence ended.
*/
void
rondo_path_gather(const RondoPath* path,
                  size_t           X,
                  const RondoReal* x,
                  RondoReal*       arranged);

/// Add rows in the order of a path to where they were gathered from.
void
rondo_path_scatter(const RondoPath* path,
                   size_t           X,
                   const RondoReal* arranged,
                   RondoReal*       dx);

/**
   Copy the output that each row stands for.

   @param[in,out] h (n_steps, n_sequences, H); set to 0 where a sequence ended,
   since what a cell makes of padding may not be finite.
   @param[out] y (T, B, G) rows of H units, `stride` apart; rows beyond a
   length are left alone.
*/
void
rondo_path_outputs(const RondoPath* path,
                   size_t           H,
                   RondoReal*       h,
                   RondoReal*       y,
                   size_t           stride);

/// Set the gradient of the outputs of a path, 0 for those that no row shows.
void
rondo_path_gradients(const RondoPath* path,
                     size_t           H,
                     const RondoReal* dy,
                     size_t           stride,
                     RondoReal*       dh);

RONDO_END_DECLS

#endif // RONDO_TRAIN_PATH_H
