// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file dataset.h Folders of recordings, read into memory.

   Sound files are found in a folder and all below it.  Each folder of speech
   is a voice, and files called rir_… among the noises are room responses.  A
   manifest.csv, in the folder or the one above, whose columns "file",
   "speaker_or_class" and "bandwidth_hz" are used where they are there, says
   more: paths in it are relative to its own folder.
*/

#ifndef RONDO_TOOL_DATASET_H
#define RONDO_TOOL_DATASET_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/train/sounds.h"

/**
   Read all speech and noise of two folders at `rate`, in Hz.

   A folder that is missing or without sound files, and a file that cannot be
   read, are errors that name it.  When a signal has come, the message is
   empty.
*/
RONDO_NODISCARD RondoStatus
rondo_dataset_read(const char*   speech,
                   const char*   noise,
                   double        rate,
                   RondoSounds** out,
                   RondoError*   error);

#endif // RONDO_TOOL_DATASET_H
