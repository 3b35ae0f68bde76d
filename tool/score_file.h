// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TOOL_SCORE_FILE_H
#define RONDO_TOOL_SCORE_FILE_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/music/melody.h"
#include "core/music/score.h"
#include "tool/console.h"

#include <stdbool.h>

/// Read a MIDI file, `-` being standard input; what is damaged is a warning.
RONDO_NODISCARD RondoStatus
rondo_score_file_read(RondoConsole* console,
                      const char*   path,
                      RondoScore**  out,
                      RondoError*   error);

/// Write a MIDI file, `-` being standard output, whole or not at all; one that
/// is there is replaced only if `overwrite`.
RONDO_NODISCARD RondoStatus
rondo_score_file_write(const RondoScore* score,
                       const char*       path,
                       bool              overwrite,
                       RondoError*       error);

/// Put a metre, or a tempo in quarters per minute, in the place of those of a
/// score; no beats and 0 leave it as it is.
RONDO_NODISCARD RondoStatus
rondo_score_override(RondoScore* score, RondoBar bar, double tempo);

/// Fail if a file is there that is not to be replaced.
RONDO_NODISCARD RondoStatus
rondo_output_check_free(const char* path, bool overwrite, RondoError* error);

/// Return the path of take number `take` of `count`: a number before the ending
/// if there are several.  To be freed with free(); NULL if there is no memory.
char*
rondo_take_path(const char* path, long take, long count);

#endif // RONDO_TOOL_SCORE_FILE_H
