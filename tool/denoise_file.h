// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file denoise_file.h One sound file through the denoiser.

   The file passes in blocks, so memory does not grow with its length.  The
   output has the length of the input and its samples stand at the same place.
*/

#ifndef RONDO_TOOL_DENOISE_FILE_H
#define RONDO_TOOL_DENOISE_FILE_H

#include "core/audio/denoiser.h"
#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/model.h"
#include "tool/console.h"
#include "tool/quantiser.h"

#include <stdbool.h>
#include <stdint.h>

/// How files are processed; shared by all threads
typedef struct {
  const RondoModel*     model;
  RondoDenoiserControls controls;
  int                   format;  ///< As from rondo_format_find(), or 0
  int                   subtype; ///< As from rondo_subtype_find(), or 0
  RondoDither           dither;
  bool                  overwrite;
  bool                  read_back; ///< Find out which metadata were lost
  RondoConsole*         console;   ///< Its bar is advanced by bytes read
} RondoDenoiseJob;

/// What happened to a file
typedef struct {
  int      sample_rate; ///< Hz
  int      n_channels;
  int      format; ///< Of the output
  uint64_t n_frames;
  uint64_t n_clipped;     ///< Samples
  uint64_t n_not_finite;  ///< Samples of the input, taken as 0
  uint64_t n_missing;     ///< Frames that the input announced but lacks
  double   input_level;   ///< dB
  double   output_level;  ///< dB
  double   input_floor;   ///< dB, in the pauses
  double   output_floor;  ///< dB, in the pauses
  double   seconds;       ///< Spent
  bool     written;       ///< The output is in its place
  bool     output_failed; ///< An error is about the output, not the input
  char     lost[256];     ///< Names of metadata, if they were read back
} RondoDenoiseReport;

/**
   Process the file `in` into the file `out`; each may be `-`.

   If a signal comes, this fails and nothing is written.

   @param in_threads Read and write in threads of their own.
*/
RONDO_NODISCARD RondoStatus
rondo_denoise_file(const RondoDenoiseJob* job,
                   const char*            in,
                   const char*            out,
                   bool                   in_threads,
                   RondoDenoiseReport*    report,
                   RondoError*            error);

#endif // RONDO_TOOL_DENOISE_FILE_H
