// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file denoise_pass.h The samples of a file, from its reader to its writer.

   Three stages hand blocks on: one reads, one denoises, one writes.  Whether
   one thread does all of them or each has its own, the output is the same.
*/

#ifndef RONDO_TOOL_DENOISE_PASS_H
#define RONDO_TOOL_DENOISE_PASS_H

#include "core/audio/denoiser.h"
#include "core/base/attributes.h"
#include "core/base/status.h"
#include "tool/console.h"
#include "tool/levels.h"
#include "tool/sound.h"
#include "tool/sound_writer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A file on its way; each stage has members of its own
typedef struct {
  // Read
  RondoSound    sound;
  RondoLevels   before;
  RondoConsole* console;      ///< Its bar is advanced by bytes read
  uint64_t      n_frames;     ///< Read
  uint64_t      n_not_finite; ///< Samples, taken as 0
  bool          at_end;       ///< Of the file
  size_t        n_after;      ///< Frames of silence still to come after it

  // Denoise
  RondoDenoiser* denoiser;
  size_t         skip; ///< Frames of latency still to be dropped

  // Write
  RondoSoundWriter writer;
  RondoLevels      after;
  bool             failed; ///< An error is about the output
} RondoDenoisePass;

/**
   Pass all samples from `pass->sound` to `pass->writer`.

   If a signal comes, this ends early.

   @param in_threads Read and write in threads of their own, if they can be
   started.
*/
RONDO_NODISCARD RondoStatus
rondo_denoise_pass(RondoDenoisePass* pass, bool in_threads, RondoError* error);

#endif // RONDO_TOOL_DENOISE_PASS_H
