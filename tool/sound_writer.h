// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file sound_writer.h Sound files, written whole or not at all.

   @see output.h
*/

#ifndef RONDO_TOOL_SOUND_WRITER_H
#define RONDO_TOOL_SOUND_WRITER_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "tool/output.h"
#include "tool/quantiser.h"

#include <sndfile.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A sound file under way; it must not move in memory
typedef struct {
  RondoOutput    output;
  SNDFILE*       file;
  SF_INFO        info;
  bool           integers; ///< Samples pass through `quantiser`
  RondoQuantiser quantiser;
  int*           rounded; ///< (n_rounded)
  size_t         n_rounded;
  uint64_t       n_frames;
  int            failure; ///< The errno of the first write that failed, or 0
} RondoSoundWriter;

/// Start a file.  @see rondo_output_open()
RONDO_NODISCARD RondoStatus
rondo_sound_writer_open(RondoSoundWriter* writer,
                        const char*       path,
                        bool              overwrite,
                        const SF_INFO*    info,
                        RondoDither       dither,
                        RondoError*       error);

/// Append `n_frames` frames of `info.channels` samples, ±1 nominal.
RONDO_NODISCARD RondoStatus
rondo_sound_writer_write(RondoSoundWriter* writer,
                         const float*      frames,
                         size_t            n_frames,
                         RondoError*       error);

/// Complete the file under its temporary name, where it can be read back.
RONDO_NODISCARD RondoStatus
rondo_sound_writer_finish(RondoSoundWriter* writer, RondoError* error);

/// Put a finished file in its place and release the writer.
RONDO_NODISCARD RondoStatus
rondo_sound_writer_commit(RondoSoundWriter* writer, RondoError* error);

/// Remove the file and release the writer; harmless after a commit.
void
rondo_sound_writer_discard(RondoSoundWriter* writer);

#endif // RONDO_TOOL_SOUND_WRITER_H
