// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TOOL_MELODY_FILE_H
#define RONDO_TOOL_MELODY_FILE_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/music/melody.h"
#include "core/net/model.h"
#include "tool/console.h"

#include <stdint.h>

/// Where a melody is read from
typedef struct {
  const char* path;  ///< MIDI file, "-" for standard input
  int         track; ///< Only this one, from 0, unless it is negative
  RondoBar    bar;   ///< In place of the file's, unless it has no beats
} RondoMelodySource;

/**
   Read the melody of a MIDI file; damage is told on `console`.

   @param[out] melody To be cleared, also after an error.
   @param[in,out] microseconds Of a quarter, at the last tempo; left alone if
   the file has none.  Or NULL.
   @param error Has the path in its message.
*/
RONDO_NODISCARD RondoStatus
rondo_melody_file_read(const RondoMelodySource* source,
                       RondoConsole*            console,
                       RondoMelody*             melody,
                       uint32_t*                microseconds,
                       RondoError*              error);

/// Load a model of melodies: `path`, or by default the one that comes along.
RONDO_NODISCARD RondoStatus
rondo_melody_model_load(const char* path, RondoModel** out, RondoError* error);

#endif // RONDO_TOOL_MELODY_FILE_H
